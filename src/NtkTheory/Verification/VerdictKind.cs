namespace NtkTheory;

/// <summary>The outcome of a check. A test is no proof.</summary>
public enum VerdictKind
{
    /// <summary>Not refuted by a search that did refute every broken version.</summary>
    Holds,

    /// <summary>An instance violates it by more than all errors, or its violations are too many for chance.</summary>
    Refuted,

    /// <summary>The budget could not tell; the reason says why.</summary>
    Inconclusive,

    /// <summary>The data break a hypothesis; the reason names it and the rows.</summary>
    NotApplicable,

    /// <summary>The check itself failed; the reason is its message.</summary>
    Faulted,

    /// <summary>A definition or a recalled fact: nothing to compute.</summary>
    NotCheckable,

    /// <summary>A figure is reported and nothing judged.</summary>
    Reported,
}
