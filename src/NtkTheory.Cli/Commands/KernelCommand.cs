using System.CommandLine;
using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Commands;

/// <summary><c>ntk kernel</c>: writes the Gram matrix of a data set.</summary>
internal sealed class KernelCommand
{
    private readonly Argument<string> file = new("FILE")
    {
        Description = "A .csv table or .npy matrix, or 'iris' for the built-in one.",
    };

    private readonly Option<string> label = new("--label")
    {
        HelpName = "COLUMN",
        Description =
            "A column to leave out: its name ('label' where there is one), or its number in an .npy matrix.",
    };

    private readonly Option<string> normalize = DataArguments.Normalize();
    private readonly NetworkArguments network = new();

    private readonly Option<string> kind = Choices.Of(
        "--kind",
        "The tangent kernel, the Gaussian-process kernel, or the tangent kernel of one finite network.",
        "ntk",
        "ntk",
        "nngp",
        "empirical"
    );

    private readonly Option<double?> bias = NetworkArguments.Number(
        "--bias",
        "The variance of the biases [default: 0].",
        0.0,
        "a number from 0 on"
    );

    private readonly Option<int?> width = Choices.Whole(
        "--width",
        "Neurons of each layer of the finite network [default: 1024].",
        1
    );

    private readonly Option<int?> seed = Choices.Whole(
        "--seed",
        "The seed of the finite network [default: 0]."
    );

    private readonly Option<int?> memory = Choices.Whole(
        "--memory",
        "The most megabytes that the matrices of the work may take [default: 1024].",
        1
    );

    private readonly Option<string> target = new("--out")
    {
        HelpName = "FILE.npy",
        Required = true,
        Description = "Where the matrix goes, in NumPy's format.",
    };

    private readonly Option<bool> quiet = new("--quiet") { Description = "No progress and no text." };

    private readonly Terminal terminal;

    private KernelCommand(Terminal terminal) => this.terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var kernel = new KernelCommand(terminal);
        var command = new Command("kernel", "Writes the kernel matrix of the rows of a file.")
        {
            kernel.file,
            kernel.label,
            kernel.normalize,
        };
        kernel.network.AddTo(command);
        Option[] options =
        [
            kernel.kind,
            kernel.bias,
            kernel.width,
            kernel.seed,
            kernel.memory,
            kernel.target,
            kernel.quiet,
        ];
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.SetAction(kernel.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var path = parsed.GetValue(target) ?? "";
        var output = path is "" or "-"
            ? throw new InputException("--out needs the name of a file.")
            : ReportFile.Prepare(path, terminal)!;
        var points = Points(parsed);
        var isQuiet = parsed.GetValue(quiet);
        try
        {
            await StepDisplay.ShowAsync(
                terminal,
                isQuiet,
                steps =>
                    Task.Run(() => Write(parsed, points, output, steps, cancellation), CancellationToken.None)
            );
            if (!isQuiet)
            {
                terminal.Out.WriteLine($"{path}: {points.Count} x {points.Count} numbers, float64.");
            }

            return ExitCode.AsExpected;
        }
        catch (ArgumentException refused)
        {
            throw new InputException(refused.Message.Split(" (Parameter")[0]);
        }
    }

    private PointSet Points(ParseResult parsed)
    {
        var name = parsed.GetValue(file) ?? "";
        var normalization = DataArguments.NormalizationOf(parsed.GetValue(normalize));
        return DataArguments.IsBuiltIn(name)
            ? PointSet.Of(
                Dataset.ReadIris(
                    new DatasetOptions { Normalization = normalization, Duplicates = DuplicateRows.Keep }
                )
            )
            : PointSet.Load(name, parsed.GetValue(label), normalization);
    }

    private bool Write(
        ParseResult parsed,
        PointSet points,
        ReportFile output,
        IProgress<string>? steps,
        CancellationToken cancellation
    )
    {
        var limit = (long)(parsed.GetValue(memory) ?? 1024) << 20;
        var kernel = new NeuralTangentKernel(Options(parsed));
        output.Write(stream =>
            kernel.WriteNpy(
                points,
                stream,
                limit,
                StepDisplay.Tenths(steps, "rows of the kernel"),
                cancellation
            )
        );
        return true;
    }

    private KernelOptions Options(ParseResult parsed)
    {
        var usual = KernelOptions.Default;
        return usual with
        {
            Kind = parsed.GetValue(kind) switch
            {
                "nngp" => KernelKind.GaussianProcess,
                "empirical" => KernelKind.Empirical,
                _ => KernelKind.Tangent,
            },
            Activation = network.Activation(parsed),
            Depth = network.Depth(parsed),
            BiasVariance = parsed.GetValue(bias) ?? usual.BiasVariance,
            Width = parsed.GetValue(width) ?? usual.Width,
            Seed = parsed.GetValue(seed) ?? usual.Seed,
        };
    }
}
