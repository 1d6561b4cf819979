namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// The eigenvalues and eigenvectors of a kernel's n x n Gram matrix: every prediction is a function of them.
type KernelSpectrum = {
    /// n eigenvalues, from the smallest.
    Values: float[]
    /// n x n, one unit eigenvector per column, in the order of the values.
    Vectors: Matrix<float>
    /// What each eigenvalue may be off by.
    Radius: float
}

/// Making and applying functions of Gram matrices.
module KernelSpectrum =

    /// The decomposition of a symmetric matrix by the given linear algebra.
    let ofGramBy execution backend (gram: Matrix<float>) =
        if gram.RowCount = 0 then
            {
                Values = [||]
                Vectors = Matrix<float>.Build.Dense(0, 0)
                Radius = 0.0
            }
        else
            let found = SymmetricEigen.decomposition execution backend gram

            {
                Values = found.Values |> Array.map _.Value
                Vectors = found.Vectors
                Radius = found.Values |> Array.map _.Radius |> Array.max
            }

    /// The decomposition of a symmetric matrix by this library's own code.
    let ofGram gram =
        ofGramBy Execution.sequential Managed gram

    /// The number of points.
    let size spectrum = spectrum.Values.Length

    /// lambda_max; 0 without points.
    let largest spectrum =
        if size spectrum = 0 then
            0.0
        else
            Array.last spectrum.Values

    /// The level below which an eigenvalue cannot be told from 0.
    let floor spectrum =
        max spectrum.Radius (float (size spectrum) * Estimate.unitRoundoff * largest spectrum)

    /// V^T Y for n x c targets: their coordinates along the eigenvectors.
    let coordinates spectrum (targets: Matrix<float>) : Matrix<float> =
        spectrum.Vectors.TransposeThisAndMultiply targets

    /// V diag(f lambda) V^T Y for n x c targets.
    let apply (f: float -> float) spectrum (targets: Matrix<float>) : Matrix<float> =
        let along = coordinates spectrum targets

        spectrum.Vectors
        * along.MapIndexed(fun i _ value -> f spectrum.Values[i] * value)

    /// The diagonal of V diag(f lambda) V^T.
    let diagonal (f: float -> float) spectrum =
        let images = spectrum.Values |> Array.map f

        Array.init (size spectrum) (fun i ->
            let mutable sum = 0.0

            for k in 0 .. images.Length - 1 do
                let entry = spectrum.Vectors[i, k]
                sum <- sum + entry * entry * images[k]

            sum)

    /// exp of the entropy of the eigenvalues over their sum (Roy and Vetterli 2007): between 1 and n.
    let effectiveRank spectrum =
        let total = spectrum.Values |> Array.sumBy (max 0.0)

        let entropy value =
            let p = max 0.0 value / total
            if p > 0.0 then -p * log p else 0.0

        if total > 0.0 then
            exp (Array.sumBy entropy spectrum.Values)
        else
            0.0

    /// The sum of lambda / (lambda + ridge): the degrees of freedom that a ridge leaves.
    let effectiveDimension ridge spectrum =
        spectrum.Values
        |> Array.sumBy (fun value ->
            if value + ridge > 0.0 then
                max 0.0 value / (value + ridge)
            else
                0.0)
