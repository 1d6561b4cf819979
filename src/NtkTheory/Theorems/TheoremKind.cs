namespace NtkTheory;

/// <summary>What kind of truth is claimed, and so how it is judged.</summary>
public enum TheoremKind
{
    /// <summary>An inequality that holds for each instance.</summary>
    Deterministic,

    /// <summary>An equality that holds for each instance.</summary>
    Identity,

    /// <summary>An inequality that fails with at most a stated probability.</summary>
    Probabilistic,

    /// <summary>A statement about the mean over the draws.</summary>
    Expectation,

    /// <summary>A statement about an order of growth.</summary>
    Rate,

    /// <summary>A statement about the distribution of the draws.</summary>
    Law,

    /// <summary>A definition or a recalled fact, without a check.</summary>
    Statement,

    /// <summary>A measurement that reports a figure and judges nothing.</summary>
    Experiment,
}
