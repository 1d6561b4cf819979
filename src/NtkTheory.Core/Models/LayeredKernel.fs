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
/// Entry by entry, for activations with closed forms.
module LayeredKernel =

    /// The variances of every point in layers 0 to Depth - 1, given those of layer 0 and what E s(u)^2 is at a variance.
    let variances (shape: NetworkShape) (moment: float -> float) first =
        let above k =
            shape.BiasVariance + shape.WeightVariance * moment k

        Array.scan (fun layer _ -> Array.map above layer) first (Array.zeroCreate (shape.Depth - 1))

    /// |x_i|^2 + C_b, the variances of layer 0.
    let firstVariances (shape: NetworkShape) points =
        Product.squares points |> Array.map (fun square -> square + shape.BiasVariance)

    /// The largest standard deviation of a preactivation that is computed for activations with exponentials: ELU's closed
    /// form loses its digits beyond, and series need degrees in proportion to its square.
    let largestDeviation = 20.0

    /// Refuses deviations beyond the largest that is computed.
    let requireDeviation largest =
        if not (largest <= largestDeviation) then
            invalidArg
                "points"
                $"This activation needs preactivations of standard deviation at most {largestDeviation}, and these reach %.4g{largest}: normalize the points."

    let private both k = { Kaa = k; Kbb = k; Kab = k }

    /// The kernel of any activation, the tangent kernel where `withTangent`, else Sigma; slow without a closed form. The
    /// gradient of a step is seen nowhere.
    let create withTangent (shape: NetworkShape) points =
        let value = DualActivation.value shape.Activation

        let slope =
            match shape.Activation with
            | Step -> fun _ -> 0.0
            | activation -> DualActivation.derivative activation

        let layers =
            firstVariances shape points |> variances shape (fun k -> value (both k))

        if shape.Activation = Elu then
            requireDeviation (layers |> Seq.concat |> Seq.fold max 0.0 |> sqrt)

        let weight = shape.WeightVariance

        let entry i j product =
            let mutable sigma = product + shape.BiasVariance
            let mutable theta = sigma

            for layer in layers do
                let k = {
                    Kaa = layer[i]
                    Kbb = layer[j]
                    Kab = sigma
                }

                sigma <- shape.BiasVariance + weight * value k

                if withTangent then
                    theta <- sigma + theta * weight * slope k

            if withTangent then theta else sigma

        BlockKernel.ofEntries points entry
