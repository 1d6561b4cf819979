namespace NtkTheory;

/// <summary>
/// A fully connected network in NTK parameterization. Immutable; change a copy with <c>with</c>. The first layer sees
/// the points with weights of variance 1, each later one with weights of variance <see cref="WeightVariance"/> over
/// the width.
/// </summary>
public sealed record KernelOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static KernelOptions Default { get; } = new();

    /// <summary>Which kernel. Default: <see cref="KernelKind.Tangent"/>.</summary>
    public KernelKind Kind { get; init; } = KernelKind.Tangent;

    /// <summary>What each neuron applies. Default: ReLU.</summary>
    public ActivationFunction Activation { get; init; } = ActivationFunction.Relu;

    /// <summary>Hidden layers, from 1 to 100. Default: 3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int Depth
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 100);
            field = value;
        }
    } = 3;

    /// <summary>
    /// The variance of the weights times the width, above 0; null, the default, keeps a unit variance from layer to
    /// layer (2 for ReLU).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public double? WeightVariance
    {
        get;
        init
        {
            if (value is not (null or (> 0.0 and < double.PositiveInfinity)))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A variance is above 0.");
            }

            field = value;
        }
    }

    /// <summary>The variance of the biases, 0 or more. Default: 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 0.</exception>
    public double BiasVariance
    {
        get;
        init
        {
            if (value is not (>= 0.0 and < double.PositiveInfinity))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A variance is 0 or more.");
            }

            field = value;
        }
    }

    /// <summary>Neurons of each hidden layer for the empirical kernel, at least 1. Default: 1,024.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Width
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1024;

    /// <summary>The seed of the empirical kernel's network. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>Threads at work, at least 1; no result depends on it. Default: the number of processors.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Workers
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = Environment.ProcessorCount;
}
