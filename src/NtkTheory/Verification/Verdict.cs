using NtkTheory.Claims;
using CoreVerdict = NtkTheory.Claims.Verdict;

namespace NtkTheory;

/// <summary>What a check said of one theorem, and what that rests on. Immutable.</summary>
public sealed class Verdict
{
    internal Verdict(Theorem theorem, Evidence evidence)
    {
        Theorem = theorem;
        var verdict = evidence.Verdict;
        Kind = (VerdictKind)verdict.Tag;
        Expected = Enum.Parse<VerdictKind>(VerdictModule.expected(evidence.Entry.Status));
        IsExpected = VerdictModule.isExpected(evidence.Entry.Status, verdict);
        Reason = VerdictModule.reason(verdict);
        Counterexample = verdict is CoreVerdict.Refuted refuted ? Counterexample.Of(refuted.Item) : null;
        OffendingRows = verdict is CoreVerdict.NotApplicable broken ? [.. broken.rows] : [];
        Figure = verdict is CoreVerdict.Reported reported ? Estimate.Of(reported.Item2) : null;
        Instances = evidence.Instances;
        Discards = evidence.Discards;
        Evaluations = evidence.Evaluations;
        Slack = Estimate.Of(evidence.Slack);
        Tightness = evidence.Tightness;
        Duration = TimeSpan.FromSeconds(evidence.Seconds);
        Controls =
        [
            .. evidence.Controls.Select(control => new ControlOutcome(control.Breaks, control.Refuted)),
        ];
    }

    /// <summary>What was checked.</summary>
    public Theorem Theorem { get; }

    /// <summary>The outcome.</summary>
    public VerdictKind Kind { get; }

    /// <summary>The outcome that the catalog leads one to expect.</summary>
    public VerdictKind Expected { get; }

    /// <summary>Whether the outcome is no surprise; data that break a hypothesis never are one.</summary>
    public bool IsExpected { get; }

    /// <summary>Why, in words; empty where the outcome needs no reason.</summary>
    public string Reason { get; }

    /// <summary>The instance that refutes it; null for all other outcomes.</summary>
    public Counterexample? Counterexample { get; }

    /// <summary>The rows of the data file that break a hypothesis, from 1.</summary>
    public IReadOnlyList<int> OffendingRows { get; }

    /// <summary>The figure of an experiment; null for all other outcomes.</summary>
    public Estimate? Figure { get; }

    /// <summary>The number of instances that satisfied the hypotheses.</summary>
    public int Instances { get; }

    /// <summary>The number of instances that did not.</summary>
    public int Discards { get; }

    /// <summary>How often the left side was computed, controls included.</summary>
    public int Evaluations { get; }

    /// <summary>The distance to the bound at the worst instance; not a number where none was looked at.</summary>
    public Estimate Slack { get; }

    /// <summary>Measured over bound at the worst instance; for equalities the difference over its radius.</summary>
    public double Tightness { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; }

    /// <summary>What happened to the broken versions.</summary>
    public IReadOnlyList<ControlOutcome> Controls { get; }

    /// <summary>The id and the outcome.</summary>
    public override string ToString() =>
        Reason.Length == 0 ? $"{Theorem}: {Kind}" : $"{Theorem}: {Kind} ({Reason})";
}
