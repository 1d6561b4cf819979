namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// Points with labels -1 and 1 that a hyperplane is to separate: as rows of 106 bits, and column after column as
/// doubles.
type internal SeparationProblem = {
    Rows: DoubleDouble[][]
    Columns: float[]
    Labels: float[]
    /// Whether the hyperplane may miss the origin.
    HasBias: bool
}

/// What certifies a separator, or that there is none: margins, objectives and combinations of points, evaluated for
/// given doubles with 106 bits.
module internal SeparationProblem =

    let private zero = DoubleDouble.Of 0.0
    let private one = DoubleDouble.Of 1.0

    /// A key that orders double doubles.
    let order (x: DoubleDouble) = struct (x.High, x.Low)

    /// The length of a vector.
    let size (x: DoubleDouble[]) = sqrt (DoubleDouble.dot x x).Value

    /// Throws ArgumentException where a label is neither -1 nor 1, or their number is not that of the points.
    let create bias (points: Matrix<float>) (labels: float[]) =
        if labels.Length <> points.RowCount then
            invalidArg (nameof labels) $"There are {labels.Length} labels for {points.RowCount} points."

        match labels |> Array.tryFind (fun label -> abs label <> 1.0) with
        | Some label -> invalidArg (nameof labels) $"A label is -1 or 1, not {label}."
        | None -> ()

        {
            SeparationProblem.Rows =
                Array.init points.RowCount (fun i -> DoubleDouble.ofFloats (points.Row(i).ToArray()))
            Columns = points.ToColumnMajorArray()
            Labels = labels
            HasBias = bias
        }

    /// The indices of a class.
    let members label (problem: SeparationProblem) =
        [| 0 .. problem.Labels.Length - 1 |]
        |> Array.filter (fun i -> problem.Labels[i] = label)

    /// x_i.direction for all points.
    let scores (problem: SeparationProblem) (direction: float[]) =
        let count = problem.Labels.Length
        let sum = Array.zeroCreate count

        direction
        |> Array.iteri (fun j factor -> RowSums.addScaledAt factor problem.Columns (j * count) sum 0 count)

        sum

    /// x_i.direction for all points, with 106 bits.
    let exactScores (problem: SeparationProblem) direction =
        problem.Rows |> Array.map (DoubleDouble.dot direction)

    /// sum_i a_i label_i x_i, with the multipliers of the negative class scaled to the sum of the positive one's
    /// where there is a bias; and the sum of all multipliers after that.
    let private image (problem: SeparationProblem) (multipliers: DoubleDouble[]) =
        let total label =
            members label problem |> Array.fold (fun sum i -> sum + multipliers[i]) zero

        let positive, negative = total 1.0, total -1.0
        let scale = if problem.HasBias then positive / negative else one

        let signed =
            Array.map2 (fun label a -> if label > 0.0 then a else -(scale * a)) problem.Labels multipliers

        DoubleDouble.combine problem.Rows[0].Length signed problem.Rows, positive + scale * negative

    /// How wrong `image` may be, in norm: a product and a sum for each point, of relative error 8 u^2 each, after a
    /// sum, a quotient and a product for the scale.
    let private imageError (problem: SeparationProblem) (multipliers: DoubleDouble[]) =
        let longest = problem.Rows |> Array.map size |> Array.max
        let count = float (2 * problem.Labels.Length + 30)

        8.0
        * count
        * Estimate.unitRoundoff ** 2.0
        * longest
        * (Array.sumBy (fun (a: DoubleDouble) -> a.Value) multipliers)

    /// label_i (w.x_i + b), and a bound on their error.
    let private margins (problem: SeparationProblem) (weights: float[]) (offset: float) =
        let w = DoubleDouble.ofFloats weights
        let b = DoubleDouble.Of offset

        let margins =
            Array.map2
                (fun label score -> DoubleDouble.Of label * (score + b))
                problem.Labels
                (exactScores problem w)

        let terms (row: DoubleDouble[]) =
            Array.fold2 (fun sum x (v: float) -> sum + abs (x.High * v)) (abs offset) row weights

        margins,
        2.0
        * DoubleDouble.dotError weights.Length
        * (problem.Rows |> Array.map terms |> Array.max)

    /// The smallest.
    let least (margins: DoubleDouble[]) = Array.minBy order margins

    /// Doubles w, b whose functional margins are at least 1, these margins, and a bound on their error: the given w, b,
    /// or these scaled up by what rounding took. None where rounding leaves a margin that is not positive.
    let rec feasible (problem: SeparationProblem) extra (weights: float[], offset: float) =
        let margins, error = margins problem weights offset
        let least = least margins
        let lack = (one - least).Value

        if not (least.Value > 0.0) then
            None
        elif lack <= 0.0 then
            Some(weights, offset, margins, error)
        else
            let scale = 1.0 + lack + extra
            feasible problem (2.0 * extra) (weights |> Array.map (fun w -> scale * w), scale * offset)

    /// What the objectives of feasible w and a differ by, at most. A w whose margins may be below 1 by `error` is
    /// feasible after division by 1 - error.
    let gap (problem: SeparationProblem) (weights: float[]) error (multipliers: float[]) =
        let w = DoubleDouble.ofFloats weights
        let a = DoubleDouble.ofFloats multipliers
        let image, total = image problem a
        let half = DoubleDouble.Of 0.5
        let primal = half * DoubleDouble.dot w w
        let dual = total - half * DoubleDouble.dot image image
        let imageError = imageError problem a
        let rounding = imageError * (size image + imageError) + 1e-30 * total.Value
        max 0.0 (primal - dual).Value + rounding + 3.0 * (error + 1e-30) * primal.Value

    /// The length of sum_i weight_i label_i x_i, each class's weights scaled to a sum of 1 where there is a bias, all of
    /// them where there is none; its own rounding is added.
    let residual (problem: SeparationProblem) (weights: float[]) =
        let exact = DoubleDouble.ofFloats weights
        let image, total = image problem exact
        let unit = if problem.HasBias then total.Value / 2.0 else total.Value
        (size image + imageError problem exact) / unit * (1.0 + 1e-15)
