module NtkTheory.Core.Tests.Prediction.SeriesKernelTests

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling
open Xunit

let private gram execution withTangent shape points =
    BlockKernel.gram execution (SeriesKernel.create execution withTangent shape points)

let private closed withTangent shape points =
    BlockKernel.gram Execution.sequential (LayeredKernel.create withTangent shape points)

let private worst (a: Matrix<float>) (b: Matrix<float>) =
    (a - b).Enumerate() |> Seq.fold (fun most v -> max most (abs v)) 0.0

let private shape activation depth bias = {
    NetworkKernel.create activation depth with
        BiasVariance = bias
}

/// Functions with a closed form that are analytic everywhere, so that any distance may be assumed.
[<Theory; InlineData(0); InlineData(1); InlineData(2); InlineData(31); InlineData(33); InlineData(70)>]
let ``series are the closed forms of erf, sine and GELU`` count =
    let points = (Draw.normalMatrix (Seed.ofInt (3 + count)) count 4).Multiply 0.5

    for activation in [ Erf; Sin; Gelu ] do
        for withTangent in [ false; true ] do
            for bias in [ 0.0; 0.3 ] do
                let shape = shape activation 3 bias
                let series = gram Execution.sequential withTangent shape points
                Assert.Equal(0.0, worst series (series.Transpose()))
                // 3 layers, each with values and slopes off by a few 1e-15 of second moments up to 20
                Assert.True(worst series (closed withTangent shape points) <= 1e-12)

[<Fact>]
let ``points at nothing, twice and opposite`` () =
    let points: Matrix<float> =
        Matrix<float>.Build.DenseOfRows [ [ 0.0; 0.0 ]; [ 0.6; 0.8 ]; [ 0.6; 0.8 ]; [ -0.6; -0.8 ] ]

    for activation in [ Gelu; Erf ] do
        for bias in [ 0.0; 0.1 ] do
            let shape = shape activation 2 bias
            let series = gram Execution.sequential true shape points
            Assert.True(worst series (closed true shape points) <= 1e-13)
            Assert.Equal(series[1, 1], series[1, 2])

[<Fact>]
let ``neither width nor workers change a bit`` () =
    for count in [ 1; 2; 9; 40 ] do
        let points = Draw.sphere (Seed.ofInt 9) count 3
        let shape = shape Gelu 2 0.1
        let expected = gram Execution.sequential true shape points

        for lanes in Lanes.all do
            for workers in [ 1; 2 ] do
                let execution = {
                    Execution.workers workers with
                        Lanes = lanes
                }

                Assert.Equal<float[]>(
                    expected.ToRowMajorArray(),
                    (gram execution true shape points).ToRowMajorArray()
                )

/// The coefficients' bound, up to deviations where hundreds of degrees are needed.
[<Theory; InlineData(0.01); InlineData(1.0); InlineData(3.0); InlineData(8.0)>]
let ``the bound of the series holds at any deviation`` (deviation: float) =
    let table =
        HermiteSeries.create Execution.sequential tanh (0.5 * Math.PI) [| deviation; 0.7 * deviation |]

    Assert.InRange(table.Missing, 0.0, 1e-13)

    for rho in [ -1.0; -0.5; 0.0; 0.9; 1.0 ] do
        let found = HermiteSeries.expectation table 0 1 rho

        let expected =
            DualActivation.quadrature Tanh {
                Kaa = deviation * deviation
                Kbb = 0.49 * deviation * deviation
                Kab = 0.7 * rho * deviation * deviation
            }

        let scale = sqrt (table.SecondMoments[0] * table.SecondMoments[1])
        // the quadrature's own error is a few ulp of the same scale
        let radius = found.Radius + 4e-15 * scale
        Assert.InRange(found.Value - expected, -radius, radius)

[<Fact>]
let ``tanh at variance 2.25 agrees with quadrature in the plane`` () =
    let points: Matrix<float> =
        Matrix<float>.Build.DenseOfRows [ [ 1.5; 0.0 ]; [ 0.9; 1.2 ]; [ -1.2; 0.9 ] ]

    let shape = {
        shape Tanh 1 0.0 with
            WeightVariance = 1.0
    }

    let values = gram Execution.sequential false shape points
    let tangents = gram Execution.sequential true shape points

    for i in 0..2 do
        for j in 0..2 do
            let covariance = {
                Kaa = 2.25
                Kbb = 2.25
                Kab = points.Row(i).DotProduct(points.Row j)
            }

            let value = DualActivation.value Tanh covariance
            let slope = DualActivation.derivative Tanh covariance
            Golden.close 1e-14 1e-14 value values[i, j]
            Golden.close 3e-14 1e-14 (value + slope * covariance.Kab) tangents[i, j]

[<Fact>]
let ``coefficients that would not fit are refused in a sentence`` () =
    let points: Matrix<float> = Matrix<float>.Build.Dense(40000, 1, 12.0)

    let refusal =
        Assert.Throws<ArgumentException>(fun () ->
            SeriesKernel.create Execution.sequential true (shape Tanh 1 0.0) points
            |> ignore)

    Assert.Contains("normalize the points", refusal.Message)
