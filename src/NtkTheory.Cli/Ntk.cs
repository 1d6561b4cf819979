using System.CommandLine;
using System.CommandLine.Help;
using NtkTheory.Cli.Commands;
using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli;

/// <summary>The whole program, apart from the process that it runs in.</summary>
internal static class Ntk
{
    private const int BrokenPipe = 32; // EPIPE of Linux and macOS

    /// <summary>Runs the program and returns its exit code.</summary>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            return await InvokeAsync(Root(terminal).Parse(args), terminal, cancellation);
        }
        catch (Exception failure)
            when (failure is InputException or DatasetException or ReplayException or SweepException)
        {
            terminal.Error.WriteLine($"ntk: {failure.Message}");
            return ExitCode.BadInput;
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine("ntk: stopped.");
            return ExitCode.Inconclusive;
        }
        catch (OutOfMemoryException large)
        {
            terminal.Error.WriteLine($"ntk: {Shortage(large)}");
            return ExitCode.BadInput;
        }
        catch (IOException closed) when (closed.HResult == BrokenPipe)
        {
            return ExitCode.AsExpected; // the reader, such as `head`, has what it wanted
        }
        catch (Exception fault)
        {
            terminal.Error.WriteLine($"ntk: {fault.GetType().Name}: {fault.Message}");
            return ExitCode.Fault;
        }
    }

    private static RootCommand Root(Terminal terminal)
    {
        var root = new RootCommand(
            "Checks the theorems of wide neural networks on random instances and on your data."
        )
        {
            VerifyCommand.Create(terminal),
            ListCommand.Create(terminal),
            ShowCommand.Create(terminal),
            ReplayCommand.Create(terminal),
            BaselineCommand.Create(terminal),
            MergeCommand.Create(terminal),
            AnalyzeCommand.Create(terminal),
            KernelCommand.Create(terminal),
            PredictCommand.Create(terminal),
            ClusterCommand.Create(terminal),
            SweepCommand.Create(terminal),
            DocsCommand.Create(terminal),
            DoctorCommand.Create(terminal),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExitCodes((HelpAction)help.Action!);
        root.Options.OfType<VersionOption>().Single().Action = new ShowVersion();
        return root;
    }

    private static async Task<int> InvokeAsync(
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        if (Complaint.Of(parsed) is { } complaint)
        {
            terminal.Error.WriteLine($"ntk: {complaint}");
            return ExitCode.BadInput;
        }

        var configuration = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(configuration, cancellation);
    }

    private static string Shortage(OutOfMemoryException large) =>
        large is InsufficientMemoryException ? large.Message : "This takes more memory than there is.";
}
