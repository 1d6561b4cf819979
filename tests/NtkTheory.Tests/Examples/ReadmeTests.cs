using System.Text.RegularExpressions;
using Xunit;

namespace NtkTheory.Tests.Examples;

public partial class ReadmeTests
{
    [Theory]
    [InlineData(0, "Library.cs")]
    [InlineData(1, "OwnClaim.cs")]
    public void The_code_of_the_readme_is_the_code_that_is_tested(int block, string example)
    {
        var code = CodeBlock().Matches(Resource("README.md"))[block].Groups[1].Value;
        Assert.Contains(Lines(code), Lines(Resource(example)));
    }

    [Fact]
    public void The_readme_explains_every_exit_code_of_a_verification() =>
        Assert.All(Enumerable.Range(0, 5), code => Assert.Contains($"**{code}**", Resource("README.md")));

    [Fact]
    public void The_library_example_runs()
    {
        var (output, console) = (new StringWriter(), Console.Out);
        Console.SetOut(TextWriter.Synchronized(output));
        Library.Run();
        Console.SetOut(console);
        Assert.Contains("lambda_min = ", output.ToString());
        Assert.Contains("gram/hermite-pd: Refuted", output.ToString());
    }

    [Fact]
    public void The_claim_of_ones_own_holds() => Assert.Equal(VerdictKind.Holds, OwnClaim.Run().Kind);

    private static string Lines(string text) =>
        string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    private static string Resource(string name)
    {
        using var stream = typeof(ReadmeTests).Assembly.GetManifestResourceStream(name)!;
        return new StreamReader(stream).ReadToEnd();
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
