module NtkTheory.Core.Tests.Prediction.NetworkKernelTests

open System
open System.IO
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Reference
open NtkTheory.Sampling
open Xunit

let private execution = Execution.workers 2

let private worst (a: Matrix<float>) (b: Matrix<float>) =
    (a - b).Enumerate() |> Seq.fold (fun most v -> max most (abs v)) 0.0

/// Unit points of the digits, each a few hundred pixels' brightness.
let private digits count : Matrix<float> =
    let file =
        Path.Combine(Conformance.Sources.root, "tests", "NtkTheory.Tests", "Data", "digits.csv")

    let rows =
        File.ReadLines file
        |> Seq.skip 1
        |> Seq.truncate count
        |> Seq.map (fun line -> line.Split ',' |> Array.map float |> Array.truncate 64)

    Matrix<float>.Build.DenseOfRowArrays(rows).NormalizeRows 2.0

let private named name =
    [ LeakyRelu 0.1 ] @ Activation.all
    |> List.find (fun activation -> activation.Name = name)

[<Theory>]
[<InlineData(1)>]
[<InlineData(3)>]
let ``deep kernels of the digits are those of the definition`` depth =
    let points = digits 120

    let gram =
        NetworkKernel.gram execution TangentKernel (NetworkKernel.create Relu depth) points

    let rows = points.ToRowArrays()

    for i in 0..119 do
        for j in 0..119 do
            // acos near 1 costs the definition half of its digits on the diagonal, where the kernel is known
            if i <> j then
                Golden.close 0.0 1e-13 (snd (DeepReluKernels.pair 0 depth rows[i] rows[j])) gram[i, j]
            else
                Golden.close 0.0 1e-13 (float (depth + 1)) gram[i, i]

[<Theory>]
[<InlineData("relu", 0.0)>]
[<InlineData("leaky-relu 0.1", 0.2)>]
[<InlineData("erf", 0.0)>]
[<InlineData("tanh", 0.0)>]
let ``cross kernels, bands and the diagonal are parts of the Gram matrix`` name (bias: float) =
    let activation = named name
    let points = (Draw.normalMatrix (Seed.ofInt 3) 700 5).Multiply 0.6

    let shape = {
        NetworkKernel.create activation 2 with
            BiasVariance = bias
    }

    for kind in [ TangentKernel; ProcessKernel ] do
        let whole = NetworkKernel.gram execution kind shape points

        let cross =
            NetworkKernel.cross execution kind shape (points.SubMatrix(0, 530, 0, 5)) points

        Assert.True(worst (whole.SubMatrix(0, 530, 0, 700)) cross < 1e-12)

        for struct (first, count, values) in (NetworkKernel.rows execution kind shape points).Bands 300 do
            for at in 0 .. count * 700 - 1 do
                Golden.close 1e-13 1e-12 whole[first + at / 700, at % 700] values[at]

        NetworkKernel.diagonal execution kind shape (points.SubMatrix(0, 40, 0, 5))
        |> Array.iteri (fun i value -> Golden.close 0.0 1e-13 whole[i, i] value)

[<Fact>]
let ``layer by layer is the fused ReLU kernel`` () =
    let points = Draw.normalMatrix (Seed.ofInt 4) 30 4
    let shape = NetworkKernel.create Relu 3

    for kind, withTangent in [ TangentKernel, true; ProcessKernel, false ] do
        let fused = NetworkKernel.gram execution kind shape points

        let layered =
            BlockKernel.gram execution (LayeredKernel.create withTangent shape points)
        // the layers go through cosines, which lose half of the digits near the diagonal
        Assert.True(worst fused layered < 1e-6)

[<Fact>]
let ``weights of another variance scale a ReLU kernel`` () =
    let points = Draw.sphere (Seed.ofInt 4) 12 4
    let shape = NetworkKernel.create Relu 3
    let wide = { shape with WeightVariance = 6.0 }
    let plain = NetworkKernel.gram execution TangentKernel shape points
    let scaled = NetworkKernel.gram execution TangentKernel wide points
    Assert.True(worst (plain.Multiply 27.0) scaled < 1e-11)

[<Theory>]
[<InlineData("tanh")>]
[<InlineData("silu")>]
[<InlineData("gelu")>]
let ``tables agree with quadrature pair by pair`` name =
    let activation = named name
    let points = Draw.sphere (Seed.ofInt 6) 20 3

    let shape = {
        NetworkKernel.create activation 1 with
            BiasVariance = 0.1
    }

    let gram = NetworkKernel.gram execution ProcessKernel shape points

    for i, j in [ 0, 1; 5, 3; 19, 2; 7, 7 ] do
        let inner = points.Row(i).DotProduct(points.Row j) + 0.1
        let covariance = { Kaa = 1.1; Kbb = 1.1; Kab = inner }

        let expected =
            0.1 + shape.WeightVariance * DualActivation.quadrature activation covariance

        Golden.close 1e-14 1e-12 expected gram[i, j]

/// The kernel of a pair by quadrature, two layers deep.
let private pairByQuadrature activation (shape: NetworkShape) x y =
    let inner (a: Vector<float>) (b: Vector<float>) = a.DotProduct b + shape.BiasVariance

    let above f k = shape.WeightVariance * f k

    let layer k = {
        Kaa =
            shape.BiasVariance
            + above (DualActivation.quadrature activation) {
                Kaa = k.Kaa
                Kbb = k.Kaa
                Kab = k.Kaa
            }
        Kbb =
            shape.BiasVariance
            + above (DualActivation.quadrature activation) {
                Kaa = k.Kbb
                Kbb = k.Kbb
                Kab = k.Kbb
            }
        Kab = shape.BiasVariance + above (DualActivation.quadrature activation) k
    }

    let first = {
        Kaa = inner x x
        Kbb = inner y y
        Kab = inner x y
    }

    let second = layer first
    let slope = above (DualActivation.derivativeQuadrature activation)
    let third = layer second
    third.Kab + slope second * (second.Kab + slope first * first.Kab)

[<Theory>]
[<InlineData("tanh")>]
[<InlineData("sigmoid")>]
[<InlineData("softplus")>]
[<InlineData("silu")>]
[<InlineData("elu")>]
[<InlineData("gelu")>]
let ``many points of unequal norm have their kernel for every activation`` name =
    let activation = named name
    let points = Draw.normalMatrix (Seed.ofInt 6) 60 3

    let shape = {
        NetworkKernel.create activation 2 with
            BiasVariance = 0.1
    }

    let gram = NetworkKernel.gram execution TangentKernel shape points
    Assert.Equal(0.0, worst gram (gram.Transpose()))

    for i, j in [ 0, 1; 5, 3; 59, 2 ] do
        let expected = pairByQuadrature activation shape (points.Row i) (points.Row j)
        Golden.close 1e-12 1e-12 expected gram[i, j]

[<Fact>]
let ``points that are far too long are refused in a sentence`` () =
    let points = (Draw.sphere (Seed.ofInt 6) 5 3).Multiply 1e4

    for activation in [ Tanh; Silu; Elu ] do
        let refusal =
            Assert.Throws<ArgumentException>(fun () ->
                NetworkKernel.gram execution TangentKernel (NetworkKernel.create activation 1) points
                |> ignore)

        Assert.Contains("normalize the points", refusal.Message)

[<Theory>]
[<InlineData("relu", 0.0)>]
[<InlineData("tanh", 0.2)>]
let ``wide random networks have nearly the kernel of infinite width`` name (bias: float) =
    let activation = named name
    let points = Draw.sphere (Seed.ofInt 2) 6 3

    let shape = {
        NetworkKernel.create activation 2 with
            BiasVariance = bias
    }

    let limit = NetworkKernel.gram execution TangentKernel shape points

    let distance width =
        List.average [
            for run in 0..2 ->
                worst
                    limit
                    (EmpiricalKernel.tangent execution (Seed.at run (Seed.ofInt 9)) width shape points)
        ]

    let near, far = distance 1024, distance 32
    Assert.True(near < 0.5 && near < 0.4 * far, $"%g{near} and %g{far}")

[<Fact>]
let ``the empirical kernel is the product of the gradients`` () =
    let shape = {
        NetworkKernel.create Tanh 2 with
            BiasVariance = 0.3
    }

    let points = Draw.sphere (Seed.ofInt 2) 5 3
    let gram = EmpiricalKernel.tangent execution (Seed.ofInt 5) 7 shape points
    Assert.Equal(0.0, worst gram (gram.Transpose()))
    Assert.True((Spectrum.smallest gram).Value > 0.0)

[<Fact>]
let ``the expansion of order two leaves a cubic error`` () =
    let start = TwoLayer.random (Seed.ofInt 1) Tanh 20 3
    let points = Draw.sphere (Seed.ofInt 2) 4 3
    let direction = Draw.normalMatrix (Seed.ofInt 3) 20 3

    let error order (size: float) =
        let now = start |> TwoLayer.withHidden (start.Hidden + direction.Multiply size)

        Array.map2 (-) (TwoLayer.outputs now points) (TaylorExpansion.outputs order start now points)
        |> Array.map abs
        |> Array.max

    Assert.InRange(error 1 1e-2 / error 1 1e-3, 80.0, 120.0)
    Assert.InRange(error 2 1e-2 / error 2 1e-3, 800.0, 1200.0)

    Assert.Throws<ArgumentException>(fun () ->
        let relu = TwoLayer.random (Seed.ofInt 1) Relu 20 3
        TaylorExpansion.outputs 2 relu relu points |> ignore)
    |> ignore
