using System.Runtime.InteropServices;
using MathNet.Numerics.LinearAlgebra;
using NtkTheory.Data;
using NtkTheory.Models;
using NtkTheory.Numerics;
using NtkTheory.Reporting;
using CoreKind = NtkTheory.Models.KernelKind;

namespace NtkTheory;

/// <summary>The kernel of a network, to be evaluated on points. Immutable and safe to share between threads.</summary>
public sealed class NeuralTangentKernel
{
    /// <summary>Bytes that packed panels and tiles of the threads take.</summary>
    private const long Workspace = 16L << 20;

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
        return BandsOf(points, memoryLimit, cancellationToken).Select(band => band.Block(points.Count));
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
        var bands = BandsOf(points, memoryLimit, cancellationToken);
        NpyWriter.WriteHeader(target, points.Count, points.Count);
        foreach (var band in bands)
        {
            NpyWriter.Write(target, band.Values.AsSpan(0, band.Rows * points.Count));
            progress?.Report((band.FirstRow + band.Rows) / (double)points.Count);
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

    /// <summary>Rows of the matrix at the front of an array, which the next band overwrites.</summary>
    private readonly record struct Band(int FirstRow, int Rows, double[] Values)
    {
        public KernelBlock Block(int columns)
        {
            var block = new double[Rows, columns];
            Values
                .AsSpan(0, Rows * columns)
                .CopyTo(MemoryMarshal.CreateSpan(ref block[0, 0], Rows * columns));
            return new KernelBlock(FirstRow, block);
        }
    }

    private IEnumerable<Band> BandsOf(PointSet points, long memoryLimit, CancellationToken cancellation)
    {
        if (Options.Kind == KernelKind.Empirical)
        {
            RequireWhole(points, memoryLimit);
            // a symmetric matrix stands the same row by row and column by column
            return [new Band(0, points.Count, GramMatrix(points.Matrix, cancellation).ToColumnMajorArray())];
        }

        var kernel = NetworkKernel.rows(Execution(cancellation), Kind, shape, points.Matrix);
        var rows = RowsOfBand(points, memoryLimit - (8 * kernel.Held));
        return kernel.Bands.Invoke(rows).Select(band => new Band(band.Item1, band.Item2, band.Item3));
    }

    private void RequireWhole(PointSet points, long memoryLimit)
    {
        var whole = 8L * points.Count * ((4L * points.Count) + (3L * Options.Width) + points.Dimension);
        if (whole > memoryLimit)
        {
            throw new ArgumentException(
                $"The empirical kernel of {Plural.count(points.Count, "point")} takes about {whole >> 20} MB, more than the limit of {memoryLimit >> 20} MB.",
                nameof(memoryLimit)
            );
        }
    }

    /// <summary>
    /// A row stands up to three times, as products and as both kernels, and as the array that is handed out, of which an older
    /// one may wait for the collector.
    /// </summary>
    private static int RowsOfBand(PointSet points, long memoryLimit)
    {
        var columns = Math.Max(1, points.Count);
        var left = memoryLimit - Workspace - (16L * points.Count * points.Dimension);
        var rows = left / (40L * columns);
        return rows >= 1
            ? (int)Math.Min(rows, Math.Min(columns, Array.MaxLength / columns))
            : throw new ArgumentException(
                $"A limit of {memoryLimit >> 20} MB is too small for a row of the kernel of {Plural.count(points.Count, "point")}.",
                nameof(memoryLimit)
            );
    }
}
