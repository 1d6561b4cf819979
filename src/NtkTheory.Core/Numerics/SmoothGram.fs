namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned arrays, whole registers of padded rows
#nowarn "3536" // the interface with static members is used as a constraint only

open System
open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop
open MathNet.Numerics.LinearAlgebra

/// Mehler's series of one point with a row of others.
[<AbstractClass; Sealed>]
type internal MehlerRow<'V, 'L when 'V: struct and 'L :> ILanes<'V>> =

    /// Writes over rho the sum over k of own_k other_k rho^k, where own and other are column i and columns 0, 1, ... of
    /// a table of degrees x pitch coefficients.
    static member Run
        (table: nativeptr<float>, degrees: int, pitch: int, i: int, rho: nativeptr<float>, count: int)
        =
        for index in 0 .. (count + 'L.Count - 1) / 'L.Count - 1 do
            let at = index * 'L.Count
            let x = 'L.Load(NativePtr.add rho at)
            let mutable sum = 'L.Splat 0.0

            for back in 1..degrees do
                let row = NativePtr.add table ((degrees - back) * pitch)
                let term = 'L.Mul('L.Splat(NativePtr.get row i), 'L.Load(NativePtr.add row at))
                sum <- 'L.Fma(sum, x, term)

            'L.Store(NativePtr.add rho at, sum)

/// The covariance and tangent kernels of a deep network with a smooth activation on n points.
type SmoothKernels = {
    /// K after the last hidden layer, n x n.
    LastCovariance: Matrix<float>
    /// Theta of all layers, n x n.
    LastTangent: Matrix<float>
    /// A bound on the part of Mehler's series that was left out of any expectation.
    Truncation: float
}

/// Kernels of deep networks of infinite width with a smooth activation, weight variance C_w / fan-in: covariances
/// K' = C_w E[s(u) s(v)] and tangent kernels Theta' = K' + C_w E[s'(u) s'(v)] Theta from K = Theta = X X^T, by
/// Mehler's series: E[s(u) s(v)] = the sum over k of a_k(K_uu) a_k(K_vv) rho^k with Hermite coefficients a_k of
/// z -> s(sqrt(K) z), one set for each point, and one Horner step for each pair and degree.
module SmoothGram =

    /// Half the width of the trapezoidal rule for the coefficients, and its step: for functions analytic within a
    /// strip of pi / 2 over the largest root of a variance up to 4 the rule's error e^(-2 pi (pi / 4) 16) is below
    /// rounding.
    let private reach, private step = 12.0, 1.0 / 16.0

    /// Degrees that are tried at most.
    let private mostDegrees = 400

    let private nodes = 2 * int (reach / step) + 1

    let private node t = (float t - float (nodes / 2)) * step

    /// Normalized Hermite polynomials times the rule's weights, nodes x degrees: row t holds h_k(z_t) w_t.
    let private hermite degrees =
        let table = Array.zeroCreate (nodes * degrees)

        for t in 0 .. nodes - 1 do
            let z = node t
            let weight = step * exp (-0.5 * z * z) / sqrt Math.Tau
            let mutable before = 0.0
            let mutable now = weight

            for k in 0 .. degrees - 1 do
                table[t * degrees + k] <- now
                let next = (z * now - sqrt (float k) * before) / sqrt (float (k + 1))
                before <- now
                now <- next

        MatrixView.rowMajor nodes degrees table

    /// Values of a function at sqrt(K_ii) z_t, n x nodes.
    let private values (f: float -> float) (variances: float[]) =
        let table = Array.zeroCreate (variances.Length * nodes)

        for i in 0 .. variances.Length - 1 do
            let root = sqrt variances[i]

            for t in 0 .. nodes - 1 do
                table[i * nodes + t] <- f (root * node t)

        MatrixView.rowMajor variances.Length nodes table

    let private secondMoment (values: MatrixView) i =
        Seq.sum (
            seq {
                for t in 0 .. nodes - 1 ->
                    let z = node t
                    let value = values.Data[i * nodes + t]
                    step * exp (-0.5 * z * z) / sqrt Math.Tau * value * value
            }
        )

    /// Coefficients of all points, degrees x n padded, up to the degree where what is left of every second moment is
    /// rounding; the second moments; and the most that is left of one.
    let private coefficients execution f variances =
        let n = Array.length variances
        let pitch = (n + 7) / 8 * 8
        let values = values f variances

        let all =
            MatrixView.rowMajor mostDegrees pitch (Array.zeroCreate (mostDegrees * pitch))

        let table = MatrixView.transpose (hermite mostDegrees)
        Gemm.assign execution 1.0 table (MatrixView.transpose values) (MatrixView.block 0 0 mostDegrees n all)
        let moments = Array.init n (secondMoment values)
        let left = Array.copy moments

        let rec degrees k =
            if
                k = mostDegrees
                || Seq.forall2 (fun rest moment -> rest <= 1e-15 * moment) left moments
            then
                k
            else
                for i in 0 .. n - 1 do
                    left[i] <- left[i] - all.Data[k * pitch + i] * all.Data[k * pitch + i]

                degrees (k + 1)

        let kept = degrees 0
        struct ({ all with Rows = kept }, moments, Array.max left)

    let private mehler lanes table degrees pitch i rho count =
        match lanes with
        | Eight -> MehlerRow<Vector512<float>, Lanes512>.Run(table, degrees, pitch, i, rho, count)
        | Four -> MehlerRow<Vector256<float>, Lanes256>.Run(table, degrees, pitch, i, rho, count)
        | Two -> MehlerRow<Vector128<float>, Lanes128>.Run(table, degrees, pitch, i, rho, count)
        | One -> MehlerRow<float, Lanes64>.Run(table, degrees, pitch, i, rho, count)

    /// E[f(u) f(v)] for all pairs, lower triangle; and what the series leaves out at most, by Cauchy and Schwarz.
    let private expectation execution f (k: float[]) n =
        let roots = Array.init n (fun i -> sqrt k[i * n + i])

        let struct (series, moments, left) =
            coefficients execution f (Array.map (fun r -> r * r) roots)

        let result = Array.zeroCreate (n * n)
        use table = new Pinned(series.Data)

        Execution.run execution n (fun index ->
            let i = n - 1 - index
            use rho = new Workspace(series.RowStride)

            for j in 0..i do
                let cosine = k[i * n + j] / (roots[i] * roots[j])
                NativePtr.set rho.Pointer j (max -1.0 (min 1.0 cosine))

            mehler execution.Lanes table.Pointer series.Rows series.RowStride i rho.Pointer (i + 1)
            Span<float>(NativePtr.toVoidPtr rho.Pointer, i + 1).CopyTo(Span(result, i * n, i + 1))
            result[i * n + i] <- moments[i])

        struct (result, max 0.0 left)

    /// The kernels after `depth` hidden layers with an activation and its derivative, for n x d points none of which is
    /// zero; d-dimensional inner products are taken as they are, so scale the points by 1 / sqrt d for the usual input
    /// layer.
    let kernels
        execution
        (f: float -> float)
        (derivative: float -> float)
        weightVariance
        depth
        (points: Matrix<float>)
        =
        let n = points.RowCount
        let mutable k = Array.zeroCreate (n * n)
        Gemm.assignGram execution 1.0 (MatrixView.ofMatrix points) (MatrixView.rowMajor n n k)
        let mutable theta = Array.copy k
        let mutable truncation = 0.0

        for _ in 1..depth do
            let struct (slopes, leftSlopes) = expectation execution derivative k n
            let struct (values, left) = expectation execution f k n
            k <- values |> Array.map (fun value -> weightVariance * value)

            theta <-
                Array.init (n * n) (fun at ->
                    Math.FusedMultiplyAdd(weightVariance * slopes[at], theta[at], k[at]))

            truncation <- max truncation (max left leftSlopes)

        for matrix in [ k; theta ] do
            Gemm.mirror execution (MatrixView.rowMajor n n matrix)

        {
            LastCovariance = MatrixView.ofSymmetric n k
            LastTangent = MatrixView.ofSymmetric n theta
            Truncation = truncation
        }
