/// Stability of descent on a quadratic, and the end of descent at the edge of stability, against golden values.
module NtkTheory.Core.Tests.Dynamics.SharpnessGoldenTests

open NtkTheory.Core.Tests
open NtkTheory.Core.Tests.Golden
open NtkTheory.Models
open Xunit

[<Fact>]
let ``errors of descent on a quadratic`` () =
    let case = Golden.case "dynamics" "sharpness/gd-stability#1"
    let steps = int (number (get "steps" case.Inputs))

    Array.iter2
        (fun eta expected ->
            LinearDescent.errors
                eta
                steps
                (vector (get "H_diag" case.Inputs))
                (vector (get "theta0" case.Inputs))
            |> Array.iter2 (close 0.0 1e-12) expected)
        (vector (get "eta" case.Inputs))
        (rows (get "theta10" case.Outputs))

let private ends eta start =
    match EdgeOfStability.descend eta 1e-20 1000 1_000_000 start with
    | Some found -> found
    | None -> failwith $"descent from %A{start} does not settle"

[<Theory>]
[<InlineData("sharpness/edge-of-stability#2")>]
[<InlineData("sharpness/edge-of-stability#4")>]
let ``descent ends below the edge where the flow ends beyond it`` id =
    let case = Golden.case "dynamics" id
    let eta = number (get "eta" case.Inputs)

    let start = {
        X = number (get "x0" case.Inputs)
        Y = number (get "y0" case.Inputs)
    }

    let reached, steps = ends eta start
    Assert.Equal(int (number (get "steps" case.Inputs)), steps)

    close 0.0 1e-6 (number (get "final_sharpness" case.Outputs)) (EdgeOfStability.sharpness reached)

    close 0.0 1e-15 (number (get "two_over_eta" case.Outputs)) (2.0 / eta)

    close
        0.0
        1e-13
        (number (get "gradient_flow_final_sharpness" case.Outputs))
        (EdgeOfStability.flowSharpness start)

[<Fact>]
let ``the gap to the edge is near twice the step size`` () =
    let case = Golden.case "dynamics" "sharpness/edge-of-stability#5"

    Array.iter2
        (fun eta expected ->
            let start = {
                X = 1.05 * sqrt (1.0 / (2.0 * eta))
                Y = number (get "y0" case.Inputs)
            }

            let reached, _ = ends eta start
            close 0.0 1e-4 expected ((2.0 / eta - EdgeOfStability.sharpness reached) / eta))
        (vector (get "eta" case.Inputs))
        (vector (get "gap_over_eta" case.Outputs))
