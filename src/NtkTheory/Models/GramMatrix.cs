using MathNet.Numerics.LinearAlgebra;
using NtkTheory.Numerics;
using CoreGram = NtkTheory.Models.GramMatrix;

namespace NtkTheory;

/// <summary>The n x n matrix of a kernel on n points, and its spectrum. Immutable.</summary>
public sealed class GramMatrix
{
    private readonly Matrix<double> entries;
    private readonly Lazy<double[]> eigenvalues;

    private GramMatrix(Matrix<double> entries)
    {
        this.entries = entries;
        eigenvalues = new Lazy<double[]>(() => Spectrum.eigenvalues(entries));
    }

    /// <summary>The number of points.</summary>
    public int Size => entries.RowCount;

    /// <summary>The kernel at two points, by position.</summary>
    public double this[int row, int column] => entries[row, column];

    /// <summary>All eigenvalues, from the smallest, each within <see cref="EigenvalueRadius"/> of the true one.</summary>
    public IReadOnlyList<double> Eigenvalues => eigenvalues.Value;

    /// <summary>What each eigenvalue of this matrix may be off by: 10 n 2^-53 times the Frobenius norm.</summary>
    public double EigenvalueRadius => Spectrum.radius(entries);

    /// <summary>The smallest eigenvalue.</summary>
    public Estimate SmallestEigenvalue => new(Eigenvalues[0], EigenvalueRadius);

    /// <summary>The largest eigenvalue.</summary>
    public Estimate LargestEigenvalue => new(Eigenvalues[^1], EigenvalueRadius);

    /// <summary>
    /// The tangent Gram matrix of infinite width, (x_i.x_j) P(w.x_i >= 0, w.x_j >= 0), of a two-layer ReLU network.
    /// </summary>
    public static GramMatrix Tangent(Dataset data) => new(CoreGram.tangent(Of(data)));

    /// <summary>The same for points of any norm, one per row.</summary>
    /// <exception cref="ArgumentException">There is no point, or a coordinate is not finite.</exception>
    public static GramMatrix Tangent(double[,] points) =>
        new(CoreGram.tangent(Arrays.Points(points, nameof(points))));

    /// <summary>The feature Gram matrix E[(w.x_i)_+ (w.x_j)_+] of ReLU neurons with standard normal weights.</summary>
    public static GramMatrix Feature(Dataset data) => new(CoreGram.feature(Of(data)));

    /// <summary>The same for points of any norm, one per row.</summary>
    /// <exception cref="ArgumentException">There is no point, or a coordinate is not finite.</exception>
    public static GramMatrix Feature(double[,] points) =>
        new(CoreGram.feature(Arrays.Points(points, nameof(points))));

    /// <summary>A copy of the entries.</summary>
    public double[,] ToArray() => entries.ToArray();

    private static Matrix<double> Of(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Matrix<double>.Build.DenseOfArray(data.ToArray());
    }
}
