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
    private readonly BudgetArguments settings = new();
    private readonly ReportArguments output = new();
    private readonly SweepArguments sweep = new();

    private readonly Option<string> baseline = new("--baseline")
    {
        HelpName = "FILE",
        Description = "Judges as for a recording of 'ntk baseline write', and compares with it.",
    };

    private readonly Terminal terminal;

    private VerifyCommand(Terminal terminal) => this.terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var verify = new VerifyCommand(terminal);
        var command = new Command("verify", "Judges statements of the catalog.") { verify.names };
        verify.data.AddTo(command);
        verify.settings.AddTo(command);
        verify.output.AddTo(command);
        verify.sweep.AddTo(command);
        command.Add(verify.baseline);
        command.SetAction(verify.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var part = sweep.Read(parsed);
        if (parsed.GetValue(baseline) is { } recording)
        {
            return await CompareAsync(parsed, recording, part is not null, cancellation);
        }

        var wanted = parsed.GetValue(names) ?? [];
        var theorems = Selection.Of(wanted);
        var options = settings.Read(parsed, data.Read(parsed, fallBack: wanted.Length == 0));
        var target = output.Prepare(parsed, terminal);
        var report = await ShowAsync(
            target,
            progress =>
                part is var (path, shard)
                    ? Sweep.VerifyAsync(theorems, path, options, shard, progress, cancellation)
                    : Verifier.VerifyAsync(theorems, options, progress, cancellation)
        );
        return part is { } kept ? CodeOf(report, kept, target) : ExitCode.Of(report);
    }

    /// <summary>An interrupted sweep is to be run again; a shard's verdicts are for the merge to tell.</summary>
    private static int CodeOf(
        VerificationReport report,
        (string Path, Shard? Shard) part,
        ReportOutput target
    )
    {
        if (report.IsPartial)
        {
            target.View.Error.WriteLine($"ntk: stopped; the same command with --resume {part.Path} goes on.");
            return ExitCode.Unfinished;
        }

        return part.Shard is { Count: > 1 } ? ExitCode.AsExpected : ExitCode.Of(report);
    }

    private async Task<int> CompareAsync(
        ParseResult parsed,
        string recording,
        bool isSweep,
        CancellationToken cancellation
    )
    {
        if ((isSweep ? "a checkpoint" : settings.FirstGiven(parsed)) is { } given)
        {
            throw new InputException($"--baseline takes seed and budget from its file; leave out {given}.");
        }

        var recorded = BaselineCommand.Read(recording);
        string[] wanted = parsed.GetValue(names) is { Length: > 0 } some ? some : [.. recorded.Names];
        var theorems = Selection.Of(wanted);
        var points = data.Read(parsed, recorded.NeedsData);
        var workers = settings.Read(parsed, points).Workers;
        var target = output.Prepare(parsed, terminal);
        var report = await ShowAsync(
            target,
            progress => recorded.VerifyAsync(theorems, points, workers, progress, cancellation)
        );
        if (report.IsPartial)
        {
            return ExitCode.Inconclusive;
        }

        var ids = TheoremCatalog.Matching(wanted, recorded.TheoremIds);
        var changes = recorded.Only(ids).ChangesTo(Baseline.Record(wanted, report));
        foreach (var change in changes)
        {
            target.View.Out.WriteLine(change);
        }

        target.View.Out.WriteLine(
            $"{Plural.Count(changes.Count, "change")} since the baseline of version {recorded.Version}."
        );
        return changes.Count > 0 ? ExitCode.Surprise : ExitCode.AsExpected;
    }

    private static async Task<VerificationReport> ShowAsync(
        ReportOutput target,
        Func<IProgress<VerificationProgress>?, Task<VerificationReport>> work
    )
    {
        var start = Stopwatch.GetTimestamp();
        var report = await ProgressDisplay.ShowAsync(target.View, target.IsQuiet, work);
        target.Write(report, Stopwatch.GetElapsedTime(start));
        return report;
    }
}
