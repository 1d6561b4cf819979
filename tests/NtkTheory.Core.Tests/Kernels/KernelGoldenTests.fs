module NtkTheory.Core.Tests.Kernels.KernelGoldenTests

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Numerics
open NtkTheory.Models
open Xunit

/// The tolerance of most entries: relative 1e-12 or absolute 1e-14.
let close expected actual =
    Golden.close 1e-14 1e-12 expected actual

let closeAll (expected: float[]) (actual: float[]) =
    Assert.Equal(expected.Length, actual.Length)
    Array.iter2 close expected actual

let closeMatrix (expected: float[][]) (actual: Matrix<float>) =
    Array.iter2 closeAll expected (actual.ToRowArrays())

let matrix element : Matrix<float> =
    Matrix<float>.Build.DenseOfRowArrays(Golden.rows element)

let golden id = Golden.case "kernels" id

let input name (case: Golden.Case) = Golden.get name case.Inputs

let output name (case: Golden.Case) = Golden.get name case.Outputs

let private points case = matrix (input "X" case)

[<Fact>]
let ``arc-cosine kernel of degree one`` () =
    let case = golden "kernel/arccos1"
    let kernel = Angle.ofCosine >> ArcCosine.degreeOne
    closeAll (Golden.vector (output "k1" case)) (Golden.vector (input "u" case) |> Array.map kernel)

[<Fact>]
let ``kernels of vectors of any norm`` () =
    let case = golden "kernel/non-unit-norm"
    let x = Vector<float>.Build.Dense(Golden.vector (input "x" case))
    let y = Vector<float>.Build.Dense(Golden.vector (input "y" case))
    let expected name = Golden.number (output name case)
    let angle = Angle.between x y
    close (expected "cos") (Angle.cosine angle)
    close (expected "arccos0") (ArcCosine.degreeZero angle)
    close (expected "ntk_first_layer") (ArcCosine.tangent x y)
    close (expected "E_relu_relu") (ArcCosine.feature x y)

[<Fact>]
let ``power series of the kernel of degree zero`` () =
    let case = golden "kernel/power-series"
    closeAll (Golden.vector (output "taylor_coefficients" case)) (ArcCosine.degreeZeroSeries 9)

[<Fact>]
let ``tangent Gram matrix of three points`` () =
    let case = golden "gram/Hcts-3-points"
    let gram = GramMatrix.tangent (points case)
    closeMatrix (Golden.rows (output "H" case)) gram
    closeAll (Golden.vector (output "eigenvalues" case)) (Spectrum.eigenvalues gram)
    close (Golden.number (output "lambda_min" case)) (GramMatrix.smallestEigenvalue gram).Value

[<Fact>]
let ``feature Gram matrix of three points`` () =
    let case = golden "gram/feature-relu-3-points"
    let gram = GramMatrix.feature (points case)
    closeMatrix (Golden.rows (output "E_relu_relu" case)) gram
    closeAll (Golden.vector (output "eigenvalues" case)) (Spectrum.eigenvalues gram)

[<Fact>]
let ``independent antipodal pairs are positive definite`` () =
    let case = golden "gram/antipodal-independent-pairs"

    let spectrum gram =
        Spectrum.eigenvalues (gram (points case))

    closeAll (Golden.vector (output "eig_Hcts" case)) (spectrum GramMatrix.tangent)
    closeAll (Golden.vector (output "eig_feature" case)) (spectrum GramMatrix.feature)
    Assert.True(GramMatrix.isPositiveDefinite (points case))

[<Fact>]
let ``dependent antipodal pairs are singular`` () =
    let case = golden "gram/antipodal-dependent-pairs"

    let nullVector =
        Vector<float>.Build.Dense(Golden.vector (output "null_vector" case))

    for gram, name in
        [
            GramMatrix.tangent, "eig_Hcts_nonzero"
            GramMatrix.feature, "eig_feature_nonzero"
        ] do
        let spectrum = Spectrum.eigenvalues (gram (points case))
        Golden.close 1e-14 0.0 0.0 spectrum[0]
        closeAll (Golden.vector (output name case)) (Array.tail spectrum)
        Golden.close 1e-14 0.0 0.0 ((gram (points case)).Multiply(nullVector).L2Norm())

    Assert.False(GramMatrix.isPositiveDefinite (points case))

[<Theory>]
[<InlineData("relu")>]
[<InlineData("step")>]
[<InlineData("exp")>]
[<InlineData("tanh")>]
[<InlineData("sigmoid")>]
[<InlineData("gelu")>]
let ``Hermite coefficients`` (name: string) =
    let case = golden $"hermite/{name}"
    let activation = Activation.all |> List.find (fun a -> a.Name = name)
    let f = Activation.value activation
    let kinks = Activation.kinks activation
    let coefficients = Hermite.coefficients 12 (f, kinks)
    let squares = coefficients |> Array.sumBy (fun c -> c * c)

    let quadrature expected actual =
        Golden.close 1e-10 1e-12 expected actual

    Array.iter2 quadrature (Golden.vector (output "c_k" case)) coefficients
    quadrature (Golden.number (output "partial_parseval_12" case)) squares

    GaussianExpectation.mean (GaussianExpectation.rule kinks) (fun z -> f z * f z)
    |> quadrature (Golden.number (output "second_moment" case))

[<Theory>]
[<InlineData("1.0")>]
[<InlineData("0.6")>]
[<InlineData("0.5")>]
[<InlineData("0.0")>]
[<InlineData("-1.0")>]
let ``deep tangent kernels of ReLU`` (u: string) =
    let case = golden $"ntk/relu-depth/u={u}"
    let kernels = DeepRelu.kernels 3 (Angle.ofCosine (Golden.number (input "u" case)))

    let check name part =
        closeAll (Golden.vector (output name case)) [| for k in kernels -> part k |]

    check "Sigma" _.Sigma
    check "Sigma_dot" _.SigmaDot
    check "Theta" _.Theta

[<Fact>]
let ``exact supremum of the ReLU linearization`` () =
    let case = golden "linearization/relu-exact-sup"
    let t = Golden.vector (input "W0x" case)
    let a = Golden.vector (input "a" case)
    let reach = Golden.number (input "B" case)
    let scale = 1.0 / sqrt (float t.Length)
    let plus, plusFlips = Linearization.reluSupOfSign 1.0 t a reach
    let minus, minusFlips = Linearization.reluSupOfSign -1.0 t a reach
    close (Golden.number (output "sup_plus" case)) (scale * plus)
    close (Golden.number (output "sup_minus" case)) (scale * minus)
    close (Golden.number (output "sup" case)) (Linearization.reluSup t a reach)
    Assert.Equal(int (Golden.number (output "k_plus" case)), plusFlips)
    Assert.Equal(int (Golden.number (output "k_minus" case)), minusFlips)

[<Theory>]
[<InlineData("0.45")>]
[<InlineData("0.95")>]
let ``exact supremum over two points`` (radius: string) =
    let case = golden $"linearization/relu-two-point-sup/B={radius}"
    let t = Golden.vector (input "W0x" case)
    let a = Golden.vector (input "a" case)
    let reach = Golden.number (input "B" case)
    let plus, flipped, rest = ReluWorstCase.twoPointSupOfSign 1.0 t a reach
    let minus, _, _ = ReluWorstCase.twoPointSupOfSign -1.0 t a reach
    close (Golden.number (output "sup_unscaled_plus" case)) plus
    close (Golden.number (output "sup_unscaled_minus" case)) minus
    close (Golden.number (output "sup_scaled" case)) (ReluWorstCase.twoPointSup t a reach / sqrt 8.0)
    let sets = Golden.rows (output "argmax_plus_S_T" case)
    Assert.Equal<int[]>(Array.map int sets[0], flipped)
    Assert.Equal<int[]>(Array.map int sets[1], rest)

[<Fact>]
let ``asymptotic constants of the suprema`` () =
    let case = golden "linearization/relu-sup-constants"

    let check name value =
        close (Golden.number (output name case)) value

    check "one_sided_random_signs" (Linearization.reluAsymptoticConstant 0.5)
    check "one_sided_all_same_sign" (Linearization.reluAsymptoticConstant 1.0)
    check "two_point_random_signs" (Linearization.reluTwoPointAsymptoticConstant 0.5)
    check "two_point_all_same_sign" (Linearization.reluTwoPointAsymptoticConstant 1.0)

[<Fact>]
let ``bounds of the ReLU linearization`` () =
    let case = golden "linearization/relu-bound"
    let delta = Golden.number (input "delta" case)
    let widths = Golden.vector (input "m" case) |> Array.map int

    for name, bound in
        [
            "bound_one_sided", Linearization.reluBound
            "bound_two_point", Linearization.reluTwoPointBound
        ] do
        let expected = Golden.rows (output name case)

        Golden.vector (input "B" case)
        |> Array.iteri (fun i radius -> closeAll expected[i] [| for m in widths -> bound radius m delta |])

[<Fact>]
let ``quadratic activations attain the smooth bound`` () =
    let case = golden "linearization/smooth-tight-quadratic"
    let outer = Golden.vector (input "a" case)
    let x = Golden.vector (input "x" case)

    let start =
        Matrix<float>.Build.Dense(3, 2, fun i j -> 0.3 * float i - 0.7 * float j)

    let moves = [| 0.5; -1.0 / 3.0; 2.0 |]
    let moved = start + Matrix<float>.Build.Dense(3, 2, fun i j -> moves[i] * x[j])
    // z^2 is 2-smooth, and half of it is 1-smooth
    let halves = outer |> Array.map (fun a -> 0.5 * a)

    let network hidden =
        TwoLayer.create (Monomial 2) halves hidden

    let point = Matrix<float>.Build.DenseOfRowArrays [ x ]
    let error = Linearization.errors (network start) (network moved) point
    close (Golden.number (output "error" case)) error[0]

    Linearization.smoothBound 1.0 1.0 (sqrt (Array.sumBy (fun c -> c * c) moves)) 3
    |> close (Golden.number (output "bound" case))

[<Fact>]
let ``tangent kernel of a network of four neurons`` () =
    let case = golden "kernel/finite-width"

    let network =
        TwoLayer.create Relu (Golden.vector (input "a" case)) (matrix (input "W0" case))

    let expected = Golden.rows (output "k_m" case)

    let check (actual: Matrix<float>) =
        Array.iter2 (Array.iter2 (Golden.close 1e-15 0.0)) expected (actual.ToRowArrays())

    check (GramMatrix.finite network.Hidden (points case))
    // through the gradients, 1 / sqrt 4 is exact
    check (TwoLayer.tangentGram network (points case))

[<Fact>]
let ``kernel at zero weights depends on the value of the derivative there`` () =
    let case = golden "kernel/taylor-at-zero"

    let pair: Matrix<float> =
        Matrix<float>.Build.DenseOfRowArrays [
            Golden.vector (input "x" case)
            Golden.vector (input "x2" case)
        ]

    let outer = Golden.vector (input "a" case)

    let kernel activation atKink =
        let network = TwoLayer.create activation outer (Matrix<float>.Build.Dense(3, 2))
        (TwoLayer.tangentGram { network with AtKink = atKink } pair)[0, 1]

    closeAll (Golden.vector (output "k" case)) [|
        kernel Relu 0.0
        kernel Relu 1.0
        kernel Relu 0.5
        kernel Erf 0.0
    |]

[<Fact>]
let ``worst case of the Gram matrix of two points`` () =
    let case = golden "gram/perturbation-worst-case"
    let weights = matrix (input "W_tilde" case)
    let sup = Golden.vector (output "sup_frobenius" case)
    let counts = Golden.rows (output "count_change" case)

    Golden.vector (input "R" case)
    |> Array.iteri (fun i radius ->
        let value, (first, second, both) =
            GramPerturbation.exactForTwo (points case) weights radius

        close sup[i] value
        let magnitudes = counts[i] |> Array.map (abs >> int)
        Assert.Equal<int[]>(magnitudes, [| abs first; abs second; abs both |])
        Assert.True(GramPerturbation.upperBound (points case) weights radius >= value - 1e-12))

[<Fact>]
let ``Gaussian anticoncentration and binomial tails`` () =
    let case = golden "gram/anticoncentration"

    let probability radius =
        MathNet.Numerics.SpecialFunctions.Erf(radius / sqrt 2.0)

    closeAll
        (Golden.vector (output "probability" case))
        (Golden.vector (input "R" case) |> Array.map probability)

    let case = golden "gram/perturbation-tail-constants"

    let check name value =
        Golden.close 0.0 1e-10 (Golden.number (output name case)) value

    let p = 2.0 * 0.05 / sqrt System.Math.Tau
    check "two_sided_tail" (BinomialTail.atLeast 2000 (2.0 * probability 0.05) 200)
    check "one_sided_tail" (BinomialTail.atLeast 2000 p 200)
    check "notes_tail" (exp -10.0)

[<Fact>]
let ``counts of small preactivations have exact tails`` () =
    let case = golden "anti-concentration/count"
    let expected = Golden.rows (output "threshold_p_tail" case)

    Golden.rows (input "m_tau_delta" case)
    |> Array.iteri (fun i row ->
        let trials, tau, delta = int row[0], row[1], row[2]
        let threshold = row[0] * tau + sqrt (row[0] / 2.0 * log (1.0 / delta))
        let p = MathNet.Numerics.SpecialFunctions.Erf(tau / sqrt 2.0)
        closeAll expected[i] [| threshold; p; BinomialTail.atLeast trials p (int threshold + 1) |])
