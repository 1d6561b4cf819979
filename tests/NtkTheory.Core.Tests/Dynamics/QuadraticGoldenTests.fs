/// The first-order solution of quadratic models and its flow against golden values.
module NtkTheory.Core.Tests.Dynamics.QuadraticGoldenTests

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Core.Tests.Golden
open NtkTheory.Models
open Xunit

/// The model of a case; a case may take its inputs from another ("as").
let rec private modelOf strength (case: Case) : QuadraticModel =
    match case.Inputs.TryGetProperty "as" with
    | true, other -> modelOf strength (Golden.case "dynamics" (other.GetString() |> nonNull))
    | _ -> {
        Features = Matrix<float>.Build.DenseOfColumnArrays(rows (get "Phi_columns" case.Inputs))
        Curvatures = [|
            for psi in (get "Psi" case.Inputs).EnumerateArray() ->
                Matrix<float>.Build.DenseOfRowArrays(rows psi)
        |]
        Labels = Vector<float>.Build.DenseOfArray(vector (get "y" case.Inputs))
        Start = Vector<float>.Build.DenseOfArray(vector (get "theta0" case.Inputs))
        Strength = strength
      }

let private same absolute relative name (case: Case) (actual: Vector<float>) =
    Array.iter2 (close absolute relative) (vector (get name case.Outputs)) (actual.ToArray())

[<Theory>]
[<InlineData("quadratic/first-order-solution#1")>]
[<InlineData("quadratic/first-order-solution#2")>]
let ``the solution to first order`` id =
    let case = Golden.case "dynamics" id
    let model = modelOf 1.0 case
    let meets = same 1e-14 1e-13
    let q = QuadraticModel.curvatureAtLimit model
    meets "theta_F" case (QuadraticModel.zerothOrder model)
    meets "q" case q
    meets "theta_I_span" case (QuadraticModel.firstOrderSpan model)
    meets "theta_I_perp" case (QuadraticModel.firstOrderOrthogonalLimit model)
    meets "label_shift_YI" case (q.Multiply -0.5)

[<Fact>]
let ``the whole flow and its distance to first order`` () =
    let case = Golden.case "dynamics" "quadratic/first-order-solution#5"
    let strength = number (get "eps" case.Inputs)
    let model = modelOf strength case
    let time = number (get "gamma" case.Inputs) * number (get "t" case.Inputs)

    let reached =
        Vector<float>.Build.DenseOfArray (QuadraticModel.flow 1e-13 model time).State

    same 1e-10 0.0 "theta" case reached

    let toFirstOrder =
        QuadraticModel.zerothOrder model
        + (QuadraticModel.firstOrderSpan model
           + QuadraticModel.firstOrderOrthogonalLimit model)
            .Multiply
            strength

    close 0.0 1e-5 (number (get "error_to_first_order" case.Outputs)) ((reached - toFirstOrder).L2Norm())

[<Fact>]
let ``the first-order coefficient along the flow`` () =
    let case = Golden.case "dynamics" "quadratic/theta1-flow#1"
    let time = number (get "gamma" case.Inputs) * number (get "t" case.Inputs)
    same 0.0 1e-11 "theta_I_t" case (QuadraticModel.firstOrderAt (modelOf 1.0 case) time)
