namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// Kernels of networks with biases whose activation is z above 0 and a multiple of z below: ReLU, leaky ReLU and the
/// absolute value. Pairs are carried by their angle, which keeps the digits of nearly parallel points through all
/// layers.
module TwoSlopeKernel =

    /// The slope below 0, for the activations of this kind.
    let slopeBelow activation =
        match activation with
        | Relu -> Some 0.0
        | LeakyRelu slope -> Some slope
        | Abs -> Some -1.0
        | _ -> None

    /// Two points in a layer: the variances of their preactivations and the angle between them.
    [<Struct>]
    type private Pair = {
        Left: float
        Right: float
        Angle: Angle
    }

    let private turned (angle: Angle) = {
        Theta = angle.Supplement
        Supplement = angle.Theta
    }

    /// E s(u) s(v) for unit variances, 1/2 (1 + low^2) on the diagonal.
    let private value low angle =
        (1.0 + low * low) * ArcCosine.degreeOne angle
        - 2.0 * low * ArcCosine.degreeOne (turned angle)

    /// What it lacks of its value on the diagonal, without cancellation.
    let private lack low angle =
        (1.0 + low * low) * ArcCosine.degreeOneDefect angle
        + 2.0 * low * ArcCosine.degreeOne (turned angle)

    /// E s'(u) s'(v).
    let private slope low angle =
        (1.0 + low * low) * ArcCosine.degreeZero angle
        + 2.0 * low * ArcCosine.degreeZero (turned angle)

    /// What a variance of k adds to the one above, next to the bias.
    let private share (shape: NetworkShape) low k =
        shape.WeightVariance * 0.5 * (1.0 + low * low) * k

    let private root (pair: Pair) = sqrt (pair.Left * pair.Right)

    /// The root of both variances less the covariance, one layer up: the biases' part of it is C_b (sqrt a - sqrt b)^2
    /// over a sum of positive numbers, with a and b the shares of the layer below.
    let private gap (shape: NetworkShape) low (pair: Pair) above =
        let a, b = sqrt (share shape low pair.Left), sqrt (share shape low pair.Right)

        shape.BiasVariance * (a - b) * (a - b) / (above + shape.BiasVariance + a * b)
        + shape.WeightVariance * root pair * lack low pair.Angle

    let private climb (shape: NetworkShape) low (pair: Pair) =
        let left = shape.BiasVariance + share shape low pair.Left
        let right = shape.BiasVariance + share shape low pair.Right
        let above = sqrt (left * right)

        {
            Left = left
            Right = right
            Angle =
                if above > 0.0 then
                    Angle.ofDefect (gap shape low pair above / above)
                else
                    pair.Angle
        }

    /// The covariance and the tangent kernel of a pair with the given covariance in the first layer.
    let private kernels (shape: NetworkShape) low (start: Pair) first : struct (float * float) =
        let mutable pair = start
        let mutable sigma = first
        let mutable theta = first

        for _ in 1 .. shape.Depth do
            sigma <- shape.BiasVariance + shape.WeightVariance * root pair * value low pair.Angle
            theta <- sigma + theta * shape.WeightVariance * slope low pair.Angle
            pair <- climb shape low pair

        struct (sigma, theta)

    /// The kernel of points of any norm, one per row: the tangent kernel where `withTangent`, else the covariance. The
    /// activation must be one of this kind. Angles come from the points themselves, not from their products.
    let create withTangent (shape: NetworkShape) (points: Matrix<float>) =
        let low = (slopeBelow shape.Activation).Value
        // a bias is the weight of one more coordinate
        let bias = Vector<float>.Build.Dense(points.RowCount, sqrt shape.BiasVariance)
        let extended = points.InsertColumn(points.ColumnCount, bias)
        let rows = [| for i in 0 .. points.RowCount - 1 -> extended.Row i |]
        let squares = rows |> Array.map (fun row -> row.DotProduct row)

        let entry i j _ =
            let pair = {
                Left = squares[i]
                Right = squares[j]
                Angle = Angle.between rows[i] rows[j]
            }

            let struct (sigma, theta) = kernels shape low pair (rows[i].DotProduct rows[j])
            if withTangent then theta else sigma

        BlockKernel.ofEntries points entry
