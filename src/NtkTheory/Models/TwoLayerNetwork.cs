using MathNet.Numerics.LinearAlgebra;
using NtkTheory.Analysis;
using NtkTheory.Models;
using NtkTheory.Numerics;
using Core = NtkTheory.Models.TwoLayer;

namespace NtkTheory;

/// <summary>
/// A network with one hidden layer in NTK parameterization, f(x) = m^(-1/2) times the sum over its m neurons of
/// a_j s(w_j.x), of which only the hidden weights w_j are trained; with its expansions in them. Immutable.
/// </summary>
/// <remarks>Source: the NTK linearization of Jacot, Gabriel and Hongler (2018) and of Lee et al. (2019).</remarks>
public sealed class TwoLayerNetwork
{
    private readonly Core core;

    private TwoLayerNetwork(Core core, ActivationFunction activation)
    {
        this.core = core;
        Activation = activation;
    }

    /// <summary>What each neuron applies.</summary>
    public ActivationFunction Activation { get; }

    /// <summary>The number m of neurons.</summary>
    public int Width => core.Outer.Length;

    /// <summary>The dimension d of the points.</summary>
    public int Dimension => core.Hidden.ColumnCount;

    /// <summary>A network with standard normal hidden weights and random signs outside.</summary>
    /// <param name="width">The number of neurons, at least 1.</param>
    /// <param name="dimension">The dimension of the points, at least 1.</param>
    /// <param name="activation">What each neuron applies; null for ReLU.</param>
    /// <param name="seed">Equal seeds give equal networks.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width or the dimension is below 1.</exception>
    public static TwoLayerNetwork Random(
        int width,
        int dimension,
        ActivationFunction? activation = null,
        int seed = 0
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        activation ??= ActivationFunction.Relu;
        return new(
            TwoLayerModule.random(Sampling.SeedModule.ofInt(seed), activation.Core, width, dimension),
            activation
        );
    }

    /// <summary>A network of given weights.</summary>
    /// <param name="hidden">m x d, one neuron per row; finite numbers.</param>
    /// <param name="outer">The m outer weights; finite numbers.</param>
    /// <param name="activation">What each neuron applies; null for ReLU.</param>
    /// <exception cref="ArgumentException">There are no weights, not as many of both, or one is not finite.</exception>
    public static TwoLayerNetwork Of(
        double[,] hidden,
        IReadOnlyList<double> outer,
        ActivationFunction? activation = null
    )
    {
        var weights = Arrays.Points(hidden, nameof(hidden));
        activation ??= ActivationFunction.Relu;
        return new(
            TwoLayerModule.create(
                activation.Core,
                Arrays.PerPoint(outer, weights.RowCount, nameof(outer)),
                weights
            ),
            activation
        );
    }

    /// <summary>A copy of the hidden weights, m x d.</summary>
    public double[,] HiddenWeights() => core.Hidden.ToArray();

    /// <summary>A copy of the m outer weights.</summary>
    public double[] OuterWeights() => [.. core.Outer];

    /// <summary>The outputs at n points.</summary>
    /// <exception cref="ArgumentException">The points have another dimension.</exception>
    public double[] Outputs(PointSet points) => TwoLayerModule.outputs(core, Matrix(points));

    /// <summary>
    /// The expansion of the outputs in the hidden weights around this network, evaluated at the weights of another:
    /// order 1 is the linearized network, order 2 has the quadratic term too.
    /// </summary>
    /// <param name="order">1 or 2.</param>
    /// <param name="now">A network of the same shape, such as this one after training.</param>
    /// <param name="points">n points.</param>
    /// <returns>n outputs.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The order is neither 1 nor 2.</exception>
    /// <exception cref="ArgumentException">
    /// The shapes differ, or the order is 2 and the activation has no second derivative (ReLU, leaky ReLU, |z|, step).
    /// </exception>
    public double[] Expansion(int order, TwoLayerNetwork now, PointSet points)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, 2);
        return (now.Width, now.Dimension) == (Width, Dimension)
            ? TaylorExpansion.outputs(order, core, now.core, Matrix(points))
            : throw new ArgumentException(
                $"A network of {now.Width} neurons in R^{now.Dimension} is not reached from one of {Width} in R^{Dimension}.",
                nameof(now)
            );
    }

    /// <summary>The tangent kernel of the hidden weights on n points, n x n; its limit in the width is that of depth 1 without the outer layer.</summary>
    /// <exception cref="ArgumentException">The points have another dimension.</exception>
    public double[,] TangentKernel(PointSet points) =>
        TwoLayerModule.tangentGram(core, Matrix(points)).ToArray();

    /// <summary>The network after full-batch gradient descent on ||u - y||² / 2, u the outputs at the points.</summary>
    /// <param name="points">n points.</param>
    /// <param name="targets">n finite numbers y.</param>
    /// <param name="learningRate">Above 0 and finite.</param>
    /// <param name="steps">0 or more; fewer are done when the loss grows beyond a million times its start.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or a target is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The learning rate is not a positive finite number, or the number of steps is negative.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public TwoLayerNetwork Train(
        PointSet points,
        IReadOnlyList<double> targets,
        double learningRate,
        int steps,
        CancellationToken cancellationToken = default
    )
    {
        var matrix = Matrix(points);
        if (!(learningRate > 0.0 && double.IsFinite(learningRate)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(learningRate),
                learningRate,
                "The learning rate is a positive finite number."
            );
        }

        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        var labels = Arrays.PerPoint(targets, matrix.RowCount, nameof(targets));
        var execution = new Execution(Environment.ProcessorCount, LanesModule.widest(), cancellationToken);
        return new(GradientDescent.run(execution, learningRate, steps, matrix, labels, core).End, Activation);
    }

    private Matrix<double> Matrix(PointSet points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return points.Dimension == Dimension
            ? points.Matrix
            : throw new ArgumentException(
                $"The points have dimension {points.Dimension}, the network's is {Dimension}.",
                nameof(points)
            );
    }
}
