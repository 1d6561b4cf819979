namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra

/// Mercer's expansion K(x, y) = sum of lambda_j psi_j(x) psi_j(y) of a kernel on the nodes of a quadrature rule: the
/// eigenfunctions of f -> integral of K(., t) f(t) dmu(t), orthonormal in L^2(mu).
type MercerExpansion = {
    /// The weights of the nodes, positive.
    Weights: float[]
    /// The eigenvalues, from the largest.
    Eigenvalues: float[]
    /// The values of the eigenfunctions at the nodes, one function per column.
    Eigenfunctions: Matrix<float>
}

/// Making and reading expansions.
module Mercer =

    /// The expansion on a grid: the eigenvectors of sqrt(w_i) K_ij sqrt(w_j), each entry over sqrt(w_i). For a smooth
    /// kernel the leading eigenvalues converge to those of the operator as fast as the rule does (Atkinson 1967).
    let onGrid (weights: float[]) (gram: Matrix<float>) =
        let roots = weights |> Array.map sqrt

        let spectrum =
            gram.MapIndexed(fun i j value -> roots[i] * value * roots[j])
            |> KernelSpectrum.ofGram

        let last = weights.Length - 1

        {
            Weights = weights
            Eigenvalues = Array.rev spectrum.Values
            Eigenfunctions =
                Matrix<float>
                    .Build.Dense(
                        weights.Length,
                        weights.Length,
                        fun i j -> spectrum.Vectors[i, last - j] / roots[i]
                    )
        }

    /// The sum of the first terms at all pairs of nodes.
    let partialSum terms expansion : Matrix<float> =
        let functions =
            expansion.Eigenfunctions.SubMatrix(0, expansion.Eigenfunctions.RowCount, 0, terms)

        functions
        * functions.Transpose().MapIndexed(fun j _ value -> expansion.Eigenvalues[j] * value)

    /// The coefficients of a function given by its values at the nodes: its inner products with the eigenfunctions.
    let coefficients expansion (values: float[]) =
        let weighted = Array.map2 (*) expansion.Weights values

        expansion.Eigenfunctions.TransposeThisAndMultiply(Vector<float>.Build.Dense weighted).ToArray()

    /// |f|^2 in the space of the kernel, the sum of a_j^2 / lambda_j over the first terms.
    let normSquared terms expansion values =
        coefficients expansion values
        |> Seq.truncate terms
        |> Seq.mapi (fun j a -> a * a / expansion.Eigenvalues[j])
        |> Seq.sum
