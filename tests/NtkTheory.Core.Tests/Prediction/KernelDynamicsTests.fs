module NtkTheory.Core.Tests.Prediction.KernelDynamicsTests

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Sampling
open Xunit

let private column (values: float[]) : Matrix<float> =
    Matrix<float>.Build.Dense(values.Length, 1, values)

let private golden id = Golden.case "kernels" id

let private three = golden "flow/kernel-gradient-flow"

let private trainPoints: Matrix<float> =
    Matrix<float>.Build.DenseOfRowArrays(Golden.rows (Golden.get "X" three.Inputs))

let private labels = column (Golden.vector (Golden.get "y" three.Inputs))

let private testPoint =
    Vector<float>.Build.Dense(Golden.vector (Golden.get "x_test" three.Inputs))

let private spectrum = KernelSpectrum.ofGram (GramMatrix.tangent trainPoints)

let private cross: Matrix<float> =
    Matrix<float>.Build.Dense(1, 3, fun _ j -> ArcCosine.tangent testPoint (trainPoints.Row j))

let private zeros rows : Matrix<float> = Matrix<float>.Build.Dense(rows, 1)

let private closeAll (expected: float[]) (actual: float seq) =
    Array.iter2 (Golden.close 1e-14 1e-12) expected (Array.ofSeq actual)

let private times = Golden.vector (Golden.get "t" three.Inputs)

[<Fact>]
let ``outputs of the flow on the points`` () =
    let expected = Golden.rows (Golden.get "u_t" three.Outputs)

    for t, row in Array.zip times expected do
        closeAll row ((KernelDynamics.outputs HalfSum (Flow t) spectrum (zeros 3) labels).Column 0)

[<Fact>]
let ``outputs of the flow at a new point, for both losses`` () =
    let at scale =
        times
        |> Array.map (fun t ->
            (KernelDynamics.predictions scale (Flow t) spectrum cross (zeros 1) (zeros 3) labels)[0, 0])

    closeAll (Golden.vector (Golden.get "f_t" three.Outputs)) (at HalfSum)
    closeAll (Golden.vector (Golden.get "f_t_mean_loss" three.Outputs)) (at HalfMean)

[<Fact>]
let ``the flow from another start`` () =
    let case = golden "flow/kernel-gradient-flow-nonzero-init"
    let start = column (Golden.vector (Golden.get "f0_X" case.Inputs))
    let there = column [| Golden.number (Golden.get "f0_test" case.Inputs) |]

    let found =
        Golden.vector (Golden.get "t" case.Inputs)
        |> Array.map (fun t ->
            (KernelDynamics.predictions HalfSum (Flow t) spectrum cross there start labels)[0, 0])

    closeAll (Golden.vector (Golden.get "f_t" case.Outputs)) found

[<Fact>]
let ``steps of gradient descent`` () =
    let case = golden "flow/kernel-gradient-descent"
    let rate = Golden.number (Golden.get "eta" case.Inputs)
    let steps = Golden.vector (Golden.get "k" case.Inputs)

    for k, row in Array.zip steps (Golden.rows (Golden.get "u_k" case.Outputs)) do
        closeAll
            row
            ((KernelDynamics.outputs HalfSum (Descent(rate, int k)) spectrum (zeros 3) labels).Column 0)

/// Predictions by real steps on the coefficients: a <- a - eta (f - y) with f = f0 + K a.
let private descend rate steps (gram: Matrix<float>) (start: Matrix<float>) (targets: Matrix<float>) =
    let mutable a: Matrix<float> =
        Matrix<float>.Build.Dense(gram.RowCount, targets.ColumnCount)

    for _ in 1..steps do
        a <- a - (start + gram * a - targets).Multiply(rate: float)

    a

[<Theory>]
[<InlineData(0.1)>]
[<InlineData(1.0)>]
[<InlineData(1.9)>]
let ``the closed form is five hundred steps`` (part: float) =
    let points = Draw.sphere (Seed.ofInt 8) 31 6
    let all = GramMatrix.tangent points
    let gram, there = all.SubMatrix(0, 25, 0, 25), all.SubMatrix(25, 6, 0, 25)
    let targets = Draw.normalMatrix (Seed.ofInt 1) 25 2
    let start = Draw.normalMatrix (Seed.ofInt 2) 25 2
    let startThere = Draw.normalMatrix (Seed.ofInt 3) 6 2
    let spectrum = KernelSpectrum.ofGram gram
    let rate = 0.5 * part * KernelDynamics.largestStableStep HalfSum spectrum
    let a = descend rate 500 gram start targets
    let time = Descent(rate, 500)
    let onPoints = KernelDynamics.outputs HalfSum time spectrum start targets

    let elsewhere =
        KernelDynamics.predictions HalfSum time spectrum there startThere start targets

    Assert.True((start + gram * a - onPoints).L2Norm() < 1e-9)
    Assert.True((startThere + there * a - elsewhere).L2Norm() < 1e-9)
    let residual = onPoints - targets
    let loss = 0.5 * residual.FrobeniusNorm() * residual.FrobeniusNorm()

    Golden.close
        1e-14
        1e-9
        loss
        (List.exactlyOne (KernelDynamics.losses HalfSum [ time ] spectrum start targets))

[<Fact>]
let ``beyond the largest stable step the loss grows, below it shrinks`` () =
    for scale in [ HalfSum; HalfMean ] do
        let edge = KernelDynamics.largestStableStep scale spectrum

        let growth part =
            match
                KernelDynamics.losses
                    scale
                    [ Descent(part * edge, 200); Descent(part * edge, 400) ]
                    spectrum
                    (zeros 3)
                    labels
            with
            | [ before; after ] -> after / before
            | _ -> nan

        Assert.True(growth 0.999 < 1.0)
        Assert.True(growth 1.01 > 1.0)

[<Fact>]
let ``a kernel of zeros learns nothing and moves by the step alone`` () =
    let zero = KernelSpectrum.ofGram (Matrix<float>.Build.Dense(2, 2))
    let y = column [| 1.0; 2.0 |]
    let at = KernelDynamics.outputs HalfSum (Flow 7.0) zero (zeros 2) y
    Assert.Equal(0.0, at.L2Norm())

    let elsewhere =
        KernelDynamics.predictions
            HalfSum
            (Flow 7.0)
            zero
            (Matrix<float>.Build.Dense(1, 2, 1.0))
            (zeros 1)
            (zeros 2)
            y

    Golden.close 0.0 1e-14 21.0 elsewhere[0, 0]
