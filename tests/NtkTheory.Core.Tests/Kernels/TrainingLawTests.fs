/// Laws of the training of two-layer networks, of its linear and scalar models, and of ridge regression.
module NtkTheory.Core.Tests.Kernels.TrainingLawTests

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Core.Tests.Kernels.RandomNetworks
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Reference
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

[<Property(MaxTest = 30)>]
let ``the flow on one point is the limit of descent`` (a: byte) (b: byte) =
    let width = 4 + int a % 12
    let active = 1 + int b % width

    let network =
        Matrix<float>.Build.Dense(width, 1, fun r _ -> if r < active then 50.0 else -50.0)
        |> TwoLayer.create Relu (Array.create width 1.0)

    let point = Matrix<float>.Build.Dense(1, 1, 1.0)

    let flow = {
        Width = width
        Active = active
        Residual = 0.7
    }

    let label = (TwoLayer.outputs network point)[0] + flow.Residual
    let steps, time = 2000, 2.0

    let state, norms =
        ReluDescent.start network point
        |> ReluDescent.run (time / float steps) [| label |] steps

    // Euler steps of 1e-3 err by about half of that
    let displacement = ReluDescent.displacements state |> Array.max
    Golden.close 0.0 2e-3 (OnePointFlow.displacement time flow) displacement
    Golden.close 0.0 2e-3 (OnePointFlow.residual time flow) (sqrt (Array.last norms))
    Golden.close 0.0 1e-12 time (OnePointFlow.timeTo (OnePointFlow.displacement time flow) flow)
    Assert.Equal(infinity, OnePointFlow.timeTo (1.01 * OnePointFlow.reach flow) flow)

[<Property(MaxTest = 30)>]
let ``the lazy model solves its equation`` (a: byte) (b: byte) (c: byte) =
    let alpha, y, time = 0.5 + float a, 0.2 + float b / 100.0, 0.1 + float c / 60.0
    let w = LazyScalar.weight alpha y
    Golden.close 1e-14 1e-12 (LazyScalar.output alpha y time) (alpha * (w time + 0.5 * w time ** 2.0))
    let h = 1e-4
    let slope = (w (time + h) - w (time - h)) / (2.0 * h)

    let expected =
        -(1.0 / alpha) * (1.0 + w time) * (LazyScalar.output alpha y time - y)
    // third derivatives are at most a few times the cube of the rate 1 + 2y / alpha
    Golden.close (h * h * 10.0 * (1.0 + 2.0 * y / alpha) ** 3.0) 1e-9 expected slope
    Golden.close 1e-12 1e-12 y (LazyScalar.output alpha y 1e4)

[<Property(MaxTest = 20)>]
let ``the smooth flow lowers the loss at the rate of its kernel`` (seed: int) =
    for activation in [ Tanh; Sin ] do
        let network, points, labels = setting activation seed
        let points = points.NormalizeRows 2.0
        let m = float points.RowCount
        let h = 1e-3

        let around =
            [ -1.0; 1.0 ]
            |> List.map (fun direction ->
                SmoothTraining.flow direction points labels h 1 network
                |> Seq.last
                |> fun now -> SmoothTraining.meanLoss now points labels)

        let slope = (around[1] - around[0]) / (2.0 * h)
        let residual = Vector<float>.Build.Dense(TwoLayer.residuals network points labels)
        let kernel = TwoLayer.tangentGram network points
        let expected = -(residual.DotProduct(kernel * residual)) / (m * m)
        Golden.close (1e-4 * (1.0 + residual.DotProduct residual)) 0.0 expected slope
        Assert.True(around[1] <= around[0])

[<Property(MaxTest = 30)>]
let ``descent in fractions is descent in doubles`` (a: sbyte) (b: byte) =
    let start, rate = float a / 128.0, float b / 512.0
    let value (t: float) = t + 0.25 * t * t
    let slope (t: float) = 1.0 + 0.5 * t
    let q = Rational.ofFloat
    let exactValue t = t + q 0.25 * t * t
    let exactSlope t = Rational.One + q 0.5 * t
    let doubles = ScalarDescent.path value slope 0.5 rate 3 start

    let fractions =
        ScalarDescent.path exactValue exactSlope (q 0.5) (q rate) 3 (q start)

    List.iter2 (fun x y -> Golden.close 1e-14 1e-13 (Rational.toFloat x) y) fractions doubles
    // a linear model moves by its kernel
    let linear t = 2.0 * t
    let two (_: float) = 2.0
    let next = linear (ScalarDescent.step linear two 0.5 rate start)
    Golden.close 1e-14 1e-13 next (ScalarDescent.linearStep linear two 0.5 rate start)

[<Property(MaxTest = 40)>]
let ``no rate contracts better than the best`` (a: byte) (b: byte) (c: byte) =
    let least = 0.01 + float a / 256.0
    let eigenvalues = [| least; least + float b / 50.0 |]
    let best = LinearDescent.bestFactor eigenvalues
    Golden.close 1e-15 1e-14 best (LinearDescent.worstFactor (LinearDescent.bestRate eigenvalues) eigenvalues)

    let other = LinearDescent.stabilityLimit eigenvalues * float (1 + int c) / 257.0

    Assert.True(LinearDescent.worstFactor other eigenvalues >= best - 1e-14)
    // below the limit every error shrinks
    Assert.True(LinearDescent.worstFactor other eigenvalues < 1.0)

[<Property(MaxTest = 40)>]
let ``tails of the output stay below their bound and fall`` (a: byte) (b: byte) =
    let width, level = 1 + int a, float b / 60.0
    let tail = Initialization.outputTail width level
    Assert.InRange(tail, 0.0, min 1.0 (Initialization.outputTailBound level) + 1e-14)
    Assert.True(Initialization.outputTail width (level + 0.1) <= tail + 1e-15)

[<Fact>]
let ``tails of the output of one neuron and of many`` () =
    // one neuron is active half of the time, and then standard normal
    let normal s =
        MathNet.Numerics.SpecialFunctions.Erfc(s / sqrt 2.0)

    Golden.close 0.0 1e-14 (0.5 * normal 0.8) (Initialization.outputTail 1 0.8)
    Golden.close 0.0 1e-14 1.0 (Initialization.outputTail 7 0.0)
    // of many the variance is 1/2, up to the fluctuation of the active part
    Golden.close 0.0 1e-3 (normal (0.8 * sqrt 2.0)) (Initialization.outputTail 2000 0.8)

[<Property(MaxTest = 40)>]
let ``neurons near a hyperplane are counted whatever the point's norm`` (seed: int) =
    let weights = Draw.normalMatrix (Seed.ofInt seed) 50 3
    let x = Vector<float>.Build.Dense(Draw.normals (Seed.split "x" (Seed.ofInt seed)) 3)
    let count = NearHyperplane.count 0.4 weights x
    Assert.Equal(count, NearHyperplane.count 0.4 weights (x.Multiply 8.0))
    Assert.True(count <= NearHyperplane.count 0.8 weights x)
    // the tail counts strictly more than the level
    let level = float count
    Assert.True(NearHyperplane.tail 50 0.4 level <= NearHyperplane.tail 50 0.4 (level - 1.0))
    Assert.Equal(0.0, NearHyperplane.tail 50 0.4 50.0)

[<Property(MaxTest = 40)>]
let ``ridge regressions are stationary, and primal and dual the same`` (seed: int) (a: byte) =
    let p, n = sizeOf seed 0L 5, sizeOf seed 1L 6
    let ridge = 0.01 + float a / 50.0
    let features = Draw.normalMatrix (Seed.ofInt seed) p n

    let labels: Vector<float> =
        Vector<float>.Build.Dense(Draw.normals (Seed.split "y" (Seed.ofInt seed)) n)

    let kernel = features.TransposeThisAndMultiply features
    let alpha = KernelRidge.dual ridge kernel labels
    let theta = KernelRidge.primal ridge features labels
    let size = 1.0 + kernel.FrobeniusNorm() / ridge
    Assert.True((theta - features * alpha).L2Norm() <= 1e-13 * size * (1.0 + labels.L2Norm()))

    Assert.True(
        (KernelRidge.gradient ridge kernel labels alpha).L2Norm()
        <= 1e-13 * size * kernel.FrobeniusNorm() * (1.0 + labels.L2Norm())
    )

    let step =
        Vector<float>.Build.Dense(Draw.normals (Seed.split "step" (Seed.ofInt seed)) n)

    let least = KernelRidge.objective ridge kernel labels alpha

    Assert.True(
        KernelRidge.objective ridge kernel labels (alpha + step)
        >= least - 1e-12 * (1.0 + least)
    )
    // |sum alpha_i k(x_i, .)| is the norm of the weights
    Golden.close 1e-12 1e-9 (theta.L2Norm()) (KernelRidge.norm kernel alpha)

[<Property(MaxTest = 30)>]
let ``a flow may be broken off and taken up`` (seed: int) (a: byte) (b: byte) =
    let points = Draw.sphere (Seed.ofInt seed) (sizeOf seed 0L 5) 3
    let n = points.RowCount
    let kernel = GramMatrix.tangent points
    let y = Draw.normals (Seed.split "y" (Seed.ofInt seed)) n
    let start = Draw.normals (Seed.split "u" (Seed.ofInt seed)) n
    let s, t = float a / 20.0, float b / 20.0
    let whole = KernelFlow.flow kernel y start (s + t)
    let broken = KernelFlow.flow kernel y (KernelFlow.flow kernel y start s) t
    Array.iter2 (Golden.close 1e-12 1e-12) whole broken
    // residuals shrink, and at a point of the data the prediction is the output
    let norm u =
        Array.map2 (-) u y |> Array.sumBy (fun r -> r * r)

    Assert.True(norm whole <= norm start + 1e-12)
    let section = kernel.Row(0).ToArray()
    Golden.close 1e-12 1e-12 whole[0] (KernelFlow.predict kernel section y start start[0] (s + t))
