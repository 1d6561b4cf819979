namespace NtkTheory.Benchmarks

open BenchmarkDotNet.Attributes
open NtkTheory.Numerics
open NtkTheory.Reference
open NtkTheory.Sampling

/// Matrix products against the naive sum.
type GemmBenchmarks() =
    let n = 256
    let a = Draw.normals (Seed.ofInt 1) (n * n)
    let c = Array.zeroCreate<float>(n * n)
    let view = MatrixView.rowMajor n n
    let rows = Array.chunkBySize n a

    [<Benchmark(Baseline = true)>]
    member _.Naive() = Matrices.multiply rows rows

    [<Benchmark>]
    member _.Blocked() =
        Gemm.assign Execution.sequential 1.0 (view a) (view a) (view c)

    [<Benchmark>]
    member _.BlockedGram() =
        Gemm.assignGram Execution.sequential 1.0 (view a) (view c)

/// Elementary functions of 10,000 numbers against the framework's scalar ones.
type ElementwiseBenchmarks() =
    let values = Draw.normals (Seed.ofInt 1) 10_000

    [<Benchmark(Baseline = true)>]
    member _.ScalarTanh() = Array.map tanh values

    [<Benchmark>]
    member _.Tanh() =
        Elementwise.tanh (Lanes.widest ()) values

    [<Benchmark>]
    member _.Erf() =
        Elementwise.erf (Lanes.widest ()) values

    [<Benchmark>]
    member _.Exp() =
        Elementwise.exp (Lanes.widest ()) values

/// 10,000 standard normal numbers against the scalar definition.
type NormalBenchmarks() =
    let target = Array.zeroCreate<float> 10_000

    [<Benchmark(Baseline = true)>]
    member _.Scalar() = NormalStream.fillNormal One 1UL target

    [<Benchmark>]
    member _.Widest() =
        NormalStream.fillNormal (Lanes.widest ()) 1UL target

/// Deep ReLU kernels of 200 points against the textbook formulas.
type ReluGramBenchmarks() =
    let points = Draw.sphere (Seed.ofInt 1) 200 50
    let rows = points.ToRowArrays()

    [<Benchmark(Baseline = true)>]
    member _.Naive() = [| for x in rows -> [| for y in rows -> DeepReluKernels.pair 0 3 x y |] |]

    [<Benchmark>]
    member _.Sweep() =
        ReluGram.kernels Execution.sequential 3 points

/// Eigenvalues of a symmetric matrix of size 200 against MathNet's.
type EigenBenchmarks() =
    let gram =
        Product.gram Execution.sequential (Draw.normalMatrix (Seed.ofInt 1) 200 200)

    [<Benchmark(Baseline = true)>]
    member _.MathNet() = Spectrum.eigenvalues gram

    [<Benchmark>]
    member _.Bisection() =
        SymmetricEigen.values Execution.sequential Managed gram

    [<Benchmark>]
    member _.CertifiedSmallest() =
        SymmetricEigen.smallest Execution.sequential Managed gram
