namespace NtkTheory;

/// <summary>Where a statement stands.</summary>
/// <param name="Document">The document.</param>
/// <param name="Lecture">The lecture within it, by number or date; may be empty.</param>
/// <param name="Number">The number or name of the statement there; may be empty.</param>
/// <param name="Paper">The paper that it comes from, where one is named; otherwise empty.</param>
public sealed record Source(string Document, string Lecture, string Number, string Paper)
{
    /// <summary>The parts that are not empty, separated by commas.</summary>
    public override string ToString() =>
        string.Join(", ", new[] { Document, Lecture, Number, Paper }.Where(part => part.Length > 0));
}
