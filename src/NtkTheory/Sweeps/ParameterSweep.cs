using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using NtkTheory.Reporting;
using NtkTheory.Verification;
using CoreSweep = NtkTheory.Verification.ParameterSweep;

namespace NtkTheory;

/// <summary>A parameter of a theorem's instances and the values that it runs through.</summary>
/// <param name="Parameter">The name of a number in the instances, such as "width"; "scale" for the ladder of a rate.</param>
/// <param name="Values">The values.</param>
public sealed record ParameterRange(string Parameter, IReadOnlyList<double> Values);

/// <summary>Both sides of a theorem at one value of a parameter.</summary>
/// <param name="Series">The values of the other parameters that were set, in words; may be empty.</param>
/// <param name="Value">The value.</param>
/// <param name="Measured">The left side: for claims about chance a mean or a quantile of draws.</param>
/// <param name="Bound">The right side; not a number for rates.</param>
public sealed record SweptPoint(string Series, double Value, Estimate Measured, Estimate Bound);

/// <summary>A theorem along a ladder of a parameter, with the orders that are fitted to both sides. Immutable.</summary>
public sealed class ParameterSweep
{
    private const double Level = 0.01;
    private readonly FSharpList<SweptClaim> swept;

    private ParameterSweep(Theorem theorem, FSharpList<SweptClaim> swept)
    {
        Theorem = theorem;
        this.swept = swept;
        Points =
        [
            .. swept.SelectMany(ladder =>
                ladder.Rungs.Select(rung => new SweptPoint(
                    ladder.Series,
                    rung.Value,
                    Estimate.Of(rung.Measured),
                    Estimate.Of(rung.Bound)
                ))
            ),
        ];
    }

    /// <summary>What was swept.</summary>
    public Theorem Theorem { get; }

    /// <summary>Both sides at every value.</summary>
    public IReadOnlyList<SweptPoint> Points { get; }

    /// <summary>The fitted order of the measured side with a 99 % interval, of the first series; null where none can be fitted.</summary>
    public Estimate? MeasuredOrder => Of(swept.Head.MeasuredOrder);

    /// <summary>The fitted order of the bound, of the first series; null where none can be fitted.</summary>
    public Estimate? BoundOrder => Of(swept.Head.BoundOrder);

    /// <summary>The first value from which on the bound passes the threshold, of the first series; null where there is none.</summary>
    public double? InformativeFrom => swept.Head.InformativeFrom?.Value;

    /// <summary>Measures both sides along the first range, once for each choice of values of the others.</summary>
    /// <param name="theorem">A theorem with a check.</param>
    /// <param name="ranges">The parameters; none for the own ladder of a rate.</param>
    /// <param name="seed">Where all randomness starts.</param>
    /// <param name="draws">Draws at each value, for claims about chance; at least 2.</param>
    /// <param name="threshold">What a bound must pass to say anything; null for below 1 of upper and above 0 of lower bounds.</param>
    /// <param name="progress">Is told of the part that is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The theorem has no such parameter, or no such value of it; the message names those that it has.
    /// </exception>
    public static ParameterSweep Run(
        Theorem theorem,
        IReadOnlyList<ParameterRange> ranges,
        int seed = 0,
        int draws = 200,
        double? threshold = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(theorem);
        ArgumentNullException.ThrowIfNull(ranges);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 2);
        var settings = new SweepSettings(
            seed,
            draws,
            Level,
            threshold is { } given ? FSharpOption<double>.Some(given) : FSharpOption<double>.None,
            FuncConvert.FromAction<double>(part => progress?.Report(part)),
            cancellationToken
        );
        var overs = ranges.Select(range => new Over(range.Parameter, ListModule.OfSeq(range.Values)));
        var result = CoreSweep.run(settings, ListModule.OfSeq(overs), theorem.Item);
        return result.IsOk
            ? new ParameterSweep(theorem, result.ResultValue)
            : throw new ArgumentException($"{theorem.Id} cannot be swept: {result.ErrorValue}.");
    }

    /// <summary>One line per value, after a heading.</summary>
    public string ToCsv() => SweepReport.csv(swept);

    /// <summary>A page with a plot, what it shows, and the numbers.</summary>
    public string ToHtml() => SweepReport.html(NtkTheory.Claims.Theorem.entry(Theorem.Item), swept);

    /// <summary>The tables for a terminal.</summary>
    public string ToText() =>
        string.Join("\n\n", swept.Select(ladder => string.Join('\n', SweepReport.text(ladder))));

    private static Estimate? Of(FSharpOption<Numerics.Estimate>? order) =>
        order is null ? null : Estimate.Of(order.Value);
}
