using Xunit;

namespace NtkTheory.Cli.Tests;

public sealed class BadDataTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("a,label\n1,0\n\n2,1\n", "line 3 is empty")]
    [InlineData("a,label\n1,0\n2\n", "line 3 has 1 value where the header has 2")]
    [InlineData("a,label\n1,0\nNaN,1\n", "'NaN' is not a finite number")]
    [InlineData("a,label\n1,0\ntwo,1\n", "'two' is not a number")]
    [InlineData("a,label\n1,0\n", "a single row")]
    [InlineData("a,b,label\n1,7,0\n2,7,1\n", "the value is 7 in all 2 rows")]
    [InlineData("a,b\n1,7\n2,8\n", "no column is called 'label'")]
    public async Task A_bad_file_gives_one_sentence(string text, string sentence)
    {
        var file = folder.File("bad.csv", text);
        Complains(await Run.Of("verify", "--data", file, "--label", "label"), sentence);
        Complains(await Run.Of("verify", "regions", "--data", file), sentence);
    }

    [Fact]
    public async Task What_is_no_file_gives_one_sentence()
    {
        Complains(await Run.Of("verify", "--data", Path.GetTempPath()), "this is a directory, not a file");
        Complains(await Run.Of("verify", "--data", folder.File("absent.csv")), "there is no such file");
        Complains(await Run.Of("verify", "--data", ""), "--data needs the name of a file");
    }

    private static void Complains(Run run, string sentence)
    {
        Assert.Equal((3, ""), (run.Code, run.Out));
        Assert.Contains(sentence, run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }
}
