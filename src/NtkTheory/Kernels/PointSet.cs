using MathNet.Numerics.LinearAlgebra;
using NtkTheory.Data;
using NtkTheory.Reporting;

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

    /// <summary>
    /// The points of every row of an .npy matrix, or of a table of comma-separated text where the name does not end
    /// in .npy. No row is dropped, so that row i of a kernel belongs to row i of the file.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="label">
    /// A column to leave out: its name, "label" where it is null and there is one; for a matrix its number from 0, or
    /// from -1 backwards, none where it is null.
    /// </param>
    /// <param name="normalization">What is done to the points.</param>
    /// <param name="maxValues">The most numbers that are read; a larger file is refused.</param>
    /// <exception cref="DatasetException">The file cannot be read, or what it holds are no points.</exception>
    public static PointSet Load(
        string path,
        string? label = null,
        Normalization normalization = Normalization.Unit,
        int maxValues = 20_000_000
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxValues, 1);
        var isMatrix = path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase);
        var table = DataFile.Read(
            path,
            (name, stream) =>
                isMatrix
                    ? NpyTable.Read(name, stream, label, maxValues, labelMayLack: true)
                    : CsvTable.Read(name, stream, label, maxValues, labelMayLack: label is null)
        );
        return table.Points.Count == 0
                ? throw new DatasetException(table.Name, "the table has no row below its header")
            : table.Columns.Count == 0
                ? throw new DatasetException(table.Name, "there is no column beside the label")
            : PairedPoints.Of(table, normalization);
    }

    /// <summary>The number and the dimension of the points.</summary>
    public override string ToString() => $"{Plural.count(Count, "point")} in R^{Dimension}";
}
