/// Networks with smooth activations and a frozen outer layer keep a positive definite kernel (ORF 543, 10/12).
module NtkTheory.Catalog.Kernels.SmoothActivation

open System
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private orf = Sources.orf "10/12"

/// `Size` is Delta, the distance that each neuron may go; |s|, |s'|, |s''| <= 1.
let private bounded = {
    Setting.usual with
        Dimensions = 1, 4
        Widths = 1, 16
        Activations = [ Sin; Cos; Tanh ]
        Sizes = 0.01, 1.0
}

/// Outer weights uniform on [-1, 1], and every neuron moved by Delta along a point or at random.
let private moved scaleOuter (setting: Setting) =
    let start = Setting.network setting

    let outer =
        Draw.uniformsBetween -1.0 1.0 (Seed.split "outer uniform" (Setting.seed setting)) setting.Width

    let outer =
        if setting.Seed % 2 = 0 then
            Array.map (fun a -> float (sign a)) outer
        else
            outer

    let start = {
        start with
            Outer = Array.map (fun a -> scaleOuter * a) outer
    }

    let points = Setting.points setting
    let signs = Draw.signs (Seed.split "signs" (Setting.seed setting)) setting.Width

    let along =
        Matrix<float>
            .Build.Dense(
                setting.Width,
                points.ColumnCount,
                fun r k -> setting.Size * signs[r] * points[r % points.RowCount, k]
            )

    start, TwoLayer.withHidden (start.Hidden + along) start, points

let private kernelChange scaleOuter setting =
    let start, now, points = moved scaleOuter setting

    let change =
        Spectrum.operatorNorm (TwoLayer.tangentGram now points - TwoLayer.tangentGram start points)

    Estimate.within (change.Radius + 1e-13 * float points.RowCount * scaleOuter * scaleOuter) change.Value

/// Products of derivatives are 2-Lipschitz.
let productsOfDerivativesAreTwoLipschitz: Theorem<Setting> =
    let ranges = {
        bounded with
            Counts = 2, 2
            Widths = 1, 1
            Geometries = [ Sphere; Repeated ]
    }

    let change (setting: Setting) =
        let start, now, points = moved 1.0 setting
        let slope = Activation.derivative setting.Activation

        let product network =
            let t = TwoLayer.preactivations network points in slope t[0, 0] * slope t[0, 1]

        Estimate.within 1e-14 (abs (product now - product start))

    let bound factor (setting: Setting) =
        Estimate.rounded 8 2.0 (factor * setting.Size)

    let claim = {
        Setting.atMost ranges change (bound 2.0) with
            Hypotheses = [ Condition.hasUnitInputs ]
    }

    {
        Entry = {
            Sources.exact
                (orf "proof of Lemma 1")
                "ntk/product-lipschitz"
                "w -> s'(w.x) s'(w.x') is 2-Lipschitz"
                @"|\sigma'|,|\sigma''|\le1,\ \|x\|=\|x'\|=1:\quad |\sigma'(w\cdot x)\sigma'(w\cdot x')-\sigma'(\bar w\cdot x)\sigma'(\bar w\cdot x')|\le2\|w-\bar w\|"
                "Random weights moved along one of the points; equal points come nearest (the derivative of s'^2 is at most 1 for sin and cos)."
                "" with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.bound "0.3-Lipschitz" (bound 0.3) claim
            Control.bound "Delta^2" (fun s -> bound s.Size s) claim
        ]
    }

/// Lemma 1 with the laws of the layers as the proof needs them.
let kernelMovesByAtMostTwoMDelta: Theorem<Setting> =
    let bound factor (setting: Setting) =
        Estimate.exact (factor * SmoothTraining.kernelChangeBound setting.Points.Count setting.Size)

    let claim = {
        Setting.atMost bounded (kernelChange 1.0) (bound 1.0) with
            Hypotheses = [ Condition.hasUnitInputs ]
            Data = Setting.onData bounded [ Condition.unitRows ]
    }

    {
        Entry = {
            Sources.exact
                (orf "Lemma 1")
                "smooth-activation/lemma1"
                "If every neuron moves by at most Delta, the kernel moves by at most 2 m Delta"
                @"|w^{(2)}|\le1,\ |\sigma'|,|\sigma''|\le1,\ \|x_\alpha\|=1:\quad \|w_i-w_i(0)\|\le\Delta\ \forall i\ \Rightarrow\ \|K-K(0)\|_{op}\le2m\Delta\qquad(m\text{ points})"
                "Operator norms by eigenvalues, neurons moved by exactly Delta along the points."
                "The scan exchanges the laws of the two layers: with normal outer weights the lemma is false (n = m = 1, sin, w2 = 10: 9.93 > 0.2), and the bound takes the factor (1/n) sum w2^2. The line '||.||_op <= 2 Delta' is the largest entry." with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.bound "0.2 m Delta" (bound 0.1) claim
            Control.create "outer weights of size 10" {
                claim with
                    Measured = fun setting _ -> kernelChange 10.0 setting
            }
        ]
    }

/// The corollary.
let kernelStaysPositiveInASmallBall: Theorem<Setting> =
    let lambdaOf scale setting =
        let start, _, points = moved 1.0 setting
        scale * (Spectrum.smallest (TwoLayer.tangentGram start points)).Value

    // Delta = lambda_0 / (8 m), times Size in (0, 1]
    let radius (setting: Setting) =
        setting.Size * lambdaOf 1.0 setting / (8.0 * float setting.Points.Count)

    let least (setting: Setting) =
        let _, now, points = moved 1.0 { setting with Size = radius setting }
        Spectrum.smallestWithin 1e-14 (TwoLayer.tangentGram now points)

    let bound part (setting: Setting) = Estimate.exact (lambdaOf part setting)

    let claim = {
        Setting.atLeast
            {
                bounded with
                    Counts = 1, 3
                    Dimensions = 3, 6
                    Widths = 8, 32
            }
            least
            (bound 0.75) with
            Hypotheses = [
                Condition.hasUnitInputs
                Hypothesis.named "lambda_0 > 0.001" (fun s -> lambdaOf 1.0 s > 1e-3)
            ]
    }

    {
        Entry = {
            Sources.exact
                (orf "Corollary")
                "smooth-activation/corollary"
                "Within lambda_0 / (8m) of the start the kernel keeps 3/4 of its least eigenvalue"
                @"\|w_i-w_i(0)\|\le\tfrac{\lambda_0}{8m}\ \Rightarrow\ K\succeq\tfrac34\lambda_0I\qquad(\text{printed: }\tfrac14\lambda_0;\ \Delta=\tfrac{\lambda_0}{4m}\ \text{gives}\ \tfrac12\lambda_0)"
                "Least eigenvalues after every neuron has moved by up to that distance."
                "" with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.bound "the whole of lambda_0 and a tenth" (bound 1.1) claim
            Control.bound "twice" (bound 2.0) claim
        ]
    }

/// Residuals along the flow.
let residualsFollowTheKernelOverM: Theorem<Setting> =
    let h = 1e-3

    let parts (setting: Setting) =
        let network, _, points = moved 1.0 setting
        network, points, Setting.labels setting

    let velocity (setting: Setting) =
        let network, points, labels = parts setting

        let after sign =
            SmoothTraining.flow (sign * 1.0) points labels h 1 network |> Seq.last

        let value =
            (TwoLayer.outputs (after 1.0) points)[0]
            - (TwoLayer.outputs (after -1.0) points)[0]

        Estimate.within (h * h * 100.0) (value / (2.0 * h))

    let formula divisor (setting: Setting) =
        let network, points, labels = parts setting
        let residual = Vector<float>.Build.Dense(TwoLayer.residuals network points labels)
        let kernel = TwoLayer.tangentGram network points
        Estimate.within 1e-12 (-(kernel.Row(0).DotProduct residual) / divisor (float points.RowCount))

    let claim = Setting.identity { bounded with Counts = 1, 4 } velocity (formula id)

    {
        Entry =
            Sources.exact
                (orf "proof of (2)")
                "smooth-activation/residual-ode"
                "Under gradient flow the residual obeys d(z - y)/dt = -(gamma/m) K (z - y)"
                @"L=\tfrac1{2m}\|z-y\|^2:\quad \tfrac{d}{dt}(z-y) = -\tfrac\gamma mK_{\theta(t)}(z-y)"
                "Central differences along Runge-Kutta steps of 1e-3 of the flow of the weights."
                ""
        Claim = claim
        Controls = [
            Setting.on "without 1/m" { bounded with Counts = 2, 4 } {
                claim with
                    Bound = formula (fun _ -> 1.0)
            }
            Control.bound "the other sign" (formula (fun m -> -m)) claim
        ]
    }

/// Residuals r, a constant kernel, a time.
let private loss (setting: Setting) =
    let r = Vector<float>.Build.Dense(Setting.labels setting)
    r.DotProduct r / (2.0 * float r.Count)

let private constantKernel (setting: Setting) =
    GramMatrix.feature (Setting.points setting)

let private lossAt (setting: Setting) time =
    let m = float setting.Points.Count

    let r =
        KernelFlow.flow
            (constantKernel setting)
            (Array.zeroCreate setting.Points.Count)
            (Setting.labels setting)
            (time / m)

    Array.sumBy (fun v -> v * v) r / (2.0 * m)

let private decayRanges = {
    Setting.usual with
        Counts = 2, 4
        Dimensions = 2, 5
        Widths = 1, 1
        Sizes = 0.05, 10.0
}

let private lossSlope (setting: Setting) =
    let h = 1e-4
    let value = (lossAt setting h - lossAt setting -h) / (2.0 * h)
    Estimate.within (1e-6 * (1.0 + loss setting) + h * h * 100.0 * loss setting) value

let private quadratic power (setting: Setting) =
    let r = Vector<float>.Build.Dense(Setting.labels setting)
    Estimate.within 1e-12 (-(r.DotProduct(constantKernel setting * r)) / float r.Count ** power)

/// The step of the notes that is off by m.
let lossFallsByTheQuadraticForm: Theorem<Setting> =
    let claim = Setting.identity decayRanges lossSlope (quadratic 1.0)

    {
        Entry =
            Sources.asPrinted
                (orf "proof of (2)")
                "smooth-activation/loss-decay"
                "As printed: dL/dt = -(gamma/m) (z - y)^T K (z - y)"
                @"L=\tfrac{1}{2m}\|z-y\|^2\ \Rightarrow\ \tfrac{dL}{dt}=-\tfrac\gamma m(z-y)^\top K(z-y)\le-\tfrac\gamma m\tfrac{\lambda_0}{2}L"
                "Central differences of the loss along the flow with a constant kernel, gamma = 1."
                "Another factor 1/m comes from the loss itself: -(gamma/m^2). The conclusion L(t) <= exp(-gamma lambda_0 t / (2m)) L(0) is true, with twice the rate even."
        Claim = claim
        Controls = [
            Control.bound "gamma" (quadratic 0.0) claim
            Control.bound "gamma/m^3" (quadratic 3.0) claim
        ]
    }

/// The decay of the loss.
let lossDecaysAtTheLeastEigenvalueOverM: Theorem<Setting> =
    let measured (setting: Setting) =
        Estimate.within (1e-12 * loss setting) (lossAt setting setting.Size)

    let bound factor (setting: Setting) =
        let lambda0 = (Spectrum.smallest (constantKernel setting)).Value

        let value =
            SmoothTraining.lossBound factor setting.Points.Count lambda0 (loss setting) setting.Size

        Estimate.within (1e-12 * loss setting) value

    let single = {
        decayRanges with
            Counts = 1, 1
            Sizes = 2.0, 10.0
    }

    let claim = Setting.atMost { decayRanges with Counts = 1, 4 } measured (bound 1.0)

    {
        Entry = {
            Sources.repaired
                (orf "proof of (2)")
                "smooth-activation/loss-decay"
                "dL/dt = -(gamma/m^2) r^T K r, so the loss decays at least like exp(-gamma lambda_0 t / m) where K >= lambda_0/2"
                @"\tfrac{dL}{dt}=-\tfrac{\gamma}{m^2}r^\top Kr;\quad K\succeq\tfrac{\lambda_0}{2}I\ \forall t\ \Rightarrow\ L(t)\le e^{-\gamma\lambda_0t/m}L(0)"
                "A constant kernel with least eigenvalue lambda = lambda_0 / 2: the loss by eigenvectors against exp(-2 lambda t / m) L(0); attained for one point."
                "" with
                Sharpness = Tight
        }
        Claim = { claim with Bound = bound 2.0 }
        Controls = [
            Setting.on "three times the rate" single { claim with Bound = bound 3.0 }
            Setting.on
                "without 1/m"
                {
                    decayRanges with
                        Counts = 2, 4
                        Sizes = 2.0, 10.0
                }
                {
                    claim with
                        Bound = fun s -> let n = float s.Points.Count in bound (16.0 * n) s
                }
        ]
    }

/// Powers p < q of the mean of magnitudes.
let powerMeansIncrease: Theorem<Setting> =
    let mean p (setting: Setting) =
        let a = Setting.labels setting |> Array.map abs
        (Array.sumBy (fun v -> v ** p) a / float a.Length) ** (1.0 / p)

    let low (setting: Setting) =
        let value = mean (0.2 + setting.Size) setting in Estimate.rounded 256 (1.0 + value) value

    let high (setting: Setting) =
        let value = mean (1.2 + setting.Size) setting in Estimate.rounded 256 (1.0 + value) value

    let ranges = {
        Setting.usual with
            Counts = 1, 6
            Dimensions = 1, 1
            Widths = 1, 1
            Sizes = 0.1, 4.0
    }

    let claim = Setting.atMost ranges low high

    {
        Entry = {
            Sources.exact
                (orf "Power-Mean inequality")
                "smooth-activation/power-mean"
                "Power means increase with the power"
                @"p<p':\quad \Bigl(\tfrac1m\sum a_j^p\Bigr)^{1/p}\le\Bigl(\tfrac1m\sum a_j^{p'}\Bigr)^{1/p'}"
                "Random magnitudes, powers one apart; equality where all are equal."
                "" with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.scaled 0.95 claim
            Control.create "the other way round" {
                claim with
                    Measured = (fun setting _ -> high setting)
                    Bound = low
            }
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack productsOfDerivativesAreTwoLipschitz
    Theorem.pack kernelMovesByAtMostTwoMDelta
    Theorem.pack kernelStaysPositiveInASmallBall
    Theorem.pack residualsFollowTheKernelOverM
    Theorem.pack lossFallsByTheQuadraticForm
    Theorem.pack lossDecaysAtTheLeastEigenvalueOverM
    Theorem.pack powerMeansIncrease
]
