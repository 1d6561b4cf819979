namespace NtkTheory;

/// <summary>What a width theorem says of a data set, and what was seen.</summary>
/// <param name="TheoremId">The theorem's id in the catalog.</param>
/// <param name="Part">Which of its conclusions or proofs, where there is more than one line on it; else empty.</param>
/// <param name="Title">The guarantee in a line.</param>
/// <param name="Failing">Hypotheses that the data break, with the offending rows; empty where it applies.</param>
/// <param name="DemandedWidth">The width that the theorem demands; NaN where it names none or does not apply.</param>
/// <param name="ObservedWidth">The smallest width at which the conclusion held in all runs; null where there was none.</param>
/// <param name="Conclusion">What was checked, with its numbers.</param>
public sealed record WidthGuarantee(
    string TheoremId,
    string Part,
    string Title,
    IReadOnlyList<string> Failing,
    double DemandedWidth,
    int? ObservedWidth,
    string Conclusion
)
{
    /// <summary>Whether the theorem speaks of the data.</summary>
    public bool Applies => Failing.Count == 0;

    /// <summary>The width demanded over the width observed; null where one of them is missing.</summary>
    public double? Ratio => ObservedWidth is { } width && DemandedWidth > 0.0 ? DemandedWidth / width : null;
}
