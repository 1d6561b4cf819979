/// The tangent kernel of two-layer and deep networks, in its several forms.
module NtkTheory.Catalog.Kernels.KernelForms

open System
open FsCheck.FSharp
open MathNet.Numerics
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private ranges = {
    Setting.usual with
        Counts = 2, 2
        Dimensions = 1, 6
}

let private pair setting =
    let points = Setting.points setting
    points.Row 0, points.Row 1

let private small (setting: Setting) value =
    let size = Spectrum.frobenius (Setting.points setting) ** 2.0
    Estimate.rounded (4 * setting.Width + 4 * setting.Points.Dimension + 32) (1.0 + size) value

/// The kernel of finite width as a count.
let finiteKernelCountsJointlyActiveNeurons: Theorem<Setting> =
    let gradients outer (setting: Setting) =
        let network = Setting.network setting

        let network = {
            network with
                Outer = Array.map outer network.Outer
        }

        let x, y = pair setting

        let product =
            (TwoLayer.gradient network x).PointwiseMultiply(TwoLayer.gradient network y)

        small setting (product.RowSums().Sum())

    let count combine (setting: Setting) =
        let network = Setting.network setting
        let x, y = pair setting

        let both =
            Seq.filter
                (fun (w: Vector<float>) -> combine (w.DotProduct x >= 0.0) (w.DotProduct y >= 0.0))
                (network.Hidden.EnumerateRows())

        small setting (x.DotProduct y * float (Seq.length both) / float setting.Width)

    let ranges = {
        ranges with
            Geometries = [ Sphere; Gaussian ]
    }

    let claim = {
        Setting.identity ranges (gradients id) (count (&&)) with
            Data = Setting.onData ranges []
    }

    {
        Entry =
            Sources.exact
                (Sources.lecture7 "finite width kernel")
                "kernel/finite-width"
                "The tangent kernel of width m is the inner product times the part of the neurons active on both points"
                @"a_j^2=1:\quad k_m(x,x') = \langle\nabla f(x;W_0),\nabla f(x';W_0)\rangle = (x\cdot x')\,\tfrac1m\#\{j: w_j\cdot x\ge0,\ w_j\cdot x'\ge0\}"
                "The gradients of a random network, as matrices, contracted, against the count."
                "For other activations and outer weights: (x.x') (1/m) sum a_j^2 sigma'(t_j) sigma'(t'_j)."
        Claim = claim
        Controls = [
            Control.create "outer weights 1/2 in place of signs" {
                claim with
                    Measured = fun setting _ -> gradients (fun a -> 0.5 * a) setting
            }
            Control.bound "active on one of the points" (count (||)) claim
        ]
    }

/// P(w.x >= 0, w.x' >= 0) by quadrature over the first coordinate: E[1(z >= 0) Phi(rho z / s)], panels fitted to
/// the width s of the step.
let private orthant (x: Vector<float>) (y: Vector<float>) =
    let angle = Angle.between x y
    let rho, s = Angle.cosine angle, sin (min angle.Theta angle.Supplement)

    let f z =
        if z < 0.0 then 0.0
        elif s = 0.0 then (if rho > 0.0 then 1.0 else 0.0)
        else 0.5 * SpecialFunctions.Erfc(-rho * z / s / sqrt 2.0)

    let kinks = [ for k in 0..5 -> s * 2.0 ** float (k - 1) ]
    GaussianExpectation.mean (GaussianExpectation.rule (0.0 :: kinks)) f

/// The limit kernel.
let limitKernelIsArcCosineOfDegreeZero: Theorem<Setting> =
    let measured (setting: Setting) =
        let x, y = pair setting
        let product = x.DotProduct y
        // the panels err by less than 1e-13 of the probability
        Estimate.within (abs product * 1e-12 + 1e-15) (product * orthant x y)

    let printed (setting: Setting) =
        let x, y = pair setting
        let u = x.DotProduct y
        // an arccosine of a cosine rounded at 1e-16 is off by the square root of that at the worst
        Estimate.within 3e-8 (u * (Math.PI - acos (min 1.0 (max -1.0 u))) / Math.Tau)

    let claim = {
        Setting.identity ranges measured printed with
            Hypotheses = [ Condition.hasUnitInputs ]
            Data = Setting.onData ranges [ Condition.unitRows ]
    }

    {
        Entry =
            Sources.exact
                (Sources.lecture7 "kernel of ReLU")
                "kernel/arccos0"
                "For ReLU and unit points the limit kernel is (x.x') (pi - arccos(x.x')) / (2 pi)"
                @"\|x\|=\|x'\|=1:\quad k(x,x') = (x\cdot x')\,P(w\cdot x\ge0,\,w\cdot x'\ge0) = (x\cdot x')\,\frac{\pi-\arccos(x\cdot x')}{2\pi}"
                "The probability by Gauss-Legendre panels over one coordinate, fitted to the width of the step, against the closed form."
                "For other norms the angle takes the place of arccos(x.x'). The model takes the angle from the parts of one point across and along the other: an arccosine of a rounded cosine loses half of the digits near 1 and -1."
        Claim = claim
        Controls = [
            Control.without
                Condition.unitInputs
                (Setting.arbitrary {
                    ranges with
                        Geometries = [ Gaussian ]
                })
                claim
            Control.bound "pi in place of 2 pi" (printed >> Estimate.scale 2.0) claim
        ]
    }

/// The rate of convergence of the kernel, with its exact variance.
let finiteKernelConvergesAtTheRootOfTheWidth: Theorem<Setting> =
    let squared (setting: Setting) seed =
        let x, y = pair setting

        let weights: Matrix<float> =
            Draw.normalMatrix seed setting.Width setting.Points.Dimension

        let gram = GramMatrix.finite weights (Matrix<float>.Build.DenseOfRowVectors(x, y))
        Estimate.exact ((gram[0, 1] - ArcCosine.tangent x y) ** 2.0)

    let ladder = {
        Scales = [ 8.0; 16.0; 32.0; 64.0; 128.0; 256.0 ]
        At = fun (setting: Setting) width -> { setting with Width = int width }
        Replicates = 2000
    }

    let ranges = {
        ranges with
            Dimensions = 2, 4
            Widths = 8, 8
    }

    let claim = {
        Setting.over ranges (fun instances ->
            Claim.rate ladder Equals instances squared (fun _ -> Estimate.exact -1.0)) with
            Effort = { Instances = 0.2; Draws = 1.0 }
    }

    {
        Entry =
            Sources.exact
                (Sources.lecture7 "SLLN")
                "kernel/slln"
                "The kernel of width m converges to its limit, with mean square error (x.x')^2 p (1 - p) / m"
                @"k_m(x,x')\to k(x,x')\ \text{a.s.},\qquad E(k_m-k)^2 = \frac{(x\cdot x')^2\,p(1-p)}{m},\quad p=\frac{\pi-\angle(x,x')}{2\pi}"
                "The fitted order in m of the mean squared error over widths 8 ... 256 with 2000 networks each; gram/mean-deviation checks the constant."
                ""
        Claim = claim
        Controls = [
            Control.bound "order 1/m^2" (fun _ -> Estimate.exact -2.0) claim
            Control.bound "order 1/sqrt(m)" (fun _ -> Estimate.exact -0.5) claim
        ]
    }

/// An activation and the cosine of two unit points.
type Cosine = { Activation: Activation; U: float }

/// Activations with cosines of the given hundredths.
let cosines activations low high =
    let make =
        gen {
            let! activation = Gen.elements activations
            let! u = Gen.choose (low, high)

            return {
                Activation = activation
                U = float u / 100.0
            }
        }

    make |> Shrinking.towards (fun one -> [ { one with U = 0.5 } ])

/// The limit kernel of a smooth activation through its Hermite coefficients.
let limitKernelIsASeriesOfHermiteCoefficients: Theorem<Cosine> =
    let degree = 40

    let measured one =
        let value = DualKernel.derivative one.Activation (Angle.ofCosine one.U)
        Estimate.within (1e-12 * (1.0 + abs value)) (one.U * value)

    let series factor one =
        let c = DualKernel.coefficients (degree + 1) one.Activation

        let terms =
            Array.init (degree + 1) (fun k -> factor k * c[k + 1] * c[k + 1] * one.U ** float k)

        let energy = DualKernel.derivative one.Activation (Angle.ofTheta 0.0)

        let spent =
            Array.sum (Array.init (degree + 1) (fun k -> float (k + 1) * c[k + 1] * c[k + 1]))

        let tail = abs one.U ** float (degree + 1) * max 0.0 (energy - spent)
        Estimate.within (tail + 1e-10 * (1.0 + energy)) (one.U * Array.sum terms)

    let activations = [ Erf; Tanh; Sigmoid; Sin; Cos; Gelu; Softplus; Silu; Exp; Relu; Monomial 2 ]

    let claim =
        Claim.identity (cosines activations -90 90) measured (series (fun k -> float (k + 1)))

    {
        Entry =
            Sources.exact
                (Sources.lecture7 "General activation")
                "kernel/general-activation"
                "The limit kernel is (x.x') E[sigma'(w.x) sigma'(w.x')], a power series of the cosine"
                @"\|x\|=\|x'\|=1,\ u=x\cdot x':\quad k = u\,E[\sigma'(w\cdot x)\sigma'(w\cdot x')] = u\sum_k(k+1)\,c_{k+1}^2\,u^k"
                "Closed forms or plane quadrature of sigma' against 41 Hermite coefficients of sigma; tail by what is left of E sigma'^2."
                "For erf and any norms E s's' = (4/pi) / sqrt((1 + 2|x|^2)(1 + 2|x'|^2) - 4 (x.x')^2). Not applicable if E sigma'^2 is infinite."
        Claim = claim
        Controls = [
            Control.bound "without the factor k + 1" (series (fun _ -> 1.0)) claim
            Control.bound "k in place of k + 1" (series float) claim
        ]
    }

/// Power series of the three kernels on the sphere.
let reluKernelsArePowerSeriesWithNonnegativeCoefficients: Theorem<Cosine> =
    let degree = 300

    let parts one =
        // the three kernels are told apart by the activation that they belong to
        match one.Activation with
        | Step -> ArcCosine.degreeZero, ArcCosine.degreeZeroSeries degree
        | Relu -> ArcCosine.degreeOne, ArcCosine.degreeOneSeries degree
        | _ -> (fun angle -> Angle.cosine angle * ArcCosine.degreeZero angle), ArcCosine.tangentSeries degree

    let closed one =
        let value = fst (parts one) (Angle.ofCosine one.U)

        Estimate.within 1e-8 value
        |> fun e -> if abs one.U < 0.999 then { e with Radius = 1e-13 } else e

    let series keep one =
        let terms =
            snd (parts one)
            |> Array.mapi (fun k c -> if keep k then c * one.U ** float k else 0.0)
        // coefficients fall: the tail is at most the last power over 1 - |u|
        Estimate.within (abs one.U ** float degree / (1.0 - abs one.U) * 1e-3 + 1e-14) (Array.sum terms)

    let claim =
        Claim.identity (cosines [ Step; Relu; Identity ] -92 92) closed (series (fun _ -> true))

    {
        Entry =
            Sources.exact
                (Sources.derived "the remark on inner product kernels of lecture 7")
                "kernel/inner-product-series"
                "On the sphere the ReLU kernels are power series of the cosine with nonnegative coefficients, some of them 0"
                @"k_0 = \tfrac14+\tfrac{\arcsin u}{2\pi}:\ \text{degrees }0,1,3,5,\dots;\quad u\,k_0:\ 1,2,4,6,\dots;\quad k_1:\ 0,1,2,4,6,\dots"
                "Closed forms against 301 coefficients (all nonnegative), for |u| <= 0.92."
                "Hence positive semidefiniteness, the rank statements, and what happens at antipodal points. (The activation in the instance names the kernel: step for k_0, ReLU for k_1, identity for u k_0.)"
        Claim = claim
        Controls = [
            Control.bound "even degrees only" (series (fun k -> k % 2 = 0)) claim
            Control.bound "without the term of degree 1" (series (fun k -> k <> 1)) claim
        ]
    }

/// The kernel at zero weights.
let kernelAtZeroWeightsIsLinear: Theorem<Setting> =
    let ranges = {
        ranges with
            Geometries = [ Gaussian; Sphere ]
            Activations = [ Relu; Erf; Tanh; Sigmoid; Gelu; Identity; Softplus ]
    }

    let measured atKink (setting: Setting) =
        let network = Setting.network setting

        let zero = {
            TwoLayer.withHidden (network.Hidden.Multiply 0.0) network with
                AtKink = atKink
        }

        let gram = TwoLayer.tangentGram zero (Setting.points setting)
        small setting gram[0, 1]

    let linear power (setting: Setting) =
        let x, y = pair setting
        let slope = Activation.derivative setting.Activation 0.0
        small setting (x.DotProduct y * slope ** power)

    let claim = Setting.identity ranges (measured 1.0) (linear 2.0)

    {
        Entry =
            Sources.exact
                (Sources.lecture7 "Remark. Taylor expansion at 0")
                "kernel/taylor-at-zero"
                "At zero weights the tangent kernel is the linear kernel times sigma'(0)^2"
                @"a_j^2=1:\quad \langle\nabla f(x;0),\nabla f(x';0)\rangle = (x\cdot x')\,\sigma'(0)^2\quad(\text{rank}\le d)"
                "Gradients of a network with zero weights; for ReLU with the value 1 of sigma'(0)."
                "With the element of least norm of Clarke's differential, sigma'(0) = 0, the kernel of ReLU vanishes there: a control."
        Claim = claim
        Controls = [
            Control.create "sigma'(0) = 0 for ReLU" {
                claim with
                    Measured = fun setting _ -> measured 0.0 setting
            }
            Control.bound "sigma'(0) not squared" (linear 1.0) claim
        ]
    }

let private gpRemark =
    Sources.cited
        (Sources.lecture7 "Remark (why kernel)")
        "kernel/gp-remark"
        "Outputs at initialization tend to a Gaussian process"
        @"f(\cdot;W_0)\Rightarrow GP(0,\ E\,\sigma\sigma)\quad(m\to\infty)"
        "The notes say that the evolution of the weights is modelled as a Gaussian process: what tends to one are the outputs at the start; their evolution is kernel gradient flow (flow/function-space)."

/// The statements of this file.
let all = [
    Theorem.pack finiteKernelCountsJointlyActiveNeurons
    Theorem.pack limitKernelIsArcCosineOfDegreeZero
    Theorem.pack finiteKernelConvergesAtTheRootOfTheWidth
    Theorem.pack limitKernelIsASeriesOfHermiteCoefficients
    Theorem.pack reluKernelsArePowerSeriesWithNonnegativeCoefficients
    Theorem.pack kernelAtZeroWeightsIsLinear
    Stated(gpRemark, "qualitative: a limit in law of functions")
]
