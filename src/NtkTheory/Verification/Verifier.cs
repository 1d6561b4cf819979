using System.Diagnostics;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using NtkTheory.Claims;
using NtkTheory.Verification;
using CoreDataset = NtkTheory.Sampling.Dataset;
using CoreProgress = NtkTheory.Verification.Progress;

namespace NtkTheory;

/// <summary>Judges theorems. Safe to call from several threads.</summary>
public static class Verifier
{
    /// <summary>Judges one theorem.</summary>
    /// <param name="theorem">A statement of the catalog, or a user's own.</param>
    /// <param name="options">How it is done; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static Verdict Verify(
        Theorem theorem,
        VerificationOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(theorem);
        var report = Verify([theorem], options, null, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return report.Verdicts[0];
    }

    /// <summary>Judges many theorems at the same time.</summary>
    /// <param name="theorems">Statements of the catalog, or a user's own; no id may occur twice.</param>
    /// <param name="options">How it is done; null for the defaults.</param>
    /// <param name="progress">Is told of each verdict, never at the same time by two threads.</param>
    /// <param name="cancellationToken">Stops the work; the report then holds what was finished and says that it is partial.</param>
    /// <exception cref="ArgumentException">An id occurs twice.</exception>
    public static VerificationReport Verify(
        IReadOnlyList<Theorem> theorems,
        VerificationOptions? options = null,
        IProgress<VerificationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(theorems);
        options ??= VerificationOptions.Default;
        var byId = ById(theorems);
        var whole = new RunPart(theorems.Count, MapModule.Empty<string, Evidence>());
        void Tell(CoreProgress step) => progress?.Report(Step(step, byId));
        return VerifyPart(whole, theorems, options, Tell, cancellationToken);
    }

    /// <summary>Judges many theorems on other threads; the arguments are those of <c>Verify</c>.</summary>
    public static Task<VerificationReport> VerifyAsync(
        IReadOnlyList<Theorem> theorems,
        VerificationOptions? options = null,
        IProgress<VerificationProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => Task.Run(() => Verify(theorems, options, progress, cancellationToken), CancellationToken.None);

    /// <summary>Makes a counterexample again, to the last digit.</summary>
    /// <param name="token">The way to it.</param>
    /// <param name="data">The data set of the run that found it, where the token needs one.</param>
    /// <param name="theorem">The theorem, where it is not in the catalog.</param>
    /// <exception cref="ReplayException">The theorem or the data set is another one.</exception>
    public static Replayed Replay(ReplayToken token, Dataset? data = null, Theorem? theorem = null)
    {
        ArgumentNullException.ThrowIfNull(token);
        var subject = theorem ?? TheoremCatalog.Find(token.TheoremId);
        var result = Replaying.run(subject is null ? Items([]) : Items([subject]), Core(data), token.Replay);
        if (subject is null || result.IsError)
        {
            var why = subject is null ? TheoremCatalog.Unknown(token.TheoremId) : result.ErrorValue;
            throw new ReplayException(why);
        }

        var seen = result.ResultValue.Observation;
        return new Replayed(
            subject,
            result.ResultValue.Instance,
            Estimate.Of(seen.Measured),
            Estimate.Of(seen.Bound),
            Estimate.Of(seen.Slack),
            seen.Violated
        );
    }

    /// <summary>Judges some statements of a larger run, but for those that are finished.</summary>
    internal static VerificationReport VerifyPart(
        RunPart part,
        IReadOnlyList<Theorem> theorems,
        VerificationOptions options,
        Action<CoreProgress> progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var report = Run.verifyPart(
                part,
                OptionsFor(options),
                FuncConvert.FromAction(progress),
                cancellationToken,
                Items(theorems)
            );
            return new VerificationReport(report, theorems, options);
        }
        catch (AggregateException several) when (several.InnerExceptions[0] is SweepException failure)
        {
            throw new SweepException(failure.Message, failure);
        }
    }

    internal static Dictionary<string, Theorem> ById(IReadOnlyList<Theorem> theorems)
    {
        var byId = new Dictionary<string, Theorem>();
        foreach (var theorem in theorems)
        {
            if (!byId.TryAdd(theorem.Id, theorem))
            {
                throw new ArgumentException($"The id '{theorem.Id}' occurs twice.", nameof(theorems));
            }
        }

        return byId;
    }

    internal static RunOptions OptionsFor(VerificationOptions options)
    {
        var start = Stopwatch.GetTimestamp();
        return new RunOptions(
            options.Seed,
            options.Budget.ToCore(),
            options.FalseAlarmRate,
            options.Workers,
            Core(options.Data),
            FuncConvert.FromFunc(() => Stopwatch.GetElapsedTime(start).TotalSeconds)
        );
    }

    private static FSharpOption<CoreDataset>? Core(Dataset? data) =>
        data is null ? null : FSharpOption<CoreDataset>.Some(data.ToCore());

    private static FSharpList<CatalogItem> Items(IEnumerable<Theorem> theorems) =>
        ListModule.OfSeq(theorems.Select(theorem => theorem.Item));

    internal static VerificationProgress Step(CoreProgress step, Dictionary<string, Theorem> byId) =>
        new(step.Finished, step.Total, new Verdict(byId[step.Latest.Entry.Id], step.Latest));
}
