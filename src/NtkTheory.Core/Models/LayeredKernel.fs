namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// A fully connected network in NTK parameterization. The first layer sees x with weights of variance 1 (inputs are
/// not divided by their dimension), each later one s(z) with weights of variance `WeightVariance` / width; each
/// neuron, the output too, has a bias of variance `BiasVariance`.
type NetworkShape = {
    Activation: Activation
    /// Hidden layers, at least 1.
    Depth: int
    WeightVariance: float
    BiasVariance: float
}

/// The kernels of any activation, layer by layer: Sigma_0 = C_b + x.x', Sigma_l = C_b + C_w E s(u) s(v) with
/// (u, v) of covariance Sigma_(l-1), Theta_0 = Sigma_0, Theta_l = Sigma_l + Theta_(l-1) C_w E s'(u) s'(v).
module LayeredKernel =

    /// E s(u) s(v) and E s'(u) s'(v) as functions of the covariance.
    type private Duals = {
        Value: Covariance -> float
        Slope: Covariance -> float
    }

    /// Chebyshev coefficients of a function on [-1, 1], from its values at the cosines of (k + 1/2) pi / count.
    let private chebyshev count (f: float -> float) =
        let values =
            Array.init count (fun k -> f (cos (Math.PI * (float k + 0.5) / float count)))

        Array.init count (fun j ->
            let mutable sum = 0.0

            for k in 0 .. count - 1 do
                sum <- sum + values[k] * cos (Math.PI * float j * (float k + 0.5) / float count)

            (if j = 0 then 1.0 else 2.0) / float count * sum)

    /// The sum of c_j T_j(x) (Clenshaw).
    let private clenshaw (coefficients: float[]) x =
        let mutable b1 = 0.0
        let mutable b2 = 0.0

        for j in coefficients.Length - 1 .. -1 .. 1 do
            let next = coefficients[j] + 2.0 * x * b1 - b2
            b2 <- b1
            b1 <- next

        coefficients[0] + x * b1 - b2

    /// An expectation that has no closed form, for all covariances with this variance at both: E f(u) f(u cos t +
    /// v sin t) is a smooth even function of t, so its expansion in T_j(cos t) converges geometrically where f is
    /// analytic. The number of nodes doubles until the last eighth of the coefficients is below 1e-15 of the
    /// largest, which bounds the truncation for geometric decay; 1,024 at most.
    let private table variance (f: Covariance -> float) =
        let at rho =
            f {
                Kaa = variance
                Kbb = variance
                Kab = variance * rho
            }

        let rec grow count =
            let coefficients = chebyshev count at
            let largest = coefficients |> Seq.map abs |> Seq.max
            let tail = coefficients |> Seq.skip (count - count / 8) |> Seq.map abs |> Seq.max

            if tail <= 1e-15 * largest || count >= 1024 then
                coefficients
            else
                grow (2 * count)

        let coefficients = grow 16
        fun k -> clenshaw coefficients (Math.Clamp(k.Kab / variance, -1.0, 1.0))

    /// Points whose pairwise quadrature is still bearable where neither a closed form nor one table will do.
    let private mostByQuadrature = 48

    /// The common value of numbers that agree to rounding.
    let private common (variances: float[]) =
        if Array.isEmpty variances then
            None
        else
            let first = variances[0]

            if variances |> Array.forall (fun v -> abs (v - first) <= 1e-12 * first) then
                Some first
            else
                None

    let private dual closed quadrature (variances: float[]) =
        match closed, common variances with
        | Some f, _ -> f
        | None, Some variance when variances.Length > 16 && variance > 0.0 -> table variance quadrature
        | None, None when variances.Length > mostByQuadrature ->
            invalidArg
                "points"
                $"An activation without a closed form needs points of equal norm when there are more than {mostByQuadrature}."
        | _ -> quadrature

    let private duals activation (variances: float[]) = {
        Value = dual (DualActivation.closedForm activation) (DualActivation.quadrature activation) variances
        Slope =
            dual
                (DualActivation.closedDerivative activation)
                (DualActivation.derivativeQuadrature activation)
                variances
    }

    /// Entry (i, j) of the function, for i >= j, and its mirror image.
    let fill execution size (f: int -> int -> float) : Matrix<float> =
        let values = Array.zeroCreate<float>(size * size)

        Execution.run execution size (fun i ->
            for j in 0..i do
                values[i * size + j] <- f i j)

        for i in 0 .. size - 1 do
            for j in 0 .. i - 1 do
                values[j * size + i] <- values[i * size + j]

        MatrixView.ofSymmetric size values

    /// Sigma and Theta one layer up; without the tangent kernel Theta is left as it is.
    let private next execution withTangent shape (sigma: Matrix<float>) (theta: Matrix<float>) =
        let n = sigma.RowCount
        let variances = sigma.Diagonal().ToArray()
        let duals = duals shape.Activation variances

        let covariance i j = {
            Kaa = variances[i]
            Kbb = variances[j]
            Kab = sigma[i, j]
        }

        let above =
            fill execution n (fun i j ->
                shape.BiasVariance + shape.WeightVariance * duals.Value(covariance i j))

        let tangent =
            if withTangent then
                fill execution n (fun i j ->
                    above[i, j] + theta[i, j] * shape.WeightVariance * duals.Slope(covariance i j))
            else
                theta

        above, tangent

    /// The n x n Gram matrix, Theta where `withTangent`, else Sigma.
    let gram execution withTangent shape (points: Matrix<float>) : Matrix<float> =
        let first = (Product.gram execution points).Add shape.BiasVariance

        let sigma, theta =
            Seq.fold
                (fun (sigma, theta) _ -> next execution withTangent shape sigma theta)
                (first, first)
                (seq { 1 .. shape.Depth })

        if withTangent then theta else sigma
