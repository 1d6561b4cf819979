/// Limits of diagonal networks at small and large starts, and of the margin flow under a polynomial loss, against
/// golden values.
module NtkTheory.Core.Tests.Dynamics.LimitGoldenTests

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Core.Tests.Golden
open NtkTheory.Models
open NtkTheory.Numerics
open Xunit

let private minimizer (case: Case) alpha =
    let network = {
        Inputs = Matrix<float>.Build.DenseOfRowArrays(rows (get "X" case.Inputs))
        Labels = vector (get "y" case.Inputs)
        Start = vector (get "theta0" case.Inputs)
        Alpha = alpha
    }

    match DiagonalNetwork.minimizer network with
    | Ok found -> found.Beta
    | Error reason -> failwith $"inconsistent: %A{reason.Combination}"

[<Fact>]
let ``a tie between l1 minimizers is broken by the entropy`` () =
    let case = Golden.case "dynamics" "implicit-bias/l1-tie-break#1"
    let least = number (get "l1_norm" case.Outputs)

    Array.iter2 (close 1e-14 1e-12) (vector (get "beta_alpha_1e-8" case.Outputs)) (minimizer case 1e-8)

    // what is left falls like alpha^0.68: below 1e-13 at 1e-20
    let limit = minimizer case 1e-20
    Array.iter2 (close 1e-12 1e-12) (vector (get "limit_beta" case.Outputs)) limit
    close 1e-12 0.0 least (Array.sumBy abs limit)

    for vertex in [ "vertex_a"; "vertex_b" ] do
        close 1e-14 1e-12 least (vector (get vertex case.Outputs) |> Array.sumBy abs)

[<Fact>]
let ``a tie between two coordinates is broken alike at every scale`` () =
    let case = Golden.case "dynamics" "implicit-bias/l1-tie-break#2"

    for alpha in [ 1e-6; 1e-2; 1.0; 1e2 ] do
        Array.iter2 (close 0.0 1e-13) (vector (get "beta" case.Outputs)) (minimizer case alpha)

[<Fact>]
let ``the distance to the weighted l2 minimizer falls like the fourth power of the scale`` () =
    let case = Golden.case "dynamics" "implicit-bias/l2-minimiser#2"
    let limit = vector (get "beta_l2" case.Outputs)

    let distance alpha =
        Array.map2 (fun b l -> (b - l) ** 2.0) (minimizer case alpha) limit
        |> Array.sum
        |> sqrt

    close 1e-13 1e-5 (number (get "distance_at_alpha_10" case.Outputs)) (distance 10.0)
    // the next order is alpha^-8, and rounding is 1e-16 of a distance of 7e-10
    close 0.0 1e-5 (number (get "limit_of_alpha4_times_distance" case.Outputs)) (30.0 ** 4.0 * distance 30.0)
    close 0.0 1e-2 (number (get "exponent" case.Outputs)) (log (distance 30.0 / distance 10.0) / log 3.0)
    Array.iter2 (close 1e-13 1e-13) limit (minimizer case 1e4)

[<Fact>]
let ``the loss 1/u does not lead to the separator`` () =
    let case = Golden.case "dynamics" "margin/loss-class#1"
    let z = rows (get "Z" case.Inputs)
    // coordinates grow like (3 t)^{1/3} and forget their start like 1/t
    let w =
        (OdeSolver.integrate 1e-10 (MarginFlow.inverseField z) 0.0 1e9 [| 1.0; 1.0 |]).State

    close 0.0 1e-6 (number (get "limit_ratio_w2_over_w1" case.Outputs)) (w[1] / w[0])

    match HardMargin.throughOrigin (Matrix<float>.Build.DenseOfRowArrays z) [| 1.0; 1.0 |] with
    | Ok separator ->
        close
            0.0
            1e-12
            (number (get "max_margin_ratio" case.Outputs))
            (separator.Weights[1] / separator.Weights[0])
    | Error _ -> Assert.Fail "not separable"
