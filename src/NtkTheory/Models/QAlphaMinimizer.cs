using NtkTheory.Models;

namespace NtkTheory;

/// <summary>
/// Where gradient flow takes a diagonal linear network beta = u^2 - v^2 (entry by entry) from u = v = alpha theta: the
/// interpolant X beta = y that minimizes the potential Q_alpha, which is near the l1 norm for small alpha and near a
/// weighted l2 norm for large. Immutable.
/// </summary>
public sealed class QAlphaMinimizer
{
    private QAlphaMinimizer(Interpolant interpolant)
    {
        Beta = interpolant.Beta;
        Dual = interpolant.Dual;
        Potential = interpolant.Potential;
        Residual = interpolant.Residual;
        DualityGap = interpolant.Gap;
        Iterations = interpolant.Iterations;
    }

    /// <summary>beta, one number per coordinate.</summary>
    public IReadOnlyList<double> Beta { get; }

    /// <summary>The multiplier of each equation.</summary>
    public IReadOnlyList<double> Dual { get; }

    /// <summary>Q_alpha(beta).</summary>
    public double Potential { get; }

    /// <summary>The largest error of an equation, relative to the largest label where that is above 1.</summary>
    public double Residual { get; }

    /// <summary>Q_alpha(beta) minus the dual objective: zero at the optimum, up to rounding.</summary>
    public double DualityGap { get; }

    /// <summary>The number of Newton steps.</summary>
    public int Iterations { get; }

    /// <summary>Finds the minimizer by Newton's method on the dual.</summary>
    /// <param name="inputs">One input per row.</param>
    /// <param name="labels">One label per input.</param>
    /// <param name="alpha">The scale of the start, positive.</param>
    /// <param name="start">theta, one number per coordinate; null for ones. A coordinate that starts at zero stays there.</param>
    /// <exception cref="ArgumentException">The arrays do not fit, or hold a number that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Alpha is not positive.</exception>
    /// <exception cref="InvalidOperationException">No beta satisfies the equations.</exception>
    public static QAlphaMinimizer Find(
        double[,] inputs,
        IReadOnlyList<double> labels,
        double alpha,
        IReadOnlyList<double>? start = null
    )
    {
        var matrix = Arrays.Points(inputs, nameof(inputs));
        var targets = Arrays.PerPoint(labels, matrix.RowCount, nameof(labels));
        start ??= [.. Enumerable.Repeat(1.0, matrix.ColumnCount)];
        if (start.Count != matrix.ColumnCount || !start.All(double.IsFinite))
        {
            throw new ArgumentException("The start needs a finite number per coordinate.", nameof(start));
        }

        if (!(alpha > 0.0 && double.IsFinite(alpha)))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Alpha is positive.");
        }

        var solved = DiagonalNetworkModule.minimizer(new DiagonalNetwork(matrix, targets, [.. start], alpha));
        return solved.IsOk
            ? new QAlphaMinimizer(solved.ResultValue)
            : throw new InvalidOperationException("No beta satisfies the equations.");
    }
}
