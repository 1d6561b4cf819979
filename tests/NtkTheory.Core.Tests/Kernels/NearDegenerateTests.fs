/// Nearly parallel, nearly antipodal, repeated and too many points, one dimension, and sizes 0, 1 and 2.
module NtkTheory.Core.Tests.Kernels.NearDegenerateTests

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Reference
open NtkTheory.Sampling
open Xunit

/// A vector and its neighbour at about the given angle, or the neighbour's opposite, of other norms.
let private pair dimension angle opposite seed =
    let seed = Seed.ofInt seed
    let p = Vector<float>.Build.Dense(Draw.normals (Seed.split "p" seed) dimension)

    let direction =
        Vector<float>.Build.Dense(Draw.normals (Seed.split "q" seed) dimension)

    let across =
        (direction - p.Multiply(p.DotProduct direction / p.DotProduct p)).Normalize 2.0

    let q = p.Multiply(cos angle) + across.Multiply(p.L2Norm() * sin angle)
    p.Multiply 0.37, q.Multiply(if opposite then -5.0 else 5.0)

let private angles = [ 0.3; 1e-2; 1e-4; 1e-6; 1e-8; 1e-9; 1e-12 ]

let private pairs =
    List.allPairs [ 2; 3; 10; 64 ] (List.allPairs angles [ false; true ])
    |> List.mapi (fun k (dimension, (angle, opposite)) ->
        let p, q = pair dimension angle opposite k
        let exact = ExactAngles.between (p.ToArray()) (q.ToArray())
        dimension, p, q, exact)

/// Three inner products of d terms, a root and an arctangent, each of a few roundings.
let private rounding dimension = Estimate.gamma (3 * dimension + 16)

[<Fact>]
let ``angles and their supplements keep all their digits`` () =
    for dimension, p, q, (theta, supplement) in pairs do
        let angle = Angle.between p q
        Golden.close 0.0 (rounding dimension) theta angle.Theta
        Golden.close 0.0 (rounding dimension) supplement angle.Supplement

/// (sin a - a cos a) / (2 pi), below 0.1 by its series: a^3/3 (1 - a^2/10 + a^4/280 - ...).
let private featureAt supplement =
    let z = supplement * supplement

    if supplement < 0.1 then
        supplement * z / 3.0 * (1.0 - z / 10.0 + z * z / 280.0 - z * z * z / 15120.0)
        / Math.Tau
    else
        (sin supplement - supplement * cos supplement) / Math.Tau

[<Fact>]
let ``arc-cosine kernels keep all their digits`` () =
    for dimension, p, q, (_, supplement) in pairs do
        // k1 is of third order in the supplement
        let tolerance = 4.0 * rounding dimension
        let angle = Angle.between p q
        Golden.close 0.0 tolerance (supplement / Math.Tau) (ArcCosine.degreeZero angle)
        Golden.close 0.0 tolerance (featureAt supplement) (ArcCosine.degreeOne angle)
        Golden.close 0.0 tolerance (p.L2Norm() * q.L2Norm() * featureAt supplement) (ArcCosine.feature p q)
        Golden.close 0.0 tolerance (p.DotProduct q * supplement / Math.Tau) (ArcCosine.tangent p q)

[<Fact>]
let ``what kernels of nearly parallel points lack keeps its digits`` () =
    for dimension, _, _, (theta, supplement) in pairs do
        let angle = {
            Theta = theta
            Supplement = supplement
        }

        // 1/2 - k1 = (1 - cos)/2 - (sin a - a cos a)/(2 pi), of second order in the angle
        let expected = sin (0.5 * theta) ** 2.0 - featureAt theta
        Golden.close 0.0 (4.0 * rounding dimension) expected (ArcCosine.degreeOneDefect angle)

[<Fact>]
let ``vectors of extreme norms have their angle`` () =
    let p = Vector<float>.Build.Dense [| 3.0; 4.0 |]
    let q = Vector<float>.Build.Dense [| 4.0; 3.0 |]
    let expected = Angle.between p q

    for scale in [ 1e-300; 1e-150; 1e150; 1e300 ] do
        let angle = Angle.between (p.Multiply scale) q
        Golden.close 0.0 1e-14 expected.Theta angle.Theta
        Assert.Equal(angle, Angle.between (p.Multiply scale) (q.Multiply 1.0))
        Assert.Equal(0.0, (Angle.between (p.Multiply scale) (p.Multiply scale)).Theta)

[<Theory>]
[<InlineData(0.0)>]
[<InlineData(0.3)>]
let ``tangent kernels of two slopes keep the angle through the layers`` (bias: float) =
    let shape activation = {
        NetworkKernel.create activation 2 with
            BiasVariance = bias
    }

    let theta activation angle =
        let points: Matrix<float> =
            Matrix<float>.Build.DenseOfRowArrays [ [| 1.0; 0.0 |]; [| cos angle; sin angle |] ]

        let gram =
            NetworkKernel.gram Execution.sequential TangentKernel (shape activation) points

        // what the off-diagonal entry lacks of the diagonal, over the angle
        (gram[0, 0] - gram[0, 1]) / angle

    for activation in [ Relu; LeakyRelu 0.1; Abs ] do
        let slope = theta activation 1e-5

        for angle in [ 1e-6; 1e-8; 1e-9 ] do
            // the quotient is linear in the angle at 0, and the difference of two entries has rounding 1e-15
            Golden.close (4e-15 / angle) 1e-4 slope (theta activation angle)

[<Fact>]
let ``kernels of two slopes agree with the recursion of cosines`` () =
    let points = Draw.normalMatrix (Seed.ofInt 5) 20 3

    for activation in [ Relu; LeakyRelu 0.2; LeakyRelu -0.5; Abs ] do
        for bias in [ 0.0; 0.4 ] do
            let shape = {
                NetworkKernel.create activation 3 with
                    BiasVariance = bias
            }

            for kind, withTangent in [ TangentKernel, true; ProcessKernel, false ] do
                let ours = NetworkKernel.gram Execution.sequential kind shape points

                let layered =
                    BlockKernel.gram Execution.sequential (LayeredKernel.create withTangent shape points)

                for i in 0..19 do
                    for j in 0 .. i - 1 do
                        Golden.close 1e-12 1e-10 layered[i, j] ours[i, j]

                    // an arccosine of a rounded 1 costs the cosines half of their digits
                    Golden.close 1e-12 1e-6 layered[i, i] ours[i, i]

let private noNaN (matrix: Matrix<float>) =
    Assert.DoesNotContain(matrix.Enumerate(), fun value -> Double.IsNaN value)

/// One point, repeated points, antipodal points, points of the line, more points than dimensions, a zero point.
let private shapes: (string * Matrix<float>) list = [
    let rows list =
        Matrix<float>.Build.DenseOfRowArrays(list |> List.map Array.ofList)

    "one point", rows [ [ 0.6; 0.8 ] ]
    "one point of the line", rows [ [ 1.0 ] ]
    "a repeated point", rows [ [ 0.6; 0.8 ]; [ 0.6; 0.8 ] ]
    "an antipodal pair", rows [ [ 0.6; 0.8 ]; [ -0.6; -0.8 ] ]
    "the line", rows [ [ 1.0 ]; [ -1.0 ]; [ 1.0 ]; [ 0.5 ] ]
    "more points than dimensions", Draw.sphere (Seed.ofInt 1) 7 2
    "a zero point", rows [ [ 0.0; 0.0 ]; [ 1.0; 0.0 ] ]
    "nearly equal", rows [ [ 1.0; 0.0 ]; [ 1.0; 1e-12 ]; [ -1.0; 1e-9 ] ]
]

[<Fact>]
let ``no kernel is NaN on degenerate points`` () =
    for _, points in shapes do
        noNaN (GramMatrix.tangent points)
        noNaN (GramMatrix.feature points)

        for activation in Activation.all do
            noNaN (DualKernel.gram activation points)

            noNaN (
                GramMatrix.ofKernel (fun x y -> DualKernel.derivative activation (Angle.between x y)) points
            )

            for bias in [ 0.0; 0.5 ] do
                let shape = {
                    NetworkKernel.create activation 2 with
                        BiasVariance = bias
                }

                for kind in [ TangentKernel; ProcessKernel ] do
                    noNaN (NetworkKernel.gram Execution.sequential kind shape points)

[<Fact>]
let ``definite exactly where the criterion says`` () =
    let isDefinite (points: Matrix<float>) =
        (GramMatrix.smallestEigenvalue (GramMatrix.tangent points)).Value > 1e-14

    let expected = [
        "one point", true
        "one point of the line", true
        "a repeated point", false
        "an antipodal pair", true
        "more points than dimensions", true
    ]

    for name, definite in expected do
        let points = snd (List.find (fst >> (=) name) shapes)
        Assert.Equal(definite, GramMatrix.isPositiveDefinite points)
        Assert.Equal(definite, isDefinite points)

    // two pairs of the line are dependent
    Assert.False(GramMatrix.isPositiveDefinite (snd (List.find (fst >> (=) "the line") shapes)))

[<Theory>]
[<InlineData(1e-6)>]
[<InlineData(1e-8)>]
[<InlineData(1e-9)>]
[<InlineData(1e-12)>]
let ``the least eigenvalue of two nearly equal points is linear in their angle`` (angle: float) =
    let points: Matrix<float> =
        Matrix<float>.Build.DenseOfRowArrays [ [| 1.0; 0.0 |]; [| cos angle; sin angle |] ]

    // 1/2 - u (pi - angle) / (2 pi) with u = 1 - angle^2 / 2
    let smallest = GramMatrix.smallestEigenvalue (GramMatrix.tangent points)
    let expected = angle / Math.Tau + 0.25 * angle * angle
    Assert.InRange(expected, Estimate.lower smallest, Estimate.upper smallest)
    Assert.True(smallest.Radius < 1e-13)
    Assert.Equal(angle >= 1e-15, GramMatrix.isPositiveDefinite points)

[<Fact>]
let ``widths are infinite without a positive eigenvalue and 0 without points`` () =
    let conditions lambda n = [
        WidthCondition.concentration n lambda 0.1
        WidthCondition.chernoff n lambda 0.1
        WidthCondition.songWeights n lambda 0.0
        WidthCondition.songPatterns n lambda 0.1
        WidthCondition.song n lambda 1.0 0.1
        WidthCondition.smoothAsPrinted n lambda 0.0
        WidthCondition.smoothFromPrintedRadii n lambda 0.0
        WidthCondition.smooth n lambda 0.0
    ]

    for lambda in [ 0.0; -1e-17; nan ] do
        Assert.All(conditions lambda 3, fun width -> Assert.Equal(infinity, width))

    for lambda in [ 0.0; 0.3 ] do
        Assert.All(conditions lambda 0, fun width -> Assert.Equal(0.0, width))

    Assert.All(conditions 1e-120 1, fun width -> Assert.False(Double.IsNaN width))
    Assert.Equal(2.0, WidthCondition.initialResidual 0 2.0 0.1)
    // more points than the root of the largest whole number
    Assert.True(WidthCondition.songPatterns 100_000 0.1 0.1 > 0.0)
    Assert.True(WidthCondition.songLearningRate 100_000 0.1 > 0.0)

[<Fact>]
let ``regression on singular kernels takes the solution of least norm`` () =
    let ones = Matrix<float>.Build.Dense(2, 2, 1.0)
    let y: Vector<float> = Vector<float>.Build.Dense [| 3.0; 1.0 |]
    let alpha = KernelRidge.dual 0.0 ones y
    Golden.close 0.0 1e-14 1.0 alpha[0]
    Golden.close 0.0 1e-14 1.0 alpha[1]
    // with a ridge: (K + I)^-1 y = (5/3, -1/3)
    let alpha = KernelRidge.dual 1.0 ones y
    Golden.close 0.0 1e-14 (5.0 / 3.0) alpha[0]
    Golden.close 0.0 1e-14 (-1.0 / 3.0) alpha[1]
    // the fit of the flow ends at the projection of the labels
    let late = KernelFlow.flow ones [| 3.0; 1.0 |] [| 0.0; 0.0 |] 100.0
    // an eigenvalue of 0 is off by a few 1e-16, of which a time of 100 makes as many 1e-14
    Golden.close 0.0 1e-13 2.0 late[0]
    Golden.close 0.0 1e-13 2.0 late[1]
    Golden.close 0.0 1e-14 2.0 (KernelFlow.limit ones [| 1.0; 1.0 |] [| 3.0; 1.0 |] [| 0.0; 0.0 |] 0.0)

[<Fact>]
let ``one point, and none`` () =
    let one = Matrix<float>.Build.Dense(1, 1, 2.0)
    let y: Vector<float> = Vector<float>.Build.Dense [| 3.0 |]
    let alpha = KernelRidge.dual 1.0 one y
    Golden.close 0.0 1e-15 1.0 alpha[0]
    let outputs = KernelFlow.flow one [| 3.0 |] [| 0.0 |] 1.0
    Golden.close 0.0 1e-15 (3.0 * (1.0 - exp -2.0)) outputs[0]
    let none: Matrix<float> = Matrix<float>.Build.Dense(0, 3)
    Assert.Equal(0, (GramMatrix.tangent none).RowCount)
    Assert.True(GramMatrix.isPositiveDefinite none)

    Assert.Equal(
        0,
        (NetworkKernel.gram Execution.sequential TangentKernel (NetworkKernel.create Relu 2) none).RowCount
    )

    let network = TwoLayer.random (Seed.ofInt 1) Relu 4 3
    Assert.Empty(TwoLayer.outputs network none)
    Assert.Equal(0.0, TwoLayer.loss network none [||])

[<Fact>]
let ``suprema of networks of no, one and two neurons`` () =
    Assert.Equal(0.0, Linearization.reluSup [||] [||] 1.0)
    Assert.Equal(0.5, Linearization.reluSup [| 0.5 |] [| 1.0 |] 1.0)
    // a neuron on its hyperplane flips for nothing
    Assert.Equal(1.0, Linearization.reluSup [| 0.0 |] [| -1.0 |] 1.0)
    Assert.Equal(0.0, Linearization.reluSup [| 2.0; -3.0 |] [| 1.0; -1.0 |] 1.0)

[<Fact>]
let ``rank and volume of few vectors`` () =
    let empty: Matrix<float> = Matrix<float>.Build.Dense(3, 0)
    Assert.Equal(0, GramMatrix.rank empty)
    Assert.Equal(1.0, GramMatrix.volume empty)
    Assert.Equal(0.0, GramMatrix.volume (Matrix<float>.Build.Dense(1, 2, 1.0)))
    Assert.Equal(0, GramMatrix.rank (Matrix<float>.Build.Dense(2, 2)))

    Golden.close
        0.0
        1e-15
        5.0
        (GramMatrix.volume (Matrix<float>.Build.DenseOfColumnArrays [ [| 3.0; 4.0 |] ]))
