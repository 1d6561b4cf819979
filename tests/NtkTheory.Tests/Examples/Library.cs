namespace NtkTheory.Tests.Examples;

internal static class Library
{
    public static void Run()
    {
        var data = Dataset.Load("wine.csv", "label");
        var gram = GramMatrix.Tangent(data);
        Console.WriteLine($"lambda_min = {gram.SmallestEigenvalue}");

        var options = new VerificationOptions { Data = data, Budget = VerificationBudget.Smoke };
        var report = Verifier.Verify(TheoremCatalog.Select(["gram"]), options);
        foreach (var verdict in report.Verdicts)
        {
            Console.WriteLine($"{verdict.Theorem.Id}: {verdict.Kind} {verdict.Counterexample?.Instance}");
        }
    }
}
