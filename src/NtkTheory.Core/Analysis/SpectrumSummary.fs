namespace NtkTheory.Analysis

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Models
open NtkTheory.Numerics

/// The spectrum of one kernel's Gram matrix.
type SpectrumSummary = {
    Kernel: string
    /// From the largest.
    Eigenvalues: float[]
    /// The smallest eigenvalue with the error of the matrix and of the method.
    Smallest: Estimate
    /// A lower bound of lambda_min that rounding cannot break; None where nothing above 0 could be certified.
    Certified: float option
    Largest: float
    Condition: float
    EffectiveRank: float
}

/// The Gram matrices of an analysis and their spectra.
module SpectrumSummary =

    /// A bound on the error of every entry of a kernel's matrix for points of norm at most `norm`: that of the
    /// fused ReLU kernels; for the others each layer adds the error of its expectations, about 1e-13.
    let entryRadius (shape: NetworkShape) dimension norm =
        match shape.Activation with
        | Relu -> ReluGram.radius shape.Depth dimension norm
        | _ -> float (shape.Depth + 1) * 1e-13 * max 1.0 (norm * norm)

    /// The tangent kernel of the hidden layer alone, x.x' E s'(u) s'(v): what the theorems on two-layer networks
    /// speak of. It is what the outer layer leaves of the full kernel.
    let hiddenLayerGram execution activation points : Matrix<float> =
        let shape = NetworkKernel.create activation 1
        let tangent = NetworkKernel.gram execution TangentKernel shape points
        let outer = NetworkKernel.gram execution ProcessKernel shape points
        (tangent - outer).Multiply(1.0 / shape.WeightVariance)

    /// lambda_min of a matrix whose entries may be off by `entryRadius`: certified by one Cholesky factorization
    /// where the matrix is definite enough; an entry error moves it by at most n times as much (Weyl).
    let smallest execution backend entryRadius (gram: Matrix<float>) =
        let found = SymmetricEigen.smallest execution backend gram
        Estimate.within (found.Radius + float gram.RowCount * entryRadius) found.Value

    /// exp of the entropy of the eigenvalues over their sum (Roy and Vetterli 2007).
    let private effectiveRank (values: float[]) =
        let total = Array.sumBy (max 0.0) values

        let entropy value =
            let p = max 0.0 value / total
            if p > 0.0 then -p * log p else 0.0

        exp (Array.sumBy entropy values)

    /// The summary of a Gram matrix of which every entry may be off by `entryRadius`.
    let create execution backend name entryRadius (gram: Matrix<float>) =
        let values = SymmetricEigen.values execution backend gram |> Array.map _.Value
        let smallest = smallest execution backend entryRadius gram
        let lower = Estimate.lower smallest

        {
            Kernel = name
            Eigenvalues = Array.rev values
            Smallest = smallest
            Certified = if lower > 0.0 then Some lower else None
            Largest = Array.last values
            Condition = Array.last values / smallest.Value
            EffectiveRank = effectiveRank values
        }
