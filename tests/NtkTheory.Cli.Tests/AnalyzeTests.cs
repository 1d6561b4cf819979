using System.Globalization;
using System.Text.Json;
using Xunit;

namespace NtkTheory.Cli.Tests;

public sealed class AnalyzeTests : IDisposable
{
    private const string Header = "a,b,label\n";

    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Csv(int rows, Func<int, string> label)
    {
        var random = new Random(5);
        var lines = Enumerable
            .Range(0, rows)
            .Select(i =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{random.NextDouble() - 0.5},{random.NextDouble() - 0.5},{label(i)}\n"
                )
            );
        return Header + string.Concat(lines);
    }

    [Fact]
    public async Task An_analysis_has_its_chapters_and_its_files()
    {
        var data = folder.File("few.csv", Csv(16, i => i % 2 == 0 ? "yes" : "no"));
        var (page, figures) = (folder.File("out.html"), folder.File("out.json"));
        var run = await Run.Of("analyze", data, "--runs", "2", "--report", page, "--json", figures);
        Assert.Equal(0, run.Code);
        foreach (
            var chapter in new[]
            {
                "DATA",
                "SPECTRUM",
                "GUARANTEES",
                "LEARNING RATE",
                "TRAINING",
                "PREDICTION",
                "2 classes",
            }
        )
        {
            Assert.Contains(chapter, run.Out);
        }

        Assert.All(
            run.Out.Split('\n'),
            line => Assert.True(line.Length <= 80 || line.Contains("  $ "), line)
        );
        Assert.Contains("</svg>", File.ReadAllText(page));
        var root = JsonDocument.Parse(File.ReadAllText(figures)).RootElement;
        Assert.Equal(16, root.GetProperty("data").GetProperty("points").GetInt32());
        Assert.Equal($"ntk analyze {data} --runs 2", root.GetProperty("command").GetString());
        Assert.True(root.GetProperty("spectra")[0].GetProperty("lambdaMinCertified").GetDouble() > 0.0);
    }

    [Theory]
    [InlineData("a,b,label\n1,2,0\n3,,1\n", "missing")]
    [InlineData("a,b,label\n1,2,1\n3,4,1\n", "the label is the same in all 2 rows")]
    [InlineData("a,b,label\n1,x,0\n3,4,1\n", "'x' is not a number")]
    public async Task Bad_data_give_one_sentence(string text, string expected)
    {
        var run = await Run.Of("analyze", folder.File("bad.csv", text));
        Assert.Equal(3, run.Code);
        Assert.Contains(expected, run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Two_points_are_analyzed()
    {
        var run = await Run.Of(
            "analyze",
            folder.File("two.csv", Csv(2, i => $"{i}")),
            "--quiet",
            "--json",
            "-"
        );
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(2, JsonDocument.Parse(run.Out).RootElement.GetProperty("samplePoints").GetInt32());
    }

    [Fact]
    public async Task A_kernel_is_written_for_numpy_with_a_row_for_every_row()
    {
        var path = folder.File("K.npy");
        var run = await Run.Of("kernel", "iris", "--kind", "nngp", "--activation", "tanh", "--out", path);
        Assert.Equal(0, run.Code);
        Assert.Contains("150 x 150", run.Out);
        Assert.Equal(128 + (150 * 150 * 8), new FileInfo(path).Length);
    }

    [Fact]
    public async Task A_kernel_needs_no_labels_and_no_equal_norms()
    {
        var path = folder.File("K.npy");
        var points = folder.File("points.csv", "a,b\n1,0\n0,3\n-2,1\n");
        foreach (var activation in new[] { "tanh", "elu", "softplus", "relu" })
        {
            var run = await Run.Of(
                "kernel",
                points,
                "--activation",
                activation,
                "--normalize",
                "none",
                "--out",
                path
            );
            Assert.Equal((0, ""), (run.Code, run.Error.Replace("... rows of the kernel: 100 %\n", "")));
            Assert.Contains("3 x 3", run.Out);
        }
    }

    [Fact]
    public async Task A_refused_or_stopped_kernel_leaves_the_file_as_it_was()
    {
        var path = folder.File("K.npy", "what was here");
        var refused = await Run.Of("kernel", "iris", "--memory", "1", "--out", path);
        Assert.Equal(3, refused.Code);
        Assert.Contains("too small", refused.Error);
        var stopped = await Run.Of(new CancellationToken(canceled: true), "kernel", "iris", "--out", path);
        Assert.Equal(2, stopped.Code);
        Assert.Equal("what was here", File.ReadAllText(path));
        var fresh = folder.File("new.npy");
        Assert.Equal(3, (await Run.Of("kernel", "iris", "--memory", "1", "--out", fresh)).Code);
        Assert.False(File.Exists(fresh));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(path)!, "*.part"));
    }

    [Fact]
    public async Task A_stopped_analysis_leaves_no_file()
    {
        var page = folder.File("out.html");
        var stopped = await Run.Of(
            new CancellationToken(canceled: true),
            "analyze",
            "iris",
            "--report",
            page
        );
        Assert.Equal((2, ""), (stopped.Code, stopped.Out));
        Assert.EndsWith("ntk: stopped.\n", stopped.Error);
        Assert.False(File.Exists(page));
    }

    [Fact]
    public async Task A_full_disk_is_told_in_one_sentence()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        var run = await Run.Of("kernel", "iris", "--quiet", "--out", "/dev/full");
        Assert.Equal(3, run.Code);
        Assert.Contains("/dev/full: this cannot be written here", run.Error);
        Assert.True(File.Exists("/dev/full"));
    }

    [Theory]
    [InlineData("--depth", "0", "--depth is a whole number from 1 to 100, not '0'")]
    [InlineData("--delta", "0", "--delta is a number above 0 and below 1")]
    [InlineData("--delta", "1", "--delta is a number above 0 and below 1")]
    [InlineData("--runs", "1", "--runs is a whole number from 2 to 1000, not '1'")]
    [InlineData("--label", "nope", "The label of the built-in iris is called 'label'")]
    [InlineData("--report", "/nowhere/out.html", "/nowhere/out.html: this cannot be written here")]
    public async Task Bad_options_give_one_sentence(string option, string value, string expected)
    {
        var run = await Run.Of("analyze", "iris", option, value);
        Assert.Equal((3, ""), (run.Code, run.Out));
        Assert.Contains(expected, run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task An_unknown_activation_is_refused()
    {
        var run = await Run.Of("analyze", "iris", "--activation", "relux");
        Assert.Equal(3, run.Code);
        Assert.Contains("There is no activation 'relux'", run.Error);
    }

    /// <summary>A seeded split of the digits: the ReLU tangent kernel reads 97 % of the unseen ones at least.</summary>
    [Fact]
    public async Task Digits_are_read()
    {
        var lines = File.ReadAllLines(DataFiles.Path("digits.csv"));
        var rows = lines[1..];
        new Random(1).Shuffle(rows);
        var cut = rows.Length * 4 / 5;
        var train = folder.File("train.csv", string.Join('\n', rows[..cut].Prepend(lines[0])));
        var test = folder.File("test.csv", string.Join('\n', rows[cut..].Prepend(lines[0])));
        var run = await Run.Of("predict", train, test, "--out", folder.File("predictions.csv"));
        Assert.Equal(0, run.Code);
        var accuracy = double.Parse(
            run.Out.Split("accuracy ")[1].Split(' ')[0],
            CultureInfo.InvariantCulture
        );
        Assert.InRange(accuracy, 97.0, 100.0);
        Assert.Equal(rows.Length - cut + 1, File.ReadAllLines(folder.File("predictions.csv")).Length);
    }

    [Fact]
    public async Task Rows_without_labels_are_predicted_and_missing_columns_named()
    {
        var train = folder.File("train.csv", Csv(20, i => i % 2 == 0 ? "yes" : "no"));
        var run = await Run.Of("predict", train, folder.File("test.csv", "b,a\n0.5,1\n-1,2\n"));
        Assert.Equal(0, run.Code);
        Assert.Matches(@"^row,prediction\n1,(yes|no)\n2,(yes|no)\n$", run.Out);
        var missing = await Run.Of("predict", train, folder.File("short.csv", "a\n1\n"));
        Assert.Equal(3, missing.Code);
        Assert.Contains("the column 'b' of train.csv is missing", missing.Error);
    }

    [Fact]
    public async Task A_prediction_shows_its_steps_unless_it_is_to_be_quiet()
    {
        var train = folder.File("train.csv", Csv(20, i => i % 2 == 0 ? "yes" : "no"));
        var loud = await Run.Of("predict", train, train);
        Assert.Contains("... kernel of 20 points\n... eigenvectors of the kernel of 20 points\n", loud.Error);
        Assert.Contains("20 predictions from 20 points", loud.Error);
        var quiet = await Run.Of("predict", train, train, "--quiet");
        Assert.Equal((0, loud.Out, ""), (quiet.Code, quiet.Out, quiet.Error));
    }

    [Fact]
    public async Task A_stopped_prediction_says_so_and_leaves_no_file()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var train = folder.File("train.csv", Csv(20, i => i % 2 == 0 ? "yes" : "no"));
        var target = folder.File("predictions.csv");
        var run = await Run.Of(stop.Token, "predict", train, train, "--out", target);
        Assert.Equal(new Run(ExitCode.Inconclusive, "", "ntk: stopped.\n"), run);
        Assert.False(File.Exists(target));
    }

    [Fact]
    public async Task Words_are_no_truth_for_predicted_numbers()
    {
        var train = folder.File("train.csv", Csv(20, i => FormattableString.Invariant($"{i + 0.5}")));
        var test = folder.File("test.csv", Csv(20, _ => "yes"));
        var run = await Run.Of("predict", train, test, "--quiet");
        Assert.Equal(
            new Run(
                ExitCode.BadInput,
                "",
                "ntk: test.csv: the labels are words, such as 'yes', where those to train on are numbers.\n"
            ),
            run
        );
    }
}
