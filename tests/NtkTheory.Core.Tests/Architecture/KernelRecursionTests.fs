module NtkTheory.Core.Tests.Architecture.KernelRecursionTests

open System
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Reference
open NtkTheory.Testing
open Xunit

let private text name (case: Golden.Case) =
    string ((Golden.get name case.Inputs).GetString())

let private activation name =
    match name with
    | "erf"
    | "erf(t)" -> Erf
    | "swish" -> Silu
    | "relu" -> Relu
    | "sin" -> Sin
    | "tanh" -> Tanh
    | other -> failwith other

[<Fact>]
let ``variance slopes have their golden values`` () =
    for case in Golden.cases "architecture" "criticality/chi-values" do
        let s = activation (text "sigma" case)

        let output name =
            Golden.vector (Golden.get name case.Outputs)

        for i, k in Array.indexed (Golden.vector (Golden.get "K" case.Inputs)) do
            Golden.close 0.0 1e-13 (Array.item i (output "E_sigma2")) (Criticality.secondMoment s k)
            Golden.close 0.0 1e-13 (Array.item i (output "chi_par")) (Criticality.chiParallel 1.0 s k)
            Golden.close 0.0 1e-13 (Array.item i (output "chi_perp")) (Criticality.chiPerp 1.0 s k)

[<Fact>]
let ``ReLU slopes are half of the weight variance`` () =
    let case = Golden.case "architecture" "criticality/relu-chi"
    let cws = Golden.vector (Golden.get "C_w" case.Inputs)

    for cw, chi in Array.zip cws (Golden.vector (Golden.get "chi_par" case.Outputs)) do
        Golden.close 0.0 1e-13 chi (Criticality.chiParallel cw Relu 1.7)
        Golden.close 0.0 1e-13 chi (Criticality.chiPerp cw Relu 0.3)

[<Fact>]
let ``critical points have their golden values`` () =
    let cases =
        Golden.cases "architecture" "criticality/critical-points" |> Array.ofList

    let check (case: Golden.Case) tolerance struct (k, p) =
        Golden.close 0.0 tolerance (Golden.number (Golden.get "K_star" case.Outputs)) k
        Golden.close 0.0 tolerance (Golden.number (Golden.get "C_w" case.Outputs)) p.Cw
        Golden.close 0.0 (10.0 * tolerance) (Golden.number (Golden.get "C_b" case.Outputs)) p.Cb

    // the root of E[s s''] is found to 1e-13 of a slope of order 0.05
    check cases[0] 2e-13 (Criticality.criticalPoint Gelu 1.0 10.0)
    check cases[1] 1e-12 (Criticality.criticalPoint Silu 5.0 30.0)

[<Fact>]
let ``the critical tanh variances have their golden values`` () =
    let case = Golden.case "architecture" "criticality/tanh-kernel-decay"
    let expected = Golden.vector (Golden.get "K" case.Outputs)
    let trajectory = Criticality.trajectory { Cb = 0.0; Cw = 1.0 } Tanh 1.0 5
    List.iteri (fun i k -> Golden.close 0.0 1e-13 expected[i] k) trajectory

[<Fact>]
let ``ReLU correlations close at the golden pace`` () =
    let case = Golden.case "architecture" "criticality/relu-correlation-decay"
    let defects = KernelRecursion.reluDefects 1000 1.0 |> Array.ofSeq
    let expected = Golden.vector (Golden.get "one_minus_rho" case.Outputs)

    for l, value in Array.zip [| 1; 10; 100; 1000 |] expected do
        Golden.close 0.0 1e-12 value defects[l]

let private covariance (element: Text.Json.JsonElement) = {
    Kaa = Golden.number (Golden.get "aa" element)
    Kbb = Golden.number (Golden.get "bb" element)
    Kab = Golden.number (Golden.get "ab" element)
}

[<Fact>]
let ``covariance recursions have their golden values`` () =
    let check tolerance (case: Golden.Case) (layers: Covariance list) =
        let kaa = Golden.vector (Golden.get "K_aa" case.Outputs)
        let kab = Golden.vector (Golden.get "K_ab" case.Outputs)

        List.iteri
            (fun i k ->
                Golden.close 0.0 tolerance kaa[i] k.Kaa
                Golden.close 0.0 tolerance kab[i] k.Kab)
            layers

    let fromInputs (case: Golden.Case) p =
        let point name =
            Golden.vector (Golden.get name case.Inputs)

        KernelRecursion.first p (point "x_a") (point "x_b")

    let relu = Golden.case "architecture" "nngp/recursion-relu"
    let he = { Cb = 0.0; Cw = 2.0 }
    check 1e-14 relu (KernelRecursion.layers he Relu (fromInputs relu he) 6)

    let erf = Golden.cases "architecture" "nngp/recursion-erf" |> Array.ofList
    let first, second = { Cb = 0.05; Cw = 1.2 }, { Cb = 0.0; Cw = Math.PI / 4.0 }
    check 1e-14 erf[0] (KernelRecursion.layers first Erf (fromInputs erf[0] first) 5)
    check 1e-14 erf[1] (KernelRecursion.layers second Erf (fromInputs erf[1] second) 5)

    for id, s, tolerance in [ "nngp/recursion-sin", Sin, 1e-14; "nngp/recursion-tanh", Tanh, 1e-13 ] do
        let case = Golden.case "architecture" id
        let start = covariance (Golden.get "K1" case.Inputs)
        let count = (Golden.get "K_aa" case.Outputs).GetArrayLength()
        check tolerance case (KernelRecursion.layers { Cb = 0.0; Cw = 1.0 } s start count)

[<Fact>]
let ``finite-width moments have their golden values`` () =
    let bias = Golden.case "architecture" "nngp/finite-width-mean-bias"

    for n, mean in Array.zip [| 1; 4; 32 |] (Golden.vector (Golden.get "E_Khat3" bias.Outputs)) do
        Golden.close
            0.0
            1e-15
            mean
            (Rational.toFloat (KernelRecursion.squareThirdLayerMean Rational.One Rational.One n))

    let norm = Golden.case "architecture" "initialization/norm-preservation-relu"

    let second =
        KernelRecursion.squaredNormSecondMoment { Cb = 0.0; Cw = 2.0 } [ 4; 5; 6 ] 1.0

    Golden.close 0.0 1e-14 (Golden.number (Golden.get "second_moment_of_|z3|^2/n3" norm.Outputs)) second

    let average = Golden.case "architecture" "initialization/lln-covariance"

    let variance =
        KernelRecursion.neuronAverageVariance { Kaa = 1.0; Kbb = 2.0; Kab = 0.5 } 10

    Golden.close 0.0 1e-15 (Golden.number (Golden.get "variance" average.Outputs)) variance

let private rational (element: Text.Json.JsonElement) = Golden.vector element

[<Fact>]
let ``off-diagonal tangent kernels have their golden values`` () =
    let he = { Cb = 0.0; Cw = 2.0 }

    for case in Golden.cases "architecture" "paths/ntk-offdiagonal" do
        let point name = rational (Golden.get name case.Inputs)
        let start = KernelRecursion.first he (point "x_a") (point "x_b")
        let theta = KernelRecursion.tangent he Relu start 6 |> Array.ofList
        let kernels = KernelRecursion.layers he Relu start 6 |> Array.ofList
        let expected = Golden.vector (Golden.get "Theta_inf" case.Outputs)
        let last = Golden.vector (Golden.get "K_ab_last" case.Outputs)

        for l in 1..5 do
            Golden.close 0.0 1e-14 expected[l - 1] theta[l]
            Golden.close 0.0 1e-14 last[l - 1] kernels[l].Kab

let private withClosedForm =
    Activation.all
    |> List.filter (fun s -> (DualActivation.closedForm s).IsSome && s <> Exp)

[<Fact>]
let ``closed dual activations agree with the naive integral`` () =
    let k = { Kaa = 1.3; Kbb = 0.7; Kab = -0.4 }

    for s in withClosedForm do
        let f = Activation.value s
        Golden.close 2e-4 0.0 (Gaussians.pairMean f f k.Kaa k.Kbb k.Kab) (DualActivation.value s k)

[<Property(MaxTest = 20)>]
let ``closed dual activations agree with quadrature`` (a: byte) (b: byte) (r: sbyte) =
    let kaa, kbb = 0.1 + float a / 100.0, 0.1 + float b / 100.0

    let k = {
        Kaa = kaa
        Kbb = kbb
        Kab = float r / 130.0 * sqrt (kaa * kbb)
    }

    for s in withClosedForm do
        let scale = 1.0 + Criticality.secondMoment s kaa + Criticality.secondMoment s kbb
        Golden.close (1e-8 * scale) 0.0 (DualActivation.quadrature s k) (DualActivation.value s k)

    for s in [ Erf; Sin; Cos; Gelu; Bump; Monomial 3 ] do
        Golden.close 1e-7 1e-7 (DualActivation.derivativeQuadrature s k) (DualActivation.derivative s k)

[<Property(MaxTest = 20)>]
let ``Mehler's series holds the quadrature inside its radius`` (a: byte) (b: byte) (r: sbyte) =
    let kaa, kbb = 0.1 + float a / 150.0, 0.1 + float b / 150.0

    let k = {
        Kaa = kaa
        Kbb = kbb
        Kab = float r / 130.0 * sqrt (kaa * kbb)
    }

    for s in [ Tanh; Sigmoid; Softplus; Silu ] do
        let series = DualActivation.mehler (Activation.value s, Activation.kinks s) 40 k
        Assert.True(series.Radius < 1e-2, $"radius {series.Radius}")
        Golden.close (series.Radius + 1e-12) 0.0 (DualActivation.quadrature s k) series.Value

[<Fact>]
let ``zero variances and dead inputs are answered`` () =
    let zero = { Kaa = 0.0; Kbb = 1.0; Kab = 0.0 }
    Assert.Equal(0.0, DualActivation.value Relu zero)
    Assert.Equal(0.0, DualActivation.value Erf zero)
    Golden.close 1e-14 0.0 1.0 (DualActivation.value Cos { Kaa = 0.0; Kbb = 0.0; Kab = 0.0 })
    Golden.close 1e-12 0.0 0.0 (DualActivation.value Tanh zero)

[<Fact>]
let ``parallel inputs stay parallel`` () =
    let k = { Kaa = 1.0; Kbb = 4.0; Kab = 2.0 }
    let next = KernelRecursion.next { Cb = 0.0; Cw = 2.0 } Relu k
    Golden.close 1e-14 0.0 2.0 next.Kab

[<Fact>]
let ``the gamma function of complex arguments obeys reflection and the real values`` () =
    for x in [ 0.5; 1.0; 3.5; 20.0 ] do
        Golden.close
            1e-13
            1e-14
            (MathNet.Numerics.SpecialFunctions.GammaLn x)
            (ComplexGamma.logGamma (Numerics.Complex(x, 0.0))).Real

    // |Gamma(1/2 + i t)|^2 = pi / cosh(pi t)
    for t in [ 0.3; 2.0; 7.0 ] do
        let value = (ComplexGamma.logGamma (Numerics.Complex(0.5, t))).Real
        Golden.close 1e-12 1e-13 (0.5 * log (Math.PI / cosh (Math.PI * t))) value
