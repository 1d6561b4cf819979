using NtkTheory;
using NtkTheory.Testing;
using Xunit;
using Xunit.Sdk;

namespace Consumer;

public class ConsumerTests
{
    [Theory, TheoremData("regions", Timeout = 120_000)]
    public void The_theorems_on_regions_hold(TheoremCase theorem) => theorem.Verify();

    [Fact]
    public void A_claim_of_ones_own_holds() => TheoremTest.Verify(Young(0.5));

    [Fact]
    public void A_false_claim_fails_with_its_replay_token()
    {
        var failure = Assert.Throws<XunitException>(() => TheoremTest.Verify(Young(0.4)));
        Assert.Contains("replay token: mine/young~", failure.Message);
    }

    [Fact]
    public void A_test_can_be_cancelled() =>
        Assert.ThrowsAny<OperationCanceledException>(() =>
            TheoremTest.Verify(Young(0.5), new CancellationToken(canceled: true))
        );

    private static Theorem Young(double constant) =>
        Claim
            .About("mine/young", random => (A: random.NextDouble(), B: random.NextDouble()))
            .Measures(pair => pair.A * pair.B)
            .IsAtMost(pair => constant * (pair.A * pair.A + pair.B * pair.B))
            .BreaksWhenScaled(0.5)
            .BreaksWith("the square of the first alone", pair => pair.A * pair.A)
            .ToTheorem();
}
