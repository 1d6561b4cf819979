using System.Diagnostics.CodeAnalysis;
using NtkTheory.Models;

namespace NtkTheory;

/// <summary>
/// The hyperplane w.x + b = 0 that separates two classes with the largest margin: it minimizes |w|^2 / 2 subject to
/// label (w.x + b) >= 1 at every point. Immutable.
/// </summary>
public sealed class HardMarginSeparator
{
    private HardMarginSeparator(Separator separator)
    {
        Weights = separator.Weights;
        Bias = separator.Bias;
        Multipliers = separator.Multipliers;
        FunctionalMargins = separator.FunctionalMargins;
        Margin = separator.Margin;
        DualityGap = separator.Gap;
    }

    /// <summary>w, one number per coordinate.</summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>b; zero where the hyperplane passes through the origin.</summary>
    public double Bias { get; }

    /// <summary>The multipliers a >= 0, one per point: w is the sum of a label x.</summary>
    public IReadOnlyList<double> Multipliers { get; }

    /// <summary>label (w.x + b), one per point, at least 1.</summary>
    public IReadOnlyList<double> FunctionalMargins { get; }

    /// <summary>The distance 1 / |w| of the nearest points to the hyperplane; infinite where no point constrains it.</summary>
    public double Margin { get; }

    /// <summary>Primal minus dual objective, both feasible: what is left to optimize, absolute.</summary>
    public double DualityGap { get; }

    /// <summary>Finds the separator.</summary>
    /// <param name="points">One point per row.</param>
    /// <param name="labels">-1 or 1 per point.</param>
    /// <param name="withBias">Whether the hyperplane may miss the origin.</param>
    /// <exception cref="ArgumentException">A label is neither -1 nor 1, or the arrays do not fit.</exception>
    /// <exception cref="NotSeparableException">No hyperplane separates the classes; it holds the certificate.</exception>
    public static HardMarginSeparator Find(
        double[,] points,
        IReadOnlyList<double> labels,
        bool withBias = true
    )
    {
        var matrix = Arrays.Points(points, nameof(points));
        var signs = Arrays.PerPoint(labels, matrix.RowCount, nameof(labels));
        if (signs.Any(sign => Math.Abs(sign) != 1.0))
        {
            throw new ArgumentException("Every label must be -1 or 1.", nameof(labels));
        }

        var solved = HardMargin.solve(withBias, matrix, signs);
        return solved.IsOk
            ? new HardMarginSeparator(solved.ResultValue)
            : throw new NotSeparableException(solved.ErrorValue.Weights, solved.ErrorValue.Residual);
    }

    /// <summary>Finds the separator, or says that there is none; the arguments are those of <see cref="Find"/>.</summary>
    public static bool TryFind(
        double[,] points,
        IReadOnlyList<double> labels,
        bool withBias,
        [NotNullWhen(true)] out HardMarginSeparator? separator
    )
    {
        try
        {
            separator = Find(points, labels, withBias);
        }
        catch (NotSeparableException)
        {
            separator = null;
        }

        return separator is not null;
    }
}
