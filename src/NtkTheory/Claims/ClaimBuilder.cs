using System.Collections.Immutable;
using System.Globalization;

namespace NtkTheory;

/// <summary>
/// A claim in the making. Each step returns a new one; <see cref="ToTheorem"/> ends it. It needs a left side, a bound
/// and two controls at least, as a check that cannot fail is worth nothing.
/// </summary>
/// <typeparam name="T">A small description of an instance, from which the sides are computed.</typeparam>
public sealed record ClaimBuilder<T>
{
    /// <summary>
    /// How wrong a side given as a plain number is taken to be, relative to its magnitude: what some thousand
    /// roundings of 2^-53 add up to.
    /// </summary>
    public static double RelativeError => 1e-12;

    internal ClaimBuilder(string id, Func<Random, T> instance)
    {
        Id = id;
        Instance = instance;
    }

    internal string Id { get; }
    internal string ClaimTitle { get; init; } = "";
    internal string ClaimStatement { get; init; } = "";
    internal Func<Random, T> Instance { get; }
    internal Func<T, IEnumerable<T>> Smaller { get; init; } = _ => [];
    internal Func<T, string> Words { get; init; } =
        instance => Convert.ToString(instance, CultureInfo.InvariantCulture) ?? "";
    internal ImmutableList<(string Name, Func<T, bool> Holds)> Hypotheses { get; init; } = [];
    internal Func<T, Random, Estimate>? Left { get; init; }
    internal ClaimRelation Relation { get; init; }
    internal Func<T, Estimate>? Right { get; init; }
    internal ClaimJudgement Judgement { get; init; } = new ClaimJudgement.ForEach();
    internal ImmutableList<ClaimControl<T>> ClaimControls { get; init; } = [];

    /// <summary>The claim in a line, and if wanted in LaTeX.</summary>
    public ClaimBuilder<T> Says(string title, string statement = "") =>
        this with
        {
            ClaimTitle = title,
            ClaimStatement = statement,
        };

    /// <summary>How an instance is made smaller, nearest first; it must come to an end.</summary>
    public ClaimBuilder<T> Shrinks(Func<T, IEnumerable<T>> smaller) => this with { Smaller = smaller };

    /// <summary>An instance in words; the default is its <c>ToString</c>.</summary>
    public ClaimBuilder<T> Describes(Func<T, string> words) => this with { Words = words };

    /// <summary>A condition without which the claim says nothing.</summary>
    public ClaimBuilder<T> Given(string hypothesis, Func<T, bool> holds) =>
        this with
        {
            Hypotheses = Hypotheses.Add((hypothesis, holds)),
        };

    /// <summary>The left side, taken to be wrong by <see cref="RelativeError"/> at most.</summary>
    public ClaimBuilder<T> Measures(Func<T, double> left) =>
        Measures((instance, _) => Estimate.Relative(left(instance), RelativeError));

    /// <summary>The left side as a draw from random numbers, for claims about chance.</summary>
    public ClaimBuilder<T> Measures(Func<T, Random, double> left) =>
        Measures((instance, random) => Estimate.Relative(left(instance, random), RelativeError));

    /// <summary>The left side with its error, as a draw from random numbers where the claim is about chance.</summary>
    public ClaimBuilder<T> Measures(Func<T, Random, Estimate> left) => this with { Left = left };

    /// <summary>The left side is at most this.</summary>
    public ClaimBuilder<T> IsAtMost(Func<T, double> bound) => Against(ClaimRelation.AtMost, bound);

    /// <summary>The left side is at least this.</summary>
    public ClaimBuilder<T> IsAtLeast(Func<T, double> bound) => Against(ClaimRelation.AtLeast, bound);

    /// <summary>The left side equals this.</summary>
    public ClaimBuilder<T> IsEqualTo(Func<T, double> bound) => Against(ClaimRelation.Equals, bound);

    /// <summary>The relation may fail, for each instance, with at most this probability over the draws.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not above 0 and below 1.</exception>
    public ClaimBuilder<T> FailsWithProbabilityAtMost(double delta) =>
        delta is > 0.0 and < 1.0
            ? this with
            {
                Judgement = new ClaimJudgement.Rarely(delta),
            }
            : throw new ArgumentOutOfRangeException(
                nameof(delta),
                delta,
                "A probability is above 0 and below 1."
            );

    /// <summary>The relation is about the mean of draws, which have at most this variance.</summary>
    /// <param name="variance">The largest variance of a draw.</param>
    /// <param name="resolution">The relative error of the mean that the check must be able to see.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not above 0.</exception>
    public ClaimBuilder<T> HoldsInTheMean(double variance, double resolution = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(variance);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resolution);
        return this with { Judgement = new ClaimJudgement.InTheMean(variance, resolution) };
    }

    /// <summary>A broken version with the bound multiplied by a factor, which the engine must refute.</summary>
    public ClaimBuilder<T> BreaksWhenScaled(double factor) =>
        Control(
            new ClaimControl<T>(
                string.Create(CultureInfo.InvariantCulture, $"bound multiplied by {factor}"),
                null,
                instance => Right!(instance).Value * factor,
                null
            )
        );

    /// <summary>A broken version with another bound, which the engine must refute.</summary>
    public ClaimBuilder<T> BreaksWith(string what, Func<T, double> bound) =>
        Control(new ClaimControl<T>(what, null, bound, null));

    /// <summary>A broken version without a hypothesis, on instances that break it, which the engine must refute.</summary>
    public ClaimBuilder<T> BreaksWithout(string hypothesis, Func<Random, T> instance) =>
        Control(new ClaimControl<T>($"dropped: {hypothesis}", hypothesis, null, instance));

    /// <summary>The claim as a theorem that <see cref="Verifier"/> judges.</summary>
    /// <exception cref="InvalidOperationException">The left side, the bound or a second control is missing.</exception>
    public Theorem ToTheorem()
    {
        var missing = (Left, Right, ClaimControls.Count) switch
        {
            (null, _, _) => "what it measures",
            (_, null, _) => "a bound",
            (_, _, < 2) => "two controls, broken versions that must be refuted",
            _ => null,
        };
        return missing is null
            ? ClaimTranslation.ToTheorem(this)
            : throw new InvalidOperationException($"The claim '{Id}' needs {missing}.");
    }

    private ClaimBuilder<T> Against(ClaimRelation relation, Func<T, double> bound) =>
        this with
        {
            Relation = relation,
            Right = instance => Estimate.Relative(bound(instance), RelativeError),
        };

    private ClaimBuilder<T> Control(ClaimControl<T> control) =>
        this with
        {
            ClaimControls = ClaimControls.Add(control),
        };
}
