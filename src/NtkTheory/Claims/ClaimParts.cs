namespace NtkTheory;

/// <summary>The side of the bound on which the left side must lie.</summary>
internal enum ClaimRelation
{
    AtMost,
    AtLeast,
    Equals,
}

/// <summary>What the relation must hold of.</summary>
internal abstract record ClaimJudgement
{
    /// <summary>Each instance.</summary>
    internal sealed record ForEach : ClaimJudgement;

    /// <summary>All draws but a few.</summary>
    internal sealed record Rarely(double Failure) : ClaimJudgement;

    /// <summary>The mean of the draws.</summary>
    internal sealed record InTheMean(double Variance, double Resolution) : ClaimJudgement;
}

/// <summary>A broken version of a claim: without a hypothesis, with another bound, on other instances.</summary>
internal sealed record ClaimControl<T>(
    string Breaks,
    string? Without,
    Func<T, double>? Bound,
    Func<Random, T>? Instance
);
