using Xunit;

namespace NtkTheory.Cli.Tests;

public sealed class DocsTests : IDisposable
{
    private static readonly string[] What = ["regions", "gram/hermite-pd", "--budget", "smoke"];
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Pages_are_written_and_a_stale_one_is_named()
    {
        var pages = folder.File("pages");
        Assert.Equal(ExitCode.AsExpected, (await Run.Of(["docs", "write", pages, .. What])).Code);
        var topic = File.ReadAllText(Path.Combine(pages, "regions.md"));
        Assert.Contains("regions/zaslavsky", topic);
        Assert.Contains("**Verdict: Holds**", topic);
        var wrong = File.ReadAllText(Path.Combine(pages, "what-the-notes-get-wrong.md"));
        Assert.Contains("**Counterexample.**", wrong);
        Assert.Contains("ntk replay gram/hermite-pd~", wrong);
        Assert.Contains("gram.md#gram-hermite-pd-repaired", wrong);
        Assert.Equal(ExitCode.AsExpected, (await Run.Of(["docs", "check", pages, .. What])).Code);

        File.AppendAllText(Path.Combine(pages, "regions.md"), "edited");
        var stale = await Run.Of(["docs", "check", pages, .. What]);
        Assert.Equal(ExitCode.Surprise, stale.Code);
        Assert.Contains("regions.md is stale.\n1 of 4 pages are stale.", stale.Out);
    }
}
