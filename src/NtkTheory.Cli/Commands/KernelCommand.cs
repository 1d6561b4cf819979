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

    private readonly DataArguments data = new();
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

    private readonly Terminal terminal;

    private KernelCommand(Terminal terminal) => this.terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var kernel = new KernelCommand(terminal);
        var command = new Command("kernel", "Writes the kernel matrix of a data set.") { kernel.file };
        kernel.data.AddPreparationTo(command);
        kernel.network.AddTo(command);
        Option[] options =
        [
            kernel.kind,
            kernel.bias,
            kernel.width,
            kernel.seed,
            kernel.memory,
            kernel.target,
        ];
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.SetAction(kernel.RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation) =>
        Task.Run(() => Run(parsed, cancellation), CancellationToken.None);

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var points = PointSet.Of(data.Read(parsed, parsed.GetValue(file) ?? ""));
        var path = parsed.GetValue(target) ?? "";
        ReportFile.Prepare(path, terminal);
        try
        {
            using var stream = new FileStream(
                path,
                FileMode.Create,
                FileAccess.Write,
                FileShare.None,
                1 << 20
            );
            var limit = (long)(parsed.GetValue(memory) ?? 1024) << 20;
            new NeuralTangentKernel(Options(parsed)).WriteNpy(points, stream, limit, null, cancellation);
            terminal.Out.WriteLine($"{path}: {points.Count} x {points.Count} numbers, float64.");
            return ExitCode.AsExpected;
        }
        catch (ArgumentException refused)
        {
            throw new InputException(refused.Message.Split(" (Parameter")[0]);
        }
        catch (OperationCanceledException)
        {
            File.Delete(path);
            terminal.Error.WriteLine("ntk: stopped.");
            return ExitCode.Inconclusive;
        }
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
