namespace NtkTheory.Numerics

open System
open MathNet.Numerics.LinearAlgebra

/// Eigenvalues and vectors of a symmetric matrix.
type EigenDecomposition = {
    /// From the smallest.
    Values: Estimate[]
    /// Unit vectors in the columns, in the order of the values.
    Vectors: Matrix<float>
}

/// Eigenvalues of symmetric matrices with radii; only the lower triangle is read. Values, factor and vectors of
/// OpenBLAS and of the managed code agree within the radii.
module SymmetricEigen =

    /// 10 n u ||A||_F: what Householder's reduction and a backward stable method on the tridiagonal matrix may be
    /// off by (Parlett, section 8.15), by Weyl's inequality for each eigenvalue.
    let private reductionRadius (matrix: Matrix<float>) =
        10.0 * float matrix.RowCount * Estimate.unitRoundoff * Spectrum.frobenius matrix

    /// All eigenvalues from the smallest.
    let values execution backend (matrix: Matrix<float>) =
        let n = matrix.RowCount
        let radius = reductionRadius matrix
        use scratch = new ScratchMatrix(n, n)
        scratch.Load matrix
        let a = scratch.View.Data

        match backend with
        | Native library -> OpenBlas.eigen library false n a |> Array.map (Estimate.within radius)
        | Managed ->
            let t = Tridiagonal.reduce execution n a
            let radius = radius + SturmBisection.radius t
            SturmBisection.eigenvalues execution t |> Array.map (Estimate.within radius)

    /// All eigenvalues and vectors.
    let decomposition execution backend (matrix: Matrix<float>) =
        let n = matrix.RowCount
        let estimates = Array.map (Estimate.within (reductionRadius matrix))

        match backend with
        | Native library ->
            let a = (Cholesky.copy matrix).Data
            let values = OpenBlas.eigen library true n a

            {
                Values = estimates values
                Vectors = Matrix<float>.Build.Dense(n, n, a)
            }
        | Managed ->
            let a = (Cholesky.copy matrix).Data
            let vectors = Array.zeroCreate (n * n)

            Execution.awake execution (fun () ->
                let t = Tridiagonal.reduce execution n a
                let values = TridiagonalQl.decompose execution t vectors
                Reflections.apply execution n a (MatrixView.rowMajor n n vectors)

                {
                    Values = estimates values
                    Vectors = Matrix<float>.Build.Dense(n, n, vectors)
                })

    /// The entries row after row, shared with a dense matrix: a symmetric matrix's columns are its rows.
    let private shared (matrix: Matrix<float>) =
        MatrixView.ofMatrix matrix |> MatrixView.transpose

    let private apply execution (a: MatrixView) x =
        let y = Array.zeroCreate a.Rows
        SymmetricProduct.apply execution a.Data a.Rows a.Rows x y
        y

    /// How wrong each norm of A x may be for |x| = 1: gamma_k ||A||_F.
    let private productError (matrix: Matrix<float>) =
        Estimate.gamma (SymmetricProduct.roundings matrix.RowCount + 4)
        * Spectrum.frobenius matrix

    /// x^T A x / x^T x, which no smallest eigenvalue exceeds and which no largest one is below.
    let private rayleigh execution (matrix: Matrix<float>) a (x: float[]) =
        let y = apply execution a x
        let square = Array.fold2 (fun sum p q -> sum + p * q) 0.0 x x
        let value = Array.fold2 (fun sum p q -> sum + p * q) 0.0 x y / square

        let residual =
            sqrt (
                Array.fold2 (fun sum p q -> sum + (q - value * p) * (q - value * p)) 0.0 x y
                / square
            )

        struct (Estimate.within (2.0 * productError matrix) value, residual)

    /// The largest eigenvalue by Lanczos's method: an eigenvalue lies within the radius, the residual's norm (Krylov
    /// and Bogoliubov) with its rounding, of a value that no largest eigenvalue is below. That no larger one was
    /// missed rests on the random start.
    let largest execution (matrix: Matrix<float>) =
        Execution.awake execution (fun () ->
            let a = shared matrix

            let pair =
                Lanczos.from (Lanczos.start matrix.RowCount) 1e-10 200 (apply execution a)

            let struct (value, residual) = rayleigh execution matrix a pair.RitzVector
            Estimate.within (value.Radius + residual) value.Value)

    /// Whether A - shift I can be factored; then the scratch matrix holds the factor.
    let private factorShifted execution backend (matrix: Matrix<float>) shift (scratch: ScratchMatrix) =
        scratch.Load matrix
        let a = scratch.View

        for i in 0 .. a.Rows - 1 do
            a.Data[i * a.Rows + i] <- a.Data[i * a.Rows + i] - shift

        match backend with
        | Managed -> Cholesky.factorInPlace execution a
        | Native library -> OpenBlas.cholesky library a.Rows a.Data

    /// What a successful factorization of A - shift I leaves uncertain: see Cholesky.certifiedShift, with the
    /// rounding of the shifted diagonal. OpenBLAS sums in an order of its own, at worst one chain of n.
    let private certificate backend (matrix: Matrix<float>) shift =
        let n = matrix.RowCount

        let diagonal =
            matrix.Diagonal() |> Seq.map (fun value -> abs value + abs shift) |> Array.ofSeq

        let rounding = Estimate.unitRoundoff * Seq.fold max 0.0 diagonal
        let worst = Estimate.gamma (n + 2) / Estimate.gamma (Cholesky.roundings n)

        match backend with
        | Managed -> Cholesky.certifiedShift n (Seq.sum diagonal) + rounding
        | Native _ -> (max 1.0 worst) * Cholesky.certifiedShift n (Seq.sum diagonal) + rounding

    /// A number that lambda_min is certainly not below, when A - shift I can be factored in floating point.
    let certifiedLowerBound execution backend (matrix: Matrix<float>) shift =
        use scratch = new ScratchMatrix(matrix.RowCount, matrix.RowCount)

        if factorShifted execution backend matrix shift scratch then
            Some(shift - certificate backend matrix shift)
        else
            None

    let private fromReduction execution backend matrix =
        values execution backend matrix |> Array.head

    /// The largest Ritz pair of (A - shift I)^-1 from a factor of that matrix.
    let private invert execution factor start relative =
        Lanczos.from start relative 60 (Cholesky.solve execution factor)

    /// Shifts below which lambda_min should not be, the sharpest first, from a Ritz pair of (A - shift I)^-1: its
    /// eigenvalue nearest to the Ritz value is off by at most the residual.
    let private candidates shift least (pair: RitzPair) =
        [ 1.0; 4.0 ]
        |> List.map (fun factor -> shift + 1.0 / (pair.RitzValue + factor * pair.Residual) - least)

    /// The smallest eigenvalue of a positive definite matrix whose factor the scratch matrix holds: a rough Ritz pair of
    /// A^-1, a sharp one of (A - shift I)^-1 with a shift close below, and the certificate of a shift closer still.
    let private encloseFrom execution backend (matrix: Matrix<float>) (scratch: ScratchMatrix) =
        let bound pair shift =
            let least = 4.0 * certificate backend matrix (1.0 / pair.RitzValue + shift)

            candidates shift least pair
            |> List.tryFind (fun next -> factorShifted execution backend matrix next scratch)

        let rough = invert execution scratch.View (Lanczos.start matrix.RowCount) 0.1

        bound rough 0.0
        |> Option.map (fun shift ->
            let sharp = invert execution scratch.View rough.RitzVector 1e-6
            let struct (above, _) = rayleigh execution matrix (shared matrix) sharp.RitzVector

            let below = bound sharp shift |> Option.defaultValue shift
            let below = below - certificate backend matrix below
            let top = Estimate.upper above
            Estimate.within (0.5 * (top - below) * (1.0 + 1e-15)) (0.5 * (top + below)))

    /// The same where the matrix can be factored; None elsewhere.
    let private enclose execution backend (matrix: Matrix<float>) =
        use scratch = new ScratchMatrix(matrix.RowCount, matrix.RowCount)

        if factorShifted execution backend matrix 0.0 scratch then
            encloseFrom execution backend matrix scratch
        else
            None

    /// The smallest eigenvalue of a symmetric matrix: for a positive definite one a certified enclosure, from above by
    /// a Rayleigh quotient, from below by a Cholesky factorization of A shifted by a little less than that. Where
    /// rounding leaves no definite matrix, by reduction to tridiagonal form.
    let smallest execution backend (matrix: Matrix<float>) =
        Execution.awake execution (fun () ->
            enclose execution backend matrix
            |> Option.defaultWith (fun () -> fromReduction execution backend matrix))
