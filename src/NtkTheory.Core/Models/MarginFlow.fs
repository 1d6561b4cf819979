namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// Gradient flow of the exponential loss sum_i exp(-z_i.w) on linearly separable signed points z_i (one per
/// row), followed in log-time so that t may have any number of digits. Source: ORF 543 notes, lecture 11/14.
module MarginFlow =

    let private image (z: float[][]) (w: float[]) =
        z |> Array.map (fun zi -> Array.fold2 (fun s a b -> s + a * b) 0.0 zi w)

    let private weighted (z: float[][]) (weights: float[]) =
        let sum = Array.zeroCreate z[0].Length

        for i in 0 .. z.Length - 1 do
            for j in 0 .. sum.Length - 1 do
                sum[j] <- sum[j] + weights[i] * z[i][j]

        sum

    /// sum_i exp(-z_i.w).
    let loss (z: float[][]) w =
        image z w |> Array.sumBy (fun m -> exp -m)

    /// dw/dt = sum_i z_i exp(-z_i.w).
    let field (z: float[][]) (_: float) w =
        weighted z (image z w |> Array.map (fun m -> exp -m))

    /// dw/dt = sum_i z_i / (z_i.w)^2, the flow of the loss sum_i 1/(z_i.w), which has no exponential tail.
    let inverseField (z: float[][]) (_: float) w =
        weighted z (image z w |> Array.map (fun m -> 1.0 / (m * m)))

    /// d rho/ds with rho = w - s w_hat and s = log t: exponents are taken relative to w_hat, so that nothing
    /// is lost however large t is.
    let private remainderField (z: float[][]) (hat: float[]) =
        let excess = image z hat |> Array.map (fun m -> m - 1.0)

        fun s rho ->
            let weights = Array.map2 (fun e m -> exp (-m - e * s)) excess (image z rho)
            Array.map2 (-) (weighted z weights) hat

    /// w(t) at t = exp(logTime) from w(0) = start, with the accumulated error: in t up to 1, in log t from there.
    /// `hat` is the separator of functional margin 1.
    let at tolerance (z: float[][]) (hat: float[]) (start: float[]) logTime =
        let early =
            OdeSolver.integrate tolerance (field z) 0.0 (exp (min logTime 0.0)) start

        if logTime <= 0.0 then
            early
        else
            let late =
                OdeSolver.integrate tolerance (remainderField z hat) 0.0 logTime early.State

            {
                late with
                    State = Array.map2 (fun r h -> r + logTime * h) late.State hat
                    AccumulatedError = early.AccumulatedError + late.AccumulatedError
            }

    /// |w/|w| - hat/|hat||, without cancellation: 2 sin(angle/2) from the two unit vectors' difference.
    let directionError (w: float[]) (hat: float[]) =
        let unit (v: float[]) =
            let norm = sqrt (Array.sumBy (fun x -> x * x) v)
            Array.map (fun x -> x / norm) v

        Array.fold2 (fun s a b -> s + (a - b) * (a - b)) 0.0 (unit w) (unit hat) |> sqrt

    /// The points of functional margin 1, to the given relative tolerance.
    let support tolerance (margins: float[]) =
        [| 0 .. margins.Length - 1 |]
        |> Array.filter (fun i -> margins[i] <= 1.0 + tolerance)

    /// Newton's step of F(w) = sum_S exp(-z_i.w) + hat.w in coordinates of an orthonormal basis of span S.
    let private newton (rows: Matrix<float>) (target: Vector<float>) (w: Vector<float>) =
        let weights: Vector<float> = (rows * w).Map(fun m -> exp -m)
        let gradient = target - rows.TransposeThisAndMultiply weights

        let rooted =
            Matrix<float>.Build.DenseOfDiagonalVector(weights.PointwiseSqrt()) * rows

        let r = rooted.QR(Factorization.QRMethod.Thin).R
        let step: Vector<float> = r.Solve(r.Transpose().Solve(-gradient))
        let reach = (rows * step).InfinityNorm()
        // the damping that makes F fall at every step, see DiagonalNetwork
        (if reach < 1e-8 then
             step
         else
             step.Multiply(log (1.0 + reach) / reach)),
        reach

    let private spanOf (rows: Matrix<float>) =
        let svd = rows.Svd true
        let rank = svd.S |> Seq.filter (fun s -> s > 1e-12 * svd.S[0]) |> Seq.length
        svd.VT.SubMatrix(0, rank, 0, rows.ColumnCount)

    /// The vector w~ in the span of the support with exp(-z_i.w~) = a_i > 0 and sum_S a_i z_i = hat, the limit of
    /// w - hat log t inside that span. None where no dual solution is positive on the whole support, the
    /// degenerate data: multipliers below `positive` times the largest count as zero.
    let limitVector positive (support: float[][]) (hat: float[]) =
        let rows = Matrix<float>.Build.DenseOfRowArrays support
        let basis = spanOf rows
        let local = rows * basis.Transpose()
        let target = basis * Vector<float>.Build.DenseOfArray hat

        let rec descend count (w: Vector<float>) =
            let step, reach = newton local target w
            let next = w + step

            if not (Double.IsFinite reach) then
                None
            elif reach < 1e-14 || (count <= 0 && reach < 1e-9) then
                Some next
            elif count <= -100 then
                None
            else
                descend (count - 1) next

        let attained (w: Vector<float>) =
            let multipliers = (local * w).ToArray() |> Array.map (fun m -> exp -m)
            Array.min multipliers > positive * Array.max multipliers

        descend 60 (Vector<float>.Build.Dense local.ColumnCount)
        |> Option.filter attained
        |> Option.map (fun w -> (basis.TransposeThisAndMultiply w).ToArray())
