using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using NtkTheory.Claims;
using NtkTheory.Reporting;
using NtkTheory.Verification;
using CoreProgress = NtkTheory.Verification.Progress;
using Shards = NtkTheory.Reporting.ShardModule;

namespace NtkTheory;

/// <summary>Verifications that outlive the process and the machine: checkpoints, shards, and joining them.</summary>
public static class Sweep
{
    /// <summary>
    /// Judges the statements of one shard and writes each verdict to a file as soon as it is reached. A file that is
    /// there already is continued, whatever moment its process was killed at; what it holds is not judged again.
    /// </summary>
    /// <param name="theorems">All statements of the sweep, whatever the shard; no id may occur twice.</param>
    /// <param name="path">The checkpoint.</param>
    /// <param name="options">How it is done; null for the defaults.</param>
    /// <param name="shard">Which part is judged; null for all.</param>
    /// <param name="progress">Is told of each verdict, never at the same time by two threads.</param>
    /// <param name="cancellationToken">Stops the work; what is finished stays in the file.</param>
    /// <returns>The report on the statements of the shard.</returns>
    /// <exception cref="SweepException">The file is in use, cannot be written, or belongs to another sweep.</exception>
    public static VerificationReport Verify(
        IReadOnlyList<Theorem> theorems,
        string path,
        VerificationOptions? options = null,
        Shard? shard = null,
        IProgress<VerificationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(theorems);
        ArgumentNullException.ThrowIfNull(path);
        options ??= VerificationOptions.Default;
        var core = (shard ?? Shard.Whole).ToCore();
        var byId = Verifier.ById(theorems);
        IReadOnlyList<Theorem> own = [.. Shards.take(core, ListModule.OfSeq(theorems))];
        using var file = CheckpointFile.Open(path, PlanOf(theorems, options), core, theorems);
        var part = new RunPart(
            theorems.Count,
            MapModule.OfSeq(file.Finished.Select(found => Tuple.Create(found.Entry.Id, found)))
        );
        void Keep(CoreProgress step)
        {
            file.Add(step.Latest);
            progress?.Report(Verifier.Step(step, byId));
        }

        return Verifier.VerifyPart(part, own, options, Keep, cancellationToken);
    }

    /// <summary>Judges a shard on other threads; the arguments are those of <c>Verify</c>.</summary>
    public static Task<VerificationReport> VerifyAsync(
        IReadOnlyList<Theorem> theorems,
        string path,
        VerificationOptions? options = null,
        Shard? shard = null,
        IProgress<VerificationProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) =>
        Task.Run(
            () => Verify(theorems, path, options, shard, progress, cancellationToken),
            CancellationToken.None
        );

    /// <summary>The report of a whole sweep from all its parts: the same as that of the undivided run.</summary>
    /// <param name="parts">Every shard once, in any order.</param>
    /// <param name="data">The data set of the sweep, where it was on one.</param>
    /// <exception cref="SweepException">The parts are of different sweeps, one is missing or twice there, or the data differ.</exception>
    public static VerificationReport Merge(IReadOnlyList<SweepPart> parts, Dataset? data = null)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count);
        var joined = CheckpointModule.join(
            ListModule.OfSeq(parts.Select(part => Tuple.Create(part.Path, part.Checkpoint)))
        );
        if (joined.IsError)
        {
            throw new SweepException($"The parts cannot be merged: {joined.ErrorValue}.");
        }

        var plan = parts[0].Checkpoint.Plan;
        RefuseOther(data, plan);
        var options = OptionsOf(plan) with { Data = data };
        IReadOnlyList<Theorem> theorems = [.. plan.Statements.Select(id => TheoremCatalog.Find(id)!)];
        var report = new RunReport(Verifier.OptionsFor(options), joined.ResultValue, false);
        return new VerificationReport(report, theorems, options);
    }

    /// <summary>The numbers of the shards that are missing or not complete.</summary>
    public static IReadOnlyList<int> Unfinished(IReadOnlyList<SweepPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count);
        return [.. CheckpointModule.unfinished(ListModule.OfSeq(parts.Select(part => part.Checkpoint)))];
    }

    internal static RunPlan PlanOf(IEnumerable<Theorem> theorems, VerificationOptions options) =>
        new(
            Engine.Origin,
            options.Seed,
            options.Budget.ToCore(),
            options.FalseAlarmRate,
            ChecksumOf(options.Data),
            ListModule.OfSeq(theorems.Select(theorem => theorem.Id))
        );

    internal static VerificationOptions OptionsOf(RunPlan plan) =>
        VerificationOptions.Default with
        {
            Seed = plan.Seed,
            Budget = VerificationBudget.Of(plan.Budget),
            FalseAlarmRate = plan.FalseAlarmRate,
        };

    internal static void RefuseOther(Dataset? data, RunPlan plan)
    {
        var found = ChecksumOf(data);
        if (found != plan.Data)
        {
            static string Word(string checksum) => checksum.Length == 0 ? "no data" : $"data {checksum}";
            throw new SweepException($"The recording is on {Word(plan.Data)}, not on {Word(found)}.");
        }
    }

    private static string ChecksumOf(Dataset? data) =>
        data is null ? "" : Sampling.DatasetModule.checksum(data.ToCore());
}
