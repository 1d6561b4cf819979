/// Laws of the kernels: symmetry, definiteness, homogeneity, rotation invariance, order and contraction.
module NtkTheory.Core.Tests.Kernels.KernelLawTests

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Reference
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private sizeOf seed index bound =
    1 + Draw.below bound index (Seed.split "sizes" (Seed.ofInt seed))

/// A few points of any norm.
let private cloud seed : Matrix<float> =
    Draw.normalMatrix (Seed.ofInt seed) (sizeOf seed 0L 6) (sizeOf seed 1L 5)

let private unitCloud seed : Matrix<float> =
    Draw.sphere (Seed.ofInt seed) (sizeOf seed 0L 6) (sizeOf seed 1L 5)

let private vector seed name count : Vector<float> =
    Vector<float>.Build.Dense(Draw.normals (Seed.split name (Seed.ofInt seed)) count)

let private activations = [ Relu; LeakyRelu 0.3; Abs; Step; Erf; Tanh; Cos; Gelu; Softplus; Elu; Exp ]

let private dual activation points = DualKernel.gram activation points

let private deep kind depth points =
    NetworkKernel.gram Execution.sequential kind (NetworkKernel.create Relu depth) points

let private biased kind activation points =
    NetworkKernel.gram
        Execution.sequential
        kind
        {
            NetworkKernel.create activation 2 with
                BiasVariance = 0.3
        }
        points

let private kernels: (string * (Matrix<float> -> Matrix<float>)) list = [
    "tangent", GramMatrix.tangent
    "feature", GramMatrix.feature
    "deep tangent", deep TangentKernel 3
    "deep process", deep ProcessKernel 2
    "leaky tangent", biased TangentKernel (LeakyRelu 0.1)
    "erf tangent", biased TangentKernel Erf
]

let private worst (a: Matrix<float>) (b: Matrix<float>) =
    (a - b).Enumerate() |> Seq.fold (fun most v -> max most (abs v)) 0.0

/// Entries of a Gram matrix are sums and functions of d products: a few dozen roundings of the largest.
let private rounding (gram: Matrix<float>) =
    let largest = gram.Enumerate() |> Seq.fold (fun most v -> max most (abs v)) 0.0
    Estimate.gamma 500 * largest

let private assertDefinite (gram: Matrix<float>) =
    let size = float gram.RowCount
    let smallest = Spectrum.smallestWithin (rounding gram) gram
    Assert.True(Estimate.upper smallest >= 0.0, $"lambda_min = {smallest.Value} for {size} points")

[<Property(MaxTest = 40)>]
let ``Gram matrices are symmetric and positive semidefinite`` (seed: int) =
    let points = cloud seed

    for _, kernel in kernels do
        let gram = kernel points
        Assert.Equal(gram, gram.Transpose())
        assertDefinite gram

    for activation in activations do
        assertDefinite (dual activation (unitCloud seed))

[<Property(MaxTest = 60)>]
let ``angles do not depend on the order of the vectors`` (seed: int) =
    let d = sizeOf seed 1L 8
    let x, y = vector seed "x" d, vector seed "y" d
    let one, other = Angle.between x y, Angle.between y x
    let tolerance = Estimate.gamma (8 * d + 16)
    // on the line angles are 0 or pi but for a second rounding
    Golden.close 1e-20 tolerance one.Theta other.Theta
    Golden.close 1e-20 tolerance one.Supplement other.Supplement
    Golden.close 1e-15 0.0 Math.PI (one.Theta + one.Supplement)

[<Property(MaxTest = 60)>]
let ``angles obey the triangle inequality`` (seed: int) =
    let d = sizeOf seed 1L 8
    let x, y, z = vector seed "x" d, vector seed "y" d, vector seed "z" d
    let theta a b = (Angle.between a b).Theta
    Assert.True(theta x z <= theta x y + theta y z + 1e-14)

[<Property(MaxTest = 40)>]
let ``ReLU kernels are homogeneous of degree 1 in each point`` (seed: int) (a: byte) (b: byte) =
    let d = sizeOf seed 1L 6
    let x, y = vector seed "x" d, vector seed "y" d
    let a, b = 0.01 + float a / 40.0, 0.01 + float b / 40.0

    let check (kernel: Vector<float> -> Vector<float> -> float) =
        let expected = a * b * kernel x y
        let size = a * b * x.L2Norm() * y.L2Norm()
        Golden.close (Estimate.gamma 100 * size) 0.0 expected (kernel (x.Multiply a) (y.Multiply b))

    check ArcCosine.tangent
    check ArcCosine.feature

    check (fun x y ->
        let gram = deep TangentKernel 2 (Matrix<float>.Build.DenseOfRowVectors(x, y)) in gram[0, 1])

/// An orthogonal matrix.
let private rotation seed d : Matrix<float> =
    (Draw.normalMatrix (Seed.split "rotation" (Seed.ofInt seed)) d d).QR().Q

[<Property(MaxTest = 40)>]
let ``kernels do not change under rotations`` (seed: int) =
    let points = cloud seed
    let turned = points * rotation seed points.ColumnCount

    for name, kernel in kernels do
        let gram = kernel points
        Assert.True(worst gram (kernel turned) <= 20.0 * rounding gram, name)

[<Property(MaxTest = 40)>]
let ``opposite points share the kernel of degree zero`` (seed: int) =
    let d = sizeOf seed 1L 6
    let x, y = vector seed "x" d, vector seed "y" d
    // P(both) + P(the first alone) = 1/2
    let sum =
        ArcCosine.degreeZero (Angle.between x y)
        + ArcCosine.degreeZero (Angle.between x (-y))

    Golden.close 1e-15 0.0 0.5 sum
    // relu(z) relu(v) - relu(-z) relu(v) = z relu(v), of mean u / 2
    let difference =
        ArcCosine.degreeOne (Angle.between x y)
        - ArcCosine.degreeOne (Angle.between x (-y))

    Golden.close 1e-15 0.0 (0.5 * Angle.cosine (Angle.between x y)) difference

[<Property(MaxTest = 40)>]
let ``arc-cosine kernels fall with the angle`` (a: uint16) (b: uint16) =
    let low, high = min a b, max a b

    let at k =
        Angle.ofTheta (Math.PI * float k / 65535.0)

    Assert.True(ArcCosine.degreeZero (at low) >= ArcCosine.degreeZero (at high))
    Assert.True(ArcCosine.degreeOne (at low) >= ArcCosine.degreeOne (at high) - 1e-16)
    // the derivative of k1 in the cosine is k0
    let u, v = cos (at high).Theta, cos (at low).Theta

    let slope = ArcCosine.degreeOne (at low) - ArcCosine.degreeOne (at high)

    Assert.InRange(
        slope,
        ArcCosine.degreeZero (at high) * (v - u) - 1e-15,
        ArcCosine.degreeZero (at low) * (v - u) + 1e-15
    )

[<Property(MaxTest = 30)>]
let ``tangent kernels dominate covariances, and full kernels their parts`` (seed: int) =
    let points = cloud seed

    for depth in 1..3 do
        assertDefinite (deep TangentKernel depth points - deep ProcessKernel depth points)

    // a Schur product with a matrix of diagonal 1/2 leaves at most half of the inner products' norm
    let unit = unitCloud seed
    let products = unit.TransposeAndMultiply unit
    let largest = (Spectrum.largest products).Value
    Assert.True((Spectrum.largest (GramMatrix.tangent unit)).Value <= 0.5 * largest + 1e-13)
    Assert.True((GramMatrix.smallestEigenvalue (GramMatrix.tangent unit)).Value <= 0.5 + 1e-13)

[<Property(MaxTest = 60)>]
let ``layers contract angles`` (a: uint16) =
    let angle = Angle.ofTheta (Math.PI * (float a + 0.5) / 65536.0)
    let sigmas = DeepRelu.kernels 6 angle |> List.map _.Sigma
    // each layer brings the cosine nearer to 1
    let cosines = Angle.cosine angle :: sigmas
    Assert.All(List.pairwise cosines, fun (below, above) -> Assert.True(above >= below - 1e-15))
    Assert.All(sigmas, fun sigma -> Assert.InRange(sigma, -1e-16, 1.0))

[<Property(MaxTest = 40)>]
let ``dual kernels of two activations agree with a sum over the plane`` (seed: int) =
    let angle = Angle.ofTheta (Math.PI * Draw.uniformAt 0L (Seed.ofInt seed))

    for activation in [ Sin; Erf; Tanh; Gelu; Silu ] do
        let f = Activation.value activation
        let value = DualKernel.value activation angle
        Golden.close 1e-9 1e-9 (Gaussians.pairMean f f 1.0 1.0 (Angle.cosine angle)) value
        // Cauchy and Schwarz
        Assert.True(abs value <= DualKernel.value activation (Angle.ofTheta 0.0) + 1e-13)

[<Fact>]
let ``parity decides what a dual kernel does at opposite points`` () =
    let opposite = Angle.ofSupplement 0.0

    for activation in Activation.all do
        let at angle = DualKernel.value activation angle
        let own = at (Angle.ofTheta 0.0)
        let tolerance = 1e-12 * (1.0 + abs own)

        match Activation.parity activation with
        | Even -> Golden.close tolerance 0.0 own (at opposite)
        | Odd -> Golden.close tolerance 0.0 -own (at opposite)
        | Mixed -> Assert.True(abs (at opposite) <= own + tolerance)

[<Property(MaxTest = 30)>]
let ``the certificate stays below the least eigenvalue`` (seed: int) =
    let points = unitCloud seed

    for activation in [ Relu; Tanh; Cos; Gelu; Sigmoid ] do
        let certificate =
            DualKernel.certificate (DualKernel.coefficients 30 activation) points

        let smallest = Spectrum.smallestWithin 1e-13 (dual activation points)
        Assert.True(certificate <= Estimate.upper smallest + 1e-12)

[<Property(MaxTest = 30)>]
let ``moments of the feature kernel are those of its summands`` (seed: int) =
    let points = Draw.sphere (Seed.ofInt seed) (sizeOf seed 0L 5) 2

    for activation in [ Tanh; Sin; Erf ] do
        let first, second = FeatureConcentration.planeMoments activation points
        Assert.True(worst first (dual activation points) < 1e-13)
        // E K^2 - (E K)^2 is a variance
        assertDefinite (second - first * first)
        let m = float points.RowCount
        let proxy = FeatureConcentration.varianceProxy activation 10 points
        Assert.True(Estimate.lower proxy <= m * (Spectrum.operatorNorm first).Value / 10.0)

[<Property(MaxTest = 40)>]
let ``Bernstein's deviation is where the tail is delta`` (a: byte) (b: byte) (c: byte) =
    let count, width = 1 + int a % 50, 1 + 4 * int b
    let norm, delta = 0.5 + float (int c % 10), 0.001 + float c / 300.0
    let t = FeatureConcentration.deviation count width norm delta
    let m, n = float count, float width

    let tail = 2.0 * m * exp (-(t * t / 2.0) / (m * norm / n + m * t / (3.0 * n)))

    Golden.close 0.0 1e-10 delta tail

[<Fact>]
let ``Fourier coefficients rebuild the kernel, and the slice's series stays below them`` () =
    let tangent angle =
        Angle.cosine angle * ArcCosine.degreeZero angle

    for kernel, taylor in
        [
            ArcCosine.degreeZero, ArcCosine.degreeZeroTaylor 0.5
            tangent, ArcCosine.tangentTaylor 0.5
        ] do
        let onSlice = CircleFourier.onSlice kernel
        let coefficients = Array.init 400 (fun n -> CircleFourier.coefficient n onSlice)

        for theta in [ 0.2; 1.0; 2.5 ] do
            let sum =
                coefficients
                |> Array.mapi (fun n c -> (if n = 0 then 1.0 else 2.0) * c * cos (float n * theta))
                |> Array.sum

            // coefficients of a kink at 0 fall like n^-2: the rest oscillates below 400^-2 over the angle
            Golden.close 2e-5 0.0 (onSlice theta) sum

        // the terms fall like 1/k^2 from about n^2 on
        for n, part in [ 0, 0.98; 1, 0.98; 5, 0.95; 30, 0.3 ] do
            let series = CircleFourier.sliceSeries taylor n 200
            Assert.InRange(series, part * coefficients[n], coefficients[n] + 1e-15)

[<Fact>]
let ``Taylor coefficients around a centre sum to the kernel`` () =
    for centre in [ -0.5; 0.0; 0.3; 0.5 ] do
        for h in [ -0.2; 0.1 ] do
            let sum (coefficients: float[]) =
                coefficients |> Array.mapi (fun k c -> c * h ** float k) |> Array.sum

            let angle = Angle.ofCosine (centre + h)
            Golden.close 0.0 1e-13 (ArcCosine.degreeZero angle) (sum (ArcCosine.degreeZeroTaylor centre 80))

            Golden.close
                1e-14
                1e-13
                ((centre + h) * ArcCosine.degreeZero angle)
                (sum (ArcCosine.tangentTaylor centre 80))

[<Property(MaxTest = 30)>]
let ``Hermite coefficients of a derivative are those of the function, moved down`` (a: sbyte) =
    let shift = float a / 100.0
    let f z = tanh (z + shift)
    let slope z = 1.0 / cosh (z + shift) ** 2.0
    let own = Hermite.coefficients 12 (f, [])
    let derived = Hermite.coefficients 11 (slope, [])

    for k in 0..11 do
        Golden.close 1e-12 0.0 (sqrt (float (k + 1)) * own[k + 1]) derived[k]
