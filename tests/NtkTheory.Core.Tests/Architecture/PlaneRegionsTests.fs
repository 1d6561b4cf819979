module NtkTheory.Core.Tests.Architecture.PlaneRegionsTests

open System
open NtkTheory.Core.Tests
open NtkTheory.Core.Tests.Architecture
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private q = Rational.ofInt

let private assertCounts (expected: Text.Json.JsonElement) counts =
    let number name =
        int (Golden.number (Golden.get name expected))

    Assert.Equal(number "cells", counts.Cells)
    Assert.Equal(number "patterns", counts.Patterns)
    Assert.Equal(number "regions", counts.Regions)

let private layer element = {
    Weights = Golden.rows (Golden.get "W" element) |> Array.map (Array.map (int >> q))
    Biases = Golden.vector (Golden.get "b" element) |> Array.map (int >> q)
}

[<Fact>]
let ``given nets have their golden cells, patterns and regions`` () =
    for case, radius in List.zip (Golden.cases "architecture" "regions/exact-2d" |> List.truncate 2) [ 5; 3 ] do
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

        assertCounts case.Outputs (PlaneRegions.exact net radius)

[<Fact>]
let ``nets of whole weights have their golden counts in two squares`` () =
    for case in Golden.cases "architecture" "regions/exact-2d" |> List.skip 2 do
        let widths =
            Golden.vector (Golden.get "widths" case.Inputs) |> Array.map int |> List.ofArray

        let net = LineRegionsTests.congruential 2 widths
        assertCounts (Golden.get "box10" case.Outputs) (PlaneRegions.exact net 10)
        assertCounts (Golden.get "box1" case.Outputs) (PlaneRegions.exact net 1)

[<Fact>]
let ``depth 3 and width 30 lies between sampled patterns and the product bound`` () =
    let net = LineRegionsTests.dyadic 11 2 [ 30; 30; 30 ]
    let cells = PlaneRegions.cells (ReluNet.map Rational.toFloat net) 2.0
    let real = ReluNet.map Rational.toFloat net

    let pattern (x: float) (y: float) =
        let pass (a: float[]) (layer: AffineLayer<float>) =
            let z =
                Array.map2
                    (fun row b -> Array.fold2 (fun s w t -> s + w * t) b row a)
                    layer.Weights
                    layer.Biases

            z |> Array.map (fun t -> t > 0.0) |> List.ofArray, z |> Array.map (max 0.0)

        List.mapFold pass [| x; y |] real.Hidden |> fst |> List.concat

    let grid = [ for k in -60 .. 60 -> float k / 30.07 ]

    let sampled =
        Seq.allPairs grid grid
        |> Seq.map (fun (x, y) -> pattern x y)
        |> Seq.distinct
        |> List.ofSeq

    let counted = cells |> Seq.map _.Pattern |> Collections.Generic.HashSet
    Assert.True(sampled |> List.forall counted.Contains, "a sampled pattern was not counted")
    Assert.InRange(bigint cells.Length, bigint sampled.Length, PlaneRegions.mostCells 2 [ 30; 30; 30 ])
    Golden.close 1e-9 0.0 32.0 (cells |> List.sumBy PlaneRegions.doubledArea)

[<Property(MaxTest = 15)>]
let ``doubles and fractions count the same cells`` (seed: int) =
    let net = LineRegionsTests.dyadic seed 2 [ 6; 5 ]
    let rounded = PlaneRegions.cells (ReluNet.map Rational.toFloat net) 3.0
    // a neuron that reads one other without bias has its zero on that one's edge: rounding leaves slivers there
    let visible =
        rounded |> List.filter (fun cell -> PlaneRegions.doubledArea cell > 1e-9)

    (PlaneRegions.exact net 3).Cells = visible.Length

[<Property(MaxTest = 15)>]
let ``a layer more never removes cells`` (seed: int) =
    let deep = LineRegionsTests.dyadic seed 2 [ 5; 4 ]

    let net = {
        deep with
            Hidden = List.truncate 1 deep.Hidden
            Output = {
                Weights = [| Array.create 5 Rational.One |]
                Biases = [| Rational.Zero |]
            }
    }

    (PlaneRegions.exact net 4).Cells <= (PlaneRegions.exact deep 4).Cells

[<Fact>]
let ``a net without hidden layers is one cell`` () =
    let net: ReluNet<Rational> = {
        Hidden = []
        Output = {
            Weights = [| [| q 1; q 2 |] |]
            Biases = [| q 0 |]
        }
    }

    Assert.Equal({ Cells = 1; Patterns = 1; Regions = 1 }, PlaneRegions.exact net 3)

[<Fact>]
let ``one layer of a golden net has as many cells as its arrangement in a large square`` () =
    for case in Golden.cases "architecture" "regions/exact-2d" |> List.skip 2 |> List.truncate 3 do
        let widths =
            Golden.vector (Golden.get "widths" case.Inputs) |> Array.map int |> List.ofArray

        let net = LineRegionsTests.congruential 2 widths

        let planes =
            Array.map2
                (fun (row: Rational[]) offset -> {
                    Normal = List.ofArray row
                    Offset = offset
                })
                net.Hidden.Head.Weights
                net.Hidden.Head.Biases
            |> List.ofArray

        let expected = int (Golden.number (Golden.get "arrangement_cells_R2" case.Outputs))
        Assert.Equal(bigint expected, HyperplaneArrangement.cells planes)
        Assert.Equal(expected, (PlaneRegions.exact net 100000).Cells)

[<Fact>]
let ``Cauchy breakpoints have their golden values`` () =
    let shallow = Golden.case "architecture" "regions/hanin-rolnick-one-layer"

    Golden.close
        0.0
        1e-14
        (Golden.number (Golden.get "E_breakpoints" shallow.Outputs))
        (7.0 * BreakpointDensity.firstLayer 0.25 1.0 0.0 3.0)

    let wide = Golden.case "architecture" "regions/hanin-rolnick-infinite-width"

    for cw, name in [ 1.0, "E_zeros_per_neuron_W_var_1/n"; 2.0, "E_zeros_per_neuron_W_var_2/n" ] do
        Golden.vector (Golden.get name wide.Outputs)
        |> Array.iteri (fun i value ->
            let scale = BreakpointDensity.infiniteWidthScale 1.0 cw (i + 1)
            Golden.close 0.0 1e-14 value (BreakpointDensity.cauchyMass scale -1.0 1.0))

[<Fact>]
let ``sawteeth approximate the square with their golden errors`` () =
    let case = Golden.case "architecture" "depth-separation/square-by-sawtooth"
    let values = Golden.vector (Golden.get "h_m(1/3)" case.Outputs)
    let sup = Golden.vector (Golden.get "sup_error" case.Outputs)

    let h m (x: Rational) =
        x
        - Rational.sum (Seq.init m (fun s -> Sawtooth.value (s + 1) x / Rational.pow (q 4) (s + 1)))

    for m in 1..4 do
        Golden.close 0.0 1e-15 values[m - 1] (Rational.toFloat (h m (Rational.ratio 1 3)))
        let middle = Rational.ratio 1 (pown 2 (m + 1))
        Golden.close 0.0 1e-15 sup[m - 1] (Rational.toFloat (h m middle - middle * middle))

[<Fact>]
let ``a half is at the golden distance from every sawtooth`` () =
    let case = Golden.case "architecture" "depth-separation/l1-separation"

    for k, value in Array.zip [| 3; 4; 5 |] (Golden.vector (Golden.get "int_|1/2-Delta^k|" case.Outputs)) do
        // |1/2 - Delta^k| is linear between multiples of 2^-(k+1): trapezoids
        let n = pown 2 (k + 1)

        let gap j =
            abs (0.5 - Rational.toFloat (Sawtooth.value k (Rational.ratio j n)))

        let area =
            Seq.sumBy (fun j -> (gap j + gap (j + 1)) / 2.0 / float n) (seq { 0 .. n - 1 })

        Golden.close 0.0 1e-14 value area
        Golden.close 0.0 1e-15 0.0625 (0.125 - float (pown 2 (k - 2)) * 2.0 ** -(float k) / 4.0)
