using System.CommandLine;

namespace NtkTheory.Cli.Commands;

/// <summary>The options that say how much is judged, and how.</summary>
internal sealed class BudgetArguments
{
    private readonly Option<string> budget = Choices.Of(
        "--budget",
        "How much work a verdict may cost.",
        "standard",
        "smoke",
        "standard",
        "thorough"
    );

    private readonly Option<int?> instances = Choices.Whole(
        "--instances",
        "Random instances in place of the budget's.",
        1
    );

    private readonly Option<int?> draws = Choices.Whole(
        "--draws",
        "Draws at an instance in place of the budget's.",
        1
    );

    private readonly Option<int?> seed = Choices.Whole("--seed", "Where all randomness starts [default: 0].");

    private readonly Option<int?> workers = Choices.Whole(
        "--workers",
        "Statements judged at the same time [default: the number of processors]; verdicts do not depend on it.",
        1,
        1024
    );

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] all = [budget, instances, draws, seed, workers];
        foreach (var option in all)
        {
            command.Add(option);
        }
    }

    /// <summary>What was given of those that change a verdict, such as "--seed"; null where nothing was.</summary>
    public string? FirstGiven(ParseResult parsed)
    {
        Option[] deciding = [budget, instances, draws, seed];
        return deciding.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;
    }

    /// <summary>What was given of those that change a verdict, as words of a command line.</summary>
    public IEnumerable<string> Words(ParseResult parsed) =>
        GivenWords.Of(parsed, budget, instances, draws, seed);

    /// <summary>The options of a verification on the given data.</summary>
    public VerificationOptions Read(ParseResult parsed, Dataset? points)
    {
        var named = parsed.GetValue(budget) switch
        {
            "smoke" => VerificationBudget.Smoke,
            "thorough" => VerificationBudget.Thorough,
            _ => VerificationBudget.Standard,
        };
        var usual = VerificationOptions.Default;
        return usual with
        {
            Seed = parsed.GetValue(seed) ?? usual.Seed,
            Workers = parsed.GetValue(workers) ?? usual.Workers,
            Data = points,
            Budget = named with
            {
                Instances = parsed.GetValue(instances) ?? named.Instances,
                Draws = parsed.GetValue(draws) ?? named.Draws,
            },
        };
    }
}
