namespace NtkTheory.Cli.Commands;

/// <summary>Statements by name, with a suggestion where a name is unknown.</summary>
internal static class Selection
{
    /// <summary>The statements that the names select; the flagship set where there is none.</summary>
    public static IReadOnlyList<Theorem> Of(IReadOnlyList<string> names)
    {
        try
        {
            return TheoremCatalog.Select(names);
        }
        catch (ArgumentException unknown)
        {
            throw new InputException(unknown.Message);
        }
    }
}
