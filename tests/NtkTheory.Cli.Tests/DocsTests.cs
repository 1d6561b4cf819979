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
        Assert.Contains("regions.md is stale.\n1 of 4 pages is stale.", stale.Out);
    }

    [Fact]
    public async Task A_page_that_is_no_longer_written_is_stale_and_goes()
    {
        var pages = folder.File("pages");
        await Run.Of(["docs", "write", pages, .. What]);
        File.WriteAllText(Path.Combine(pages, "notes.md"), "somebody's own");
        var fewer = await Run.Of("docs", "check", pages, "regions", "--budget", "smoke");
        Assert.Contains("gram.md is stale.", fewer.Out);
        await Run.Of("docs", "write", pages, "regions", "--budget", "smoke");
        string[] left = ["index.md", "notes.md", "regions.md", "what-the-notes-get-wrong.md"];
        Assert.Equal(left, Directory.GetFiles(pages).Select(Path.GetFileName).Order());
    }

    /// <summary>The pages of the repository, which <c>.ci/record</c> writes anew.</summary>
    [Fact]
    public async Task The_committed_pages_are_those_of_this_version()
    {
        var pages = Path.Combine(Repository.Root, "src", "docs", "theorems");
        var run = await Run.Of("docs", "check", pages, "all");
        Assert.True(run.Code == ExitCode.AsExpected, $"{run.Out}After a look, .ci/record writes them anew.");
    }
}
