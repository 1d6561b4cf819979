namespace NtkTheory.Cli.Terminals;

/// <summary>Numbers of things in words.</summary>
internal static class Plural
{
    /// <summary>"1 page", "3 pages": a count before a noun that takes an s.</summary>
    public static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
