module NtkTheory.Core.Tests.Dynamics.WidthsTests

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open Xunit

let private numbers name element =
    Golden.get name element |> Golden.vector

let private wholes name element = numbers name element |> Array.map int

[<Fact>]
let ``entropy numbers of cubes meet the golden values`` () =
    let case = Golden.case "dynamics" "widths/entropy-exact#1"
    let bits = wholes "n" case.Inputs

    Array.iter2
        (fun d expected ->
            Array.iter2 (Golden.close 0.0 1e-14) expected (bits |> Array.map (EntropyNumbers.cube d))

            Array.iter2
                (Golden.close 0.0 1e-14)
                expected
                (bits |> Array.map (EntropyNumbers.box (Array.create d 1.0))))
        (wholes "d" case.Inputs)
        (Golden.get "eps" case.Outputs |> Golden.rows)

let private semiAxes case =
    match case with
    | 1 -> Array.create 5 1.0
    | 2 -> Array.init 64 (fun i -> 1.0 / float (i + 1))
    | 3 -> Array.init 64 (fun i -> 1.0 / float (i + 1) ** 2.0)
    | _ -> Array.init 40 (fun i -> 2.0 ** -float(i + 1))

[<Theory>]
[<InlineData(1)>]
[<InlineData(2)>]
[<InlineData(3)>]
[<InlineData(4)>]
let ``entropy bounds of ellipsoids meet the golden values`` number =
    let case = Golden.case "dynamics" $"widths/entropy-ellipsoid-bounds#{number}"
    let axes = semiAxes number

    for name, bound in
        [
            "lower", EntropyNumbers.ellipsoidLower
            "upper", EntropyNumbers.ellipsoidUpper
        ] do
        Array.iter2
            (Golden.close 0.0 1e-12)
            (numbers name case.Outputs)
            (wholes "n" case.Inputs |> Array.map (bound axes))

[<Fact>]
let ``stable widths of an ellipsoid meet the golden values`` () =
    let case = Golden.case "dynamics" "widths/stable-width-exact#1"

    Array.iter2
        (Golden.close 0.0 1e-15)
        (numbers "delta" case.Outputs)
        (wholes "n" case.Inputs |> Array.map (StableWidths.ellipsoid (semiAxes 2)))

[<Fact>]
let ``bits of the multiscale bound meet the golden values`` () =
    let case = Golden.case "dynamics" "widths/entropy-le-stable-nolog#1"

    Array.iter2
        (fun rate expected ->
            Assert.Equal<float[]>(
                expected,
                wholes "J" case.Inputs |> Array.map (StableWidths.multiscaleBits rate 1.0 1.0)
            ))
        (numbers "r" case.Inputs)
        (Golden.get "N_bits" case.Outputs |> Golden.rows)

[<Fact>]
let ``width and entropy number of an interval meet the golden values`` () =
    let case = Golden.case "dynamics" "widths/carl-rate#1"

    let output name =
        Golden.get name case.Outputs |> Golden.number

    let input name =
        Golden.get name case.Inputs |> Golden.number

    let half, bits = input "R", int (input "n")
    Golden.close 0.0 1e-13 (output "eps_n") (EntropyNumbers.interval (2.0 * half) bits)
    Golden.close 0.0 1e-13 (output "delta_n") (StableWidths.ellipsoid [| half |] bits)

    let printed log =
        (float bits / log (float bits)) ** -(input "rate")

    Golden.close 0.0 1e-13 (output "claimed_bound_natural_log") (printed System.Math.Log)
    Golden.close 0.0 1e-13 (output "claimed_bound_log2") (printed System.Math.Log2)

[<Fact>]
let ``dimensions of random projections meet the golden values`` () =
    let case = Golden.case "dynamics" "widths/jl#1"
    let counts, eps = wholes "k" case.Inputs, numbers "eps" case.Inputs

    Array.iter2
        (Golden.close 0.0 1e-13)
        (numbers "bound" case.Outputs)
        (Array.map2 JohnsonLindenstrauss.bound counts eps)

    Assert.Equal<int[]>(wholes "m_min" case.Outputs, Array.map2 JohnsonLindenstrauss.dimension counts eps)

[<Fact>]
let ``deviations of a chi variable meet the golden values`` () =
    let case = Golden.case "dynamics" "widths/jl#2"

    let sPlus, sMinus =
        JohnsonLindenstrauss.deviations (Golden.get "exponent_v" case.Inputs |> Golden.number)

    Golden.close 0.0 1e-12 (Golden.get "s_plus" case.Outputs |> Golden.number) sPlus
    Golden.close 0.0 1e-12 (Golden.get "s_minus" case.Outputs |> Golden.number) sMinus

[<Fact>]
let ``contractions need the golden dimensions`` () =
    let case = Golden.case "dynamics" "widths/jl-linear-contraction#1"
    let counts, eps = wholes "k" case.Inputs, numbers "eps" case.Inputs
    let given = wholes "m_jl" case.Outputs

    // the third case has the printed 32 log2(k) in place of the least dimension, by which it fails all the more
    Assert.Equal<int[]>(given[..1], (Array.map2 JohnsonLindenstrauss.dimension counts eps)[..1])
    Assert.Equal(given[2], int (8.0 * System.Math.Log2(float counts[2]) / eps[2] ** 2.0))

    Array.iter2
        (Golden.close 0.0 1e-12)
        (numbers "m_needed_strictly_at_least" case.Outputs)
        (Array.map2 JohnsonLindenstrauss.contractionDimension counts eps)

[<Fact>]
let ``the cross of l1 shrinks by its golden value`` () =
    let case = Golden.case "dynamics" "widths/jl#4"
    let points = Golden.get "points" case.Inputs |> Golden.rows

    Golden.close
        0.0
        1e-13
        (Golden.get "min_eps_any_m" case.Outputs |> Golden.number)
        (JohnsonLindenstrauss.leastShrinkageOfCross (points.Length - 1))

[<Fact>]
let ``three sign vectors do not extend, as in the golden value`` () =
    let case = Golden.case "dynamics" "widths/kirszbraun#1"

    let images =
        Golden.get "f" case.Inputs
        |> Golden.rows
        |> Array.map Vector<float>.Build.DenseOfArray

    let result = Kirszbraun.extend 1.0 images [| 1.0; 1.0; 1.0 |]
    Golden.close 0.0 1e-12 (Golden.get "dual_value" case.Outputs |> Golden.number) result.DualValue
