using System.CommandLine;
using System.Globalization;
using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Commands;

/// <summary><c>ntk predict</c>: kernel regression from one table to another.</summary>
internal sealed class PredictCommand
{
    private readonly Argument<string> training = new("TRAIN.csv") { Description = "A table with labels." };

    private readonly Argument<string> test = new("TEST.csv")
    {
        Description = "A table of the same columns; with labels the predictions are judged.",
    };

    private readonly Option<string> label = new("--label")
    {
        HelpName = "COLUMN",
        Description = "The label column ('label' where not given).",
    };

    private readonly NetworkArguments network = new();

    private readonly Option<string> kind = Choices.Of(
        "--kind",
        "The tangent kernel or the Gaussian-process kernel.",
        "ntk",
        "ntk",
        "nngp"
    );

    private readonly Option<double?> ridge = NetworkArguments.Number(
        "--ridge",
        "What is added to the diagonal [default: the ridge with the least leave-one-out error].",
        0.0,
        "a number from 0 on"
    );

    private readonly Option<string> normalize = DataArguments.Normalize();

    private readonly Option<string> target = new("--out")
    {
        HelpName = "FILE.csv",
        Description = "Where the predictions go; the standard output where not given.",
    };

    private readonly Option<bool> quiet = new("--quiet") { Description = "No progress and no text." };

    private readonly Terminal terminal;

    private PredictCommand(Terminal terminal) => this.terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var predict = new PredictCommand(terminal);
        var command = new Command("predict", "Predicts labels by kernel regression.")
        {
            predict.training,
            predict.test,
            predict.label,
        };
        predict.network.AddTo(command);
        Option[] options = [predict.kind, predict.ridge, predict.normalize, predict.target, predict.quiet];
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.SetAction(predict.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var file = ReportFile.Prepare(parsed.GetValue(target) ?? "-", terminal)!;
        var isQuiet = parsed.GetValue(quiet);
        try
        {
            // eigenvectors are found in one call that cannot be stopped, so a stop does not wait for its end
            var table = await StepDisplay.ShowAsync(
                terminal,
                isQuiet,
                steps =>
                    Task.Run(() => Predicted(parsed, steps, cancellation), cancellation)
                        .WaitAsync(cancellation)
            );
            file.Write(table.ToCsv());
            if (!isQuiet)
            {
                (file.IsStandardOutput ? terminal.Error : terminal.Out).WriteLine(Summary(table));
            }

            return ExitCode.AsExpected;
        }
        catch (ArgumentException refused)
        {
            throw new InputException(refused.Message.Split(" (Parameter")[0]);
        }
    }

    private PredictionTable Predicted(
        ParseResult parsed,
        IProgress<string>? steps,
        CancellationToken cancellation
    )
    {
        var kernel = new NeuralTangentKernel(
            KernelOptions.Default with
            {
                Kind = parsed.GetValue(kind) == "nngp" ? KernelKind.GaussianProcess : KernelKind.Tangent,
                Activation = network.Activation(parsed),
                Depth = network.Depth(parsed),
            }
        );
        return PredictionTable.Make(
            parsed.GetValue(training) ?? "",
            parsed.GetValue(test) ?? "",
            parsed.GetValue(label),
            kernel,
            new KernelRegressionOptions { Ridge = parsed.GetValue(ridge) },
            DataArguments.NormalizationOf(parsed.GetValue(normalize)),
            steps,
            cancellation
        );
    }

    private static string Summary(PredictionTable table)
    {
        var score = table switch
        {
            { Accuracy: { } accuracy } => string.Create(
                CultureInfo.InvariantCulture,
                $", accuracy {100.0 * accuracy:F2} %"
            ),
            { Error: { } error } => string.Create(
                CultureInfo.InvariantCulture,
                $", root mean square error {error:G5}"
            ),
            _ => "",
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Counted(table.Predictions.Count, "prediction")} from {Counted(table.TrainingPoints, "point")}, ridge {table.Ridge:G4}{score}."
        );
    }

    private static string Counted(int count, string thing) => count == 1 ? $"1 {thing}" : $"{count} {thing}s";
}
