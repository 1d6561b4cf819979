using System.Text.RegularExpressions;
using Xunit;

namespace NtkTheory.Cli.Tests;

/// <summary>The blocks of the guide: those in a language stand in files that are compiled and run, the rest is run here.</summary>
public sealed partial class GuideTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("csharp", "tests/NtkTheory.Tests/Documentation/GuideExamples.cs")]
    [InlineData("fsharp", "tests/consumers/fsharp/ConsumerTests.fs")]
    public void Code_stands_in_a_file_that_is_compiled_and_run(string language, string file)
    {
        var compiled = Words(File.ReadAllText(Path.Combine(Repository.Root, file)));
        Assert.All(Blocks(language), block => Assert.Contains(Words(block), compiled));
        Assert.NotEmpty(Blocks(language));
    }

    [Fact]
    public async Task Commands_run()
    {
        foreach (var line in Blocks("").SelectMany(block => block.Split('\n')).Where(IsCommand))
        {
            // Files of the guide are made in a folder of the test.
            string[] words =
            [
                .. line.Split(' ')[1..].Select(word => IsFile(word) ? folder.File(word) : word),
            ];
            var run = await Run.Of(words);
            Assert.True(run.Code is ExitCode.AsExpected, $"{line}: {run.Code} {run.Error}");
        }
    }

    private static List<string> Blocks(string language) =>
        [
            .. Block()
                .Matches(File.ReadAllText(Path.Combine(Repository.Root, "src", "docs", "guide.md")))
                .Where(block => block.Groups[1].Value == language)
                .Select(block => block.Groups[2].Value.Trim()),
        ];

    private static bool IsCommand(string line) => line.StartsWith("ntk ", StringComparison.Ordinal);

    private static bool IsFile(string word) =>
        word.Contains(".json") || word.EndsWith(".csv") || word.EndsWith(".html");

    private static string Words(string code) => Spaces().Replace(code, " ");

    [GeneratedRegex("```(\\w*)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
