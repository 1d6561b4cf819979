using System.Numerics;

namespace NtkTheory.Tests.Models;

/// <summary>
/// Separators and certificates checked in whole numbers: a double is a multiple of 2^-Shift here, so that nothing is
/// rounded before the last quotient.
/// </summary>
internal sealed class ExactSeparation(double[,] points, double[] labels)
{
    private const int Shift = 220;

    private static readonly BigInteger One = BigInteger.One << Shift;

    private readonly int count = points.GetLength(0);

    private readonly int dimension = points.GetLength(1);

    private static BigInteger Units(double value)
    {
        var scaled = Math.ScaleB(value, Shift);
        // a smaller number would lose bits
        Xunit.Assert.True(value == 0.0 || Math.Abs(scaled) >= Math.ScaleB(1.0, 53));
        return new BigInteger(scaled);
    }

    private static double Ratio(BigInteger numerator, BigInteger denominator) =>
        numerator.IsZero
            ? 0.0
            : numerator.Sign
                * Math.Exp(BigInteger.Log(BigInteger.Abs(numerator)) - BigInteger.Log(denominator));

    /// <summary>Whether every functional margin is 1 or more.</summary>
    public bool IsFeasible(HardMarginSeparator separator)
    {
        var w = separator.Weights.Select(Units).ToArray();
        var b = Units(separator.Bias);
        return Enumerable
            .Range(0, count)
            .All(i =>
            {
                var score = b * One;
                for (var j = 0; j < dimension; j++)
                {
                    score += w[j] * Units(points[i, j]);
                }

                return (labels[i] > 0 ? score : -score) >= One * One;
            });
    }

    /// <summary>
    /// The sums A+ and A- of the weights of either class, and A- times the positive minus A+ times the negative
    /// combination of points: the combination for weights that are balanced exactly, times both sums.
    /// </summary>
    private (BigInteger Positive, BigInteger Negative, BigInteger[] Image) Balance(
        IReadOnlyList<double> weights
    )
    {
        var sums = new[] { BigInteger.Zero, BigInteger.Zero };
        var images = new[] { new BigInteger[dimension], new BigInteger[dimension] };
        for (var i = 0; i < count; i++)
        {
            var side = labels[i] > 0 ? 0 : 1;
            var weight = Units(weights[i]);
            sums[side] += weight;
            for (var j = 0; j < dimension; j++)
            {
                images[side][j] += weight * Units(points[i, j]);
            }
        }

        var image = images[0].Zip(images[1], (p, n) => sums[1] * p - sums[0] * n).ToArray();
        return (sums[0], sums[1], image);
    }

    private static BigInteger Square(IEnumerable<BigInteger> vector) =>
        vector.Aggregate(BigInteger.Zero, (sum, v) => sum + v * v);

    /// <summary>
    /// The primal objective minus the dual one at the multipliers with the negative class's scaled to the positive one's
    /// sum, relative to the primal one.
    /// </summary>
    public double RelativeGap(HardMarginSeparator separator)
    {
        var (positive, negative, image) = Balance(separator.Multipliers);
        // |w|^2/2 - (2 A+ - |image|^2/(2 A-^2)), over the common denominator 2 A-^2 2^(4 Shift)
        var negative2 = negative * negative;
        var squared = Square(separator.Weights.Select(Units));
        var primal = squared * negative2 * One * One;
        var dual = 4 * positive * negative2 * One * One * One - Square(image);
        return Ratio(primal - dual, primal);
    }

    /// <summary>The distance between the balanced combinations of the two classes.</summary>
    public double Distance(IReadOnlyList<double> weights)
    {
        var (positive, negative, image) = Balance(weights);
        var squared = Ratio(Square(image), positive * positive * negative * negative);
        return Math.Sqrt(squared) / Math.ScaleB(1.0, Shift);
    }
}
