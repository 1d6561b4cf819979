namespace NtkTheory;

/// <summary>One instance on which a claim fails, as small as the search could make it.</summary>
/// <param name="Instance">The instance in words.</param>
/// <param name="Measured">The left side.</param>
/// <param name="Bound">The right side.</param>
/// <param name="Slack">The distance to the bound, negative by more than its radius.</param>
/// <param name="Token">What makes it again.</param>
public sealed record Counterexample(
    string Instance,
    Estimate Measured,
    Estimate Bound,
    Estimate Slack,
    ReplayToken Token
)
{
    internal static Counterexample Of(Claims.Counterexample example) =>
        new(
            example.Instance,
            Estimate.Of(example.Measured),
            Estimate.Of(example.Bound),
            Estimate.Of(example.Slack),
            new ReplayToken(example.Replay)
        );
}
