/// Dual kernels, Gram matrices of activations, universality and iterated tents, against golden values.
module NtkTheory.Core.Tests.Kernels.GramGoldenTests

open System.Numerics
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Core.Tests.Kernels.KernelGoldenTests
open NtkTheory.Models
open NtkTheory.Numerics
open Xunit

[<Fact>]
let ``dual kernels in closed form`` () =
    let case = golden "hermite/mehler-closed-forms"
    let angle = Angle.ofCosine (Golden.number (input "u" case))

    let check name value =
        close (Golden.number (output name case)) value

    for activation in [ Relu; Step; Abs; Exp; Erf; Sin; Cos ] do
        check activation.Name (DualKernel.value activation angle)

    check "erf_prime" (DualKernel.derivative Erf angle)

[<Fact>]
let ``opposite points make the Gram matrix of an odd activation singular`` () =
    let case = golden "gram/antipodal-odd-activation"
    let gram = DualKernel.gram Tanh (matrix (input "X" case))
    closeMatrix (Golden.rows (output "EK" case)) gram
    close (Golden.number (output "lambda_min" case)) (Spectrum.smallest gram).Value

[<Fact>]
let ``two antipodal pairs make the Gram matrix of the sigmoid singular`` () =
    let case = golden "gram/antipodal-sigmoid"
    let gram = DualKernel.gram Sigmoid (matrix (input "X" case))
    close (Golden.number (output "q" case)) (gram[0, 0] - 0.25)
    closeAll (Golden.vector (output "eigenvalues" case)) (Spectrum.eigenvalues gram)

    let nullVector =
        Vector<float>.Build.Dense(Golden.vector (output "null_vector" case))

    close 0.0 ((gram * nullVector).L2Norm())

[<Fact>]
let ``Gershgorin's certificate on every Hadamard power`` () =
    let case = golden "gram/hermite-certificate"

    let points: Matrix<float> =
        Golden.vector (input "angles" case)
        |> Seq.map (fun t -> [| cos t; sin t |])
        |> Matrix<float>.Build.DenseOfRowArrays

    let gram = DualKernel.gram Cos points
    closeMatrix (Golden.rows (output "EK" case)) gram
    close (Golden.number (output "lambda_min" case)) (Spectrum.smallest gram).Value

    DualKernel.certificate (DualKernel.coefficients 40 Cos) points
    |> close (Golden.number (output "certificate" case))

[<Fact>]
let ``independent columns span a volume though the rows are dependent`` () =
    let case = golden "gram/rows-vs-columns"
    let b = matrix (input "B" case)
    let gram = b.TransposeThisAndMultiply b
    closeMatrix (Golden.rows (output "BtB" case)) gram
    close (Golden.number (output "det" case)) (gram.Determinant())
    close (Golden.number (output "volume" case)) (GramMatrix.volume b)
    Assert.Equal(int (Golden.number (output "rank" case)), GramMatrix.rank b)
    Assert.False(GramMatrix.independentRows b)
    Assert.True(GramMatrix.independentRows (b.Transpose()))

[<Fact>]
let ``what the kernel of merging points does`` () =
    let case = golden "concentration/kernel-rate"
    let mean, deviation = FeatureConcentration.squareMoments Tanh
    close (Golden.number (output "mean" case)) mean
    close (Golden.number (output "sd" case)) deviation

[<Fact>]
let ``Fourier coefficients on the circle and on the slice`` () =
    let case = golden "kernel/universality-fourier"

    let tangent angle =
        Angle.cosine angle * ArcCosine.degreeZero angle

    for name, place, kernel in
        [
            "circle_k0", CircleFourier.onCircle, ArcCosine.degreeZero
            "circle_u_k0", CircleFourier.onCircle, tangent
            "slice_k0", CircleFourier.onSlice, ArcCosine.degreeZero
            "slice_u_k0", CircleFourier.onSlice, tangent
        ] do
        Golden.vector (output name case)
        |> Array.iteri (fun n expected ->
            // the tolerance is the file's
            Golden.close 1e-14 1e-11 expected (CircleFourier.coefficient n (place kernel)))

[<Fact>]
let ``iterates of the tent`` () =
    let case = golden "depth-separation/iterates"
    let folds = Golden.vector (input "k" case) |> Array.map int
    // the file's doubles stand for these fractions
    let places = [ 1, 7; 3, 10; 1, 3; 5, 16 ]

    for (p, q), given in List.zip places (List.ofArray (Golden.vector (input "x" case))) do
        Assert.Equal(float p / float q, given)

    let expected = [
        for row in (output "iterates" case).EnumerateArray() ->
            [ for item in row.EnumerateArray() -> string item ]
    ]

    for (p, q), row in List.zip places expected do
        let found = [ for k in folds -> string (Sawtooth.value k (Rational.ratio p q)) ]
        Assert.Equal<string list>(row, found)

    for k in 1..6 do
        let pieces =
            LineRegions.exact (Sawtooth.net Supported k) (Some Rational.Zero) (Some Rational.One)

        Assert.Equal(pown 2 (k - 1), Sawtooth.peaks pieces)
        Assert.Equal(pown 2 k, pieces.Length)

        // from the constant 0 the distance is the integral
        Assert.Equal(
            Rational.ratio 1 2,
            Sawtooth.distance k [ Rational.Zero; Rational.One ] (fun _ -> Rational.Zero)
        )

[<Fact>]
let ``covariances and derivatives of an erf network`` () =
    let case = golden "nngp/erf-recursion"

    let parameters = {
        Cb = Golden.number (input "C_b" case)
        Cw = Golden.number (input "C_w" case)
    }

    let variance = Golden.number (input "K1_xx" case)

    let first = {
        Kaa = variance
        Kbb = variance
        Kab = Golden.number (input "K1_xy" case)
    }

    let layers = KernelRecursion.layers parameters Erf first 4 |> Array.ofList
    closeAll (Golden.vector (output "K_xx" case)) [| for k in layers[1..] -> k.Kaa |]
    closeAll (Golden.vector (output "K_xy" case)) [| for k in layers[1..] -> k.Kab |]

    closeAll (Golden.vector (output "sigma_dot" case)) [|
        for k in layers[..2] -> parameters.Cw * DualActivation.derivative Erf k
    |]

[<Fact>]
let ``susceptibilities of tanh and ReLU`` () =
    let case = golden "nngp/susceptibility-tanh"
    let k = Golden.number (input "K" case)
    let cw = Golden.number (input "C_w" case)

    let parameters = {
        Cb = Golden.number (input "C_b" case)
        Cw = cw
    }

    close (Golden.number (output "K_next" case)) (Criticality.map parameters Tanh k)
    close (Golden.number (output "chi_parallel" case)) (Criticality.chiParallel cw Tanh k)
    close (Golden.number (output "chi_perp" case)) (Criticality.chiPerp cw Tanh k)

    let case = golden "nngp/susceptibility-relu"
    let cw = Golden.number (input "C_w" case)

    for k in [ 0.1; 1.0; 7.3 ] do
        // by quadrature: a few hundred roundings of numbers below 1
        Golden.close
            4e-15
            0.0
            (Golden.number (output "chi_parallel" case))
            (Criticality.chiParallel cw Relu k)

        Golden.close 4e-15 0.0 (Golden.number (output "chi_perp" case)) (Criticality.chiPerp cw Relu k)
