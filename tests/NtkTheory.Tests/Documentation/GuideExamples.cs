using NtkTheory.Testing;
using Xunit;

namespace NtkTheory.Tests.Documentation;

/// <summary>The C# of the guide, which a test compares with it.</summary>
public class GuideExamples
{
    [Theory, TheoremData("regions", Timeout = 120_000)]
    public void The_theorems_on_regions_hold(TheoremCase theorem) => theorem.Verify();

    [Fact]
    public void The_examples_of_the_guide_run()
    {
        var theorem = TheoremCatalog.Find("regions/zaslavsky")!;
        var options = VerificationOptions.Default with { Budget = VerificationBudget.Smoke, Seed = 7 };
        var verdict = Verifier.Verify(theorem, options);
        Assert.Equal(VerdictKind.Holds, verdict.Kind);

        var young = Claim
            .About("mine/young", random => (A: random.NextDouble(), B: random.NextDouble()))
            .Says("The product of two numbers is at most half the sum of their squares")
            .Measures(pair => pair.A * pair.B)
            .IsAtMost(pair => (pair.A * pair.A + pair.B * pair.B) / 2)
            .BreaksWhenScaled(0.5)
            .BreaksWith("the square of the first alone", pair => pair.A * pair.A)
            .ToTheorem();
        Assert.Equal(VerdictKind.Holds, Verifier.Verify(young, options).Kind);

        var before = Baseline.Record(["mine/young"], Verifier.Verify([young], options));
        var after = Baseline.Record(["mine/young"], before.Verify([young]));
        Assert.Empty(before.ChangesTo(after));
    }
}
