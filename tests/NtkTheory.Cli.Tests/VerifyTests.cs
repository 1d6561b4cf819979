using System.Text.Json;
using Xunit;

namespace NtkTheory.Cli.Tests;

public sealed class VerifyTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    private async Task<JsonElement> Json(params string[] args)
    {
        var run = await Run.Of(["verify", .. args, "--json", "-", "--quiet"]);
        return JsonDocument.Parse(run.Out).RootElement.Clone();
    }

    [Fact]
    public async Task A_verdict_table_shows_each_statement()
    {
        var run = await Run.Of("verify", "regions", "--budget", "smoke");
        Assert.Equal(0, run.Code);
        Assert.Contains("✓  regions/zaslavsky", run.Out);
        Assert.Contains("All as expected.", run.Out);
        Assert.Contains("regions/zaslavsky: Holds", run.Error);
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public async Task Quiet_leaves_the_closing_line_alone()
    {
        var run = await Run.Of("verify", "regions/zaslavsky", "--quiet");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Single(run.Out.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Json_has_the_documented_properties_in_their_order()
    {
        var report = await Json(
            "regions/zaslavsky",
            "--seed",
            "7",
            "--budget",
            "smoke",
            "--workers",
            "1",
            "--draws",
            "60"
        );
        Assert.Equal(
            [
                "version",
                "seed",
                "backend",
                "workers",
                "budget",
                "falseAlarmRate",
                "partial",
                "data",
                "theorems",
            ],
            report.EnumerateObject().Select(property => property.Name)
        );
        Assert.Equal(
            (7, 1),
            (report.GetProperty("seed").GetInt32(), report.GetProperty("workers").GetInt32())
        );
        Assert.Equal("smoke, 60 draws", report.GetProperty("budget").GetString());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("data").ValueKind);
        var theorem = report.GetProperty("theorems")[0];
        Assert.Equal(
            "id topic title kind status expected verdict reason instances discards evaluations slack radius tightness seconds controls counterexample",
            string.Join(' ', theorem.EnumerateObject().Select(property => property.Name))
        );
        Assert.Equal(
            ["breaks", "refuted"],
            theorem.GetProperty("controls")[0].EnumerateObject().Select(property => property.Name)
        );
    }

    [Fact]
    public async Task Workers_change_nothing_but_seconds_and_their_own_field()
    {
        var one = await Lines("1");
        Assert.Equal(one, await Lines("2"));
        Assert.Equal(one, await Lines("8"));

        async Task<string> Lines(string workers)
        {
            // Each kind of claim, false statements, and claims on data.
            string[] ids =
            [
                "gram/h*",
                "regions/zaslavsky",
                "margin/kkt",
                "paths/ntk-diagonal-mean*",
                "widths/jl",
                "bayesian-linear/marchenko-pastur",
            ];
            string[] options =
            [
                "--data",
                "iris",
                "--budget",
                "smoke",
                "--workers",
                workers,
                "--json",
                "-",
                "--quiet",
            ];
            var run = await Run.Of(["verify", .. ids, .. options]);
            var lines = run.Out.Split('\n');
            return string.Join(
                '\n',
                lines.Where(l => !l.Contains("\"seconds\":") && !l.Contains("\"workers\":"))
            );
        }
    }

    [Theory]
    [InlineData("iris")]
    [InlineData("wine")]
    [InlineData("breast_cancer")]
    [InlineData("diabetes")]
    [InlineData("digits")]
    public async Task The_five_data_sets_are_accepted(string name)
    {
        var report = await Json(
            "regions/zaslavsky",
            "--data",
            Path.Combine("Data", name + ".csv"),
            "--label",
            "label"
        );
        Assert.Equal(name + ".csv", report.GetProperty("data").GetProperty("name").GetString());
        Assert.Contains("norm", report.GetProperty("data").GetProperty("preparation").ToString());
    }

    [Fact]
    public async Task The_report_is_a_document()
    {
        var file = folder.File("out.md");
        var run = await Run.Of("verify", "regions", "--budget", "smoke", "--report", file, "--quiet");
        Assert.Equal(0, run.Code);
        Assert.Contains("regions/zaslavsky", File.ReadAllText(file));
    }

    [Fact]
    public async Task A_run_that_is_stopped_leaves_a_valid_partial_report()
    {
        var file = folder.File(
            "out.json",
            "an older report, longer than the new one may be" + new string('.', 10_000)
        );
        var run = await Run.Of(new CancellationToken(true), "verify", "all", "--json", file);
        Assert.Equal(2, run.Code);
        Assert.Contains("Stopped after 0 of ", run.Out);
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        Assert.True(json.RootElement.GetProperty("partial").GetBoolean());
    }
}
