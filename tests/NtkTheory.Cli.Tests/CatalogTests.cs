using System.Text.Json;
using Xunit;

namespace NtkTheory.Cli.Tests;

public class CatalogTests
{
    [Fact]
    public async Task The_list_has_a_line_for_each_statement()
    {
        var run = await Run.Of("list");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(TheoremCatalog.All.Count, run.Out.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task The_list_as_json_has_the_documented_properties()
    {
        using var json = JsonDocument.Parse((await Run.Of("list", "--json")).Out);
        Assert.Equal(
            TheoremCatalog.All.Select(theorem => theorem.Id),
            json.RootElement.EnumerateArray().Select(item => item.GetProperty("id").GetString())
        );
        Assert.All(
            json.RootElement.EnumerateArray(),
            item =>
                Assert.Equal(
                    "id topic title kind status sharpness source statement",
                    string.Join(' ', item.EnumerateObject().Select(property => property.Name))
                )
        );
    }

    [Fact]
    public async Task A_topic_can_be_listed() =>
        Assert.All(
            (await Run.Of("list", "regions")).Out.TrimEnd().Split('\n'),
            line => Assert.StartsWith("regions/", line)
        );

    [Fact]
    public async Task A_page_tells_what_is_known_of_a_statement()
    {
        var run = await Run.Of("show", "regions/zaslavsky");
        Assert.Equal((0, ""), (run.Code, run.Error));
        string[] headings =
        [
            "Statement",
            "Source",
            "Status",
            "Kind",
            "How it is measured",
            "Broken versions that must be refuted",
        ];
        Assert.All(headings, heading => Assert.Contains($"\n{heading}\n", run.Out));
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public async Task Every_statement_has_a_page() =>
        Assert.Equal(0, (await Run.Of(["show", .. TheoremCatalog.All.Select(theorem => theorem.Id)])).Code);
}
