using System.Globalization;
using Xunit;

namespace NtkTheory.Cli.Tests;

public sealed class ParameterSweepTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_bound_is_shown_along_the_width_with_its_order_as_csv_and_page()
    {
        var (csv, html) = (folder.File("sweep.csv"), folder.File("sweep.html"));
        var run = await Run.Of(
            "sweep",
            "linearization/smooth",
            "--over",
            "width=8..256",
            "--csv",
            csv,
            "--report",
            html
        );
        Assert.Equal(ExitCode.AsExpected, run.Code);
        Assert.Equal("... values of the parameter: 100 %", run.Error.TrimEnd().Split('\n')[^1]);
        // The bound is a constant over the square root of the width.
        Assert.Contains("The bound grows like Width^(-0.500 ±", run.Out);
        Assert.Contains("informative", run.Out);
        var lines = File.ReadAllLines(csv);
        Assert.Equal("series,Width,measured,measured_radius,bound,bound_radius", lines[0]);
        var widths = lines[1..]
            .Select(line => double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture));
        Assert.Equal([8.0, 16.0, 32.0, 64.0, 128.0, 256.0], widths);
        Assert.Contains("<svg", File.ReadAllText(html));
    }

    [Theory]
    [InlineData("has no parameter 'depth'; there are", "linearization/smooth", "--over", "depth=1..4")]
    [InlineData("--over is NAME=A..B", "linearization/smooth", "--over", "width=4..2")]
    [InlineData(
        "Width is a whole number of at most 2147483647, and 2.5 is none",
        "linearization/smooth",
        "--over",
        "width=2.5"
    )]
    [InlineData("and 1e+12 is none", "linearization/smooth", "--over", "width=1e12")]
    [InlineData("Width cannot be -1; random instances have ", "linearization/smooth", "--over", "width=-1")]
    [InlineData("Width cannot be 0; random instances have ", "linearization/smooth", "--over", "width=0,8")]
    [InlineData("no parameter is given; there are ", "linearization/smooth")]
    public async Task Bad_usage_gives_one_sentence(string sentence, params string[] args)
    {
        var run = await Run.Of(["sweep", .. args]);
        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Contains(sentence, run.Error);
    }

    [Fact]
    public async Task Quiet_shows_the_numbers_alone()
    {
        var run = await Run.Of("sweep", "linearization/smooth", "--over", "width=8,16", "--quiet");
        Assert.Equal((ExitCode.AsExpected, ""), (run.Code, run.Error));
        Assert.Contains("linearization/smooth: ", run.Out);
    }

    [Fact]
    public async Task A_stop_ends_the_work_with_a_line_and_leaves_no_file()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var csv = folder.File("sweep.csv");
        var run = await Run.Of(
            stop.Token,
            "sweep",
            "linearization/smooth",
            "--over",
            "width=8..256",
            "--csv",
            csv
        );
        Assert.Equal(new Run(ExitCode.Inconclusive, "", "ntk: stopped.\n"), run);
        Assert.False(File.Exists(csv));
    }
}
