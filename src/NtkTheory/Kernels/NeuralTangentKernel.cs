using System.Runtime.InteropServices;
using MathNet.Numerics.LinearAlgebra;
using NtkTheory.Data;
using NtkTheory.Models;
using NtkTheory.Numerics;
using CoreKind = NtkTheory.Models.KernelKind;

namespace NtkTheory;

/// <summary>The kernel of a network, to be evaluated on points. Immutable and safe to share between threads.</summary>
public sealed class NeuralTangentKernel
{
    /// <summary>Numbers that a block of rows takes while it is made, apart from its own: stacked tiles of 512 points.</summary>
    private const long Workspace = 8L * 1024 * 1024;

    private readonly NetworkShape shape;

    /// <summary>The kernel of a network.</summary>
    /// <param name="options">The network; null for three hidden ReLU layers.</param>
    public NeuralTangentKernel(KernelOptions? options = null)
    {
        Options = options ?? KernelOptions.Default;
        var usual = NetworkKernel.create(Options.Activation.Core, Options.Depth);
        shape = new NetworkShape(
            usual.Activation,
            usual.Depth,
            Options.WeightVariance ?? usual.WeightVariance,
            Options.BiasVariance
        );
    }

    /// <summary>The network.</summary>
    public KernelOptions Options { get; }

    /// <summary>The n x n Gram matrix of n points.</summary>
    /// <exception cref="ArgumentException">The activation needs points of equal norm and these are not.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public double[,] Gram(PointSet points, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        return GramMatrix(points.Matrix, cancellationToken).ToArray();
    }

    /// <summary>The q x n kernel of q points with n others.</summary>
    /// <exception cref="ArgumentException">The dimensions differ.</exception>
    public double[,] Cross(PointSet rows, PointSet columns, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(columns);
        return CrossMatrix(rows.Matrix, columns.Matrix, cancellationToken).ToArray();
    }

    /// <summary>The kernel of each point with itself.</summary>
    public double[] Diagonal(PointSet points, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        return DiagonalOf(points.Matrix, cancellationToken);
    }

    /// <summary>The Gram matrix a few rows at a time, from the first.</summary>
    /// <param name="points">n points.</param>
    /// <param name="memoryLimit">The most bytes that the matrices of the work may take.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">The limit is too small for one row, or for the whole empirical kernel.</exception>
    public IEnumerable<KernelBlock> Blocks(
        PointSet points,
        long memoryLimit,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(points);
        return BlocksOf(points, RowsOfBlock(points.Count, points.Dimension, memoryLimit), cancellationToken);
    }

    /// <summary>Writes the Gram matrix in NumPy's format, float64, row after row, a few rows at a time.</summary>
    /// <param name="points">n points.</param>
    /// <param name="target">What is written to.</param>
    /// <param name="memoryLimit">The most bytes that the matrices of the work may take.</param>
    /// <param name="progress">Is told of the part that is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">The limit is too small for one row, or for the whole empirical kernel.</exception>
    public void WriteNpy(
        PointSet points,
        Stream target,
        long memoryLimit = 1L << 30,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(target);
        var blocks = Blocks(points, memoryLimit, cancellationToken);
        NpyWriter.WriteHeader(target, points.Count, points.Count);
        foreach (var block in blocks)
        {
            NpyWriter.WriteRows(target, block.Values);
            progress?.Report((block.FirstRow + block.Values.GetLength(0)) / (double)points.Count);
        }
    }

    internal Matrix<double> GramMatrix(Matrix<double> points, CancellationToken cancellation) =>
        Options.Kind == KernelKind.Empirical
            ? EmpiricalKernel.tangent(
                Execution(cancellation),
                Sampling.SeedModule.ofInt(Options.Seed),
                Options.Width,
                shape,
                points
            )
            : NetworkKernel.gram(Execution(cancellation), Kind, shape, points);

    internal Matrix<double> CrossMatrix(
        Matrix<double> rows,
        Matrix<double> columns,
        CancellationToken cancellation
    )
    {
        if (rows.ColumnCount != columns.ColumnCount)
        {
            throw new ArgumentException(
                $"The points have dimension {rows.ColumnCount} on one side and {columns.ColumnCount} on the other."
            );
        }

        return Options.Kind == KernelKind.Empirical
            ? GramMatrix(rows.Stack(columns), cancellation)
                .SubMatrix(0, rows.RowCount, rows.RowCount, columns.RowCount)
            : NetworkKernel.cross(Execution(cancellation), Kind, shape, rows, columns);
    }

    internal double[] DiagonalOf(Matrix<double> points, CancellationToken cancellation) =>
        Options.Kind == KernelKind.Empirical
            ? [.. GramMatrix(points, cancellation).Diagonal()]
            : NetworkKernel.diagonal(Execution(cancellation), Kind, shape, points);

    private CoreKind Kind =>
        Options.Kind == KernelKind.GaussianProcess ? CoreKind.ProcessKernel : CoreKind.TangentKernel;

    internal Execution Execution(CancellationToken cancellation) =>
        new(Options.Workers, LanesModule.widest(), cancellation);

    /// <summary>
    /// A row stands up to four times, as products, as both kernels and as the array that is handed out, and so do the rows of
    /// blocks before it that the collector has not reached: two such rounds are reckoned with.
    /// </summary>
    private int RowsOfBlock(int count, int dimension, long memoryLimit)
    {
        if (Options.Kind == KernelKind.Empirical)
        {
            var whole = 8L * count * (4L * count + 3L * Options.Width + dimension);
            return whole <= memoryLimit
                ? count
                : throw new ArgumentException(
                    $"The empirical kernel of {count} points takes about {whole >> 20} MB, more than the limit of {memoryLimit >> 20} MB.",
                    nameof(memoryLimit)
                );
        }

        var left = memoryLimit - (8L * Workspace) - (16L * count * dimension);
        var rows = left / (96L * Math.Max(1, count));
        return rows >= 1
            ? (int)Math.Min(rows, Math.Max(1, count))
            : throw new ArgumentException(
                $"A limit of {memoryLimit >> 20} MB is too small for a row of the kernel of {count} points.",
                nameof(memoryLimit)
            );
    }

    private IEnumerable<KernelBlock> BlocksOf(PointSet points, int rows, CancellationToken cancellation)
    {
        if (Options.Kind == KernelKind.Empirical)
        {
            yield return new KernelBlock(0, GramMatrix(points.Matrix, cancellation).ToArray());
            yield break;
        }

        var bands = NetworkKernel.bands(Execution(cancellation), Kind, shape, rows, points.Matrix);
        foreach (var (first, values) in bands)
        {
            var block = new double[values.Length / points.Count, points.Count];
            values.CopyTo(MemoryMarshal.CreateSpan(ref block[0, 0], values.Length));
            yield return new KernelBlock(first, block);
        }
    }
}
