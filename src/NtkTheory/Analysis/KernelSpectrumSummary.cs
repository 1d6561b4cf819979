namespace NtkTheory;

/// <summary>The spectrum of one kernel's Gram matrix.</summary>
/// <param name="Kernel">The kernel in words.</param>
/// <param name="LambdaMin">The smallest eigenvalue with the error of the matrix and of the method.</param>
/// <param name="CertifiedLambdaMin">
/// A number above 0 that the smallest eigenvalue is certainly not below; null where none could be certified.
/// </param>
/// <param name="LambdaMax">The largest eigenvalue.</param>
/// <param name="EffectiveRank">exp of the entropy of the eigenvalues over their sum.</param>
/// <param name="Eigenvalues">All of them, from the largest.</param>
public sealed record KernelSpectrumSummary(
    string Kernel,
    Estimate LambdaMin,
    double? CertifiedLambdaMin,
    double LambdaMax,
    double EffectiveRank,
    IReadOnlyList<double> Eigenvalues
);
