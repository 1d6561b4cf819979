namespace NtkTheory;

/// <summary>An instance made again from its token.</summary>
/// <param name="Theorem">The theorem.</param>
/// <param name="Instance">The instance in words.</param>
/// <param name="Measured">The left side.</param>
/// <param name="Bound">The right side.</param>
/// <param name="Slack">The distance to the bound.</param>
/// <param name="IsViolated">Whether the claim fails there.</param>
public sealed record Replayed(
    Theorem Theorem,
    string Instance,
    Estimate Measured,
    Estimate Bound,
    Estimate Slack,
    bool IsViolated
);
