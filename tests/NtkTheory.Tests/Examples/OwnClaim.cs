namespace NtkTheory.Tests.Examples;

internal static class OwnClaim
{
    public static Verdict Run()
    {
        // csharpier-ignore-start
        var theorem = Claim
            .About("mine/young", random => (A: random.Next(-9, 10), B: random.Next(-9, 10)))
            .Says("the product of two numbers is at most half the sum of their squares")
            .Shrinks(pair => new[] { (A: pair.A / 2, pair.B), (pair.A, B: pair.B / 2) }.Where(p => p != pair))
            .Measures(pair => pair.A * pair.B)
            .IsAtMost(pair => 0.5 * (pair.A * pair.A + pair.B * pair.B))
            .BreaksWhenScaled(0.9)
            .BreaksWith("the square of the first alone", pair => pair.A * pair.A)
            .ToTheorem();
        var verdict = Verifier.Verify(theorem);
        Console.WriteLine(verdict.Kind); // Holds; with 0.4 for 0.5: Refuted, and verdict.Counterexample is (1, 1)
        // csharpier-ignore-end
        return verdict;
    }
}
