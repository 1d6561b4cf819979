/// Bounds of the linear model for smooth activations, and the models of homogeneous ones.
module NtkTheory.Catalog.Kernels.SmoothLinearization

open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private withPoint = {
    Setting.usual with
        Counts = 1, 1
        Activations = Displacement.smooth
        Sizes = 0.05, 5.0
}

let private bounded =
    Hypothesis.named Condition.unitInputs (fun setting ->
        (Setting.points setting).RowNorms 2.0
        |> Seq.forall (fun norm -> norm <= 1.0 + 1e-12))

let private hasSmoothActivation =
    Hypothesis.named "smooth activation" (fun (setting: Setting) -> Activation.isSmooth setting.Activation)

let private longInputs ranges =
    Setting.arbitrary {
        ranges with
            Geometries = [ Gaussian ]
            Dimensions = 8, 16
    }

/// The error of the network at the worst displacement found, by real outputs of the network moved there.
let private worstError (setting: Setting) =
    let start = Setting.network setting
    let points = Setting.points setting
    let point = points.Row 0
    let norm = point.L2Norm()
    let t = (TwoLayer.preactivations start points).Column(0).ToArray()

    let errorOf sign =
        let u, _ =
            SmoothWorstCase.largest setting.Activation sign t start.Outer (setting.Size * norm) 12

        let move =
            MathNet.Numerics.LinearAlgebra.Vector<float>.Build
                .Dense(u)
                .OuterProduct(point.Divide(norm * norm))

        let now = TwoLayer.withHidden (start.Hidden + move) start

        Estimate.within
            (Displacement.sumRadius setting (Displacement.outputMagnitude start now points))
            (abs (Array.head (Linearization.errors start now points)))

    List.maxBy _.Value [ errorOf 1.0; errorOf -1.0 ]

let private smoothBound power (setting: Setting) =
    let beta = Activation.smoothness setting.Activation
    Estimate.exact (Linearization.smoothBound beta 1.0 setting.Size 1 / float setting.Width ** power)

/// The quality of the linear model for smooth activations.
let smoothLinearizationErrorIsQuadratic: Theorem<Setting> =
    let claim = {
        Setting.over withPoint (fun instances -> Claim.atMost instances worstError (smoothBound 0.5)) with
            Hypotheses = [ bounded; hasSmoothActivation ]
            Data = Setting.onData withPoint [ Condition.unitRows ]
    }

    {
        Entry = {
            Id = "linearization/smooth"
            Title =
                "Smooth networks are within beta B^2 / (2 sqrt m) of their linear model on a ball of radius B"
            Statement =
                @"\|x\|\le 1,\ |a_j|\le 1,\ \sigma'\ \beta\text{-Lipschitz}:\quad \sup_{\|W-W_0\|_F\le B} |f(x;W)-f_0(x;W)| \le \frac{\beta B^2}{2\sqrt m}"
            Source = Sources.slides "Linearization quality"
            Status = Proved
            Sharpness = Tight
            Method =
                "The worst displacement on the ball is sought by ascent (only displacements along x matter), the network is moved there and f - f_0 evaluated: an attained value. z^2 attains the bound; tanh comes to 0.86-0.999 of it as m grows."
            Remark =
                "Not applicable where sigma' is not Lipschitz (ReLU) or |x| > 1 (then multiply by |x|^2)."
        }
        Claim = claim
        Controls = [
            Control.scaled 0.9 claim
            Control.bound "1/m in place of 1/sqrt m" (smoothBound 1.0) claim
            Control.without Condition.unitInputs (longInputs withPoint) claim
        ]
    }

let private unscaledError (setting: Setting) =
    let start, now = Displacement.moved true setting

    let sizes =
        Draw.uniformsBetween -2.0 2.0 (Seed.split "outer sizes" (Setting.seed setting)) setting.Width

    let resized network = { network with Outer = sizes }
    let points = Setting.points setting
    let magnitude = 2.0 * Displacement.outputMagnitude start now points
    let root = sqrt (float setting.Width)

    (Linearization.errors (resized start) (resized now) points)[0]
    |> fun error -> Estimate.within (Displacement.sumRadius setting magnitude * root) (root * abs error)

let private unscaledBound power (setting: Setting) =
    let sizes =
        Draw.uniformsBetween -2.0 2.0 (Seed.split "outer sizes" (Setting.seed setting)) setting.Width

    let norm = (Setting.points setting).Row(0).L2Norm()
    let largest = sizes |> Seq.map abs |> Seq.max

    Estimate.rounded
        8
        1.0
        (0.5
         * Activation.smoothness setting.Activation
         * largest
         * norm ** power
         * setting.Size
         * setting.Size)

/// The proposition of lecture 5, for any outer weights and any norm of x.
let unscaledSmoothErrorIsQuadratic: Theorem<Setting> =
    let ranges = {
        withPoint with
            Geometries = [ Gaussian; Sphere ]
            Dimensions = 1, 9
    }

    let claim = {
        Setting.over ranges (fun instances -> Claim.atMost instances unscaledError (unscaledBound 2.0)) with
            Hypotheses = [ hasSmoothActivation ]
    }

    {
        Entry = {
            Id = "linearization/smooth-unscaled"
            Title = "Unscaled smooth networks are within beta |a| |x|^2 |V - V_0|^2 / 2 of their linear model"
            Statement =
                @"F = \sum_j a_j\sigma(v_j\cdot x):\quad |F(x;V)-F_0(x;V)| \le \tfrac{\beta}{2}\,\|a\|_\infty \|x\|^2 \|V-V_0\|_F^2"
            Source = Sources.lecture5 "Proposition"
            Status = Proved
            Sharpness = Tight
            Method =
                "Random displacements along x, outer weights uniform on [-2, 2], points of any norm; equality for z^2 and one neuron."
            Remark = "Not applicable where sigma' is not Lipschitz."
        }
        Claim = claim
        Controls = [
            Control.scaled 0.8 claim
            Control.bound "|x| in place of |x|^2" (unscaledBound 1.0) claim
        ]
    }

/// For which activations the linear model is <grad f(x; W0), W>.
let homogeneousModelsHaveNoConstantPart: Theorem<Setting> =
    let constantPart (setting: Setting) =
        let start, now = Displacement.moved false setting
        let points = Setting.points setting
        let gradient = TwoLayer.gradient start (points.Row 0)
        let product = (gradient.PointwiseMultiply now.Hidden).RowSums().Sum()

        Estimate.within
            (Displacement.sumRadius setting (Displacement.outputMagnitude start now points))
            product

    let model (setting: Setting) =
        let start, now = Displacement.moved false setting
        let points = Setting.points setting

        Estimate.within
            (Displacement.sumRadius setting (Displacement.outputMagnitude start now points))
            (Array.head (Linearization.outputs start now points))

    let ranges = {
        withPoint with
            Activations = [ Relu; LeakyRelu 0.1; Abs; Identity ]
    }

    let claim = {
        Setting.over ranges (fun instances -> Claim.identity instances constantPart model) with
            Hypotheses = [
                Hypothesis.named "homogeneous activation" (fun (s: Setting) ->
                    Activation.homogeneity s.Activation = Some 1.0)
            ]
    }

    let linearPart (setting: Setting) =
        let start, now = Displacement.moved false setting
        let points = Setting.points setting
        Estimate.exact ((Linearization.outputs start now points)[0] - (TwoLayer.outputs start points)[0])

    {
        Entry = {
            Id = "linearization/relu-homogeneous"
            Title = "For ReLU the linear model is the inner product of gradient and weights"
            Statement =
                @"\sigma(ct)=c\,\sigma(t)\ (c>0):\quad f_{W_0}(x;W) = \langle \nabla f(x;W_0), W\rangle,\ \text{as}\ \sigma(t)=\sigma'(t)\,t"
            Source = Sources.slides "Linearization"
            Status = Proved
            Sharpness = Exact
            Method =
                "The contraction of the gradient with the weights against the linear model, for ReLU, leaky ReLU, |z| and z."
            Remark =
                "Not applicable to activations that are not positively homogeneous of degree 1: for tanh the two differ by sigma(t) - sigma'(t) t."
        }
        Claim = claim
        Controls = [
            Control.without
                "homogeneous activation"
                (Setting.arbitrary {
                    withPoint with
                        Activations = [ Tanh; Sigmoid ]
                })
                claim
            Control.bound "the displacement in place of the weights" linearPart claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack smoothLinearizationErrorIsQuadratic
    Theorem.pack unscaledSmoothErrorIsQuadratic
    Theorem.pack homogeneousModelsHaveNoConstantPart
]
