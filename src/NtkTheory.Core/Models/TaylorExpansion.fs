namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra

/// The expansion of a network with one hidden layer in its hidden weights around its start.
module TaylorExpansion =

    /// The second-order term at each of the n points: m^(-1/2) times the sum of a_j s''(w_j.x) (d_j.x)^2 / 2 for
    /// moves d_j; refused for activations without a second derivative.
    let secondOrder (start: TwoLayer) (now: TwoLayer) (points: Matrix<float>) =
        match Activation.secondDerivative start.Activation with
        | None ->
            invalidArg (nameof start) $"The activation {start.Activation.Name} has no second derivative."
        | Some curvature ->
            let t = TwoLayer.preactivations start points
            let moved: Matrix<float> = TwoLayer.preactivations now points - t
            let scale = 0.5 / sqrt (float (TwoLayer.width start))

            let term i j outer =
                scale * outer * curvature t[j, i] * moved[j, i] * moved[j, i]

            Array.init points.RowCount (fun i -> start.Outer |> Seq.mapi (term i) |> Seq.sum)

    /// The outputs of the expansion of order 1 (the linearized network) or 2 at each of the n points.
    let outputs order (start: TwoLayer) (now: TwoLayer) points =
        match order with
        | 1 -> Linearization.outputs start now points
        | 2 -> Array.map2 (+) (Linearization.outputs start now points) (secondOrder start now points)
        | _ -> invalidArg (nameof order) $"The order is 1 or 2, not {order}."
