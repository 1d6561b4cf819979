namespace NtkTheory;

/// <summary>How the analysis of a data set is done. Immutable; change a copy with <c>with</c>.</summary>
public sealed record DataAnalysisOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static DataAnalysisOptions Default { get; } = new();

    /// <summary>The activation of the networks. Default: ReLU, of which most theorems speak.</summary>
    public ActivationFunction Activation { get; init; } = ActivationFunction.Relu;

    /// <summary>Hidden layers of the kernels that predict, from 1 to 100. Default: 3.</summary>
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

    /// <summary>The probability with which the theorems may fail, above 0 and below 1. Default: 0.05.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public double Delta
    {
        get;
        init
        {
            if (value is not (> 0.0 and < 1.0))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(value),
                    value,
                    "A probability of failure is above 0 and below 1."
                );
            }

            field = value;
        }
    } = 0.05;

    /// <summary>Where all randomness starts. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>Seeded runs in all of which a conclusion has to hold, from 2 to 1,000. Default: 5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int Runs
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1000);
            field = value;
        }
    } = 5;

    /// <summary>
    /// The most points on which networks are trained; of a larger data set so many are drawn. At least 2; default: 150.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int SamplePoints
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2);
            field = value;
        }
    } = 150;

    /// <summary>Threads at work, at least 1; no result depends on it. Default: the number of processors.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
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
