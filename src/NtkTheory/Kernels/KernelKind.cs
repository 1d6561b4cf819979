namespace NtkTheory;

/// <summary>Which kernel of a network.</summary>
public enum KernelKind
{
    /// <summary>The tangent kernel of infinite width: gradients of all layers and biases.</summary>
    Tangent,

    /// <summary>The Gaussian-process kernel (NNGP) of infinite width: the covariance of the outputs at the start.</summary>
    GaussianProcess,

    /// <summary>The tangent kernel of one random network of finite width.</summary>
    Empirical,
}
