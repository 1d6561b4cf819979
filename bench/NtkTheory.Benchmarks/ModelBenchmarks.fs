namespace NtkTheory.Benchmarks

open BenchmarkDotNet.Attributes
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Reference
open NtkTheory.Sampling

/// A positive definite system of size 300 against MathNet's Cholesky factor.
type CholeskyBenchmarks() =
    let gram = Product.gram Execution.sequential (Draw.sphere (Seed.ofInt 1) 300 400)

    let b = Draw.normals (Seed.ofInt 2) 300

    [<Benchmark(Baseline = true)>]
    member _.MathNet() =
        gram.Cholesky().Solve(Vector<float>.Build.DenseOfArray b)

    [<Benchmark>]
    member _.Blocked() =
        match Cholesky.factor Execution.sequential gram with
        | Some factor -> Cholesky.solve Execution.sequential factor b
        | None -> failwith "not positive definite"

/// Eigenvalues with vectors, and lambda_max alone, of a symmetric matrix of size 200 against MathNet's.
type EigenvectorBenchmarks() =
    let gram =
        Product.gram Execution.sequential (Draw.normalMatrix (Seed.ofInt 1) 200 200)

    [<Benchmark(Baseline = true)>]
    member _.MathNet() = gram.Evd(Symmetricity.Symmetric)

    [<Benchmark>]
    member _.Decomposition() =
        SymmetricEigen.decomposition Execution.sequential Managed gram

    [<Benchmark>]
    member _.Largest() =
        SymmetricEigen.largest Execution.sequential gram

/// The tanh kernel of 6 points against a sum over the plane for each pair.
type SeriesKernelBenchmarks() =
    let points = Draw.sphere (Seed.ofInt 1) 6 4
    let slope = Activation.derivative Tanh
    let shape = NetworkKernel.create Tanh 1

    [<Benchmark(Baseline = true)>]
    member _.Naive() = [|
        for i in 0..5 do
            for j in 0 .. i - 1 ->
                Gaussians.pairMean tanh slope 1.0 1.0 (points.Row(i).DotProduct(points.Row j))
    |]

    [<Benchmark>]
    member _.Series() =
        NetworkKernel.gram Execution.sequential TangentKernel shape points

/// Ten steps of gradient descent of 512 neurons on 50 points against the plain model.
type ReluTrainingBenchmarks() =
    let points = Draw.sphere (Seed.ofInt 1) 50 10
    let labels = Draw.signs (Seed.ofInt 2) 50
    let network = TwoLayer.random (Seed.ofInt 3) Relu 512 10
    let outer = network.Outer |> Array.map (fun a -> a / sqrt 512.0)
    let hidden = network.Hidden.ToRowMajorArray()

    [<Benchmark(Baseline = true)>]
    member _.Plain() =
        TwoLayer.descent 0.1 points labels 10 network |> Seq.last

    [<Benchmark>]
    member _.Blocked() =
        ReluTraining.descend Execution.sequential 0.1 (MatrixView.ofMatrix points) labels outer hidden 10

/// The tangent kernel of 1024 neurons on 50 points, and one draw of its hidden layer's part, against the plain models.
type ReluFeaturesBenchmarks() =
    let points = Draw.sphere (Seed.ofInt 1) 50 10
    let network = TwoLayer.random (Seed.ofInt 3) Relu 1024 10
    let sampler = GramSampler(Lanes.widest (), points, 1024)
    let gram: Matrix<float> = Matrix<float>.Build.Dense(50, 50)

    [<Benchmark(Baseline = true)>]
    member _.Plain() =
        TwoLayer.tangentGram network points + TwoLayer.featureGram network points

    [<Benchmark>]
    member _.Blocked() =
        ReluFeatures.tangentGram Execution.sequential network.Hidden points

    [<Benchmark>]
    member _.Sampler() = sampler.Draw(Seed.ofInt 4, gram)

/// Linear regions of a net of depth 3 and width 20 on the line against the same pieces without rounding.
type LineRegionsBenchmarks() =
    let layer seed rows columns = {
        Weights = Array.chunkBySize columns (Draw.normals (Seed.ofInt seed) (rows * columns))
        Biases = Draw.normals (Seed.ofInt (seed + 1)) rows
    }

    let net = {
        Hidden = [ layer 1 20 1; layer 3 20 20; layer 5 20 20 ]
        Output = layer 7 1 20
    }

    let exact = ReluNet.map Rational.ofFloat net

    [<Benchmark(Baseline = true)>]
    member _.Exact() =
        (LineRegions.exact exact None None).Length

    [<Benchmark>]
    member _.Doubles() = LineRegions.count net None None
