namespace NtkTheory.Models

open System
open System.Numerics
open MathNet.Numerics.LinearAlgebra

/// How a mini-batch is drawn; its gradient is divided by the nominal batch size in both cases.
type BatchSampling =
    /// Each example independently with probability batch/m.
    | Bernoulli
    /// A uniform subset of the given size.
    | WithoutReplacement

/// Stochastic gradient descent on least squares, sum_k (x_k.theta - y_k)^2 / (2 m).
type LeastSquaresSgd = {
    /// m x p, one example per row.
    Inputs: Matrix<float>
    /// y, in R^m.
    Labels: Vector<float>
    Batch: int
    /// eta.
    StepSize: float
    Sampling: BatchSampling
}

/// The stationary law's moments by linear algebra, without sampling. Source: ORF 543 notes, lecture 11/16.
module SgdStationary =

    let private size sgd =
        let m = sgd.Inputs.RowCount

        if sgd.Batch < 1 || sgd.Batch > m then
            invalidArg (nameof sgd) $"A batch has 1 to {m} examples, not {sgd.Batch}."

        float m

    /// H = X^T X / m.
    let hessian sgd =
        sgd.Inputs.TransposeThisAndMultiply(sgd.Inputs).Divide(size sgd)

    /// theta* = H^{-1} X^T y / m. Throws ArgumentException where H is not invertible and there are many minimizers.
    let minimizer sgd =
        let factors = (hessian sgd).LU()
        let pivots = factors.U.Diagonal().PointwiseAbs()

        if not (pivots.Minimum() > 1e-14 * pivots.Maximum()) then
            invalidArg (nameof sgd) "The inputs leave a direction free: there is no single minimizer."

        factors.Solve(sgd.Inputs.TransposeThisAndMultiply(sgd.Labels).Divide(size sgd))

    /// The gradients g_k of the examples at theta, one per row.
    let exampleGradients sgd (theta: Vector<float>) =
        let residual = sgd.Inputs * theta - sgd.Labels
        Matrix<float>.Build.DenseOfDiagonalVector residual * sgd.Inputs

    /// grad L.
    let gradient sgd theta =
        (exampleGradients sgd theta).ColumnSums().Divide(size sgd)

    /// The factors (k1, k2) in C~ = grad L grad L^T + k1 S2 - k2 grad L grad L^T, S2 the mean of g_k g_k^T.
    let private factors sgd =
        let m, b = size sgd, float sgd.Batch

        match sgd.Sampling with
        | Bernoulli -> (1.0 - b / m) / b, 0.0
        | WithoutReplacement when sgd.Inputs.RowCount = 1 -> 0.0, 0.0
        | WithoutReplacement ->
            let k = (m - b) / (b * (m - 1.0))
            k, k

    /// C~ = [[grad L^B grad L^B^T]] at theta, over the draw of the batch.
    let secondMoment sgd theta =
        let k1, k2 = factors sgd
        let g = exampleGradients sgd theta
        let mean = gradient sgd theta

        mean.OuterProduct(mean).Multiply(1.0 - k2)
        + (g.TransposeThisAndMultiply g).Multiply(k1 / size sgd)

    /// C = C~ - grad L grad L^T at theta.
    let covariance sgd theta =
        let mean = gradient sgd theta
        secondMoment sgd theta - mean.OuterProduct mean

    /// S -> E[(I - eta G^B) S (I - eta G^B)], the map of second moments without noise.
    let contraction sgd (s: Matrix<float>) =
        let k1, k2 = factors sgd
        let h = hessian sgd
        let eta = sgd.StepSize

        let weights =
            sgd.Inputs.EnumerateRows()
            |> Seq.map (fun x -> x.DotProduct(s * x))
            |> Vector<float>.Build.DenseOfEnumerable

        let spread =
            sgd.Inputs.TransposeThisAndMultiply(
                Matrix<float>.Build.DenseOfDiagonalVector weights * sgd.Inputs
            )

        let both = (h * s * h).Multiply(1.0 - k2) + spread.Multiply(k1 / size sgd)
        s - (h * s + s * h).Multiply eta + both.Multiply(eta * eta)

    /// The contraction as a matrix on the p(p+1)/2 entries on and below the diagonal.
    let private contractionMatrix sgd =
        let p = sgd.Inputs.ColumnCount

        let entries = [|
            for i in 0 .. p - 1 do
                for j in 0..i -> i, j
        |]

        let image (i, j) =
            let unit = Matrix<float>.Build.Dense(p, p)
            unit[i, j] <- 1.0
            unit[j, i] <- 1.0
            let s = contraction sgd unit
            Vector<float>.Build.DenseOfArray(entries |> Array.map (fun (a, b) -> s[a, b]))

        entries, Matrix<float>.Build.DenseOfColumnVectors(Array.map image entries)

    /// The spectral radius of the contraction: below 1 there is a stationary law with second moments.
    let spectralRadius sgd =
        let _, matrix = contractionMatrix sgd
        matrix.Evd().EigenValues |> Seq.map Complex.Abs |> Seq.max

    /// Sigma = E[(theta - theta*)(theta - theta*)^T] of the stationary law; None where there is none.
    let stationaryCovariance sgd =
        if not (spectralRadius sgd < 1.0) then
            None
        else
            let entries, matrix = contractionMatrix sgd
            let noise = (covariance sgd (minimizer sgd)).Multiply(sgd.StepSize * sgd.StepSize)

            let right =
                Vector<float>.Build.DenseOfArray(entries |> Array.map (fun (i, j) -> noise[i, j]))

            let solution =
                (Matrix<float>.Build.DenseIdentity entries.Length - matrix).Solve right

            let sigma =
                Matrix<float>.Build.Dense(sgd.Inputs.ColumnCount, sgd.Inputs.ColumnCount)

            entries
            |> Array.iteri (fun k (i, j) ->
                sigma[i, j] <- solution[k]
                sigma[j, i] <- solution[k])

            Some sigma

    /// The mean of C~ over the stationary law of covariance Sigma about theta*.
    let meanSecondMoment sgd (sigma: Matrix<float>) =
        let k1, k2 = factors sgd
        let h = hessian sgd

        let weights =
            sgd.Inputs.EnumerateRows()
            |> Seq.map (fun x -> x.DotProduct(sigma * x))
            |> Vector<float>.Build.DenseOfEnumerable

        let spread =
            sgd.Inputs.TransposeThisAndMultiply(
                Matrix<float>.Build.DenseOfDiagonalVector weights * sgd.Inputs
            )

        (h * sigma * h).Multiply(1.0 - k2)
        + spread.Multiply(k1 / size sgd)
        + covariance sgd (minimizer sgd)

    /// Every batch as (probability, the gradient that it gives at theta); 2^m of them with Bernoulli sampling.
    let batches sgd theta =
        let m = sgd.Inputs.RowCount
        let g = exampleGradients sgd theta
        let share = float sgd.Batch / float m

        let gradientOf (mask: int) =
            Seq.init m id
            |> Seq.filter (fun k -> (mask >>> k) &&& 1 = 1)
            |> Seq.fold (fun (sum: Vector<float>) k -> sum + g.Row k) (theta.Multiply 0.0)
            |> fun sum -> sum.Divide(float sgd.Batch)

        let masks = [| 0 .. (1 <<< m) - 1 |]
        let count (mask: int) = BitOperations.PopCount(uint32 mask)

        match sgd.Sampling with
        | Bernoulli ->
            masks
            |> Array.map (fun mask ->
                share ** float (count mask) * (1.0 - share) ** float (m - count mask), gradientOf mask)
        | WithoutReplacement ->
            let subsets = masks |> Array.filter (fun mask -> count mask = sgd.Batch)
            subsets |> Array.map (fun mask -> 1.0 / float subsets.Length, gradientOf mask)

    /// H Sigma + Sigma H - eta H Sigma H = eta C, the stationary covariance where the noise C does not depend on
    /// the state: Sigma_ij = eta C_ij / (h_i + h_j - eta h_i h_j) in the eigenbasis of H. Throws ArgumentException unless
    /// 0 < eta h_i < 2 for each eigenvalue: otherwise there is no stationary law.
    let lyapunov eta (h: Matrix<float>) (c: Matrix<float>) =
        let evd = h.Evd Symmetricity.Symmetric
        let values = evd.EigenValues |> Seq.map _.Real |> Array.ofSeq

        for value in values do
            if not (eta * value > 0.0 && eta * value < 2.0) then
                invalidArg (nameof eta) $"eta times an eigenvalue is between 0 and 2, not {eta * value}."

        let basis = evd.EigenVectors
        let local = basis.TransposeThisAndMultiply c * basis

        let sigma =
            local.MapIndexed(fun i j v -> eta * v / (values[i] + values[j] - eta * values[i] * values[j]))

        basis * sigma * basis.Transpose()
