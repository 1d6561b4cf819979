namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// The linear model beta = theta_+^2 - theta_-^2 (entrywise) with both halves started at alpha theta0.
type DiagonalNetwork = {
    /// N x d, one input per row.
    Inputs: Matrix<float>
    /// N labels.
    Labels: float[]
    /// theta0, in R^d; a coordinate that starts at zero stays there.
    Start: float[]
    /// The scale of the start, positive.
    Alpha: float
}

/// The interpolant that gradient flow reaches, with its certificate.
type Interpolant = {
    /// beta, in R^d.
    Beta: float[]
    /// The dual variable nu in R^N, -4 times the integral of the residual over the flow; zero at rows that
    /// depend on others, where there are many dual variables.
    Dual: float[]
    /// Q_alpha(beta).
    Potential: float
    /// max_n |(X beta - y)_n| / max(1, max_n |y_n|).
    Residual: float
    /// Q_alpha(beta) - D(nu): nonnegative up to rounding, zero at the optimum.
    Gap: float
    /// Newton steps taken.
    Iterations: int
}

/// Why there is no interpolant: n with X^T n = 0 on the coordinates that move, and n.y = 1.
type Inconsistency = { Combination: float[] }

/// The implicit bias of diagonal linear networks: q, Q_alpha, and its constrained minimizer by dual Newton.
module DiagonalNetwork =

    /// c_i = 2 alpha^2 theta0_i^2, so that beta = c sinh(X^T nu).
    let scales network =
        network.Start
        |> Array.map (fun t -> 2.0 * network.Alpha * network.Alpha * t * t)

    /// q(z) = 2 - sqrt(4 + z^2) + z asinh(z/2), even and convex. The sum is arranged so that nothing
    /// cancels for large z; below 0.01 its series is used, whose next term is 5 z^8/229376.
    let q z =
        if abs z < 0.01 then
            let square = z * z
            square * (0.25 - square * (1.0 / 192.0 - square / 2560.0))
        else
            z * Math.Asinh(z / 2.0) - z / (2.0 + sqrt (4.0 + z * z)) * z

    /// q'(z) = asinh(z/2).
    let derivativeOfQ z = Math.Asinh(z / 2.0)

    /// Q(beta) = sum_i c_i/2 q(2 beta_i/c_i); infinite where a coordinate with c_i = 0 is not zero.
    let potential (scales: float[]) (beta: float[]) =
        let term c b =
            if c > 0.0 then c / 2.0 * q (2.0 * b / c)
            elif b = 0.0 then 0.0
            else infinity

        Array.map2 term scales beta |> Array.sum

    /// beta = c sinh(X^T nu).
    let betaOfDual (inputs: Matrix<float>) (scales: float[]) (dual: Vector<float>) =
        Array.map2 (fun c s -> c * sinh s) scales (inputs.TransposeThisAndMultiply(dual).ToArray())

    /// D(nu) = nu.y - sum_i c_i (cosh s_i - 1) from s = X^T nu and nu.y: concave, and at most Q at every interpolant.
    let private dualValue (scales: float[]) (image: float[]) inner =
        let coshMinusOne s = 2.0 * sinh (s / 2.0) ** 2.0
        inner - Array.fold2 (fun sum c s -> sum + c * coshMinusOne s) 0.0 scales image

    /// The rows of X on the coordinates that move.
    let private movingRows network (scales: float[]) =
        let rows = network.Inputs.ToRowArrays()

        for i in 0 .. scales.Length - 1 do
            if not (scales[i] > 0.0) then
                for row in rows do
                    row[i] <- 0.0

        rows

    /// x with L_P x = b, L_P the lower triangle of the pivot rows.
    let private forward basis (b: float[]) =
        let x = Array.zeroCreate basis.Pivots.Length

        for k in 0 .. x.Length - 1 do
            let row = basis.Coordinates[basis.Pivots[k]]
            x[k] <- (b[basis.Pivots[k]] - RowSums.dotAt row 0 x 0 k) / row[k]

        x

    /// x with L_P^T x = b, as one number per row of X: zero at rows that are no pivots.
    let private backward basis (b: float[]) =
        let rest = Array.copy b
        let x = Array.zeroCreate basis.Coordinates.Length

        for k in b.Length - 1 .. -1 .. 0 do
            let row = basis.Coordinates[basis.Pivots[k]]
            let value = rest[k] / row[k]
            x[basis.Pivots[k]] <- value
            RowSums.addScaledAt -value row 0 rest 0 k

        x

    /// A row that depends on the pivots while its label does not, up to 1e-10 of the terms: the combination of
    /// rows that vanishes, scaled to labels of sum 1.
    let private contradiction basis (labels: float[]) (target: float[]) =
        let defect i =
            labels[i] - RowSums.dot basis.Coordinates[i] target

        let size i =
            abs labels[i]
            + Array.fold2 (fun sum l t -> sum + abs (l * t)) 0.0 basis.Coordinates[i] target

        let combination i =
            let others = backward basis basis.Coordinates[i]

            others |> Array.mapi (fun n other -> (if n = i then 1.0 else -other) / defect i)

        [| 0 .. labels.Length - 1 |]
        |> Array.except basis.Pivots
        |> Array.tryFind (fun i -> abs (defect i) > 1e-10 * size i)
        |> Option.map (fun i -> { Combination = combination i })

    /// `rows` as of movingRows: the other coordinates of beta are zero.
    let private certify network (rows: float[][]) scales basis target optimum =
        let beta = Array.map2 (fun c s -> c * sinh s) scales optimum.Image
        let unit = network.Labels |> Array.fold (fun m y -> max m (abs y)) 1.0
        let value = potential scales beta

        let residual n y = abs (RowSums.dot rows[n] beta - y)

        {
            Beta = beta
            Dual = backward basis optimum.Dual
            Potential = value
            Residual = (network.Labels |> Array.mapi residual |> Array.fold max 0.0) / unit
            Gap = value - dualValue scales optimum.Image (RowSums.dot optimum.Dual target)
            Iterations = optimum.Steps
        }

    /// argmin Q_alpha(beta) subject to X beta = y: where gradient flow from alpha theta0 ends (ORF 543 notes,
    /// lecture 11/9). Rows may repeat; labels that no moving coordinates can fit give an `Inconsistency`.
    let minimizer network : Result<Interpolant, Inconsistency> =
        let scales = scales network
        let rows = movingRows network scales
        let basis = RowBasis.ofRows rows
        let target = forward basis network.Labels

        match contradiction basis network.Labels target with
        | Some found -> Error found
        | None ->
            let optimum = DualNewton.maximize basis.Basis scales target
            Ok(certify network rows scales basis target optimum)
