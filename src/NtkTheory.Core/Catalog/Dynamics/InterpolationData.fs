/// Interpolation problems for the diagonal networks: made-up ones, or rows of a data set with its labels.
module NtkTheory.Catalog.Dynamics.InterpolationData

open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Sampling

/// N points in R^d, labels, a start theta0 and its scale alpha.
type Interpolation = {
    Points: Points
    Alpha: float
    /// All of theta0 is 1, or its coordinates are drawn from (1/2, 2).
    EvenStart: bool
}

/// Labels in units of the largest: the flow is stiff in label / alpha^2, and the claims hold in any unit.
let private inUnits (labels: float[]) =
    let largest = labels |> Array.map abs |> Array.max

    if largest = 0.0 then
        labels
    else
        labels |> Array.map (fun y -> y / largest)

/// The network: labels of a data set are divided by the largest, others are uniform on (-1, 1).
let network item =
    let inputs = Points.matrix item.Points
    let seed = Seed.ofInt item.Points.Seed

    {
        Inputs = inputs
        Labels =
            match Points.dataset item.Points with
            | Some data -> inUnits data.Labels
            | None -> Draw.uniformsBetween -1.0 1.0 (Seed.split "labels" seed) inputs.RowCount
        Start =
            if item.EvenStart then
                Array.create inputs.ColumnCount 1.0
            else
                Draw.uniformsBetween 0.5 2.0 (Seed.split "start" seed) inputs.ColumnCount
        Alpha = item.Alpha
    }

/// The minimizer of Q_alpha among the interpolants.
let minimizer item =
    match DiagonalNetwork.minimizer (network item) with
    | Ok found -> found
    | Error _ -> failwith "the hypothesis of independent inputs excludes this"

/// The least singular value of the inputs exceeds a twentieth of the largest: below that rounding hides what is
/// compared.
let isIndependent =
    Hypothesis.named "independent inputs (condition number below 20)" (fun item ->
        let s = (Points.matrix item.Points).Svd(false).S
        item.Points.Count <= item.Points.Dimension && s.Minimum() > 0.05 * s.Maximum())

let private shrink item =
    seq {
        for points in Points.shrink item.Points do
            yield { item with Points = points }

        for alpha in simplerPositive item.Alpha do
            yield { item with Alpha = alpha }

        if not item.EvenStart then
            yield { item with EvenStart = true }
    }

let private generator alphas points =
    gen {
        let! points = points
        let! alpha = alphas
        let! even = Gen.elements [ true; false ]

        return {
            Points = points
            Alpha = alpha
            EvenStart = even
        }
    }

/// Made-up problems of the given counts and dimensions.
let instances alphas counts dimensions =
    Arb.fromGenShrink (
        generator alphas (Points.generator (Gen.elements [ Sphere; Gaussian ]) counts dimensions),
        shrink
    )

/// How the theorems use a data set: subsamples with the file's labels.
let dataUse alphas counts = {
    Requires = []
    Draw =
        fun data -> Arb.fromGenShrink (generator alphas (Points.ofDataset counts data |> Arb.toGen), shrink)
}

let vary item =
    gen {
        let! points = Points.vary item.Points
        return { item with Points = points }
    }

let describe item =
    let network = network item

    let words (values: float[]) =
        values |> Array.map (sprintf "%.4g") |> String.concat ", "

    let rows =
        network.Inputs.EnumerateRows()
        |> Seq.map (fun r -> $"({words (r.ToArray())})")
        |> String.concat " "

    $"{Points.describe item.Points}: X = {rows}, y = ({words network.Labels}), theta0 = ({words network.Start}), alpha = %g{item.Alpha}"
