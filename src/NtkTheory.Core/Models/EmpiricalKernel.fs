namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics
open NtkTheory.Sampling

/// Kernels of networks of finite width at their random start.
module EmpiricalKernel =

    /// What a layer leaves: preactivations n x m, and the weights that made them.
    type private Layer = {
        Preactivations: Matrix<float>
        Weights: Matrix<float>
    }

    let private activity shape (layer: Layer) : Matrix<float> =
        layer.Preactivations.Map(Activation.value shape.Activation)

    /// A layer of `width` neurons on top of n x k inputs; `scale` stands before the weights.
    let private layer execution seed width shape scale (inputs: Matrix<float>) =
        let weights = Draw.normalMatrix (Seed.split "weights" seed) width inputs.ColumnCount
        let biases = Draw.normals (Seed.split "biases" seed) width
        let products = Product.multiplyTranspose execution inputs weights
        let shift = sqrt shape.BiasVariance

        {
            Preactivations = products.MapIndexed(fun _ j value -> scale * value + shift * biases[j])
            Weights = weights
        }

    /// The hidden layers from below.
    let private forward execution seed width shape points =
        let scale = sqrt (shape.WeightVariance / float width)

        let above below index =
            layer execution (Seed.at index seed) width shape scale (activity shape below)

        List.scan above (layer execution (Seed.at 0 seed) width shape 1.0 points) [ 1 .. shape.Depth - 1 ]

    /// Derivatives of the output in the preactivations, layer by layer from above.
    let private backward execution seed width shape (layers: Layer list) =
        let scale = sqrt (shape.WeightVariance / float width)
        let slope = Activation.derivative shape.Activation
        let outer = Draw.normals (Seed.split "outer" seed) width

        let top =
            (List.last layers).Preactivations.MapIndexed(fun _ j z -> scale * outer[j] * slope z)

        let below (above: Matrix<float>) (upper: Layer, lower: Layer) =
            (Product.multiply execution above upper.Weights)
                .MapIndexed(fun i j value -> scale * value * slope lower.Preactivations[i, j])

        let reversed = List.rev layers
        List.scan below top (List.pairwise reversed)

    /// The tangent kernel sum_p (df(x)/dp) (df(x')/dp) over all weights and biases p of one random network, n x n;
    /// as the width grows it tends to that of NetworkKernel.
    let tangent execution seed width shape (points: Matrix<float>) : Matrix<float> =
        let layers = forward execution seed width shape points
        let slopes = backward execution seed width shape layers |> List.rev
        let scale = shape.WeightVariance / float width

        let features =
            Product.gram execution points
            :: [
                for layer in layers -> (Product.gram execution (activity shape layer)).Multiply scale
            ]
            |> List.map (fun gram -> gram.Add shape.BiasVariance)

        let hidden =
            List.map2
                (fun (slope: Matrix<float>) feature ->
                    (Product.gram execution slope).PointwiseMultiply feature)
                slopes
                (List.take shape.Depth features)

        List.fold (fun (sum: Matrix<float>) part -> sum + part) (List.last features) hidden

    /// The outputs of the same network, n numbers.
    let outputs execution seed width shape (points: Matrix<float>) =
        let layers = forward execution seed width shape points
        let outer = Draw.normals (Seed.split "outer" seed) width
        let bias = (Draw.normals (Seed.split "output bias" seed) 1)[0]
        let last = activity shape (List.last layers)
        let sums = last.Multiply(Vector<float>.Build.Dense outer)

        [|
            for sum in sums ->
                sqrt (shape.WeightVariance / float width) * sum + sqrt shape.BiasVariance * bias
        |]
