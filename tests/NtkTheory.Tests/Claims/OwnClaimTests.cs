using Xunit;

namespace NtkTheory.Tests.Claims;

public class OwnClaimTests
{
    private sealed record Pair(double A, double B);

    private static Pair Draw(Random random) => new(Rounded(random), Rounded(random));

    private static double Rounded(Random random) => Math.Round(20 * random.NextDouble() - 10, 3);

    private static IEnumerable<Pair> Smaller(Pair pair)
    {
        foreach (var a in new[] { 0.0, Math.Truncate(pair.A) }.Where(a => Math.Abs(a) < Math.Abs(pair.A)))
        {
            yield return pair with
            {
                A = a,
            };
        }

        foreach (var b in new[] { 0.0, Math.Truncate(pair.B) }.Where(b => Math.Abs(b) < Math.Abs(pair.B)))
        {
            yield return pair with
            {
                B = b,
            };
        }
    }

    // Young's inequality with the constant 1/2, which is sharp where both numbers are equal.
    private static ClaimBuilder<Pair> Young(double constant) =>
        Claim
            .About("mine/young", Draw)
            .Says("the product of two numbers is at most half the sum of their squares")
            .Shrinks(Smaller)
            .Measures(pair => pair.A * pair.B)
            .IsAtMost(pair => constant * (pair.A * pair.A + pair.B * pair.B))
            .BreaksWhenScaled(0.5)
            .BreaksWith("the square of the first alone", pair => pair.A * pair.A);

    [Fact]
    public void A_true_claim_holds()
    {
        var verdict = Verifier.Verify(Young(0.5).ToTheorem());
        Assert.Equal(VerdictKind.Holds, verdict.Kind);
        Assert.True(verdict.IsExpected);
        Assert.All(verdict.Controls, control => Assert.True(control.IsRefuted));
        Assert.InRange(verdict.Tightness, 0.5, 1.0);
    }

    [Fact]
    public void A_false_claim_is_refuted_by_a_small_instance()
    {
        var verdict = Verifier.Verify(Young(0.4).ToTheorem());
        Assert.Equal(VerdictKind.Refuted, verdict.Kind);
        Assert.False(verdict.IsExpected);
        Assert.True(verdict.Counterexample!.Slack.Upper < 0);
        Assert.StartsWith("Pair { A = ", verdict.Counterexample.Instance);
    }

    [Fact]
    public void A_counterexample_is_made_again_to_the_last_digit()
    {
        var theorem = Young(0.4).ToTheorem();
        var found = Verifier.Verify(theorem).Counterexample!;
        var again = Verifier.Replay(ReplayToken.Parse(found.Token.ToString()), null, theorem);
        Assert.True(again.IsViolated);
        Assert.Equal(
            (found.Instance, found.Measured, found.Bound, found.Slack),
            (again.Instance, again.Measured, again.Bound, again.Slack)
        );
    }

    [Fact]
    public void A_claim_about_chance_is_judged_by_its_failures()
    {
        // Hoeffding: the mean of n signs exceeds t with probability exp(-n t^2 / 2) at most; here exp(-2) = 0.135.
        var theorem = Claim
            .About("mine/hoeffding", random => random.Next(20, 60))
            .Measures((n, random) => Enumerable.Range(0, n).Sum(_ => random.Next(2) == 0 ? -1.0 : 1.0) / n)
            .IsAtMost(n => 2 / Math.Sqrt(n))
            .FailsWithProbabilityAtMost(0.136)
            .BreaksWith("zero in place of the deviation", _ => 0.0)
            .BreaksWhenScaled(0.1)
            .ToTheorem();
        var verdict = Verifier.Verify(theorem);
        Assert.True(verdict.Kind == VerdictKind.Holds, verdict.ToString());
        Assert.Equal(TheoremKind.Probabilistic, theorem.Kind);
    }

    [Theory]
    [InlineData(0.5, VerdictKind.Holds)]
    [InlineData(0.7, VerdictKind.Refuted)]
    public void A_claim_about_a_mean_is_judged_by_its_draws(double mean, VerdictKind expected)
    {
        var theorem = Claim
            .About("mine/uniform", random => random.Next(10))
            .Measures((_, random) => random.NextDouble())
            .IsEqualTo(_ => mean)
            .HoldsInTheMean(1.0 / 12.0, 0.5)
            .BreaksWhenScaled(2.5)
            .BreaksWhenScaled(4)
            .ToTheorem();
        var verdict = Verifier.Verify(theorem);
        Assert.True(verdict.Kind == expected, verdict.ToString());
    }

    [Fact]
    public void A_dropped_hypothesis_is_a_control()
    {
        var theorem = Claim
            .About("mine/root", random => random.NextDouble() + 1)
            .Given("at least 1", x => x >= 1)
            .Measures(Math.Sqrt)
            .IsAtMost(x => x)
            .BreaksWithout("at least 1", random => random.NextDouble())
            .BreaksWhenScaled(0.5)
            .ToTheorem();
        Assert.Equal(VerdictKind.Holds, Verifier.Verify(theorem).Kind);
        Assert.Equal(["dropped: at least 1", "bound multiplied by 0.5"], theorem.Controls);
    }

    [Fact]
    public void A_control_that_survives_leaves_the_verdict_open()
    {
        var verdict = Verifier.Verify(Young(0.5).BreaksWith("nothing at all", _ => 1e9).ToTheorem());
        Assert.Equal(
            (VerdictKind.Inconclusive, "underpowered: not refuted: nothing at all"),
            (verdict.Kind, verdict.Reason)
        );
    }

    [Fact]
    public void An_exception_is_a_fault()
    {
        var theorem = Young(0.5).Measures(_ => throw new InvalidOperationException("no")).ToTheorem();
        Assert.Equal(VerdictKind.Faulted, Verifier.Verify(theorem).Kind);
    }

    [Fact]
    public void A_claim_without_its_parts_is_refused()
    {
        var begun = Claim.About("mine/young", Draw);
        Assert.Contains(
            "what it measures",
            Assert.Throws<InvalidOperationException>(() => begun.ToTheorem()).Message
        );
        begun = begun.Measures(pair => pair.A);
        Assert.Contains("a bound", Assert.Throws<InvalidOperationException>(() => begun.ToTheorem()).Message);
        begun = begun.IsAtMost(pair => pair.B).BreaksWhenScaled(0.5);
        Assert.Contains(
            "two controls",
            Assert.Throws<InvalidOperationException>(() => begun.ToTheorem()).Message
        );
        Assert.Throws<InvalidOperationException>(() => begun.BreaksWithout("unknown", Draw).ToTheorem());
        Assert.Throws<ArgumentException>(() => Claim.About("young", Draw));
    }
}
