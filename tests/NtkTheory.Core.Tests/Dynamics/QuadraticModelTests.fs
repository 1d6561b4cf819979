/// Quadratic models: oracle, laws, singular and small cases.
module NtkTheory.Core.Tests.Dynamics.QuadraticModelTests

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Reference
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private vector (values: float[]) = Vector<float>.Build.DenseOfArray values

let private draw seed samples parameters strength : QuadraticModel =
    let seed = Seed.ofInt seed

    let noise: Matrix<float> =
        Draw.normalMatrix (Seed.split "features" seed) parameters samples

    let curvature a =
        let m: Matrix<float> =
            Draw.normalMatrix (Seed.split "curvature" seed |> Seed.at a) parameters parameters

        (m + m.Transpose()).Multiply 0.5

    {
        Features = Matrix<float>.Build.DenseIdentity(parameters, samples) + noise.Multiply 0.2
        Curvatures = Array.init samples curvature
        Labels = vector (Draw.uniformsBetween -1.0 1.0 (Seed.split "labels" seed) samples)
        Start = vector (Draw.uniformsBetween -1.0 1.0 (Seed.split "start" seed) parameters)
        Strength = strength
    }

let private asLoops (model: QuadraticModel) =
    model.Features.ToColumnArrays(), model.Curvatures |> Array.map _.ToRowArrays()

let private shape (n: byte) (more: byte) =
    1 + int n % 2, 1 + int n % 2 + int more % 2

[<Property(MaxTest = 40, Replay = "17,19")>]
let ``outputs and loss are those of the loops`` (seed: int, n: byte, more: byte) =
    let samples, parameters = shape n more
    let model = draw seed samples parameters 0.3
    let phi, psi = asLoops model
    let theta = model.Start.ToArray()

    Array.iter2
        (Golden.close 1e-13 1e-13)
        (QuadraticFlows.predict phi psi 0.3 theta)
        ((QuadraticModel.predict model model.Start).ToArray())

    Golden.close
        1e-13
        1e-13
        (QuadraticFlows.loss phi psi 0.3 (model.Labels.ToArray()) theta)
        (QuadraticModel.loss model model.Start)

[<Property(MaxTest = 12, Replay = "17,19")>]
let ``the flow is that of small steps and lowers the loss`` (seed: int, n: byte, more: byte) =
    let samples, parameters = shape n more
    let model = draw seed samples parameters 0.2
    let phi, psi = asLoops model

    let at time =
        vector (QuadraticModel.flow 1e-12 model time).State

    // the fourth-order method in steps of 1/200 is wrong by about 1e-9 at these speeds
    Array.iter2
        (Golden.close 1e-7 1e-7)
        (QuadraticFlows.flow phi psi 0.2 (model.Labels.ToArray()) 200 1.0 (model.Start.ToArray()))
        ((at 1.0).ToArray())

    let losses =
        [ 0.0; 0.2; 0.5; 1.0; 3.0 ] |> List.map (at >> QuadraticModel.loss model)

    Assert.All(List.pairwise losses, (fun (before, after) -> Assert.True(after <= before + 1e-10)))

[<Property(MaxTest = 12, Replay = "17,19")>]
let ``the first-order coefficient is the slope of the flow in eps`` (seed: int, n: byte, more: byte) =
    let samples, parameters = shape n more
    let model = draw seed samples parameters 0.0
    let phi, psi = asLoops model
    let y, start = model.Labels.ToArray(), model.Start.ToArray()

    let at eps =
        QuadraticFlows.flow phi psi eps y 200 1.0 start |> vector
    // the symmetric difference over 1e-3 leaves terms of order 1e-6
    let slope = (at 1e-3 - at -1e-3).Divide 2e-3
    Array.iter2 (Golden.close 1e-4 1e-4) (slope.ToArray()) ((QuadraticModel.firstOrderAt model 1.0).ToArray())

[<Property(MaxTest = 30, Replay = "17,19")>]
let ``the coefficient tends to its span and its orthogonal limit`` (seed: int, n: byte, more: byte) =
    let samples, parameters = shape n more
    let model = draw seed samples parameters 0.0

    let limit =
        QuadraticModel.firstOrderSpan model
        + QuadraticModel.firstOrderOrthogonalLimit model

    // eigenvalues of K are above 1/50 for nearly orthonormal features: e^{-2000/50} is nothing
    Array.iter2
        (Golden.close 1e-8 1e-8)
        (limit.ToArray())
        ((QuadraticModel.firstOrderAt model 2000.0).ToArray())

[<Fact>]
let ``a sample given twice changes nothing but the speed`` () =
    let once = draw 3 1 2 0.0

    let twice = {
        once with
            Features = once.Features.Append once.Features
            Curvatures = Array.append once.Curvatures once.Curvatures
            Labels = vector [| once.Labels[0]; once.Labels[0] |]
    }

    let same f =
        Array.iter2 (Golden.close 1e-12 1e-12) ((f once: Vector<float>).ToArray()) ((f twice).ToArray())

    same QuadraticModel.zerothOrder
    same QuadraticModel.firstOrderSpan
    same QuadraticModel.firstOrderOrthogonalLimit

    // a flow with twice the gradient
    Array.iter2
        (Golden.close 1e-12 1e-12)
        ((QuadraticModel.firstOrderAt once 1.0).ToArray())
        ((QuadraticModel.firstOrderAt twice 0.5).ToArray())

[<Fact>]
let ``labels out of reach have a least-squares limit and no first-order one`` () =
    let model = {
        draw 3 2 1 0.0 with
            Features = Matrix<float>.Build.DenseOfRowArrays [| [| 1.0; 1.0 |] |]
            Labels = vector [| 0.0; 2.0 |]
            Start = vector [| 5.0 |]
    }

    let limit = QuadraticModel.zerothOrder model
    Golden.close 0.0 1e-15 1.0 limit[0]

    Assert.Throws<ArgumentException>(fun () -> QuadraticModel.firstOrderOrthogonalLimit model |> ignore)
    |> ignore

[<Fact>]
let ``a start that fits does not move`` () =
    let model = {
        draw 5 1 1 0.5 with
            Features = Matrix<float>.Build.DenseOfRowArrays [| [| 2.0 |] |]
            Start = vector [| 0.0 |]
            Labels = vector [| 0.0 |]
    }

    Assert.Equal(0.0, QuadraticModel.loss model model.Start)
    Assert.Equal<float[]>([| 0.0 |], (QuadraticModel.flow 1e-12 model 5.0).State)
    Assert.Equal(0.0, (QuadraticModel.zerothOrder model)[0])
    Assert.Equal(0.0, (QuadraticModel.firstOrderAt model 3.0)[0])
