using MathNet.Numerics.LinearAlgebra;
using NtkTheory.Models;

namespace NtkTheory;

/// <summary>
/// The arc-cosine kernels of Cho and Saul (2009): expectations over a standard normal vector w of products of ReLUs
/// (degree 1) or of their derivatives (degree 0) at two points.
/// </summary>
public static class ArcCosineKernel
{
    /// <summary>
    /// P(w.x >= 0 and w.y >= 0) = (pi - angle) / (2 pi), to a few units in the last place of the cosine's own error.
    /// </summary>
    /// <param name="cosine">The cosine of the angle between the points, from -1 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cosine is out of its range.</exception>
    public static double DegreeZero(double cosine) => ArcCosine.degreeZero(AngleOf(cosine));

    /// <summary>E[(w.x)_+ (w.y)_+] = (sin angle + (pi - angle) cos angle) / (2 pi), for unit points.</summary>
    /// <param name="cosine">The cosine of the angle between the points, from -1 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cosine is out of its range.</exception>
    public static double DegreeOne(double cosine) => ArcCosine.degreeOne(AngleOf(cosine));

    /// <summary>
    /// The tangent kernel x.y P(w.x >= 0 and w.y >= 0) of the first layer of a two-layer ReLU network, for points of any
    /// norm. It takes the angle from the points themselves, so nearly parallel points keep their digits.
    /// </summary>
    /// <exception cref="ArgumentException">The points have different dimensions.</exception>
    public static double Tangent(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var (p, q) = Pair(x, y);
        return ArcCosine.tangent(p, q);
    }

    /// <summary>E[(w.x)_+ (w.y)_+], for points of any norm.</summary>
    /// <exception cref="ArgumentException">The points have different dimensions.</exception>
    public static double Feature(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var (p, q) = Pair(x, y);
        return ArcCosine.feature(p, q);
    }

    private static Angle AngleOf(double cosine) =>
        cosine is >= -1.0 and <= 1.0
            ? AngleModule.ofCosine(cosine)
            : throw new ArgumentOutOfRangeException(nameof(cosine), cosine, "A cosine is from -1 to 1.");

    private static (Vector<double> X, Vector<double> Y) Pair(
        ReadOnlySpan<double> x,
        ReadOnlySpan<double> y
    ) =>
        x.Length == y.Length && x.Length > 0
            ? (Vector<double>.Build.DenseOfArray(x.ToArray()), Vector<double>.Build.DenseOfArray(y.ToArray()))
            : throw new ArgumentException(
                $"The points have dimensions {x.Length} and {y.Length}.",
                nameof(y)
            );
}
