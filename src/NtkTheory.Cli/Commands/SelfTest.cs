namespace NtkTheory.Cli.Commands;

/// <summary>A question with a known answer.</summary>
/// <param name="Name">What is asked.</param>
/// <param name="Passes">Whether the answer is right.</param>
internal sealed record SelfTest(string Name, Func<bool> Passes)
{
    /// <summary>All of them, a second together.</summary>
    public static IReadOnlyList<SelfTest> All { get; } =
    [
        new("the built-in data set is read", () => Dataset.Iris is { RowsInFile: 150, Dimension: 4 }),
        new("the tangent Gram matrix of the built-in data is positive definite", IsDefinite),
        new("a true claim holds", () => Judged(0.5) == VerdictKind.Holds),
        new("a false claim is refuted", () => Judged(0.4) == VerdictKind.Refuted),
    ];

    private static bool IsDefinite() => GramMatrix.Tangent(Dataset.Iris).SmallestEigenvalue.Lower > 0.0;

    /// <summary>Young's inequality, whose constant is 1/2.</summary>
    private static VerdictKind Judged(double constant)
    {
        var theorem = Claim
            .About("doctor/young", random => (A: random.NextDouble(), B: random.NextDouble()))
            .Measures(pair => pair.A * pair.B)
            .IsAtMost(pair => constant * (pair.A * pair.A + pair.B * pair.B))
            .BreaksWhenScaled(0.5)
            .BreaksWith("the square of the first alone", pair => pair.A * pair.A)
            .ToTheorem();
        return Verifier.Verify(theorem).Kind;
    }
}
