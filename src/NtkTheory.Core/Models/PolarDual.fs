namespace NtkTheory.Models

open System
open MathNet.Numerics.Integration
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// E f(u) f(v) for all pairs of many Gaussian variables at once, for a function that is analytic near the real line.
/// In polar coordinates u = a r cos t and v = b r cos(t - theta), with r of Rayleigh's law and t uniform, where a and b
/// are standard deviations and cos theta is the correlation. With the Fourier coefficients c_m(r) of t -> f(a r cos t)
/// the mean over t is the sum of c_m d_m cos(m theta) / 2, so the whole matrix is a sum of Gram matrices, each
/// multiplied entry by entry by a Chebyshev polynomial of the correlations.
module PolarDual =

    /// Radii stop here: P(r > 11) = e^-60.5 = 5e-27.
    let private reach = 11.0

    /// The largest standard deviation that is computed; work and memory grow with its square.
    let largestDeviation = 20.0

    /// Numbers in the largest array at a time.
    let private mostNumbers = 1 <<< 23

    /// Fourier modes after which products of two coefficients, weighted by e^(-r^2/2), are below e^-39 = 1e-17: the
    /// coefficients fall like e^(-m s) for a singularity at distance d of the line, with a r sinh s = d, and the worst
    /// radius counts.
    let private modes distance deviation =
        let needed r =
            max 0.0 (39.0 - 0.5 * r * r) / (2.0 * Math.Asinh(distance / (deviation * r)))

        8 + int (ceil (Seq.max (Seq.init 90 (fun k -> needed (0.1 * float (k + 1))))))

    /// Gauss-Legendre panels of 16 nodes with the density r e^(-r^2/2), no wider than 1 nor than the distance of the
    /// singularities in r: then each panel's error is below (2 + sqrt 5)^-32 = 1e-20 of the largest value near it.
    let private radii distance deviation =
        let width = min 1.0 (distance / deviation)
        let panels = int (ceil (reach / width))
        let rule = GaussLegendreRule(-1.0, 1.0, 16)
        let half = 0.5 * reach / float panels

        [|
            for panel in 0 .. panels - 1 do
                for k in 0..15 do
                    let r = half * (float (2 * panel + 1) + rule.GetAbscissa k)
                    struct (r, half * rule.GetWeight k * r * exp (-0.5 * r * r))
        |]

    /// cos(m t_p) times 2/count (1/count for m = 0), count x modes, at t_p = pi (p + 1/2) / count.
    let private cosines count modes : Matrix<float> =
        Matrix<float>
            .Build.Dense(
                count,
                modes,
                fun p m ->
                    (if m = 0 then 1.0 else 2.0) / float count
                    * cos (Math.PI * float m * (float p + 0.5) / float count)
            )

    /// The coefficients c_m(r) at one radius for every deviation, n x modes.
    let private coefficients execution (f: float -> float) (deviations: float[]) (table: Matrix<float>) r =
        let count = table.RowCount

        let samples: Matrix<float> =
            Matrix<float>
                .Build.Dense(
                    deviations.Length,
                    count,
                    fun i p -> f (deviations[i] * r * cos (Math.PI * (float p + 0.5) / float count))
                )

        Product.multiply execution samples table

    /// For each mode the n x q matrix of its coefficients at q radii, times the roots of their weights.
    let private layers execution f deviations table (radii: struct (float * float)[]) =
        let found =
            radii
            |> Array.map (fun struct (r, weight) ->
                let c: Matrix<float> = coefficients execution f deviations table r
                c.Multiply(sqrt weight))

        fun mode ->
            Matrix<float>
                .Build.DenseOfColumnVectors(found |> Array.map (fun (c: Matrix<float>) -> c.Column mode))

    /// A bound on the error of an entry, relative to the roots of E f(u)^2 and E f(v)^2: the rounding of a sum of so
    /// many products (Cauchy and Schwarz bound the sum of their magnitudes), and 1e-16 for all that is left out.
    let relativeRadius distance deviation =
        let deviation = max deviation 1e-3

        Estimate.gamma (modes distance deviation + (radii distance deviation).Length + 64)
        + 1e-16

    /// Adds to `sum` the part of some radii: T_m of the correlations times the Gram matrix of mode m.
    let private add execution count (layer: int -> Matrix<float>) (rho: Matrix<float>) (sum: Matrix<float>) =
        let mutable before: Matrix<float> =
            Matrix<float>.Build.Dense(rho.RowCount, rho.ColumnCount, 1.0)

        let mutable now = rho

        sum.Add(Product.gram execution (layer 0), sum)

        for m in 1 .. count - 1 do
            execution.Cancellation.ThrowIfCancellationRequested()
            sum.Add((Product.gram execution (layer m)).PointwiseMultiply(now).Multiply 0.5, sum)
            let next = rho.PointwiseMultiply(now).Multiply(2.0) - before
            before <- now
            now <- next

    /// The correlations of a covariance, 0 where a variance is 0.
    let private correlations (sigma: Matrix<float>) (deviations: float[]) : Matrix<float> =
        sigma.MapIndexed(fun i j value ->
            let scale = deviations[i] * deviations[j]

            if scale = 0.0 then
                0.0
            else
                Math.Clamp(value / scale, -1.0, 1.0))

    let private deviations (sigma: Matrix<float>) =
        sigma.Diagonal().ToArray() |> Array.map (max 0.0 >> sqrt)

    /// Refuses a covariance with deviations beyond the largest that is computed.
    let require sigma =
        let largest = Array.fold max 0.0 (deviations sigma)

        if not (largest <= largestDeviation) then
            invalidArg
                (nameof sigma)
                $"This activation needs preactivations of standard deviation at most {largestDeviation}, and these reach %.4g{largest}: normalize the points."

    let private sum execution f distance (sigma: Matrix<float>) : Matrix<float> =
        let deviations = deviations sigma
        // an empty range of radii for a deviation of 0 would have no panel
        let largest = max 1e-3 (Array.max deviations)
        let count = modes distance largest
        // samples beyond twice the modes alias into none that is kept
        let table = cosines (2 * count) count
        let rho = correlations sigma deviations
        let sum: Matrix<float> = Matrix<float>.Build.Dense(sigma.RowCount, sigma.RowCount)
        let chunk = max 1 (mostNumbers / (2 * count * deviations.Length))

        for radii in radii distance largest |> Array.chunkBySize chunk do
            add execution count (layers execution f deviations table radii) rho sum

        sum

    /// E f(u_i) f(u_j) for a covariance n x n, f analytic up to the given distance from the real line.
    let gram execution (f: float -> float) distance (sigma: Matrix<float>) =
        require sigma

        if sigma.RowCount = 0 then
            sigma
        else
            sum execution f distance sigma
