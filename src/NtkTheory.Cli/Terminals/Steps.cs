namespace NtkTheory.Cli.Terminals;

/// <summary>A line for each step of a work.</summary>
internal sealed class Steps(TextWriter writer) : IProgress<string>
{
    public void Report(string value) => writer.WriteLine($"... {value}");
}
