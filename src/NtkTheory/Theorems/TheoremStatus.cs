namespace NtkTheory;

/// <summary>What the catalog says of a statement's truth.</summary>
public enum TheoremStatus
{
    /// <summary>True, as proved in the source.</summary>
    Proved,

    /// <summary>False as printed; <see cref="Theorem.RelatedId"/> is the repaired version.</summary>
    FalseAsStated,

    /// <summary>The corrected version of a false statement, which is <see cref="Theorem.RelatedId"/>.</summary>
    Repairs,

    /// <summary>Believed but not proved; also a user's own claim.</summary>
    Conjectured,

    /// <summary>A notion, not a claim.</summary>
    Definition,

    /// <summary>Recalled from elsewhere and not checkable by computation.</summary>
    Cited,

    /// <summary>An observation whose experiment reports a figure and no truth.</summary>
    Empirical,
}
