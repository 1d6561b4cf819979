using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Commands;

/// <summary><c>ntk doctor</c>: what the program runs on, and whether it works there.</summary>
internal static class DoctorCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "doctor",
            "Shows versions, backend and cores, and runs a self-test of a second."
        );
        command.SetAction(_ => Run(terminal.Out));
        return command;
    }

    private static int Run(TextWriter writer)
    {
        writer.WriteLine($"ntk        {Engine.Version}");
        writer.WriteLine($"runtime    {RuntimeInformation.FrameworkDescription}");
        writer.WriteLine(
            $"system     {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}"
        );
        writer.WriteLine($"processors {Environment.ProcessorCount}");
        writer.WriteLine(
            $"backend    {Engine.Backend}; eigenvalues of Gram matrices: {Engine.SpectralBackend}"
        );
        writer.WriteLine(
            $"catalog    {TheoremCatalog.All.Count} statements in {TheoremCatalog.Topics.Count} topics"
        );
        var passed = true;
        foreach (var test in SelfTest.All)
        {
            var start = Stopwatch.GetTimestamp();
            var works = test.Passes();
            var seconds = Stopwatch
                .GetElapsedTime(start)
                .TotalSeconds.ToString("F2", CultureInfo.InvariantCulture);
            writer.WriteLine($"self-test  {(works ? "passed" : "FAILED")}: {test.Name} ({seconds} s)");
            passed &= works;
        }

        return passed ? ExitCode.AsExpected : ExitCode.Fault;
    }
}
