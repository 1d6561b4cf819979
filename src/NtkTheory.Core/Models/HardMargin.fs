namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra

/// The separator of largest margin: argmin |w|^2/2 subject to label_i (w.x_i + b) >= 1.
type Separator = {
    /// w, in R^d.
    Weights: float[]
    /// b; zero where the separator passes through the origin.
    Bias: float
    /// The multipliers a_i >= 0, one per point: w = sum_i a_i label_i x_i.
    Multipliers: float[]
    /// label_i (w.x_i + b), one per point; at least 1.
    FunctionalMargins: float[]
    /// The distance 1/|w| of the nearest points to the boundary; infinite where no point constrains w.
    Margin: float
    /// Primal minus dual objective, both feasible: it bounds what is left to optimize (absolute).
    Gap: float
}

/// Why no separator exists: a point common to what has to be separated.
type FarkasCertificate = {
    /// Nonnegative, one per point. Without a bias they sum to 1, with one each class sums to 1.
    Weights: float[]
    /// |sum_i weight_i label_i x_i|: no separator has a larger margin than this (half of it with a bias).
    Residual: float
}

/// The hard-margin support vector machine by an exact active-set method.
module HardMargin =

    let private signed (points: Matrix<float>) (labels: float[]) : Matrix<float> =
        Matrix<float>.Build.Dense(points.RowCount, points.ColumnCount, fun i j -> labels[i] * points[i, j])

    let private argmin (values: Vector<float>) (allowed: int[]) =
        allowed |> Array.minBy (fun i -> values[i])

    /// The nearest point of conv { z_i } to the origin; its vertices are named (i, i).
    let private nearestOfHull (z: Matrix<float>) =
        let all = [| 0 .. z.RowCount - 1 |]

        let vertex i = (i, i), z.Row i

        let start = all |> Array.minBy (fun i -> z.Row(i).L2Norm())
        PolytopeDistance.nearest (fun direction -> vertex (argmin (z * direction) all)) (vertex start)

    /// The nearest point to the origin of the difference of the hulls of the two classes; its vertices
    /// x_i - x_j are named (i, j).
    let private nearestOfDifference (points: Matrix<float>) (positive: int[]) (negative: int[]) =
        let vertex (i, j) = (i, j), points.Row(i) - points.Row(j)

        let least (direction: Vector<float>) =
            let scores: Vector<float> = points * direction
            vertex (argmin scores positive, argmin (-scores) negative)

        PolytopeDistance.nearest least (vertex (positive[0], negative[0]))

    let private weightsOfPoints count shared (corral: ((int * int) * float) list) =
        let weights = Array.zeroCreate count

        for (i, j), weight in corral do
            weights[i] <- weights[i] + weight

            if not shared then
                weights[j] <- weights[j] + weight

        weights

    /// The bias halfway between the classes, which balances their smallest margins.
    let private balance (scores: Vector<float>) (positive: int[]) (negative: int[]) =
        let lowest = positive |> Seq.map (fun i -> scores[i]) |> Seq.min
        let highest = negative |> Seq.map (fun i -> scores[i]) |> Seq.max
        -(lowest + highest) / 2.0

    let private dualObjective (z: Matrix<float>) (multipliers: float[]) =
        let image = z.TransposeThisAndMultiply(Vector<float>.Build.DenseOfArray multipliers)
        Array.sum multipliers - image.DotProduct image / 2.0

    /// Scales the direction until its smallest functional margin is 1, and judges it by its dual. A
    /// direction with a margin that is not positive is no separator.
    let private certify
        bias
        (z: Matrix<float>)
        (labels: float[])
        (nearest: Vector<float>)
        factor
        weights
        balance
        =
        let squared = nearest.DotProduct nearest
        let direction = nearest.Multiply(factor / squared)
        let offset = if bias then balance direction else 0.0

        let raw =
            Array.mapi (fun i score -> score + labels[i] * offset) ((z * direction).ToArray())

        let least = Array.min raw

        if squared > 0.0 && least > 0.0 then
            let w = direction.Divide least
            let multipliers = weights |> Array.map (fun u -> u * factor / squared)

            Some {
                Weights = w.ToArray()
                Bias = offset / least
                Multipliers = multipliers
                FunctionalMargins = raw |> Array.map (fun m -> m / least)
                Margin = 1.0 / w.L2Norm()
                Gap = max 0.0 (w.DotProduct w / 2.0 - dualObjective z multipliers)
            }
        else
            None

    let private unconstrained bias dimension (labels: float[]) = {
        Weights = Array.zeroCreate dimension
        Bias =
            if bias then
                Array.tryHead labels |> Option.defaultValue 0.0
            else
                0.0
        Multipliers = Array.zeroCreate labels.Length
        FunctionalMargins = Array.create labels.Length 1.0
        Margin = infinity
        Gap = 0.0
    }

    let private conclude points labels bias nearest shared factor balance =
        let z = signed points labels
        let weights = weightsOfPoints labels.Length shared nearest.Corral

        match certify bias z labels nearest.Point factor weights balance with
        | Some separator -> Ok separator
        | None ->
            Error {
                Weights = weights
                Residual = nearest.Point.L2Norm()
            }

    /// The separator through the origin of n x d points with labels -1 or 1, or the certificate that there
    /// is none. Source: ORF 543 notes, lecture 11/14.
    let throughOrigin (points: Matrix<float>) (labels: float[]) : Result<Separator, FarkasCertificate> =
        if labels.Length = 0 then
            Ok(unconstrained false points.ColumnCount labels)
        else
            let nearest = nearestOfHull (signed points labels)
            conclude points labels false nearest true 1.0 (fun _ -> 0.0)

    /// The separator with a bias of n x d points with labels -1 or 1, or the certificate that there is none.
    /// With one class only, w = 0 and b = label satisfy all constraints and no margin binds.
    let withBias (points: Matrix<float>) (labels: float[]) : Result<Separator, FarkasCertificate> =
        let members sign =
            [| 0 .. labels.Length - 1 |]
            |> Array.filter (fun i -> float (sign labels[i]) = 1.0)

        let positive = members sign
        let negative = members (fun label -> -(sign label))

        if positive.Length = 0 || negative.Length = 0 then
            Ok(unconstrained true points.ColumnCount labels)
        else
            let nearest = nearestOfDifference points positive negative
            let middle (w: Vector<float>) = balance (points * w) positive negative
            conclude points labels true nearest false 2.0 middle

    /// `withBias` or `throughOrigin`.
    let solve bias points labels =
        if bias then
            withBias points labels
        else
            throughOrigin points labels
