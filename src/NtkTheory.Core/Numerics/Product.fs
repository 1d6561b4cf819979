namespace NtkTheory.Numerics

open System
open MathNet.Numerics.LinearAlgebra

/// Products of MathNet matrices on the blocked kernels.
module Product =

    /// A B.
    let multiply execution (a: Matrix<float>) (b: Matrix<float>) =
        let struct (product, view) = MatrixView.fresh a.RowCount b.ColumnCount
        Gemm.assign execution 1.0 (MatrixView.ofMatrix a) (MatrixView.ofMatrix b) view
        product

    /// A B^T.
    let multiplyTranspose execution (a: Matrix<float>) (b: Matrix<float>) =
        let struct (product, view) = MatrixView.fresh a.RowCount b.RowCount

        Gemm.assign execution 1.0 (MatrixView.ofMatrix a) (MatrixView.transpose (MatrixView.ofMatrix b)) view

        product

    /// The Gram matrix X X^T of the rows, exactly symmetric.
    let gram execution (x: Matrix<float>) =
        let n = x.RowCount
        let view = MatrixView.rowMajor n n (GC.AllocateUninitializedArray(n * n))
        Gemm.assignGram execution 1.0 (MatrixView.ofMatrix x) view
        Gemm.mirror execution view
        MatrixView.ofSymmetric n view.Data

    /// |x_i|^2 of each row, summed in the order of the Gram matrix: a repeated point's product with the first is its square,
    /// to the last bit.
    let squares (x: Matrix<float>) =
        let view = MatrixView.ofMatrix x
        let square = [| 0.0 |]

        Array.init x.RowCount (fun i ->
            let one = MatrixView.block i 0 1 x.ColumnCount view
            Gemm.assignGram Execution.sequential 1.0 one (MatrixView.rowMajor 1 1 square)
            square[0])

    /// A bound on the error of every entry of A B, for rows of A and columns of B with Euclidean norms at most
    /// the given ones: gamma_k |a| |b|, by Higham section 3.5 and Cauchy and Schwarz.
    let radius inner normA normB =
        Estimate.gamma (Gemm.roundings inner + 1) * normA * normB
