using System.CommandLine;
using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Commands;

/// <summary><c>ntk analyze</c>: what the theory says of a data set.</summary>
internal sealed class AnalyzeCommand
{
    private readonly Argument<string> file = new("FILE")
    {
        Description = "A .csv table or .npy matrix, or 'iris' for the built-in one.",
    };

    private readonly DataArguments data = new();
    private readonly NetworkArguments network = new();

    private readonly Option<double?> delta = NetworkArguments.Number(
        "--delta",
        "The probability with which a theorem may fail [default: 0.05].",
        double.Epsilon,
        "a number above 0 and below 1"
    );

    private readonly Option<int?> runs = Choices.Whole(
        "--runs",
        "Seeded runs in all of which a conclusion has to hold [default: 5].",
        2,
        1000
    );

    private readonly Option<int?> points = Choices.Whole(
        "--points",
        "The most points on which networks are trained [default: 150].",
        2
    );

    private readonly Option<int?> seed = Choices.Whole("--seed", "Where all randomness starts [default: 0].");

    private readonly Option<int?> workers = Choices.Whole(
        "--workers",
        "Threads at work [default: the number of processors]; no result depends on it.",
        1,
        1024
    );

    private readonly Option<string> json = new("--json")
    {
        HelpName = "FILE",
        Description = "Writes the figures as JSON; '-' for the standard output.",
    };

    private readonly Option<string> report = new("--report")
    {
        HelpName = "FILE.html",
        Description =
            "Writes a self-contained page with plots; plain text where the name does not end in .html.",
    };

    private readonly Option<bool> quiet = new("--quiet") { Description = "No progress and no text." };

    private readonly Terminal terminal;

    private AnalyzeCommand(Terminal terminal) => this.terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var analyze = new AnalyzeCommand(terminal);
        var command = new Command("analyze", "Says what the theory knows of a data set.") { analyze.file };
        analyze.data.AddPreparationTo(command);
        analyze.network.AddTo(command);
        Option[] options =
        [
            analyze.delta,
            analyze.runs,
            analyze.points,
            analyze.seed,
            analyze.workers,
            analyze.json,
            analyze.report,
            analyze.quiet,
        ];
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.SetAction(analyze.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = Options(parsed);
        var points = data.Read(parsed, parsed.GetValue(file) ?? "");
        var asJson = ReportFile.Prepare(parsed.GetValue(json), terminal);
        var path = parsed.GetValue(report);
        var asReport = ReportFile.Prepare(path, terminal);
        var isQuiet = parsed.GetValue(quiet);
        var command = CommandLine.Of("analyze", parsed, "--json", "--report", "--workers", "--quiet");
        var analysis = await StepDisplay.ShowAsync(
            terminal,
            isQuiet,
            steps => DataAnalysis.RunAsync(points, options, steps, cancellation)
        );
        if (!isQuiet && asJson is not { IsStandardOutput: true })
        {
            terminal.Out.WriteLine(analysis.ToText(terminal.Width, command));
        }

        asJson?.Write(analysis.ToJson(command));
        asReport?.Write(
            path!.EndsWith(".html", StringComparison.OrdinalIgnoreCase)
                ? analysis.ToHtml(command)
                : analysis.ToText(100, command)
        );
        return ExitCode.AsExpected;
    }

    private DataAnalysisOptions Options(ParseResult parsed)
    {
        var usual = DataAnalysisOptions.Default;
        var failure = parsed.GetValue(delta) ?? usual.Delta;
        return failure < 1.0
            ? usual with
            {
                Activation = network.Activation(parsed),
                Depth = network.Depth(parsed),
                Delta = failure,
                Runs = parsed.GetValue(runs) ?? usual.Runs,
                SamplePoints = parsed.GetValue(points) ?? usual.SamplePoints,
                Seed = parsed.GetValue(seed) ?? usual.Seed,
                Workers = parsed.GetValue(workers) ?? usual.Workers,
            }
            : throw new InputException("--delta is a number above 0 and below 1.");
    }
}
