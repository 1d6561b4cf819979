module NtkTheory.Core.Tests.Numerics.StiffSolverTests

open System
open NtkTheory.Core.Tests
open NtkTheory.Numerics
open NtkTheory.Testing
open Xunit

let private never _ _ = false
let private absolute (_: float) = 1.0

/// y_i' = -rate_i y_i.
let private decay (rates: float[]) = {
    Field = Array.map2 (fun rate y -> -rate * y) rates
    Solver = fun _ h -> Array.map2 (fun rate b -> b / (1.0 + h * rate)) rates
}

/// y' = y (1 - y).
let private logistic = {
    Field = Array.map (fun y -> y * (1.0 - y))
    Solver = fun state h -> Array.map2 (fun y b -> b / (1.0 - h * (1.0 - 2.0 * y))) state
}

[<Theory; InlineData(1e-6); InlineData(1e-9); InlineData(1e-11)>]
let ``decay is followed within the accumulated error`` tolerance =
    let rates = [| 0.1; 1.0; 30.0 |]

    for time in [ 0.01; 1.0; 20.0 ] do
        let reached =
            StiffSolver.integrateUntil never tolerance absolute (decay rates) time [| 1.0; -2.0; 3.0 |]

        Assert.Equal(time, reached.Time)

        // the flow contracts, so local errors only add up
        let exact =
            Array.map2 (fun rate start -> start * exp (-rate * time)) rates [| 1.0; -2.0; 3.0 |]

        Array.iter2 (Golden.close reached.AccumulatedError 0.0) exact reached.State

[<Fact>]
let ``steps outgrow the fastest rate`` () =
    // an explicit method of any order is held to steps of a few times 1e-8: more than 10^7 of them
    let reached =
        StiffSolver.integrateUntil never 1e-9 absolute (decay [| 1.0; 1e8 |]) 1.0 [| 1.0; 1.0 |]

    Assert.InRange(reached.Steps, 1, 500)
    Golden.close reached.AccumulatedError 0.0 (exp -1.0) reached.State[0]

[<Property>]
let ``relative errors add up along logistic growth`` (seed: uint16, time: byte) =
    let start = 1e-8 + float seed / 70000.0
    let time = float time / 8.0
    let reached = StiffSolver.integrateUntil never 1e-9 id logistic time [| start |]
    let grown = start * exp time
    let exact = grown / (1.0 - start + grown)
    // d log y / dt = 1 - y falls with y: logarithms approach each other
    abs (reached.State[0] / exact - 1.0) <= reached.AccumulatedError + 1e-14

[<Fact>]
let ``a flow at rest stays, one asked to stop stops, and one that cannot go on says so`` () =
    let still =
        StiffSolver.integrateUntil never 1e-9 absolute (decay [| 0.0; 0.0 |]) 7.0 [| 1.0; 2.0 |]

    Assert.Equal<float[]>([| 1.0; 2.0 |], still.State)
    Assert.Equal(7.0, still.Time)
    let none = StiffSolver.integrateUntil never 1e-9 absolute (decay [||]) 1.0 [||]
    Assert.Empty none.State

    let stopped =
        StiffSolver.integrateUntil (fun _ (y: float[]) -> y[0] < 0.5) 1e-9 absolute (decay [| 1.0 |]) 9.0 [|
            1.0
        |]

    Assert.InRange(stopped.State[0], 0.0, 0.5)
    Assert.InRange(stopped.Time, log 2.0, 9.0)

    let explosion = {
        Field = Array.map (fun y -> y * y)
        Solver = fun state h -> Array.map2 (fun y b -> b / (1.0 - 2.0 * h * y)) state
    }

    Assert.Throws<ArithmeticException>(fun () ->
        StiffSolver.integrateUntil never 1e-9 absolute explosion 2.0 [| 1.0 |] |> ignore)
    |> ignore
