module NtkTheory.Core.Tests.Numerics.SmoothGramTests

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling
open Xunit

let private kernels execution activation depth points =
    SmoothGram.kernels
        execution
        (Activation.value activation)
        (Activation.derivative activation)
        1.0
        depth
        points

/// erf: 2/pi arcsin(2 k / sqrt((1 + 2 a)(1 + 2 b))), and 4/pi / sqrt((1 + 2 a)(1 + 2 b) - 4 k^2) for its derivative.
[<Theory; InlineData(1); InlineData(3)>]
let ``the error function's kernels have their closed form`` depth =
    let points = 1.2 * Draw.sphere (Seed.ofInt 3) 12 4
    let ours = kernels Execution.sequential Erf depth points

    let rec climb layer a b k theta =
        if layer = depth then
            k, theta
        else
            let dual a b k =
                2.0 / Math.PI * asin (2.0 * k / sqrt ((1.0 + 2.0 * a) * (1.0 + 2.0 * b)))

            let slope = 4.0 / Math.PI / sqrt ((1.0 + 2.0 * a) * (1.0 + 2.0 * b) - 4.0 * k * k)
            let next = dual a b k
            climb (layer + 1) (dual a a a) (dual b b b) next (next + slope * theta)

    for i in 0..11 do
        for j in 0..11 do
            let product (p: int) (q: int) = points.Row(p).DotProduct(points.Row q)
            let k, theta = climb 0 (product i i) (product j j) (product i j) (product i j)
            Assert.InRange(ours.LastCovariance[i, j] - k, -1e-13, 1e-13)
            Assert.InRange(ours.LastTangent[i, j] - theta, -1e-13, 1e-13)

    Assert.InRange(ours.Truncation, 0.0, 1e-14)

[<Fact>]
let ``tanh at variance 2.25 agrees with quadrature in the plane`` () =
    let points: Matrix<float> =
        Matrix<float>.Build.DenseOfRows [ [ 1.5; 0.0 ]; [ 0.9; 1.2 ]; [ -1.2; 0.9 ] ]

    let ours = kernels Execution.sequential Tanh 1 points

    for i in 0..2 do
        for j in 0..2 do
            let covariance = {
                Kaa = 2.25
                Kbb = 2.25
                Kab = points.Row(i).DotProduct(points.Row j)
            }

            let expected = DualActivation.value Tanh covariance
            let slope = DualActivation.derivative Tanh covariance
            Assert.InRange(ours.LastCovariance[i, j] - expected, -1e-13, 1e-13)
            Assert.InRange(ours.LastTangent[i, j] - (expected + slope * covariance.Kab), -3e-13, 3e-13)

[<Fact>]
let ``neither width nor workers change a bit`` () =
    for count in [ 1; 2; 9; 40 ] do
        let points = Draw.sphere (Seed.ofInt 9) count 3
        let expected = kernels Execution.sequential Gelu 2 points

        for lanes in Lanes.all do
            for workers in [ 1; 2 ] do
                let execution = {
                    Execution.workers workers with
                        Lanes = lanes
                }

                Assert.Equal<SmoothKernels>(expected, kernels execution Gelu 2 points)
