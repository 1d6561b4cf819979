using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using NtkTheory.Reporting;
using NtkTheory.Verification;
using Baselines = NtkTheory.Reporting.BaselineModule;
using CoreBaseline = NtkTheory.Reporting.Baseline;
using CoreProgress = NtkTheory.Verification.Progress;

namespace NtkTheory;

/// <summary>
/// A recording of verdicts, tightness and fitted orders, against which later versions are compared. Immutable.
/// </summary>
public sealed class Baseline
{
    private readonly CoreBaseline recorded;

    private Baseline(CoreBaseline recorded) => this.recorded = recorded;

    /// <summary>The version that recorded it.</summary>
    public string Version => recorded.Plan.Origin.Version;

    /// <summary>The names that selected the statements, such as "all".</summary>
    public IReadOnlyList<string> Names => recorded.Names;

    /// <summary>How the run was done, but for its data.</summary>
    public VerificationOptions Options => Sweep.OptionsOf(recorded.Plan);

    /// <summary>Whether the run was on a data set.</summary>
    public bool NeedsData => recorded.Plan.Data.Length > 0;

    /// <summary>The ids that are recorded, in alphabetical order.</summary>
    public IReadOnlyList<string> TheoremIds => [.. recorded.Entries.Select(entry => entry.Id)];

    /// <summary>Records a report.</summary>
    /// <param name="names">The names that selected its statements, to find those again that appear later.</param>
    /// <param name="report">A report that is not partial.</param>
    /// <exception cref="ArgumentException">The report is partial.</exception>
    public static Baseline Record(IReadOnlyList<string> names, VerificationReport report)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(report);
        if (report.IsPartial)
        {
            throw new ArgumentException("A run that was stopped cannot be recorded.", nameof(report));
        }

        var plan = Sweep.PlanOf(report.Theorems, report.Options);
        return new Baseline(Baselines.record(plan, ListModule.OfSeq(names), report.Evidence));
    }

    /// <summary>The recording in a text that <see cref="ToJson"/> made.</summary>
    /// <exception cref="FormatException">The text is no recording.</exception>
    public static Baseline Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var found = BaselineFile.tryRead(json);
        return FSharpOption<CoreBaseline>.get_IsSome(found)
            ? new Baseline(found!.Value)
            : throw new FormatException("This is no baseline of this program.");
    }

    /// <summary>Judges statements as they were judged for the recording: seed, budget and share of the false-alarm rate.</summary>
    /// <param name="theorems">Which of its statements, and new ones.</param>
    /// <param name="data">The data set of the recording, where it was on one.</param>
    /// <param name="workers">How many are judged at the same time; null for the number of processors.</param>
    /// <param name="progress">Is told of each verdict, never at the same time by two threads.</param>
    /// <param name="cancellationToken">Stops the work; the report is then partial.</param>
    /// <exception cref="SweepException">The data set is another one.</exception>
    public VerificationReport Verify(
        IReadOnlyList<Theorem> theorems,
        Dataset? data = null,
        int? workers = null,
        IProgress<VerificationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(theorems);
        Sweep.RefuseOther(data, recorded.Plan);
        var byId = Verifier.ById(theorems);
        var part = new RunPart(recorded.Plan.Statements.Length, MapModule.Empty<string, Claims.Evidence>());
        void Tell(CoreProgress step) => progress?.Report(Verifier.Step(step, byId));
        var options = Options with { Data = data, Workers = workers ?? Environment.ProcessorCount };
        return Verifier.VerifyPart(part, theorems, options, Tell, cancellationToken);
    }

    /// <summary>Judges statements on other threads; the arguments are those of <c>Verify</c>.</summary>
    public Task<VerificationReport> VerifyAsync(
        IReadOnlyList<Theorem> theorems,
        Dataset? data = null,
        int? workers = null,
        IProgress<VerificationProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => Task.Run(() => Verify(theorems, data, workers, progress, cancellationToken), CancellationToken.None);

    /// <summary>What has changed from this recording to a later one.</summary>
    public IReadOnlyList<BaselineChange> ChangesTo(Baseline later)
    {
        ArgumentNullException.ThrowIfNull(later);
        return
        [
            .. Baselines
                .compare(recorded, later.recorded)
                .Select(pair => new BaselineChange(pair.Item1, Baselines.describe(pair.Item2))),
        ];
    }

    /// <summary>The first setting in which two recordings differ, in words; null where they were made alike.</summary>
    public string? SettingChangedTo(Baseline later)
    {
        ArgumentNullException.ThrowIfNull(later);
        return CheckpointModule.difference(recorded.Plan, later.recorded.Plan)?.Value;
    }

    /// <summary>The part of the recording with the given ids.</summary>
    public Baseline Only(IReadOnlyCollection<string> theoremIds)
    {
        ArgumentNullException.ThrowIfNull(theoremIds);
        var wanted = theoremIds.ToHashSet();
        return new Baseline(Baselines.only(FuncConvert.FromFunc<string, bool>(wanted.Contains), recorded));
    }

    /// <summary>
    /// Two recordings as the lines of a table: verdict and tightness (of rates the order, of experiments the figure) of
    /// both.
    /// </summary>
    /// <param name="later">The other recording.</param>
    /// <param name="all">Whether statements are shown that are the same in both.</param>
    public IReadOnlyList<string> SideBySide(Baseline later, bool all = false)
    {
        ArgumentNullException.ThrowIfNull(later);
        return [.. BaselineTable.lines(all, recorded, later.recorded)];
    }

    /// <summary>The recording as text that people can compare line by line.</summary>
    public string ToJson() => BaselineFile.write(recorded);
}
