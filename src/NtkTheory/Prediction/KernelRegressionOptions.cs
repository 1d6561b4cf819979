namespace NtkTheory;

/// <summary>How a kernel regression is done. Immutable; change a copy with <c>with</c>.</summary>
public sealed record KernelRegressionOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static KernelRegressionOptions Default { get; } = new();

    /// <summary>
    /// What is added to the diagonal of the Gram matrix, 0 or more; null, the default, for the ridge with the least
    /// leave-one-out error of a grid around the mean eigenvalue.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 0.</exception>
    public double? Ridge
    {
        get;
        init
        {
            if (value is not (null or (>= 0.0 and < double.PositiveInfinity)))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A ridge is 0 or more.");
            }

            field = value;
        }
    }

    /// <summary>
    /// Whether training is on the mean loss ||u - y||² / (2n) in place of the sum ||u - y||² / 2. Default: false.
    /// </summary>
    public bool MeanLoss { get; init; }
}
