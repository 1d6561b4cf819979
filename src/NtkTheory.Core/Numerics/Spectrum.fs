namespace NtkTheory.Numerics

open MathNet.Numerics.LinearAlgebra

/// Eigenvalues of symmetric matrices with radii.
module Spectrum =

    /// ||A||_F, the root of the sum of squares. MathNet's own norm forms A A^T, at the price of a product.
    let frobenius (matrix: Matrix<float>) =
        let values =
            match matrix.AsColumnMajorArray() with
            | null -> matrix.ToColumnMajorArray()
            | shared -> shared

        use pin = new Pinned(values)
        sqrt (VectorKernel.dot (Lanes.widest ()) pin.Pointer pin.Pointer values.Length)

    /// What the tridiagonal QL method may be off by: eigenvalues are those of A + E with
    /// ||E||_F <= 10 n u ||A||_F (Parlett, The Symmetric Eigenvalue Problem, section 8.15), and Weyl's
    /// inequality carries that to each eigenvalue.
    let radius (matrix: Matrix<float>) =
        10.0 * float matrix.RowCount * Estimate.unitRoundoff * frobenius matrix

    /// The eigenvalues of a symmetric matrix, from the smallest; only the mean of A and its transpose is read.
    let eigenvalues (matrix: Matrix<float>) =
        let symmetric: Matrix<float> = (matrix + matrix.Transpose()).Multiply 0.5
        let values = symmetric.Evd(Symmetricity.Symmetric).EigenValues
        [| for value in values -> value.Real |] |> Array.sort

    /// The smallest eigenvalue of a symmetric matrix of which each entry may be off by `entryError` (Weyl: an
    /// n x n error has norm at most n times its largest entry).
    let smallestWithin entryError (matrix: Matrix<float>) =
        Estimate.within (radius matrix + float matrix.RowCount * entryError) (Array.head (eigenvalues matrix))

    /// The smallest eigenvalue of an exactly known symmetric matrix.
    let smallest matrix = smallestWithin 0.0 matrix

    /// The largest eigenvalue of an exactly known symmetric matrix.
    let largest (matrix: Matrix<float>) =
        Estimate.within (radius matrix) (Array.last (eigenvalues matrix))

    /// The operator norm of a symmetric matrix: the largest magnitude of an eigenvalue.
    let operatorNorm (matrix: Matrix<float>) =
        Estimate.within (radius matrix) (eigenvalues matrix |> Array.map abs |> Array.max)

    /// The function applied to a symmetric matrix through its eigenvectors.
    let apply (f: float -> float) (matrix: Matrix<float>) : Matrix<float> =
        let decomposition = matrix.Evd Symmetricity.Symmetric

        let images =
            decomposition.EigenValues |> Seq.map (fun value -> f value.Real) |> Array.ofSeq

        decomposition.EigenVectors
        * Matrix<float>.Build.DenseOfDiagonalArray images
        * decomposition.EigenVectors.Transpose()
