module NtkTheory.Core.Tests.Numerics.ReluTrainingTests

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling
open Xunit

let private outerOf network =
    let scale = 1.0 / sqrt (float (TwoLayer.width network))
    network.Outer |> Array.map (fun a -> a * scale)

let private rowMajor (matrix: Matrix<float>) = matrix.ToRowMajorArray()

let private descend execution rate (points: Matrix<float>) labels network steps =
    ReluTraining.descend
        execution
        rate
        (MatrixView.ofMatrix points)
        labels
        (outerOf network)
        (rowMajor network.Hidden)
        steps

[<Theory; InlineData(1, 1, 1); InlineData(2, 3, 7); InlineData(9, 4, 300); InlineData(17, 5, 600)>]
let ``descent agrees with the plain model`` count dimension width =
    let points = Draw.sphere (Seed.ofInt 1) count dimension
    let labels = Draw.normals (Seed.ofInt 2) count
    let network = TwoLayer.random (Seed.ofInt 3) Relu width dimension

    let struct (hidden, norms) =
        descend Execution.sequential 0.3 points labels network 5

    let expected = TwoLayer.descent 0.3 points labels 5 network |> List.ofSeq

    for step in 0..5 do
        let square = 2.0 * TwoLayer.loss expected[step] points labels
        // five steps of a few hundred roundings each; no gate of these draws is within them
        Assert.InRange(norms[step] / square, 1.0 - 1e-11, 1.0 + 1e-11)

    let difference = Array.map2 (-) hidden (rowMajor expected[5].Hidden)
    Assert.InRange(Array.max (Array.map abs difference), 0.0, 1e-12)

[<Fact>]
let ``neither width nor workers change a bit`` () =
    let points = Draw.sphere (Seed.ofInt 1) 11 3
    let labels = Draw.signs (Seed.ofInt 2) 11
    let network = TwoLayer.random (Seed.ofInt 3) Relu 700 3

    let struct (hidden, norms) =
        descend Execution.sequential 0.1 points labels network 4

    for lanes in Lanes.all do
        for workers in [ 1; 2 ] do
            let execution = {
                Execution.workers workers with
                    Lanes = lanes
            }

            let struct (other, otherNorms) = descend execution 0.1 points labels network 4
            Assert.Equal<float[]>(hidden, other)
            Assert.Equal<float[]>(norms, otherNorms)

[<Fact>]
let ``no step changes nothing`` () =
    let points = Draw.sphere (Seed.ofInt 1) 2 2
    let network = TwoLayer.random (Seed.ofInt 3) Relu 5 2

    let struct (hidden, norms) =
        descend Execution.sequential 0.1 points [| 1.0; 2.0 |] network 0

    Assert.Equal<float[]>(rowMajor network.Hidden, hidden)
    Assert.Equal(2.0 * TwoLayer.loss network points [| 1.0; 2.0 |], norms[0], 12)

[<Theory; InlineData(1, 1); InlineData(2, 64); InlineData(3, 65); InlineData(4, 203)>]
let ``a sampled Gram matrix is that of its weights`` count width =
    let points = Draw.normalMatrix (Seed.ofInt 5) count 3
    let gram: Matrix<float> = Matrix<float>.Build.Dense(count, count)

    let drawn lanes seed =
        GramSampler(lanes, points, width).Draw(seed, gram)
        gram.ToColumnMajorArray()

    for index in 0..2 do
        let seed = Seed.at index (Seed.ofInt 6)
        let values = drawn One seed

        for lanes in Lanes.all do
            Assert.Equal<float[]>(values, drawn lanes seed)

        // weights are drawn row after row
        let weights: Matrix<float> =
            Matrix<float>.Build.DenseOfRowMajor(width, 3, Draw.normals seed (width * 3))

        Assert.InRange((gram - GramMatrix.finite weights points).FrobeniusNorm(), 0.0, 1e-13)

[<Fact>]
let ``signs of zero count as active`` () =
    let bits = Array.zeroCreate 2

    let values = [|
        yield! [ 0.0; -0.0; 1.0; -1.0; nan; 0.0; 0.0; 0.0; 2.0 ]
        yield! [ -1.0; 1.0; 1.0; 0.0; 0.0; 0.0; 0.0; 0.0; -2.0 ]
    |]

    JointActivity.fill values 0 9 bits 0
    JointActivity.fill values 9 9 bits 1

    Assert.Equal<uint64[]>([| 0b111100111UL; 0b011111110UL |], bits)
    Assert.Equal(5, JointActivity.both 1 bits 0 1)
