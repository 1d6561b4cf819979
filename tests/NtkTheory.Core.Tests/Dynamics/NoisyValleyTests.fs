module NtkTheory.Core.Tests.Dynamics.NoisyValleyTests

open NtkTheory.Core.Tests
open NtkTheory.Core.Tests.Golden
open NtkTheory.Models
open Xunit

[<Fact>]
let ``the stationary variance and its lower bounds meet the golden values`` () =
    let case = Golden.case "dynamics" "sgd/variance-lower-bound#1"

    let valley = {
        Curvatures = [| number (get "lambda" case.Inputs) |]
        Slopes = [| 0.0 |]
        Noise = number (get "alpha" case.Inputs)
        StepSize = number (get "eta" case.Inputs)
    }

    let meets name =
        close 0.0 1e-14 (number (get name case.Outputs))

    meets "theta_sq" (Array.head (NoisyValley.meanSquares valley))
    meets "sharp_bound_alpha_eta_over_2" (NoisyValley.leastMeanSquare valley)
    meets "notes_bound_alpha_eta_over_4" (NoisyValley.leastMeanSquare valley / 2.0)

[<Fact>]
let ``the drift of the trace and its leading order meet the golden values`` () =
    let case = Golden.case "dynamics" "sgd/entropic-force#1"

    let valley eta = {
        Curvatures = vector (get "lambda" case.Inputs)
        Slopes = vector (get "grad_lambda" case.Inputs)
        Noise = number (get "alpha" case.Inputs)
        StepSize = eta
    }

    let meets name drift =
        Array.iter2
            (fun eta expected -> close 0.0 1e-12 expected (drift (valley eta)))
            (vector (get "eta" case.Inputs))
            (vector (get name case.Outputs))

    meets "delta_trace_H" NoisyValley.traceDrift
    meets "leading_order" NoisyValley.leadingTraceDrift

[<Fact>]
let ``a flat direction has no noise and a step too large has no law`` () =
    let valley = {
        Curvatures = [| 0.0; 2.0; 1.0 |]
        Slopes = [| 0.0; 0.0; 0.0 |]
        Noise = 1.0
        StepSize = 0.5
    }

    Assert.Equal<float[]>([| 0.0; infinity; 0.5 |], NoisyValley.meanSquares valley)

    Assert.Equal(
        0.0,
        NoisyValley.traceDrift {
            valley with
                Curvatures = [||]
                Slopes = [||]
        }
    )
