using MathNet.Numerics.LinearAlgebra;
using NtkTheory.Numerics;
using CoreGram = NtkTheory.Models.GramMatrix;

namespace NtkTheory;

/// <summary>The n x n matrix of a kernel on n points, and its spectrum. Immutable.</summary>
public sealed class GramMatrix
{
    private readonly Matrix<double> entries;
    private readonly Lazy<IReadOnlyList<Estimate>> eigenvalues;
    private readonly Lazy<Estimate> smallest;
    private readonly Lazy<Estimate> largest;

    private GramMatrix(Matrix<double> entries)
    {
        this.entries = entries;
        var execution = ExecutionModule.workers(Environment.ProcessorCount);
        var backend = Engine.Spectral;
        eigenvalues = new(() => [.. SymmetricEigen.values(execution, backend, entries).Select(Estimate.Of)]);
        smallest = new(() => Estimate.Of(SymmetricEigen.smallest(execution, backend, entries)));
        largest = new(() => Estimate.Of(SymmetricEigen.largest(execution, entries)));
    }

    /// <summary>The number of points.</summary>
    public int Size => entries.RowCount;

    /// <summary>The kernel at two points, by position.</summary>
    public double this[int row, int column] => entries[row, column];

    /// <summary>All eigenvalues with their errors, from the smallest; computed when first asked for.</summary>
    public IReadOnlyList<Estimate> Eigenvalues => eigenvalues.Value;

    /// <summary>
    /// The smallest eigenvalue; for a positive definite matrix the lower end is certified by a Cholesky factorization.
    /// Computed when first asked for.
    /// </summary>
    public Estimate SmallestEigenvalue => smallest.Value;

    /// <summary>The largest eigenvalue, by Lanczos's method. Computed when first asked for.</summary>
    public Estimate LargestEigenvalue => largest.Value;

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
