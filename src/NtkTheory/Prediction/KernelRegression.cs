using MathNet.Numerics.LinearAlgebra;
using NtkTheory.Models;
using NtkTheory.Reporting;
using CoreRegression = NtkTheory.Models.KernelRegression;
using Regressions = NtkTheory.Models.KernelRegressionModule;

namespace NtkTheory;

/// <summary>
/// Kernel ridge regression on n points with c targets each, its leave-one-out errors in closed form, and what
/// gradient flow and gradient descent predict along the way. Immutable and safe to share between threads.
/// </summary>
public sealed class KernelRegression
{
    private readonly NeuralTangentKernel kernel;
    private readonly PointSet points;
    private readonly CoreRegression fit;
    private readonly KernelRegressionOptions options;

    private KernelRegression(
        NeuralTangentKernel kernel,
        PointSet points,
        Matrix<double> targets,
        KernelRegressionOptions options,
        IProgress<string>? progress,
        CancellationToken cancellation
    )
    {
        this.kernel = kernel;
        this.points = points;
        this.options = options;
        progress?.Report($"kernel of {Plural.count(points.Count, "point")}");
        var gram = kernel.GramMatrix(points.Matrix, cancellation);
        progress?.Report($"eigenvectors of the kernel of {Plural.count(points.Count, "point")}");
        var spectrum = KernelSpectrumModule.ofGramBy(kernel.Execution(cancellation), Engine.Spectral, gram);
        progress?.Report(options.Ridge is null ? "choice of the ridge" : "fit with the ridge");
        fit = options.Ridge is { } ridge
            ? Regressions.fit(ridge, spectrum, targets)
            : Regressions.withBestRidge(Regressions.ridges(spectrum), spectrum, targets);
    }

    /// <summary>The ridge: the one that was given, or the one with the least leave-one-out error.</summary>
    public double Ridge => fit.Ridge;

    /// <summary>
    /// The root of the mean square leave-one-out residual, in the targets' unit; infinite where the Gram matrix is
    /// singular and there is no ridge.
    /// </summary>
    public double LeaveOneOutError => Math.Sqrt(Regressions.leaveOneOutError(fit));

    /// <summary>The learning rate from which gradient descent diverges: 2 / lambda_max, times n for the mean loss.</summary>
    public double LargestStableLearningRate => KernelDynamics.largestStableStep(Scale, fit.Spectrum);

    /// <summary>The eigenvalues of the Gram matrix, from the smallest.</summary>
    public IReadOnlyList<double> Eigenvalues => [.. fit.Spectrum.Values];

    internal CoreRegression Fit => fit;

    private LossScale Scale => options.MeanLoss ? LossScale.HalfMean : LossScale.HalfSum;

    /// <summary>The regression on n points.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="points">n points, at least one.</param>
    /// <param name="targets">n x c finite numbers.</param>
    /// <param name="options">How it is done; null for the defaults.</param>
    /// <param name="progress">Is told of each step before it is done.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">There are not as many targets as points, or one is not finite.</exception>
    /// <exception cref="InsufficientMemoryException">The matrices of the work are larger than the machine's memory.</exception>
    public static KernelRegression Train(
        NeuralTangentKernel kernel,
        PointSet points,
        double[,] targets,
        KernelRegressionOptions? options = null,
        IProgress<string>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(targets);
        if (points.Count == 0 || targets.GetLength(0) != points.Count || targets.GetLength(1) == 0)
        {
            throw new ArgumentException(
                $"The targets have {Plural.count(targets.GetLength(0), "row")} for {Plural.count(points.Count, "point")}.",
                nameof(targets)
            );
        }

        if (targets.Cast<double>().Any(value => !double.IsFinite(value)))
        {
            throw new ArgumentException("A target is not a finite number.", nameof(targets));
        }

        RequireMemory(points.Count);
        return new KernelRegression(
            kernel,
            points,
            Matrix<double>.Build.DenseOfArray(targets),
            options ?? KernelRegressionOptions.Default,
            progress,
            cancellationToken
        );
    }

    /// <summary>The regression on n points with one target each.</summary>
    /// <inheritdoc cref="Train(NeuralTangentKernel, PointSet, double[,], KernelRegressionOptions?, IProgress{string}?, CancellationToken)"/>
    public static KernelRegression Train(
        NeuralTangentKernel kernel,
        PointSet points,
        IReadOnlyList<double> targets,
        KernelRegressionOptions? options = null,
        IProgress<string>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(targets);
        var column = new double[targets.Count, 1];
        for (var i = 0; i < targets.Count; i++)
        {
            column[i, 0] = targets[i];
        }

        return Train(kernel, points, column, options, progress, cancellationToken);
    }

    /// <summary>The predictions at q points, q x c.</summary>
    public double[,] Predict(PointSet at, CancellationToken cancellationToken = default) =>
        Regressions.predict(Cross(at, cancellationToken), fit).ToArray();

    /// <summary>The predictions at each point by the fit without it, n x c.</summary>
    /// <exception cref="InvalidOperationException">The Gram matrix is singular and there is no ridge.</exception>
    public double[,] LeaveOneOut() =>
        Regressions.isInvertible(fit)
            ? Regressions.leaveOneOut(fit).ToArray()
            : throw new InvalidOperationException(
                "Leaving points out needs a ridge, as the Gram matrix is singular in double precision."
            );

    /// <summary>What gradient flow from outputs 0 predicts at q points after a time, q x c; the ridge plays no part.</summary>
    public double[,] PredictAfterFlow(double time, PointSet at, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(time);
        return After(TrainingTime.NewFlow(time), at, cancellationToken);
    }

    /// <summary>What gradient descent from outputs 0 predicts at q points after some steps, q x c.</summary>
    public double[,] PredictAfterDescent(
        double learningRate,
        int steps,
        PointSet at,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(learningRate);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return After(TrainingTime.NewDescent(learningRate, steps), at, cancellationToken);
    }

    internal Matrix<double> Cross(PointSet at, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(at);
        return kernel.CrossMatrix(at.Matrix, points.Matrix, cancellation);
    }

    /// <summary>The Gram matrix, its eigenvectors, and two more matrices for finding them (LAPACK's dsyevd).</summary>
    private static void RequireMemory(long points)
    {
        var (needed, there) = (4L * 8L * points * points, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        if (needed > there)
        {
            throw new InsufficientMemoryException(
                $"A regression on {points} points takes about {needed >> 30} GB of memory, and there are {there >> 30} GB."
            );
        }
    }

    private double[,] After(TrainingTime time, PointSet at, CancellationToken cancellation)
    {
        var build = Matrix<double>.Build;
        return KernelDynamics
            .predictions(
                Scale,
                time,
                fit.Spectrum,
                Cross(at, cancellation),
                build.Dense(at.Count, fit.Targets.ColumnCount),
                build.Dense(points.Count, fit.Targets.ColumnCount),
                fit.Targets
            )
            .ToArray();
    }
}
