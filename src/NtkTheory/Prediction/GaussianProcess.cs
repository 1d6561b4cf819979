using Processes = NtkTheory.Models.GaussianProcess;

namespace NtkTheory;

/// <summary>What a Gaussian process says of new points.</summary>
/// <param name="Mean">The posterior means.</param>
/// <param name="Variance">The posterior variances of the function, without the noise of an observation.</param>
public sealed record GaussianPosterior(IReadOnlyList<double> Mean, IReadOnlyList<double> Variance);

/// <summary>
/// A centered Gaussian process conditioned on n observations with independent noise: the law of an infinitely wide
/// Bayesian network for the kernel of kind <see cref="KernelKind.GaussianProcess"/>.
/// </summary>
public sealed class GaussianProcess
{
    private readonly NeuralTangentKernel kernel;
    private readonly KernelRegression regression;

    private GaussianProcess(NeuralTangentKernel kernel, KernelRegression regression)
    {
        this.kernel = kernel;
        this.regression = regression;
    }

    /// <summary>The variance of the noise.</summary>
    public double Noise => regression.Ridge;

    /// <summary>ln p(targets | points); minus infinity where the covariance is singular.</summary>
    public double LogEvidence => Processes.logEvidence(regression.Fit);

    /// <summary>The process conditioned on n points with one target each.</summary>
    /// <param name="kernel">The covariance of the process.</param>
    /// <param name="points">n points.</param>
    /// <param name="targets">n numbers.</param>
    /// <param name="noise">The variance of the noise, 0 or more.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">There are not as many targets as points.</exception>
    public static GaussianProcess Condition(
        NeuralTangentKernel kernel,
        PointSet points,
        IReadOnlyList<double> targets,
        double noise,
        CancellationToken cancellationToken = default
    )
    {
        var options = new KernelRegressionOptions { Ridge = noise };
        return new(kernel, KernelRegression.Train(kernel, points, targets, options, null, cancellationToken));
    }

    /// <summary>The posterior at q points.</summary>
    public GaussianPosterior Posterior(PointSet at, CancellationToken cancellationToken = default)
    {
        var cross = regression.Cross(at, cancellationToken);
        var prior = kernel.DiagonalOf(at.Matrix, cancellationToken);
        var posterior = Processes.posterior(cross, prior, regression.Fit);
        return new([.. posterior.Mean.Column(0)], [.. posterior.Variance]);
    }
}
