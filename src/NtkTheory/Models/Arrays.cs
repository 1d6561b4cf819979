using MathNet.Numerics.LinearAlgebra;

namespace NtkTheory;

/// <summary>Checked arrays for the numeric surface.</summary>
internal static class Arrays
{
    /// <summary>The points as a matrix, one per row; every number must be finite and there must be one at least.</summary>
    public static Matrix<double> Points(double[,] points, string name)
    {
        ArgumentNullException.ThrowIfNull(points, name);
        if (points.Length == 0)
        {
            throw new ArgumentException("There must be a point and a coordinate at least.", name);
        }

        return points.Cast<double>().All(double.IsFinite)
            ? Matrix<double>.Build.DenseOfArray(points)
            : throw new ArgumentException("Every coordinate must be a finite number.", name);
    }

    /// <summary>One finite number per point.</summary>
    public static double[] PerPoint(IReadOnlyList<double> numbers, int count, string name)
    {
        ArgumentNullException.ThrowIfNull(numbers, name);
        if (numbers.Count != count)
        {
            throw new ArgumentException($"There are {numbers.Count} numbers for {count} points.", name);
        }

        return numbers.All(double.IsFinite)
            ? [.. numbers]
            : throw new ArgumentException("Every number must be finite.", name);
    }
}
