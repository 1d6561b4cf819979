using MathNet.Numerics.LinearAlgebra;

namespace NtkTheory;

/// <summary>Points of one dimension, one per row. Immutable and safe to share between threads.</summary>
public sealed class PointSet
{
    private PointSet(Matrix<double> matrix)
    {
        if (matrix.ColumnCount == 0)
        {
            throw new ArgumentException("A point needs one coordinate at least.", nameof(matrix));
        }

        for (var i = 0; i < matrix.RowCount; i++)
        {
            for (var j = 0; j < matrix.ColumnCount; j++)
            {
                if (!double.IsFinite(matrix[i, j]))
                {
                    throw new ArgumentException(
                        $"Coordinate {j} of point {i} is {matrix[i, j]}, not a finite number.",
                        nameof(matrix)
                    );
                }
            }
        }

        Matrix = matrix;
    }

    /// <summary>The number of points.</summary>
    public int Count => Matrix.RowCount;

    /// <summary>The number of coordinates of each point, at least 1.</summary>
    public int Dimension => Matrix.ColumnCount;

    internal Matrix<double> Matrix { get; }

    /// <summary>A copy of an array of points, one per row.</summary>
    /// <exception cref="ArgumentException">A coordinate is not finite, or there is none.</exception>
    public static PointSet Of(double[,] points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return new(Matrix<double>.Build.DenseOfArray(points));
    }

    /// <summary>A copy of numbers that hold point after point.</summary>
    /// <param name="rowMajor">count x dimension numbers.</param>
    /// <param name="count">The number of points.</param>
    /// <param name="dimension">The number of coordinates of each.</param>
    /// <exception cref="ArgumentException">The shape does not fit, or a coordinate is not finite.</exception>
    public static PointSet Of(ReadOnlySpan<double> rowMajor, int count, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        if (rowMajor.Length != (long)count * dimension)
        {
            throw new ArgumentException(
                $"{count} points of dimension {dimension} are {(long)count * dimension} numbers, not {rowMajor.Length}.",
                nameof(rowMajor)
            );
        }

        return new(Matrix<double>.Build.DenseOfRowMajor(count, dimension, rowMajor.ToArray()));
    }

    /// <summary>A copy of a matrix, one point per row.</summary>
    /// <exception cref="ArgumentException">A coordinate is not finite, or there is none.</exception>
    public static PointSet Of(Matrix<double> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return new(Matrix<double>.Build.DenseOfMatrix(points));
    }

    /// <summary>The points of a data set, as its options have made them ready.</summary>
    public static PointSet Of(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new(Matrix<double>.Build.DenseOfArray(data.ToArray()));
    }

    /// <summary>The number and the dimension of the points.</summary>
    public override string ToString() => $"{Count} points in R^{Dimension}";
}
