using System.CommandLine;
using System.Diagnostics;
using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Commands;

/// <summary><c>ntk verify</c>: judges statements and says whether every verdict is the expected one.</summary>
internal sealed class VerifyCommand
{
    private readonly Argument<string[]> names = new("ID|TOPIC|all")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description =
            "What to judge: ids, topics, 'gram/*' or 'all'; nothing for the flagship set on the built-in data.",
    };

    private readonly DataArguments data = new();

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

    private readonly Option<string> json = new("--json")
    {
        HelpName = "FILE",
        Description = "Writes the report as JSON; '-' for the standard output.",
    };

    private readonly Option<string> report = new("--report")
    {
        HelpName = "FILE.md",
        Description = "Writes the report as a Markdown document.",
    };

    private readonly Option<bool> quiet = new("--quiet")
    {
        Description = "No progress and no table: only surprises and the closing line.",
    };

    private readonly Terminal terminal;

    private VerifyCommand(Terminal terminal) => this.terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var verify = new VerifyCommand(terminal);
        var command = new Command("verify", "Judges statements of the catalog.") { verify.names };
        verify.data.AddTo(command);
        Option[] options =
        [
            verify.budget,
            verify.instances,
            verify.draws,
            verify.seed,
            verify.workers,
            verify.json,
            verify.report,
            verify.quiet,
        ];
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.SetAction(verify.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var wanted = parsed.GetValue(names) ?? [];
        var theorems = Selection.Of(wanted);
        var options = Options(parsed, data.Read(parsed, fallBack: wanted.Length == 0));
        var asJson = ReportFile.Prepare(parsed.GetValue(json), terminal);
        var asMarkdown = ReportFile.Prepare(parsed.GetValue(report), terminal);
        var view = asJson is { IsStandardOutput: true } ? terminal.Swapped() : terminal;
        var isQuiet = parsed.GetValue(quiet);

        var start = Stopwatch.GetTimestamp();
        var result = await ProgressDisplay.ShowAsync(
            view,
            isQuiet,
            progress => Verifier.VerifyAsync(theorems, options, progress, cancellation)
        );
        VerdictView.Write(view, result, Stopwatch.GetElapsedTime(start), isQuiet);
        asJson?.Write(result.ToJson());
        asMarkdown?.Write(result.ToMarkdown());
        return ExitCode.Of(result);
    }

    private VerificationOptions Options(ParseResult parsed, Dataset? points)
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
