module NtkTheory.Core.Tests.Numerics.ReluGramTests

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Reference
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private matrix (rows: float list list) : Matrix<float> =
    Matrix<float>.Build.DenseOfRows(Seq.map Seq.ofList rows)

let private rows (points: Matrix<float>) = points.ToRowArrays()

let private assertNaive frozen depth (points: Matrix<float>) tolerance =
    let ours = ReluGram.sweep Execution.sequential frozen [ depth ] points |> List.head
    let rows = rows points

    for i in 0 .. rows.Length - 1 do
        for j in 0 .. rows.Length - 1 do
            let covariance, tangent = DeepReluKernels.pair frozen depth rows[i] rows[j]
            Assert.InRange(ours.Covariance[i, j] - covariance, -tolerance, tolerance)
            Assert.InRange(ours.Tangent[i, j] - tangent, -tolerance, tolerance)

[<Property(MaxTest = 40)>]
let ``kernels agree with the textbook formulas`` (seed: int) =
    let seed = Seed.ofInt seed
    let size index bound = 1 + Draw.below bound index seed
    let points = Draw.normalMatrix seed (size 0L 9) (size 1L 6)
    let depth = size 2L 6
    // arccos near 1 costs the naive formulas half of their digits
    assertNaive (Draw.below (depth + 2) 3L seed) depth points (1e-7 * points.FrobeniusNorm() ** 2.0)

[<Theory; InlineData(1); InlineData(3); InlineData(10)>]
let ``kernels agree with the scalar model within the radius`` depth =
    let points = Draw.sphere (Seed.ofInt 6) 70 5
    let ours = ReluGram.kernels Execution.sequential depth points
    let radius = ReluGram.radius depth 5 1.0 + Estimate.gamma (50 * depth)

    for i in 0..69 do
        for j in 0..69 do
            let angle = Angle.between (points.Row i) (points.Row j)
            let kernels = DeepRelu.kernels depth angle |> List.last
            Assert.InRange(ours.Covariance[i, j] - kernels.Sigma, -radius, radius)
            Assert.InRange(ours.Tangent[i, j] - kernels.Theta, -radius, radius)

[<Theory; InlineData(1e-3); InlineData(1e-8); InlineData(1e-9); InlineData(1e-12)>]
let ``nearly equal and nearly opposite points keep their angle`` (angle: float) =
    let points =
        matrix [ [ 1.0; 0.0 ]; [ cos angle; sin angle ]; [ -cos angle; sin angle ] ]

    let tangent = (ReluGram.kernels Execution.sequential 1 points).Tangent
    // Theta = u (1 - angle / pi) + Sigma with both u and Sigma within angle^2 of their ends
    let slope = angle / Math.PI

    Assert.InRange(
        (2.0 - tangent[0, 1]) / slope,
        1.0 - 5.0 * angle - 1e-15 / slope,
        1.0 + 5.0 * angle + 1e-15 / slope
    )

    Assert.InRange(-tangent[0, 2] / slope, 1.0 - angle, 1.0 + angle)

[<Fact>]
let ``neither width nor workers change a bit`` () =
    for count in [ 1; 2; 63; 64; 65; 150 ] do
        let points = Draw.sphere (Seed.ofInt 9) count 3
        let expected = ReluGram.sweep Execution.sequential 1 [ 2; 4 ] points

        for lanes in Lanes.all do
            for workers in [ 1; 2 ] do
                let execution = {
                    Execution.workers workers with
                        Lanes = lanes
                }

                Assert.Equal<ReluKernels list>(expected, ReluGram.sweep execution 1 [ 2; 4 ] points)

[<Fact>]
let ``a sweep's depths are those computed alone`` () =
    let points = Draw.normalMatrix (Seed.ofInt 9) 20 3
    let all = ReluGram.sweep Execution.sequential 0 [ 3; 1; 2 ] points
    Assert.Equal<int list>([ 3; 1; 2 ], all |> List.map _.Depth)

    for kernels in all do
        Assert.Equal<ReluKernels>(kernels, ReluGram.kernels Execution.sequential kernels.Depth points)

[<Fact>]
let ``the matrix is symmetric and its diagonal exact`` () =
    let points = Draw.normalMatrix (Seed.ofInt 2) 130 7
    let kernels = ReluGram.kernels Execution.sequential 3 points
    Assert.Equal(kernels.Tangent, kernels.Tangent.Transpose())

    for i in 0..129 do
        let square = points.Row(i).DotProduct(points.Row i)
        Assert.InRange(kernels.Covariance[i, i] / square, 1.0 - 1e-14, 1.0 + 1e-14)
        Assert.InRange(kernels.Tangent[i, i] / square, 4.0 - 4e-14, 4.0 + 4e-14)

[<Fact>]
let ``repeated, opposite and zero points`` () =
    let points = matrix [ [ 0.6; 0.8 ]; [ 0.6; 0.8 ]; [ -1.2; -1.6 ]; [ 0.0; 0.0 ] ]
    let kernels = ReluGram.kernels Execution.sequential 1 points
    Assert.Equal(kernels.Tangent[0, 0], kernels.Tangent[0, 1])
    Assert.Equal(0.0, kernels.Tangent[0, 2])
    Assert.Equal(0.0, kernels.Covariance[0, 2])
    Assert.Equal<float[]>(Array.zeroCreate 4, kernels.Tangent.Row(3).ToArray())

[<Fact>]
let ``golden values of the deep recursion`` () =
    for cosine in [ "1.0"; "0.6"; "0.5"; "0.0"; "-1.0" ] do
        let outputs = (Golden.case "kernels" $"ntk/relu-depth/u={cosine}").Outputs

        let expected name depth =
            (Golden.get name outputs |> Golden.vector)[depth - 1]

        let u = float cosine
        let points = matrix [ [ 1.0; 0.0 ]; [ u; sqrt (1.0 - u * u) ] ]

        for depth in 1..3 do
            let kernels = ReluGram.kernels Execution.sequential depth points
            Golden.close 1e-14 1e-12 (expected "Sigma" depth) kernels.Covariance[0, 1]
            Golden.close 1e-14 1e-12 (expected "Theta" depth) kernels.Tangent[0, 1]

[<Fact>]
let ``a depth below 1 is refused`` () =
    Assert.Throws<ArgumentException>(fun () ->
        ReluGram.kernels Execution.sequential 0 (matrix [ [ 1.0 ] ]) |> ignore)

[<Theory; InlineData(1, 1); InlineData(2, 5); InlineData(150, 40); InlineData(130, 64)>]
let ``bands are the rows of the whole matrix, bit for bit`` count rows =
    let points = Draw.normalMatrix (Seed.ofInt 12) count 350
    let whole = ReluGram.sweep (Execution.workers 2) 1 [ 3 ] points |> List.head
    let bands = ReluGram.bands (Execution.workers 2) 1 3 rows points

    // each band overwrites the one before
    let all (values: ReluBand -> float[]) =
        bands
        |> Seq.collect (fun band -> Array.truncate (band.Rows * count) (values band))
        |> Array.ofSeq

    Assert.Equal<float[]>(whole.Covariance.ToRowMajorArray(), all _.CovarianceRows)
    Assert.Equal<float[]>(whole.Tangent.ToRowMajorArray(), all _.TangentRows)
    Assert.Equal<int list>([ 0..rows .. count - 1 ], bands |> Seq.map _.FirstRow |> List.ofSeq)
