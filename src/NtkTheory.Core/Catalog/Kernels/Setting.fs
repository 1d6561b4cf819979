namespace NtkTheory.Catalog.Kernels

open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Sampling

/// A small description of points and a network with one hidden layer, from which the arrays are made.
type Setting = {
    Points: Points
    Width: int
    Activation: Activation
    /// A radius, time, step or scale, as the claim says.
    Size: float
    Seed: int
}

/// From what settings are drawn.
type Ranges = {
    Geometries: Geometry list
    Counts: int * int
    Dimensions: int * int
    /// Drawn evenly in the logarithm.
    Widths: int * int
    Activations: Activation list
    /// Drawn evenly in the logarithm.
    Sizes: float * float
}

/// Drawing, shrinking and varying settings.
module Setting =

    /// A few unit points and a few ReLU neurons.
    let usual = {
        Geometries = [ Sphere ]
        Counts = 1, 4
        Dimensions = 1, 4
        Widths = 1, 64
        Activations = [ Relu ]
        Sizes = 0.1, 10.0
    }

    /// A number of the range, evenly in the logarithm, to three digits that a person can read.
    let spread (low: float, high: float) =
        let number k =
            let value = low * (high / low) ** (float k / 1000.0)
            let unit = 10.0 ** (floor (log10 value) - 2.0)

            System.Math.Round(System.Math.Round(value / unit) * unit, 12)
            |> max low
            |> min high

        Gen.choose (0, 1000) |> Gen.map number

    /// A whole number of the range, evenly in the logarithm.
    let wholeSpread (low: int, high: int) =
        spread (float low, float high) |> Gen.map (fun v -> int (round v))

    let private withPoints ranges points =
        gen {
            let! points = points
            let! width = wholeSpread ranges.Widths
            let! activation = Gen.elements ranges.Activations
            let! size = spread ranges.Sizes
            let! seed = Points.seeds

            return {
                Points = points
                Width = width
                Activation = activation
                Size = size
                Seed = seed
            }
        }

    /// Settings of the ranges.
    let generator ranges =
        Points.generator (Gen.elements ranges.Geometries) ranges.Counts ranges.Dimensions
        |> withPoints ranges

    /// Fewer points and neurons, then rounder sizes and smaller seeds.
    let shrink (setting: Setting) =
        seq {
            for points in Points.shrink setting.Points do
                yield { setting with Points = points }

            for width in List.distinct [ 1; setting.Width / 2; setting.Width - 1 ] do
                if width >= 1 && width < setting.Width then
                    yield { setting with Width = width }

            for size in [ 1.0; System.Math.Round(setting.Size, 1) ] do
                if size > 0.0 && size <> setting.Size && setting.Size <> 1.0 then
                    yield { setting with Size = size }

            for seed in [ 0; setting.Seed / 2 ] do
                if seed < setting.Seed then
                    yield { setting with Seed = seed }
        }

    /// Settings with their shrinker.
    let arbitrary ranges =
        Arb.fromGenShrink (generator ranges, shrink)

    /// A neighbour: other weights, other points, another size or another width.
    let vary ranges (setting: Setting) =
        Gen.oneof [
            Points.seeds |> Gen.map (fun seed -> { setting with Seed = seed })
            Points.vary setting.Points
            |> Gen.map (fun points -> { setting with Points = points })
            spread ranges.Sizes |> Gen.map (fun size -> { setting with Size = size })
            wholeSpread ranges.Widths
            |> Gen.map (fun width -> { setting with Width = width })
        ]

    /// The points, one per row.
    let points (setting: Setting) : Matrix<float> = Points.matrix setting.Points

    /// The setting's own seed.
    let seed (setting: Setting) = Seed.ofInt setting.Seed

    /// The random network of the setting.
    let network (setting: Setting) =
        TwoLayer.random (seed setting) setting.Activation setting.Width setting.Points.Dimension

    /// A number per point, normal, from the setting's seed.
    let labels (setting: Setting) =
        Draw.normals (Seed.split "labels" (seed setting)) setting.Points.Count

    /// The setting in words.
    let describe (setting: Setting) =
        $"{Points.describe setting.Points}; {setting.Activation} network of width {setting.Width}, seed {setting.Seed}; size {setting.Size}"

    /// A claim over settings, with their words and neighbours.
    let over ranges (claim: Arbitrary<Setting> -> Claim<Setting>) = {
        claim (arbitrary ranges) with
            Vary = vary ranges
            Describe = describe
    }

    /// Both sides equal over the ranges.
    let identity ranges measured bound =
        over ranges (fun instances -> Claim.identity instances measured bound)

    /// Measured at most the bound over the ranges.
    let atMost ranges measured bound =
        over ranges (fun instances -> Claim.atMost instances measured bound)

    /// Measured at least the bound over the ranges.
    let atLeast ranges measured bound =
        over ranges (fun instances -> Claim.atLeast instances measured bound)

    /// A broken version of a claim over settings, on other ranges.
    let on breaks ranges (claim: Claim<Setting>) =
        Control.create breaks {
            claim with
                Instances = arbitrary ranges
                Vary = vary ranges
        }

    /// Settings on subsamples of a data set that satisfies the conditions; `fewest` points at the least.
    let onData ranges requires =
        let draw data =
            Arb.fromGenShrink (withPoints ranges (Points.ofDataset ranges.Counts data).Generator, shrink)

        Some { Requires = requires; Draw = draw }

/// Conditions on the points of settings, and on whole data sets.
module Condition =

    /// The name under which unit inputs are required.
    let unitInputs = "unit inputs"

    /// The name under which distinct inputs are required.
    let distinctInputs = "distinct inputs"

    /// All points have norm 1.
    let hasUnitInputs =
        Hypothesis.named unitInputs (Setting.points >> GramMatrix.hasUnitRows)

    /// No point stands twice.
    let hasDistinctInputs =
        Hypothesis.named distinctInputs (Setting.points >> GramMatrix.repeated >> List.isEmpty)

    /// Every row of the file has norm 1.
    let unitRows = {
        Name = "rows of norm 1"
        Offenders =
            fun (data: Dataset) ->
                let norms = data.Points.RowNorms 2.0
                Dataset.rowsWhere (fun i -> abs (norms[i] - 1.0) > 1e-12) data
    }

    let private rowsThatRepeat sign (data: Dataset) =
        let key (row: float[]) =
            row |> Array.map (fun v -> (sign * v + 0.0).ToString "R") |> String.concat ","

        let own (row: float[]) =
            row |> Array.map (fun v -> (v + 0.0).ToString "R") |> String.concat ","

        let rows = data.Points.ToRowArrays()
        let seen = System.Collections.Generic.Dictionary<string, int>()
        rows |> Array.iteri (fun i row -> seen.TryAdd(own row, i) |> ignore)

        let offends i =
            match seen.TryGetValue(key rows[i]) with
            | true, first -> first <> i
            | _ -> false

        Dataset.rowsWhere offends data

    /// No row of the file repeats another.
    let distinctRows = {
        Name = "distinct rows"
        Offenders = rowsThatRepeat 1.0
    }

    /// No row of the file is the negative of another.
    let noAntipodalRows = {
        Name = "no antipodal rows"
        Offenders = rowsThatRepeat -1.0
    }
