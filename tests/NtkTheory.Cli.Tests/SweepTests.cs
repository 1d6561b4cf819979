using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace NtkTheory.Cli.Tests;

public sealed class SweepTests : IDisposable
{
    /// <summary>A budget so small that the whole catalog takes seconds; the moments of the kills are what matters.</summary>
    private static readonly string[] Quick =
    [
        "all",
        "--budget",
        "smoke",
        "--instances",
        "4",
        "--draws",
        "50",
    ];

    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>One run of the whole catalog, killed at 20 random moments and resumed each time.</summary>
    [Fact]
    public async Task A_run_killed_at_twenty_random_moments_ends_as_an_undisturbed_one()
    {
        var start = Stopwatch.GetTimestamp();
        await Process(["verify", .. Quick, "--quiet", "--json", folder.File("whole")], null);
        var whole = Stopwatch.GetElapsedTime(start);
        string[] resumed =
        [
            "verify",
            .. Quick,
            "--quiet",
            "--resume",
            folder.File("part"),
            "--json",
            folder.File("ended"),
        ];
        var random = new Random(20);
        for (var kill = 0; kill < 20; kill++)
        {
            // A fifteenth of the run on average, the start of the runtime included, so that the kills reach its end.
            await Process(resumed, whole * (0.02 + 0.1 * random.NextDouble()));
        }

        await Process(resumed, null);
        Assert.Equal(Text("whole"), Text("ended"));
        var lines = File.ReadAllLines(folder.File("part"));
        Assert.Equal(TheoremCatalog.All.Count, lines.Length - 1);
        Assert.Equal(lines.Length, lines.Distinct().Count());
    }

    [Fact]
    public async Task A_terminated_run_says_75_and_what_goes_on()
    {
        using var process = Begin(["verify", "all", "--resume", folder.File("part")]);
        while (await process.StandardError.ReadLineAsync() is { } line && !line.StartsWith("[3/")) { }
        using var kill = System.Diagnostics.Process.Start("kill", $"-TERM {process.Id}");
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(ExitCode.Unfinished, process.ExitCode);
        Assert.Contains($"--resume {folder.File("part")} goes on", error);
        Assert.EndsWith("\n", File.ReadAllText(folder.File("part")));
    }

    [Fact]
    public async Task Four_shards_merge_to_the_undivided_run()
    {
        await Run.Of(["verify", .. Quick, "--json", folder.File("whole")]);
        foreach (var index in Enumerable.Range(1, 4))
        {
            var run = await Run.Of([
                "verify",
                .. Quick,
                "--shard",
                $"{index}/4",
                "--checkpoint",
                Part(index),
            ]);
            Assert.Equal(ExitCode.AsExpected, run.Code);
        }

        var three = await Run.Of("merge", Part(1), Part(2), Part(4), "--missing", folder.File("todo"));
        Assert.Equal(ExitCode.BadInput, three.Code);
        Assert.Equal("ntk: The parts cannot be merged: shard 3 of 4 missing or not finished.\n", three.Error);
        Assert.Equal("3", File.ReadAllText(folder.File("todo")));

        await Run.Of("merge", Part(4), Part(3), Part(2), Part(1), "--json", folder.File("merged"));
        Assert.Equal(Text("whole"), Text("merged"));
    }

    [Theory]
    [InlineData("--shard needs --checkpoint", "verify", "--shard", "1/2")]
    [InlineData("--shard is I/N", "verify", "--shard", "3/2", "--resume", "x")]
    [InlineData("give one of them", "verify", "--checkpoint", "x", "--resume", "y")]
    [InlineData("needs the name of a file", "verify", "--resume", "")]
    [InlineData("takes seed and budget from its file", "verify", "--baseline", "x", "--seed", "3")]
    [InlineData("the baseline cannot be read", "verify", "--baseline", "absent")]
    [InlineData("the checkpoint cannot be read", "merge", "absent")]
    public async Task Bad_usage_gives_one_sentence(string sentence, params string[] args)
    {
        var run = await Run.Of(args);
        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Contains(sentence, run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_checkpoint_that_is_there_is_not_begun_again()
    {
        await Run.Of("verify", "regions", "--budget", "smoke", "--checkpoint", Part(1));
        var run = await Run.Of("verify", "regions", "--budget", "smoke", "--checkpoint", Part(1));
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("is there already", run.Error);
    }

    private string Part(int index) => folder.File($"part-{index}");

    private string Text(string name) =>
        Regex.Replace(File.ReadAllText(folder.File(name)), "\"(seconds|workers)\": [0-9.]+", "");

    private static Process Begin(string[] arguments) =>
        System.Diagnostics.Process.Start(
            new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ntk.dll"), .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;

    /// <summary>Runs the program as a process of its own, and kills it after a time where one is given.</summary>
    private static async Task Process(string[] arguments, TimeSpan? life)
    {
        using var process = Begin(arguments);
        var read = Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(),
            process.StandardError.ReadToEndAsync()
        );
        if (life is { } span)
        {
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(span));
            process.Kill();
        }

        await process.WaitForExitAsync();
        await read;
    }
}
