using System.CommandLine;
using System.Diagnostics;
using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Commands;

/// <summary><c>ntk merge</c>: joins the parts of a sweep to the report of the undivided run.</summary>
internal static class MergeCommand
{
    public static Command Create(Terminal terminal)
    {
        var parts = new Argument<string[]>("PART")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "The checkpoints of all shards.",
        };
        var missing = new Option<string>("--missing")
        {
            HelpName = "FILE",
            Description = "Writes the numbers of unfinished shards, such as 2,5, for the next array.",
        };
        var data = new DataArguments();
        var output = new ReportArguments();
        var command = new Command("merge", "Joins the parts of a sweep to one report.") { parts, missing };
        data.AddTo(command);
        output.AddTo(command);
        command.SetAction(parsed =>
        {
            var start = Stopwatch.GetTimestamp();
            var found = Read(parsed.GetValue(parts)!);
            if (parsed.GetValue(missing) is { } file)
            {
                ReportFile.Prepare(file, terminal)!.Write(string.Join(',', Sweep.Unfinished(found)));
            }

            var report = Sweep.Merge(found, data.Read(parsed, found[0].NeedsData));
            output.Prepare(parsed, terminal).Write(report, Stopwatch.GetElapsedTime(start));
            return ExitCode.Of(report);
        });
        return command;
    }

    private static List<SweepPart> Read(string[] paths)
    {
        var parts = paths.Select(SweepPart.Read).OfType<SweepPart>().ToList();
        return parts.Count > 0
            ? parts
            : throw new InputException("The parts cannot be merged: nothing is finished in any of them.");
    }
}
