module NtkTheory.Core.Tests.Architecture.LineRegionsTests

open System.Numerics
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private q = Rational.ofInt

let private cut (x: float) : Cut<float> = { Top = x; Below = 1.0 }

[<Fact>]
let ``sawteeth have their golden counts`` () =
    let case = Golden.case "architecture" "regions/sawtooth"

    let output name i =
        (Golden.vector (Golden.get name case.Outputs))[i]

    let count form l left right =
        LineRegions.exact (Sawtooth.net form l) left right

    for i, depth in Array.indexed (Golden.vector (Golden.get "L" case.Inputs)) do
        let l = int depth
        let unit = count Composed l (Some Rational.Zero) (Some Rational.One)
        Assert.Equal(output "regions_on_[0,1]" i, float unit.Length)
        Assert.Equal(output "peaks" i, float (Sawtooth.peaks unit))
        Assert.Equal(output "regions_on_R_full(3L neurons)" i, float (count Composed l None None).Length)

        Assert.Equal(
            output "regions_on_R_last_sigma_dropped(3L-1 neurons)" i,
            float (count LastOuterDropped l None None).Length
        )

        Assert.Equal(
            output "regions_on_R_lean(2L neurons, L hidden layers)" i,
            float (count Lean l None None).Length
        )

/// The golden file's net: whole weights from formulas with 1-based indices.
let congruential inputs (widths: int list) : ReluNet<Rational> =
    let weight l i j =
        (37 * i + 61 * j + 29 * l + 17 * i * j) % 101 - 50

    let bias l i =
        (53 * i + 31 * l + 13 * i * i) % 97 - 48

    let layer l (before, width) = {
        Weights = Array.init width (fun i -> Array.init before (fun j -> q (weight l (i + 1) (j + 1))))
        Biases = Array.init width (fun i -> q (bias l (i + 1)))
    }

    let last = List.last widths

    {
        Hidden =
            List.pairwise (inputs :: widths)
            |> List.mapi (fun l shape -> layer (l + 1) shape)
        Output = {
            Weights = [|
                Array.init last (fun i -> q ((19 * (i + 1) + 5 * (i + 1) * (i + 1)) % 23 - 11))
            |]
            Biases = [| Rational.Zero |]
        }
    }

[<Fact>]
let ``nets of whole weights have their golden counts on the line`` () =
    for case in Golden.cases "architecture" "regions/exact-1d" |> List.skip 1 do
        let widths =
            Golden.vector (Golden.get "widths" case.Inputs) |> Array.map int |> List.ofArray

        let net = congruential 1 widths

        let output name =
            Golden.number (Golden.get name case.Outputs)

        let intervals = LineRegions.exactIntervals net None None
        let inside = Some(q -1), Some(q 1)
        Assert.Equal(output "linear_regions_R", float (LineRegions.exact net None None).Length)
        Assert.Equal(output "activation_intervals_R", float intervals.Length)

        let patterns = intervals |> List.distinctBy (fun piece -> piece.Pattern)
        Assert.Equal(output "distinct_patterns_R", float patterns.Length)
        Assert.Equal(output "linear_regions_[-1,1]", float (inside ||> LineRegions.exact net).Length)

        Assert.Equal(
            output "activation_intervals_[-1,1]",
            float (inside ||> LineRegions.exactIntervals net).Length
        )

        Assert.Equal(output "bound_prod(n_l+1)", float (LineRegions.mostPieces widths))

[<Fact>]
let ``pieces of a small net have their golden ends, slopes and intercepts`` () =
    let case = Golden.cases "architecture" "regions/exact-1d" |> List.head

    let layer element = {
        Weights = Golden.rows (Golden.get "W" element) |> Array.map (Array.map (int >> q))
        Biases = Golden.vector (Golden.get "b" element) |> Array.map (int >> q)
    }

    let out = Golden.get "out" case.Inputs

    let net = {
        Hidden = [
            for element in (Golden.get "layers" case.Inputs).EnumerateArray() -> layer element
        ]
        Output = {
            Weights = [| Golden.vector (Golden.get "W" out) |> Array.map (int >> q) |]
            Biases = [| q (int (Golden.number (Golden.get "b" out))) |]
        }
    }

    let text = Option.fold (fun _ (x: Rational) -> string x) "None"

    let pieces = [
        for left, right, slope, intercept in LineRegions.exact net None None ->
            [ text left; text right; string slope; string intercept ]
    ]

    let expected = [
        for piece in (Golden.get "pieces" case.Outputs).EnumerateArray() ->
            [ for item in piece.EnumerateArray() -> string (item.GetString()) ]
    ]

    Assert.Equal<string list list>(expected, pieces)
    Assert.Equal(7, (LineRegions.exactIntervals net None None).Length)

/// A net with weights k / 64 from seeds.
let dyadic seed inputs (widths: int list) : ReluNet<Rational> =
    let numbers rows columns name =
        let draw = Draw.normals (Seed.split name (Seed.ofInt seed)) (rows * columns)

        Array.init rows (fun i ->
            Array.init columns (fun j -> Rational.ratio (int (64.0 * draw[i * columns + j])) 64))

    let layer l (before, width) = {
        Weights = numbers width before $"weights {l}"
        Biases = numbers width 1 $"biases {l}" |> Array.map Array.head
    }

    {
        Hidden = List.pairwise (inputs :: widths) |> List.mapi layer
        Output = layer -1 (List.last widths, 1)
    }

[<Fact>]
let ``doubles count the regions of fifty nets of depth 5 and width 50 as fractions do`` () =
    let counts seed =
        let net = dyadic seed 1 (List.replicate 5 50)
        let exact = LineRegions.exactIntervals net None None
        let rounded = LineRegions.intervals (ReluNet.map Rational.toFloat net) None None
        exact.Length, rounded.Length, (LineRegions.merge exact).Length, (LineRegions.merge rounded).Length

    let all = Array.Parallel.map counts [| 1..50 |]

    for intervals, roundedIntervals, regions, roundedRegions in all do
        Assert.Equal(intervals, roundedIntervals)
        Assert.Equal(regions, roundedRegions)
        Assert.InRange(regions, 50, intervals)

[<Property(MaxTest = 40)>]
let ``pieces reproduce the net's values`` (seed: int) (x: sbyte) =
    let net = dyadic seed 1 [ 4; 3; 5 ]
    let point = Rational.ratio (int x) 16

    let isHolding (left, right, _, _) =
        Option.forall (fun l -> l <= point) left
        && Option.forall (fun r -> point <= r) right

    let _, _, slope, intercept = LineRegions.exact net None None |> List.find isHolding
    slope * point + intercept = ReluNet.exactValue net [| point |]

[<Property(MaxTest = 40)>]
let ``a part of the line has no more regions than the whole`` (seed: int) (left: sbyte) (length: byte) =
    let net = dyadic seed 1 [ 6; 6 ]
    let a = Rational.ratio (int left) 8

    let inside =
        LineRegions.exact net (Some a) (Some(a + Rational.ratio (1 + int length) 8))

    inside.Length <= (LineRegions.exact net None None).Length

[<Property(MaxTest = 40)>]
let ``regions are counted without listing them, over fractions and doubles`` (seed: int) (half: byte) =
    let net = dyadic seed 1 [ 6; 5; 7 ]
    let rounded = ReluNet.map Rational.toFloat net
    let end' = 0.125 * float (1 + int half)

    let listed =
        LineRegions.intervals rounded (Some(cut -end')) (Some(cut end'))
        |> LineRegions.merge

    let struct (integral, _) = ReluNet.integral net

    LineRegions.count integral None None = (LineRegions.exact net None None).Length
    && LineRegions.count rounded (Some(cut -end')) (Some(cut end')) = listed.Length

[<Fact>]
let ``a dead layer leaves one region`` () =
    let dead: ReluNet<Rational> = {
        Hidden = [
            {
                Weights = [| [| q 1 |] |]
                Biases = [| q 0 |]
            }
            {
                Weights = [| [| q 0 |] |]
                Biases = [| q -1 |]
            }
        ]
        Output = {
            Weights = [| [| q 3 |] |]
            Biases = [| q 2 |]
        }
    }

    Assert.Single(LineRegions.exact dead None None) |> ignore
    Assert.Equal(2, (LineRegions.exactIntervals dead None None).Length)

[<Fact>]
let ``a net without hidden layers is one region`` () =
    let net: ReluNet<float> = {
        Hidden = []
        Output = {
            Weights = [| [| 2.0 |] |]
            Biases = [| 1.0 |]
        }
    }

    Assert.Single(LineRegions.intervals net (Some(cut -1.0)) None) |> ignore
