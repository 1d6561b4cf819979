/// Laws of two-layer networks and their worst cases, and the naive networks beside them.
module NtkTheory.Core.Tests.Kernels.TwoLayerLawTests

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

let private smooth = [ Tanh; Erf; Gelu; Softplus; Sin ]

let private assertRows tolerance (expected: float[][]) (actual: Matrix<float>) =
    Array.iter2 (Array.iter2 (Golden.close tolerance tolerance)) expected (actual.ToRowArrays())

[<Property(MaxTest = 40)>]
let ``outputs and steps are those of the network neuron by neuron`` (seed: int) =
    for activation in Relu :: smooth do
        let network, points, labels = setting activation seed
        let s, slope = Activation.value activation, Activation.derivative activation
        let hidden, rows = network.Hidden.ToRowArrays(), points.ToRowArrays()

        Array.iter2
            (fun x u -> Golden.close 1e-13 1e-13 (Networks.output s network.Outer hidden x) u)
            rows
            (TwoLayer.outputs network points)

        let naive = Networks.step 0.1 s slope network.Outer hidden rows labels
        assertRows 1e-12 naive (TwoLayer.step 0.1 points labels network).Hidden

[<Property(MaxTest = 25)>]
let ``gradients are difference quotients`` (seed: int) =
    for activation in smooth do
        let network, points, labels = setting activation seed

        let loss hidden =
            TwoLayer.loss
                (TwoLayer.withHidden (Matrix<float>.Build.DenseOfRowArrays(hidden: float[][])) network)
                points
                labels

        let quotients = Networks.derivatives 1e-5 loss (network.Hidden.ToRowArrays())
        let size = 1.0 + TwoLayer.loss network points labels
        // a step of 1e-5: third derivatives of a few units leave 1e-10 of the loss, rounding 1e-11
        assertRows (1e-8 * size) quotients (TwoLayer.lossGradient network points labels)

[<Property(MaxTest = 40)>]
let ``the tangent kernel is the Gram matrix of the gradients`` (seed: int) =
    for activation in Relu :: smooth do
        let network, points, _ = setting activation seed

        let gradients =
            points.EnumerateRows()
            |> Seq.map (fun x -> (TwoLayer.gradient network x).ToColumnMajorArray())
            |> Matrix<float>.Build.DenseOfRowArrays

        let gram = TwoLayer.tangentGram network points
        assertRows 1e-12 ((gradients.TransposeAndMultiply gradients).ToRowArrays()) gram
        Assert.True(Estimate.upper (Spectrum.smallestWithin 1e-13 gram) >= 0.0)

[<Property(MaxTest = 40)>]
let ``ReLU networks are homogeneous and linear in active weights`` (seed: int) (a: byte) =
    let network, points, _ = setting Relu seed
    let factor = 0.1 + float a / 50.0

    let scaled = TwoLayer.withHidden (network.Hidden.Multiply factor) network

    Array.iter2
        (fun u v -> Golden.close 1e-13 1e-12 (factor * u) v)
        (TwoLayer.outputs network points)
        (TwoLayer.outputs scaled points)

    // f = <grad f, W>
    Array.iteri
        (fun i u ->
            let gradient = TwoLayer.gradient network (points.Row i)
            let product = gradient.PointwiseMultiply(network.Hidden).RowSums().Sum()
            Golden.close 1e-13 1e-12 u product)
        (TwoLayer.outputs network points)

[<Property(MaxTest = 25)>]
let ``descent in coordinates is descent in the weights`` (seed: int) =
    let network, points, labels = setting Relu seed
    let steps, rate = 6, 0.05

    let networks = TwoLayer.descent rate points labels steps network |> Array.ofSeq

    let state, norms =
        ReluDescent.start network points |> ReluDescent.run rate labels steps

    let last = Array.last networks

    Array.iter2
        (fun (now: TwoLayer) norm -> Golden.close 1e-12 1e-11 (2.0 * TwoLayer.loss now points labels) norm)
        networks
        norms

    let moved = (last.Hidden - network.Hidden).RowNorms 2.0
    Array.iter2 (Golden.close 1e-12 1e-9) (moved.ToArray()) (ReluDescent.displacements state)
    Golden.close 1e-12 1e-9 (moved |> Seq.max) (TwoLayer.displacement network last)
    assertRows 1e-13 ((GramMatrix.finite last.Hidden points).ToRowArrays()) (ReluDescent.gram state)

[<Property(MaxTest = 40)>]
let ``the four terms of a step sum to its change`` (seed: int) =
    let network, points, labels = setting Relu seed
    let rate = 1e-3
    // a radius that no neuron leaves
    let parts = StepDecomposition.ofStep 10.0 rate points labels network network
    let size = 1.0 + parts.Before
    Golden.close (1e-12 * size) 0.0 parts.After (parts.Before + Array.sum parts.Terms)

[<Property(MaxTest = 40)>]
let ``the exact supremum of the ReLU linearization bounds every move`` (seed: int) =
    let network, points, _ = setting Relu seed
    let x = points.SubMatrix(0, 1, 0, points.ColumnCount)
    let t = (TwoLayer.preactivations network x).Column(0).ToArray()
    let radius = 0.3 + float (abs (seed % 20)) / 10.0
    let sup = Linearization.reluSup t network.Outer (radius * (x.Row 0).L2Norm())

    for k in 1..20 do
        let direction =
            Draw.normalMatrix (Seed.at k (Seed.ofInt seed)) t.Length points.ColumnCount

        let now = network.Hidden + direction.Multiply(radius / direction.FrobeniusNorm())

        let error = (Linearization.errors network (TwoLayer.withHidden now network) x)[0]

        Assert.True(abs error <= sup + 1e-12)

    // a larger ball has a larger supremum
    Assert.True(sup <= Linearization.reluSup t network.Outer (2.0 * radius * (x.Row 0).L2Norm()))

[<Property(MaxTest = 40)>]
let ``bounds enclose the supremum for unequal outer weights`` (seed: int) =
    let width = sizeOf seed 0L 8
    let t = Draw.normals (Seed.split "t" (Seed.ofInt seed)) width
    let outer = Draw.normals (Seed.split "a" (Seed.ofInt seed)) width
    let reach = 0.5 + float (abs (seed % 30)) / 10.0
    let exact = ReluWorstCase.unequalSup t outer reach
    Assert.True(ReluWorstCase.unequalLowerBound t outer reach <= exact + 1e-12)
    Assert.True(exact <= ReluWorstCase.unequalUpperBound t outer reach + 1e-12)
    // with equal weights both are the supremum by sorting
    let equal = outer |> Array.map (fun a -> if a < 0.0 then -1.0 else 1.0)
    let sorted = Linearization.reluSup t equal reach * sqrt (float width)
    Golden.close 1e-13 1e-12 sorted (ReluWorstCase.unequalSup t equal reach)
    Golden.close 1e-13 1e-12 sorted (ReluWorstCase.unequalLowerBound t equal reach)
    // and two points of the ball are no nearer than one and the centre
    Assert.True(ReluWorstCase.twoPointSup t equal reach >= sorted - 1e-12)

    Assert.True(
        ReluWorstCase.twoPointLowerBound t equal reach
        <= ReluWorstCase.twoPointSup t equal reach + 1e-12
    )

[<Property(MaxTest = 20)>]
let ``the dual bound lies above what smooth networks attain`` (seed: int) =
    let width = sizeOf seed 0L 5
    let t = Draw.normals (Seed.split "t" (Seed.ofInt seed)) width
    let outer = Draw.signs (Seed.split "a" (Seed.ofInt seed)) width

    for activation in [ Tanh; Sin ] do
        for sign in [ 1.0; -1.0 ] do
            let move, attained = SmoothWorstCase.largest activation sign t outer 1.0 200
            Golden.close 1e-12 1e-12 attained (sign * SmoothWorstCase.error activation t outer move)

            let dual =
                Seq.init 60 (fun k -> SmoothWorstCase.dualBound activation sign t outer 1.0 (0.02 * float k))
                |> Seq.min

            // the grid of the dual has steps of 1/2000, of which it sees the square times beta
            Assert.True(attained <= dual + 1e-6)

            let bound =
                Linearization.smoothBound (Activation.smoothness activation) 1.0 1.0 width
                * sqrt (float width)

            Assert.True(attained <= bound + 1e-12)

[<Property(MaxTest = 30)>]
let ``Gram matrices move less than their bound`` (seed: int) =
    let width, dimension = 1 + sizeOf seed 0L 6, sizeOf seed 1L 4
    let seeds = Seed.ofInt seed
    let points = Draw.sphere (Seed.split "points" seeds) 2 dimension
    let weights = Draw.normalMatrix (Seed.split "weights" seeds) width dimension
    let radius = 0.05 + float (abs (seed % 10)) / 10.0
    let upper = GramPerturbation.upperBound points weights radius
    let exact, _ = GramPerturbation.exactForTwo points weights radius
    Assert.True(exact <= upper + 1e-12)

    for k in 1..20 do
        let moves = (Draw.normalMatrix (Seed.at k seeds) width dimension).NormalizeRows 2.0
        let now = weights + moves.Multiply(0.999 * radius)

        let change =
            (GramMatrix.finite now points - GramMatrix.finite weights points).FrobeniusNorm()

        Assert.True(change <= exact + 1e-12)

[<Property(MaxTest = 30)>]
let ``random Gram matrices are those of their weights`` (seed: int) =
    let width, dimension, count = sizeOf seed 0L 100, sizeOf seed 1L 5, sizeOf seed 2L 5
    let points = Draw.sphere (Seed.split "points" (Seed.ofInt seed)) count dimension
    let target = Matrix<float>.Build.Dense(count, count)
    GramSampler(Lanes.widest (), points, width).Draw(Seed.ofInt seed, target)

    let weights: Matrix<float> =
        Matrix<float>
            .Build.DenseOfRowMajor(width, dimension, Draw.normals (Seed.ofInt seed) (width * dimension))

    assertRows 1e-14 ((GramMatrix.finite weights points).ToRowArrays()) target
