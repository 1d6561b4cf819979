namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Sampling

/// A network with one hidden layer, f(x) = m^(-1/2) times the sum of a_j sigma(w_j.x).
type TwoLayer = {
    /// m x d, one neuron per row.
    Hidden: Matrix<float>
    /// The m outer weights.
    Outer: float[]
    Activation: Activation
    /// The derivative of the activation at a kink at 0.
    AtKink: float
}

/// Outputs, gradients and training of networks with one hidden layer of which only the hidden layer moves.
module TwoLayer =

    /// A network of the given parts, with the right-hand derivative at the kink.
    let create activation (outer: float[]) (hidden: Matrix<float>) = {
        Hidden = hidden
        Outer = outer
        Activation = activation
        AtKink = 1.0
    }

    /// Standard normal hidden weights and random signs outside.
    let random seed activation width dimension =
        Draw.normalMatrix (Seed.split "hidden" seed) width dimension
        |> create activation (Draw.signs (Seed.split "outer" seed) width)

    /// Pairs of equal neurons with opposite signs, so that the output at the start is 0; width even.
    let symmetrised seed activation width dimension =
        let half: Matrix<float> =
            Draw.normalMatrix (Seed.split "hidden" seed) (width / 2) dimension

        half.Stack half
        |> create activation (Array.init (2 * (width / 2)) (fun j -> if j < width / 2 then 1.0 else -1.0))

    /// The number of neurons m.
    let width network = network.Outer.Length

    let private scale network = 1.0 / sqrt (float (width network))

    /// The m x n matrix of w_j.x_i.
    let preactivations network (points: Matrix<float>) : Matrix<float> =
        network.Hidden.TransposeAndMultiply points

    /// The network with other hidden weights.
    let withHidden hidden network = { network with Hidden = hidden }

    /// The n outputs.
    let outputs network (points: Matrix<float>) =
        let sigma = Activation.value network.Activation
        let t = preactivations network points

        let output (column: float[]) =
            let mutable sum = 0.0

            for j in 0 .. column.Length - 1 do
                sum <- sum + network.Outer[j] * sigma column[j]

            scale network * sum

        t.ToColumnArrays() |> Array.map output

    /// The m x n matrix of m^(-1/2) a_j sigma'(w_j.x_i): the gradient of output i in w_j is this times x_i.
    let slopes network (points: Matrix<float>) : Matrix<float> =
        let derivative = Activation.derivativeWith network.AtKink network.Activation
        let t = preactivations network points
        t.MapIndexed(fun j _ z -> scale network * network.Outer[j] * derivative z)

    /// The gradient of the output at one point in the hidden weights, m x d.
    let gradient network (point: Vector<float>) : Matrix<float> =
        (slopes network (point.ToRowMatrix())).Column(0).OuterProduct point

    /// The empirical tangent kernel of the hidden layer on the points, n x n.
    let tangentGram network (points: Matrix<float>) : Matrix<float> =
        let s = slopes network points
        (s.TransposeThisAndMultiply s).PointwiseMultiply(points.TransposeAndMultiply points)

    /// The kernel of the outer layer, (1/m) times the sum of sigma(w_j.x_i) sigma(w_j.x_k), n x n.
    let featureGram network (points: Matrix<float>) : Matrix<float> =
        let features =
            (preactivations network points).Map(Activation.value network.Activation)

        (features.TransposeThisAndMultiply features).Multiply(1.0 / float (width network))

    /// The residuals u_i - y_i.
    let residuals network points (labels: float[]) =
        Array.map2 (-) (outputs network points) labels

    /// ||u - y||^2 / 2.
    let loss network points labels =
        0.5 * Array.sumBy (fun r -> r * r) (residuals network points labels)

    /// The gradient of ||u - y||^2 / 2 in the hidden weights, m x d.
    let lossGradient network (points: Matrix<float>) labels : Matrix<float> =
        let s = slopes network points
        let residual = residuals network points labels
        (s.MapIndexed(fun _ i value -> value * residual[i])).Multiply points

    /// One step of gradient descent on ||u - y||^2 / 2.
    let step learningRate points labels network =
        let gradient = lossGradient network points labels
        network |> withHidden (network.Hidden - gradient.Multiply(learningRate: float))

    /// The networks after 0, 1, ..., count steps.
    let descent learningRate points labels count network =
        Seq.init count ignore
        |> Seq.scan (fun now () -> step learningRate points labels now) network

    /// The largest distance that a neuron has gone from its start.
    let displacement (start: TwoLayer) (now: TwoLayer) =
        (now.Hidden - start.Hidden).RowNorms 2.0 |> Seq.max
