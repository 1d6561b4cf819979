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

    /// How far from the real line an activation without a closed form is analytic: tanh has poles at odd multiples
    /// of i pi / 2, the functions of e^-z at those of i pi.
    let private distance activation =
        match activation with
        | Tanh -> 0.5 * Math.PI
        | _ -> Math.PI

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

    /// An expectation for all pairs of a covariance: entry by entry where there is a closed form.
    let private expectations execution activation closed f (sigma: Matrix<float>) =
        if activation = Elu then
            PolarDual.require sigma

        match closed with
        | Some formula ->
            fill execution sigma.RowCount (fun i j ->
                formula {
                    Kaa = sigma[i, i]
                    Kbb = sigma[j, j]
                    Kab = sigma[i, j]
                })
        | None -> PolarDual.gram execution f (distance activation) sigma

    /// E s(u_i) s(u_j) for a covariance.
    let private values execution activation =
        expectations execution activation (DualActivation.closedForm activation) (Activation.value activation)

    /// E s'(u_i) s'(u_j); 0 for the step, of which no gradient is seen.
    let private slopes execution activation sigma =
        match activation with
        | Step -> fill execution (sigma: Matrix<float>).RowCount (fun _ _ -> 0.0)
        | _ ->
            expectations
                execution
                activation
                (DualActivation.closedDerivative activation)
                (Activation.derivative activation)
                sigma

    /// Sigma and Theta one layer up; without the tangent kernel Theta is left as it is.
    let private next execution withTangent shape (sigma: Matrix<float>) (theta: Matrix<float>) =
        let above =
            (values execution shape.Activation sigma).Multiply(shape.WeightVariance).Add shape.BiasVariance

        if withTangent then
            let slopes = (slopes execution shape.Activation sigma).Multiply shape.WeightVariance
            above, above + theta.PointwiseMultiply slopes
        else
            above, theta

    /// The n x n Gram matrix, Theta where `withTangent`, else Sigma.
    let gram execution withTangent shape (points: Matrix<float>) : Matrix<float> =
        let first = (Product.gram execution points).Add shape.BiasVariance

        let sigma, theta =
            Seq.fold
                (fun (sigma, theta) _ -> next execution withTangent shape sigma theta)
                (first, first)
                (seq { 1 .. shape.Depth })

        if withTangent then theta else sigma
