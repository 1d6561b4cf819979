using Xunit;

namespace NtkTheory.Cli.Tests;

public class UsageTests
{
    [Theory]
    [InlineData("Say what to do: verify, list")]
    [InlineData("'verfy' is no command; did you mean verify? See 'ntk --help'.", "verfy")]
    [InlineData("'qqqq' is no command; there are verify, list", "qqqq")]
    [InlineData(
        "There is no option --sed; did you mean --seed? See 'ntk verify --help'.",
        "verify",
        "--sed",
        "3"
    )]
    [InlineData("There is no option --qqqq. See 'ntk doctor --help'.", "doctor", "--qqqq")]
    [InlineData("Say what to do: write, diff. See 'ntk baseline --help'.", "baseline")]
    [InlineData("See 'ntk baseline write --help'.", "baseline", "write")]
    [InlineData("'slrm' is no command; did you mean slurm? See 'ntk cluster --help'.", "cluster", "slrm")]
    [InlineData("--seed is a whole number", "verify", "--seed", "abc")]
    [InlineData("--workers is a whole number from 1 to 1024, not '0'.", "verify", "--workers", "0")]
    [InlineData("--instances is a whole number from 1 on, not '-3'.", "verify", "--instances", "-3")]
    [InlineData("--budget is one of smoke, standard, thorough, not 'huge'.", "verify", "--budget", "huge")]
    [InlineData(
        "--normalize is one of none, unit, standardize-unit, not 'l1'.",
        "verify",
        "--normalize",
        "l1"
    )]
    [InlineData("Unrecognized", "doctor", "now")]
    [InlineData("did you mean regions/zaslavsky", "verify", "regions/zaslavski")]
    [InlineData("did you mean regions", "verify", "region")]
    [InlineData("did you mean linearization, initialization or linearization/relu?", "show", "lineariztion")]
    [InlineData("did you mean regions/zaslavsky", "show", "regions/zaslavski")]
    [InlineData(
        "No statement or topic is called 'qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq'.",
        "list",
        "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
    )]
    [InlineData("'word' is no replay token.", "replay", "word")]
    [InlineData("this cannot be written here", "verify", "regions", "--json", "/no/such/folder/report.json")]
    [InlineData("/: this is a directory, not a file.", "verify", "regions", "--report", "/")]
    [InlineData(".: this is a directory, not a file.", "verify", "regions", "--report", ".")]
    [InlineData(".: this is a directory, not a file.", "verify", "regions", "--resume", ".")]
    [InlineData("no-such-folder: there is no such folder.", "docs", "check", "no-such-folder", "regions")]
    public async Task Bad_usage_gives_one_sentence(string sentence, params string[] args)
    {
        var run = await Run.Of(args);
        Assert.Equal(3, run.Code);
        Assert.Equal("", run.Out);
        Assert.Contains(sentence, run.Error);
        Assert.StartsWith("ntk: ", run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("verify", "--help")]
    [InlineData("replay", "-h")]
    public async Task Help_ends_with_the_exit_codes_and_is_no_wider_than_a_terminal(params string[] args)
    {
        var run = await Run.Of(args);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("Exit codes:", run.Out);
        Assert.All(Enumerable.Range(0, 5), code => Assert.Contains($"\n  {code}  ", run.Out));
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public async Task The_version_is_that_of_the_library() =>
        Assert.Equal(Engine.Version, (await Run.Of("--version")).Out.Trim());

    [Fact]
    public async Task The_doctor_finds_everything_in_order()
    {
        var run = await Run.Of("doctor");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains($"ntk        {Engine.Version}", run.Out);
        Assert.Contains($"backend    {Engine.Backend}", run.Out);
        Assert.DoesNotContain("FAILED", run.Out);
    }
}
