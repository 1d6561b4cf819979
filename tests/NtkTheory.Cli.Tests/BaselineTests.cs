using Xunit;

namespace NtkTheory.Cli.Tests;

public sealed class BaselineTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_recording_is_compared_with_and_a_change_is_one_line_and_code_1()
    {
        var file = folder.File("baseline.json");
        var recorded = await Run.Of("baseline", "write", file, "regions", "--budget", "smoke");
        Assert.Equal((ExitCode.AsExpected, ""), (recorded.Code, recorded.Out));
        var same = await Run.Of("verify", "--baseline", file, "--quiet");
        Assert.Equal(ExitCode.AsExpected, same.Code);
        Assert.Contains("0 changes since the baseline", same.Out);

        var text = File.ReadAllText(file).Replace("\"verdict\":\"Holds\"", "\"verdict\":\"Refuted\"");
        var edited = folder.File("edited.json", text);
        var changed = await Run.Of("verify", "regions/zaslavsky", "--baseline", edited, "--quiet");
        Assert.Equal(ExitCode.Surprise, changed.Code);
        Assert.Contains("regions/zaslavsky: verdict was Refuted, is Holds\n1 change ", changed.Out);

        var diff = await Run.Of("baseline", "diff", file, edited);
        Assert.Equal(ExitCode.Surprise, diff.Code);
        Assert.Matches("regions/zaslavsky +Holds +[0-9.]+ +≠ +Refuted", diff.Out);
        Assert.Equal(ExitCode.AsExpected, (await Run.Of("baseline", "diff", file, file)).Code);
    }

    [Fact]
    public async Task What_is_no_recording_gives_one_sentence()
    {
        var run = await Run.Of("baseline", "diff", folder.File("text", "{}"), folder.File("text"));
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Equal($"ntk: {folder.File("text")} is no baseline of this program.\n", run.Error);
    }
}
