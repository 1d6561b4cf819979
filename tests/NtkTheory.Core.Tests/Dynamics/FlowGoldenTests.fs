/// Trajectories of the catapult and of the margin flow, and the potential at small scales, against golden values.
module NtkTheory.Core.Tests.Dynamics.FlowGoldenTests

open NtkTheory.Core.Tests
open NtkTheory.Core.Tests.Golden
open NtkTheory.Models
open NtkTheory.Numerics
open Xunit

let private network (case: Case) =
    Catapult.create (vector (get "x" case.Inputs)) (rows (get "U" case.Inputs)) (vector (get "v" case.Inputs))

[<Theory>]
[<InlineData(1)>]
[<InlineData(2)>]
let ``catapult trajectories of the network and of the recursion`` (number': int) =
    let case = Golden.case "dynamics" $"catapult/recursion-residual#{number'}"
    let start = network case
    let y, eta = number (get "y" case.Inputs), number (get "gamma" case.Inputs)
    let kappa = Catapult.kappa start
    close 0.0 1e-14 (number (get "kappa" case.Outputs)) kappa

    let state = Catapult.state start

    let outputs, kernels =
        vector (get "z" case.Outputs), vector (get "lambda" case.Outputs)

    Catapult.trajectory kappa eta y (outputs.Length - 1) state
    |> Array.iteri (fun t state ->
        // the file's relative 1e-14 on numbers that differences of size 5 lead to: absolute 1e-14 for those
        close 5e-14 1e-14 outputs[t] state.Output
        close 5e-14 1e-14 kernels[t] state.Kernel)

[<Fact>]
let ``the kernel's first step and the printed form beside it`` () =
    let case = Golden.case "dynamics" "catapult/recursion-ntk#1"
    let start = network case
    let y, eta = number (get "y" case.Inputs), number (get "gamma" case.Inputs)

    let state = Catapult.state start

    close 0.0 1e-15 (number (get "lambda0" case.Outputs)) state.Kernel
    let next = Catapult.recursion (Catapult.kappa start) eta y state
    close 0.0 1e-15 (number (get "lambda1" case.Outputs)) next.Kernel
    close 0.0 1e-15 (number (get "z1" case.Outputs)) next.Output

/// w(t) of the margin flow from 0, to the tolerance of the integration (the files' 1e-12 or 1e-13 are those of the
/// closed forms, which the flow meets to ten times its own 1e-12).
let private flowMeets id hat =
    let case = Golden.case "dynamics" id
    let z = rows (get "Z" case.Inputs)
    let times = vector (get "t" case.Inputs)

    Array.iter2
        (fun t (expected: float[]) ->
            let reached = MarginFlow.at 1e-13 z hat [| 0.0; 0.0 |] (log t)
            Array.iter2 (close 1e-11 1e-11) expected reached.State)
        times
        (rows (get "w" case.Outputs))

[<Fact>]
let ``the flow on orthogonal points`` () =
    flowMeets "margin/direction-rate#1" [| 1.0; 0.5 |]

[<Fact>]
let ``the flow on degenerate points`` () =
    flowMeets "margin/degenerate-loglog#1" [| 1.0; 0.0 |]

[<Fact>]
let ``Lambert's function gives the degenerate trajectory`` () =
    let case = Golden.case "dynamics" "margin/degenerate-loglog#1"

    Array.iter2
        (fun t (expected: float[]) ->
            let w = LambertW.ofLog (log t)
            close 1e-13 1e-12 expected[0] (w + log (1.0 + w))
            close 1e-13 1e-12 expected[1] (log (1.0 + w)))
        (vector (get "t" case.Inputs))
        (rows (get "w" case.Outputs))

[<Theory>]
[<InlineData(1, 2)>]
[<InlineData(2, 3)>]
let ``limit vectors`` (number': int) (support: int) =
    let case = Golden.case "dynamics" $"margin/limit-vector#{number'}"
    let z = rows (get "Z" case.Inputs)
    let hat = vector (get "w_hat" case.Outputs)

    match MarginFlow.limitVector 1e-3 (Array.truncate support z) hat with
    | Some found -> Array.iter2 (close 1e-14 1e-13) (vector (get "w_tilde" case.Outputs)) found
    | None -> Assert.Fail "no limit vector"

[<Fact>]
let ``the loss along the flow`` () =
    let case = Golden.case "dynamics" "margin/loss-to-zero#1"
    let z = rows (get "Z" case.Inputs)

    Array.iter2
        (fun t expected ->
            let reached = MarginFlow.at 1e-13 z [| 1.0; 0.5 |] [| 0.0; 0.0 |] (log t)
            close 0.0 1e-11 expected (MarginFlow.loss z reached.State))
        (vector (get "t" case.Inputs))
        (vector (get "L" case.Outputs))

[<Fact>]
let ``the potential at small scales`` () =
    let case = Golden.case "dynamics" "implicit-bias/l1-limit#1"
    let beta, start = vector (get "beta" case.Inputs), vector (get "theta0" case.Inputs)

    Array.iter2
        (fun alpha expected ->
            // Q = sum alpha^2 theta0^2 q(beta / (alpha^2 theta0^2))
            let value =
                Array.fold2
                    (fun s b t ->
                        let scale = alpha * alpha * t * t
                        s + scale * DiagonalNetwork.q (b / scale))
                    0.0
                    beta
                    start

            close 0.0 1e-12 expected value)
        (vector (get "alpha" case.Inputs))
        (vector (get "Q" case.Outputs))
