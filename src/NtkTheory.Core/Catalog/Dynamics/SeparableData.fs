/// Labelled points for the margin theorems: random ones with a teacher's labels, or rows of a data set.
module NtkTheory.Catalog.Dynamics.SeparableData

open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// Points with labels -1 and 1, and whether the separator may have a bias.
type Labelled = { Points: Points; Bias: bool }

/// Labels of a data set: its first row's class against the rest. Labels of made-up points: the side of a
/// random hyperplane on which they lie.
let labels item (points: Matrix<float>) =
    match Points.dataset item.Points with
    | Some data ->
        let first =
            match item.Points.Geometry with
            | Rows whole -> whole.Labels[0]
            | _ -> data.Labels[0]

        data.Labels |> Array.map (fun label -> if label = first then 1.0 else -1.0)
    | None ->
        let seed = Seed.ofInt item.Points.Seed |> Seed.split "teacher"
        let teacher = Vector<float>.Build.DenseOfArray(Draw.normals seed points.ColumnCount)

        let offset =
            if item.Bias then
                0.3 * Draw.uniformAt 0L (Seed.split "offset" seed)
            else
                0.0

        (points * teacher).ToArray()
        |> Array.map (fun s -> if s + offset >= 0.0 then 1.0 else -1.0)

/// The points and their labels.
let draw item =
    let points = Points.matrix item.Points
    points, labels item points

/// z_i = label_i x_i, one per row.
let signed item =
    let points, labels = draw item
    Array.init labels.Length (fun i -> points.Row(i).ToArray() |> Array.map (fun x -> labels[i] * x))

/// The separator, if there is one that a constraint fixes.
let separator item =
    let points, labels = draw item

    match HardMargin.solve item.Bias points labels with
    | Ok found when System.Double.IsFinite found.Margin -> Some found
    | _ -> None

/// The longest point.
let radius item =
    let points, _ = draw item
    points.EnumerateRows() |> Seq.map (fun x -> x.L2Norm()) |> Seq.max

/// The relative error of the separator: the nearest point is rounded relative to the longest point, which is
/// 1/margin times longer, and its square enters the objective (some hundred roundings).
let solverError item (found: Separator) =
    Estimate.gamma 200 * (1.0 + (radius item / found.Margin) ** 2.0)

/// The separator of points that have one.
let found item = (separator item).Value

/// Separable with a margin of at least a hundredth of the longest point: below that rounding, amplified by the
/// square of the ratio, hides what is compared.
let isSeparable =
    Hypothesis.named "separable with a margin above a hundredth of the longest point" (fun item ->
        match separator item with
        | Some found -> found.Margin > 0.01 * radius item
        | None -> false)

let private shrink item =
    seq {
        for points in Points.shrink item.Points do
            yield { item with Points = points }

        if item.Bias then
            yield { item with Bias = false }
    }

let private generator biases points =
    gen {
        let! points = points
        let! bias = biases
        return { Points = points; Bias = bias }
    }

let private geometries = Gen.elements [ Sphere; Gaussian; Repeated ]

/// Made-up labelled points of the given counts and dimensions; with a bias in half of the cases if allowed.
let instances biases counts dimensions =
    Arb.fromGenShrink (generator biases (Points.generator geometries counts dimensions), shrink)

/// Without a bias.
let origin = Gen.constant false

/// With or without.
let either = Gen.elements [ false; true ]

/// The same sizes, other points.
let vary item =
    gen {
        let! points = Points.vary item.Points
        return { item with Points = points }
    }

/// How the theorems use a data set: subsamples, the first class against the rest.
let dataUse biases counts = {
    Requires = []
    Draw =
        fun data -> Arb.fromGenShrink (generator biases (Points.ofDataset counts data |> Arb.toGen), shrink)
}

/// What a person needs to check a counterexample by hand.
let describe item =
    let z = signed item

    let rows =
        z
        |> Array.map (fun row -> row |> Array.map (sprintf "%.4g") |> String.concat ", " |> sprintf "(%s)")

    let bias = if item.Bias then ", bias allowed" else ""
    sprintf "%s%s: z = %s" (Points.describe item.Points) bias (String.concat " " rows)
