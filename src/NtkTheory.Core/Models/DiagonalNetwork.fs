namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra

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
    /// The dual variable nu in R^N, -4 times the integral of the residual over the flow.
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

    /// D(nu) = nu.y - sum_i c_i (cosh (X^T nu)_i - 1), concave; at most Q at every interpolant.
    let dualObjective (inputs: Matrix<float>) (labels: float[]) (scales: float[]) (dual: Vector<float>) =
        let coshMinusOne s = 2.0 * sinh (s / 2.0) ** 2.0

        let conjugate =
            Array.map2
                (fun c s -> c * coshMinusOne s)
                scales
                (inputs.TransposeThisAndMultiply(dual).ToArray())

        dual.DotProduct(Vector<float>.Build.DenseOfArray labels) - Array.sum conjugate

    /// The Newton direction of D at nu: H d = y - X beta with H = X diag(c cosh s) X^T = A^T A, solved by the
    /// triangular factor of A, which halves the digits that forming H would lose.
    let private direction
        (inputs: Matrix<float>)
        (scales: float[])
        (gradient: Vector<float>)
        (dual: Vector<float>)
        =
        let s = inputs.TransposeThisAndMultiply dual

        let rooted =
            Matrix<float>
                .Build.Dense(
                    inputs.ColumnCount,
                    inputs.RowCount,
                    fun i n -> sqrt (scales[i] * cosh s[i]) * inputs[n, i]
                )

        let r = rooted.QR(Factorization.QRMethod.Thin).R
        r.Solve(r.Transpose().Solve gradient)

    /// The damping log(1 + delta)/delta, delta = |X^T d|_inf. As |D'''| <= |D''| along every line in units of
    /// X^T d, it makes D grow at each step and is 1 in the limit (Sun and Tran-Dinh 2019, theorem 2).
    let private damping delta =
        if delta < 1e-8 then 1.0 else Math.Log(1.0 + delta) / delta

    /// Newton steps from nu until the step no longer changes beta; returns nu and the number of steps.
    let private ascend (inputs: Matrix<float>) (labels: float[]) (scales: float[]) =
        let target = Vector<float>.Build.DenseOfArray labels

        let gradientAt dual : Vector<float> =
            target
            - inputs * Vector<float>.Build.DenseOfArray(betaOfDual inputs scales dual)

        let rec improve count best (dual: Vector<float>) =
            let gradient = gradientAt dual
            let step = direction inputs scales gradient dual
            let delta = inputs.TransposeThisAndMultiply(step).InfinityNorm()
            let next = dual + step.Multiply(damping delta)

            // at the floor of rounding steps stop shrinking: two rounds of that end it
            if not (delta > 1e-15) || count >= 500 || (delta < 1e-7 && delta >= best) then
                (if delta < 1e-7 && delta < best then next else dual), count
            else
                improve (count + 1) delta next

        improve 0 infinity (Vector<float>.Build.Dense labels.Length)

    /// An orthonormal basis of the row space of X (on the coordinates that move) and the labels in it; or the
    /// combination of rows that shows that X beta = y has no solution.
    let private reduce (inputs: Matrix<float>) (labels: float[]) (scales: float[]) =
        let moving =
            Matrix<float>
                .Build.Dense(
                    inputs.RowCount,
                    inputs.ColumnCount,
                    fun n i -> if scales[i] > 0.0 then inputs[n, i] else 0.0
                )

        let svd = moving.Svd true
        let target = Vector<float>.Build.DenseOfArray labels
        let largest = if svd.S.Count = 0 then 0.0 else svd.S[0]
        // the customary numerical rank: singular values below max(N, d) u times the largest are rounding
        let floor = largest * float (max inputs.RowCount inputs.ColumnCount) * 4e-16
        let rank = svd.S |> Seq.filter (fun s -> s > floor) |> Seq.length
        let left = svd.U.SubMatrix(0, inputs.RowCount, 0, rank)
        let outside = target - left * left.TransposeThisAndMultiply(target)

        if outside.L2Norm() > 1e-10 * target.L2Norm() then
            Error {
                Combination = outside.Divide(outside.DotProduct outside).ToArray()
            }
        else
            Ok(moving, rank, left, svd.S.SubVector(0, rank))

    let private certify network scales (dual: Vector<float>) iterations =
        let beta = betaOfDual network.Inputs scales dual
        let image = (network.Inputs * Vector<float>.Build.DenseOfArray beta).ToArray()
        let unit = network.Labels |> Array.fold (fun m y -> max m (abs y)) 1.0
        let potential = potential scales beta

        {
            Beta = beta
            Dual = dual.ToArray()
            Potential = potential
            Residual = (Array.fold2 (fun m f y -> max m (abs (f - y))) 0.0 image network.Labels) / unit
            Gap = potential - dualObjective network.Inputs network.Labels scales dual
            Iterations = iterations
        }

    /// argmin Q_alpha(beta) subject to X beta = y: where gradient flow from alpha theta0 ends (ORF 543 notes,
    /// lecture 11/9). Rows may repeat; labels that no moving coordinates can fit give an `Inconsistency`.
    let minimizer network : Result<Interpolant, Inconsistency> =
        let scales = scales network

        match reduce network.Inputs network.Labels scales with
        | Error inconsistency -> Error inconsistency
        | Ok(moving, rank, _, _) when rank = network.Labels.Length ->
            let dual, iterations = ascend moving network.Labels scales
            Ok(certify network scales dual iterations)
        | Ok(moving, _, left, singular) ->
            // rows of diag(1/sigma) U^T X are orthonormal and span the same space
            let whiten (v: Vector<float>) = v.PointwiseDivide singular

            let target =
                whiten (left.TransposeThisAndMultiply(Vector<float>.Build.DenseOfArray network.Labels))

            let rows =
                Matrix<float>.Build.DenseOfDiagonalVector(singular.Map(fun s -> 1.0 / s))
                * left.Transpose()
                * moving

            let dual, iterations = ascend rows (target.ToArray()) scales
            Ok(certify network scales (left * whiten dual) iterations)
