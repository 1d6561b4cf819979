namespace NtkTheory;

/// <summary>No hyperplane separates two classes.</summary>
public sealed class NotSeparableException : Exception
{
    internal NotSeparableException(double[] weights, double residual)
        : base("No hyperplane separates the classes: their convex hulls meet.")
    {
        Weights = weights;
        Residual = residual;
    }

    /// <summary>
    /// The certificate, nonnegative, one per point: the sum of weight label x is zero up to <see cref="Residual"/>.
    /// Without a bias the weights sum to 1, with one those of each class do.
    /// </summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>The norm of that sum: no separator has a larger margin than this (half of it with a bias).</summary>
    public double Residual { get; }
}
