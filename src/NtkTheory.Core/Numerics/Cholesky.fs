namespace NtkTheory.Numerics

open System
open MathNet.Numerics.LinearAlgebra

/// Cholesky factors A = L L^T by halves, so that nearly all work is matrix products.
module Cholesky =

    /// Columns that are factored without blocks.
    let private leaf = 32

    let private factorLeaf (a: MatrixView) =
        let entry i j = a.Offset + i * a.RowStride + j
        let data = a.Data

        let reduced i j =
            let mutable sum = data[entry i j]

            for k in 0 .. j - 1 do
                sum <- Math.FusedMultiplyAdd(-data[entry i k], data[entry j k], sum)

            sum

        let column j =
            let pivot = reduced j j
            // also false for NaN
            if pivot > 0.0 then
                data[entry j j] <- sqrt pivot

                for i in j + 1 .. a.Rows - 1 do
                    data[entry i j] <- reduced i j / data[entry j j]

            pivot > 0.0

        Seq.forall column (seq { 0 .. a.Rows - 1 })

    /// Overwrites the lower triangle of a symmetric matrix (rows contiguous) by L; false, with the content of no
    /// use, when a pivot is not positive. The upper triangle is neither read nor kept.
    let rec factorInPlace execution (a: MatrixView) =
        if a.Rows <= leaf then
            factorLeaf a
        else
            let n = a.Rows
            let half = (n / 2 + leaf - 1) / leaf * leaf
            let first = MatrixView.block 0 0 half half a
            let below = MatrixView.block half 0 (n - half) half a
            let rest = MatrixView.block half half (n - half) (n - half) a

            factorInPlace execution first
            && (TriangularSolve.rightTransposed execution first below
                Gemm.accumulateGram execution -1.0 below rest
                factorInPlace execution rest)

    /// Roundings that a term of a factor's entry meets: those of the products, one subtraction for each halving and
    /// each block of a product, the leaf's chain, and the division or root.
    let roundings size =
        Gemm.roundings size
        + 2 * int (Math.Ceiling(Math.Log2(float (size + 1))))
        + leaf
        + 2

    /// c with lambda_min(A) > -c whenever the factorization of A in floating point succeeds, for a trace at most
    /// the given one: then A + E = L L^T exactly with |E| <= gamma_k |L| |L|^T (Higham, theorem 10.3, for any order
    /// of summation), and the norm of |L| |L|^T is at most ||L||_F^2 <= trace / (1 - gamma_k) (Demmel; Rump 2006).
    /// The last factor and the added term cover this bound's own rounding and underflow.
    let certifiedShift size trace =
        let g = Estimate.gamma (roundings size)
        let underflow = float (size * size) * Double.Epsilon * 4.0
        g / (1.0 - 2.0 * g) * trace * (1.0 + 1e-10) + underflow

    /// The lower triangle of a symmetric matrix, row after row.
    let internal copy (matrix: Matrix<float>) =
        // a symmetric matrix's columns are its rows
        MatrixView.rowMajor matrix.RowCount matrix.RowCount (matrix.ToColumnMajorArray())

    /// A factor L of a symmetric positive definite matrix, its upper triangle of no use; None otherwise.
    let factor execution (matrix: Matrix<float>) =
        let a = copy matrix

        if Execution.awake execution (fun () -> factorInPlace execution a) then
            Some a
        else
            None

    /// The solution of A x = b from a factor of A.
    let solve execution (factor: MatrixView) (b: float[]) =
        let x = Array.copy b

        Execution.awake execution (fun () ->
            TriangularSolve.forwardVector execution factor x
            TriangularSolve.backwardVector execution factor x)

        x

    /// The solution of A x = b for one right-hand side and a symmetric positive definite A, whose factor is not kept; None
    /// when a pivot is not positive.
    let solveOnce execution (matrix: Matrix<float>) b =
        use scratch = new ScratchMatrix(matrix.RowCount, matrix.RowCount)

        Execution.awake execution (fun () ->
            scratch.Load matrix

            if factorInPlace execution scratch.View then
                Some(solve execution scratch.View b)
            else
                None)
