namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.LinearAlgebra.Factorization
open NtkTheory.Numerics

/// Where Newton's method on the dual of a diagonal network ended.
type internal DualOptimum = {
    /// The dual variable nu, one number per row.
    Dual: float[]
    /// s = Q^T nu, one number per coordinate.
    Image: float[]
    /// Newton steps taken.
    Steps: int
}

/// Newton's method for the maximum of D(nu) = nu.t - sum_i c_i (cosh (Q^T nu)_i - 1), the rows of Q orthonormal: the
/// Hessian Q diag(c cosh s) Q^T is then as well conditioned as its weights.
module internal DualNewton =

    /// Q, and memory for the products of a step.
    type private Work = {
        Rows: float[][]
        Scaled: MatrixView
        Hessian: MatrixView
    }

    let private work (rows: float[][]) dimension =
        let n = rows.Length

        {
            Rows = rows
            Scaled = MatrixView.rowMajor n dimension (Array.zeroCreate (n * dimension))
            Hessian = MatrixView.rowMajor n n (Array.zeroCreate (n * n))
        }

    /// Writes Q diag(weights) Q^T, its lower triangle.
    let private fillHessian work (weights: float[]) =
        let roots = weights |> Array.map sqrt
        let d = weights.Length
        let scaled = work.Scaled.Data

        for k in 0 .. work.Rows.Length - 1 do
            let row = work.Rows[k]

            for i in 0 .. d - 1 do
                scaled[k * d + i] <- row[i] * roots[i]

        Gemm.assignGram Execution.sequential 1.0 work.Scaled work.Hessian

    /// The least pivot of a Cholesky factor against its largest, squared: from above the inverse condition number.
    let private flatness (factor: MatrixView) =
        let pivots =
            Array.init factor.Rows (fun i -> factor.Data[i * factor.RowStride + i] ** 2.0)

        Array.min pivots / Array.max pivots

    /// The same direction by the triangular factor of diag(sqrt weights) Q^T, which halves the digits that forming
    /// the Hessian loses: for weights of more than ten orders of magnitude.
    let private directionByQr (rows: float[][]) (weights: float[]) (gradient: float[]) =
        let root =
            Matrix<float>.Build.Dense(weights.Length, rows.Length, fun i n -> sqrt weights[i] * rows[n][i])

        let r = root.QR(QRMethod.Thin).R
        r.Solve(r.Transpose().Solve(Vector<float>.Build.DenseOfArray gradient)).ToArray()

    let private direction work weights gradient =
        fillHessian work weights
        let h = work.Hessian

        if Cholesky.factorInPlace Execution.sequential h && flatness h > 1e-10 then
            Cholesky.solve Execution.sequential h gradient
        else
            directionByQr work.Rows weights gradient

    let private largest (values: float[]) =
        values |> Array.fold (fun m v -> max m (abs v)) 0.0

    /// The damping log(1 + delta)/delta, delta = |Q^T d|_inf. As |D'''| <= |D''| along every line in units of
    /// Q^T d, it makes D grow at each step and is 1 in the limit (Sun and Tran-Dinh 2019, theorem 2).
    let private damping delta =
        if delta < 1e-8 then 1.0 else Math.Log(1.0 + delta) / delta

    /// Steps from nu = 0 until they are down to rounding. Steps below 1e-7 are squared or, where rounding rules,
    /// only kept while they at least halve.
    let maximize (rows: float[][]) (scales: float[]) (target: float[]) =
        let nu = Array.zeroCreate rows.Length
        let s = Array.zeroCreate scales.Length
        let work = work rows scales.Length

        let rec improve steps best =
            let beta = Array.map2 (fun c s -> c * sinh s) scales s
            let weights = Array.map2 (fun c b -> Double.Hypot(c, b)) scales beta

            let gradient = RowSums.images rows beta |> Array.map2 (-) target

            let step = direction work weights gradient
            let change = RowSums.combine scales.Length step rows
            let delta = largest change

            let floor = 4.0 * Estimate.unitRoundoff * largest s
            let counts = delta >= 1e-7 || delta < best / 2.0

            if delta > floor && counts && steps < 500 then
                let factor = damping delta
                RowSums.addScaled factor step nu
                RowSums.addScaled factor change s
                improve (steps + 1) (if delta < 1e-7 then delta else infinity)
            else
                { Dual = nu; Image = s; Steps = steps }

        if rows.Length = 0 then
            { Dual = nu; Image = s; Steps = 0 }
        else
            improve 0 infinity
