/// Du's lemmas on gradient flow of ReLU networks, and how far the weights move.
module NtkTheory.Catalog.Kernels.GradientFlow

open System
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// One unit point on the line (lambda = 1/2): some neurons active at a distance from their hyperplane, the others
/// inactive and far; the label above the output at the start by `Residual`.
type OnePoint = {
    Neurons: int
    Active: int
    /// The outer weight of the active neurons.
    Sign: float
    /// The preactivation of the active neurons.
    Gap: float
    Residual: float
    /// The R of the lemma.
    Radius: float
}

let private onePoints neurons gaps residuals radii =
    let make =
        gen {
            let! m = Gen.elements neurons
            let! active = Gen.choose (max 1 (m / 4), max 1 (m / 2))
            let! sign = Gen.elements [ 1.0; -1.0 ]
            let! gap = Gen.elements gaps
            let! residual = Setting.spread residuals
            let! radius = Setting.spread radii

            return {
                Neurons = m
                Active = active
                Sign = sign
                Gap = gap
                Residual = residual
                Radius = radius
            }
        }

    make
    |> Shrinking.towards (fun p -> [
        if p.Neurons > 4 then
            {
                p with
                    Neurons = p.Neurons / 2
                    Active = Shrinking.half 1 p.Active
            }

        { p with Gap = 0.1 }
        { p with Residual = 0.5 }
        { p with Radius = 0.5 }
    ])

let private lambda = 0.5

/// Residual and displacement of an active neuron under r' = -H r, w' = r / sqrt m, by Runge-Kutta steps of 1/50.
let private flow p time =
    let h = float p.Active / float p.Neurons
    let speed = 1.0 / sqrt (float p.Neurons)
    let steps = int (ceil (50.0 * time))
    let dt = time / float steps

    // the displacement is the integral of the residual: the fourth-order step of the pair
    let step (r, w) =
        let k1 = -h * r
        let k2 = -h * (r + 0.5 * dt * k1)
        let k3 = -h * (r + 0.5 * dt * k2)
        let k4 = -h * (r + dt * k3)
        let middle = r + 0.5 * dt * k1, r + 0.5 * dt * k2, r + dt * k3
        let a, b, c = middle
        r + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4), w + speed * dt / 6.0 * (r + 2.0 * a + 2.0 * b + c)

    Seq.init steps ignore |> Seq.fold (fun state () -> step state) (p.Residual, 0.0)

let private time = 30.0

let private displaced p =
    let _, w = flow p time in Estimate.within (1e-8 * w) w

/// D of Lemma 5 for n = 1, times a factor.
let private ball factor p =
    Estimate.exact (factor * NeuronReach.flowAsPrinted 1 p.Neurons lambda p.Residual)

let private keepsHalf =
    Hypothesis.named "lambda_min(H) >= lambda/2" (fun p -> float p.Active / float p.Neurons >= 0.5 * lambda)

let private lemma5Instances =
    onePoints [ 4; 8; 16; 40 ] [ 100.0 ] (0.1, 10.0) (0.1, 1.0)

/// Lemma 5 as printed.
let weightsMoveLessThanDUnderFlow: Theorem<OnePoint> =
    let claim = {
        Claim.atMost lemma5Instances displaced (ball 1.0) with
            Hypotheses = [ keepsHalf ]
    }

    {
        Entry = {
            Sources.asPrinted
                (Sources.song "Lemma 5")
                "convergence/gf-weights-lemma5"
                "As printed: under gradient flow no neuron moves by more than sqrt n ||y - u(0)|| / (sqrt m lambda)"
                @"\lambda_{\min}(H(s))\ge\lambda/2\ \forall s\le t\ \Rightarrow\ \|w_r(t)-w_r(0)\|\le D_{\mathrm{cts}}=\frac{\sqrt n\,\|y-u(0)\|}{\sqrt m\,\lambda}"
                "One unit point, neurons far from their hyperplanes: the flow integrated by Runge-Kutta to t = 30."
                "The residual decays like e^(-lambda s / 2), of integral 2/lambda: D is too small by 2. n = 1, m = 4, one active neuron: H = 1/4 = lambda/2 and the displacement tends to 2 D, passing D at t = 4 ln 2. (The second item, ||y - u(t)||^2 <= e^(-lambda t) ||y - u(0)||^2, is true.)" with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.scaled 0.5 claim
            Control.bound
                "1/m in place of 1/sqrt m"
                (fun p -> Estimate.scale (1.0 / sqrt (float p.Neurons)) (ball 1.0 p))
                claim
        ]
    }

/// Lemma 5 with the factor 2.
let weightsMoveLessThanTwiceDUnderFlow: Theorem<OnePoint> =
    let claim = {
        Claim.atMost lemma5Instances displaced (ball 2.0) with
            Hypotheses = [ keepsHalf ]
    }

    {
        Entry = {
            Sources.repaired
                (Sources.song "Lemma 5")
                "convergence/gf-weights-lemma5"
                "Under gradient flow no neuron moves by more than 2 sqrt n ||y - u(0)|| / (sqrt m lambda)"
                @"\lambda_{\min}(H(s))\ge\lambda/2\ \forall s\le t\ \Rightarrow\ \|w_r(t)-w_r(0)\|\le\frac{2\sqrt n\,\|y-u(0)\|}{\sqrt m\,\lambda},\qquad \|y-u(t)\|^2\le e^{-\lambda t}\|y-u(0)\|^2"
                "One unit point, neurons far from their hyperplanes: the flow integrated by Runge-Kutta to t = 30. Attained in the limit by a quarter of the neurons active."
                "" with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.bound "printed: without the 2" (ball 1.0) claim
            Control.scaled 0.9 claim
        ]
    }

/// H after training by small steps, which takes every change of activity into account.
let private finalGram p =
    let preactivations =
        Matrix<float>.Build.Dense(p.Neurons, 1, fun r _ -> if r < p.Active then p.Gap else -10.0)

    let network = TwoLayer.create Relu (Array.create p.Neurons p.Sign) preactivations
    let point = Matrix<float>.Build.Dense(1, 1, 1.0)
    let labels = [| (TwoLayer.outputs network point)[0] + p.Residual |]
    let state, _ = ReluDescent.start network point |> ReluDescent.run 0.02 labels 2500
    let gram = ReluDescent.gram state
    Estimate.exact gram[0, 0]

let private half = fun (_: OnePoint) -> Estimate.exact (0.5 * lambda)

let private staysInR factor =
    Hypothesis.named "D < R" (fun p -> (ball factor p).Value < p.Radius)

let private lemma6Instances =
    onePoints [ 4; 8; 16 ] [ 0.02; 0.05; 0.1; 0.3; 1.0 ] (0.05, 1.0) (0.05, 0.99)

/// Lemma 6 as printed.
let gramStaysPositiveWhenDIsBelowR: Theorem<OnePoint> =
    let claim = {
        Claim.atLeast lemma6Instances finalGram half with
            Hypotheses = [ keepsHalf; staysInR 1.0 ]
            Effort = { Instances = 0.5; Draws = 1.0 }
    }

    {
        Entry = {
            Sources.asPrinted
                (Sources.song "Lemma 6")
                "convergence/gf-bootstrap-lemma6"
                "As printed: if D < R, for an R in (0, 1), then lambda_min(H(t)) >= lambda/2 for all t"
                @"D_{\mathrm{cts}}<R,\ R\in(0,1)\ \Rightarrow\ \lambda_{\min}(H(t))\ge\tfrac12\lambda\ \forall t\ge0"
                "One unit point on the line, the active neurons near their hyperplane: training with steps of 0.02 to t = 50, then the part of the neurons that are active."
                "R is not restricted. n = 1, m = 4, one active neuron with a = -1 at w.x = 1/10, y = 2/5, R = 1/2: D = 0.45 < R, the neuron switches off at t = 4 ln(9/8) = 0.471, and H = 0. It takes R <= lambda/(8n) and the factor 2 in D." with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.create "with the factor 2 in D, still without a bound on R" {
                claim with
                    Hypotheses = [ keepsHalf; staysInR 2.0 ]
            }
            Control.create "lambda in place of lambda/2" {
                claim with
                    Bound = fun _ -> Estimate.exact lambda
            }
        ]
    }

/// Lemma 6 with the conditions that the proof needs.
let gramStaysPositiveWhenDIsBelowASmallR: Theorem<OnePoint> =
    let instances =
        onePoints [ 8; 16; 32; 64 ] [ 0.02; 0.05; 0.1; 0.3; 1.0 ] (0.005, 0.2) (0.01, 0.0625)

    let starts =
        Hypothesis.named "H(0) >= 3 lambda/4 (Lemma 1)" (fun p ->
            float p.Active / float p.Neurons >= 0.75 * lambda)

    let fewNear =
        Hypothesis.named "at most 2mR neurons within R (Lemma 2)" (fun p ->
            p.Gap > p.Radius || float p.Active <= 2.0 * float p.Neurons * p.Radius)

    let small = Hypothesis.named "R <= lambda/(8n)" (fun p -> p.Radius <= lambda / 8.0)

    let claim = {
        Claim.atLeast instances finalGram half with
            Hypotheses = [ starts; fewNear; small; staysInR 2.0 ]
            Effort = { Instances = 0.3; Draws = 1.0 }
    }

    {
        Entry = {
            Sources.repaired
                (Sources.song "Lemma 6")
                "convergence/gf-bootstrap-lemma6"
                "On the events of Lemmas 1 and 2, with R <= lambda/(8n) and 2D < R, lambda_min(H(t)) >= lambda/2 for all t"
                @"\lambda_{\min}(H(0))\ge\tfrac34\lambda,\ \sup_{\mathrm{ball}}\|H-H(0)\|\le2nR,\ R\le\tfrac{\lambda}{8n},\ \frac{2\sqrt n\|y-u(0)\|}{\sqrt m\lambda}<R\ \Rightarrow\ \lambda_{\min}(H(t))\ge\tfrac12\lambda\ \forall t"
                "One unit point on the line: training with steps of 0.02 to t = 50, then the part of the neurons that are active."
                "" with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.without "R <= lambda/(8n)" lemma6Instances {
                claim with
                    Hypotheses = [ keepsHalf; small; staysInR 2.0 ]
            }
            Control.create "without Lemma 2 and with R unrestricted, from lambda/2" {
                claim with
                    Instances = lemma6Instances
                    Vary = (fun _ -> lemma6Instances.Generator)
                    Hypotheses = [ keepsHalf; staysInR 2.0 ]
            }
        ]
    }

let private trainRanges = {
    Setting.usual with
        Counts = 1, 3
        Dimensions = 2, 6
        Widths = 32, 400
        Sizes = 0.01, 1.0
}

let private lambdaOf points =
    (GramMatrix.smallestEigenvalue (GramMatrix.tangent points)).Value

/// The state after training, the residuals along the way, and the first of them.
let private trained (setting: Setting) =
    let points = Setting.points setting
    let network = Setting.network setting
    let eta = WidthCondition.songLearningRate setting.Points.Count (lambdaOf points)

    let labels =
        Array.map2
            (fun u v -> u + setting.Size * v)
            (TwoLayer.outputs network points)
            (Setting.labels setting)

    let steps = 150_000 / (setting.Width * setting.Points.Count * setting.Points.Count)
    ReluDescent.start network points |> ReluDescent.run eta labels steps, eta

let private obeysRate =
    Hypothesis.named "eq. (7) holds along the way" (fun setting ->
        let (_, norms), eta = trained setting
        let rate = 1.0 - 0.5 * eta * lambdaOf (Setting.points setting)

        norms
        |> Array.mapi (fun k norm -> norm <= norms[0] * rate ** float k * (1.0 + 1e-9))
        |> Array.forall id)

/// Lemma 8.
let weightsMoveLessThanDUnderDescent: Theorem<Setting> =
    let moved setting =
        let (state, _), _ = trained setting
        let value = ReluDescent.displacements state |> Array.max
        Estimate.within (1e-9 * (1e-3 + value)) value

    let bound power (setting: Setting) =
        let (_, norms), _ = trained setting
        let lambda = lambdaOf (Setting.points setting)

        NeuronReach.descentAsPrinted setting.Points.Count setting.Width lambda (sqrt norms[0])
        |> fun value -> Estimate.exact (value / float setting.Width ** (power - 0.5))

    let claim = {
        Setting.atMost trainRanges moved (bound 0.5) with
            Hypotheses = [ Condition.hasUnitInputs; Condition.hasDistinctInputs; obeysRate ]
            Data = Setting.onData trainRanges [ Condition.unitRows; Condition.distinctRows ]
            Effort = { Instances = 0.3; Draws = 1.0 }
    }

    let ones = {
        trainRanges with
            Counts = 1, 1
            Widths = 32, 64
    }

    {
        Entry = {
            Sources.exact
                (Sources.song "Lemma 8")
                "convergence/lemma8"
                "While the rate holds, no neuron moves by more than 4 sqrt n ||y - u(0)|| / (sqrt m lambda) under descent"
                @"\text{eq. (7) for }i\le k\ \Rightarrow\ \|w_r(k+1)-w_r(0)\|\le\eta\sqrt{\tfrac nm}\,\frac{\|y-u(0)\|}{1-\sqrt{1-\eta\lambda/2}}\le D=\frac{4\sqrt n\,\|y-u(0)\|}{\sqrt m\,\lambda}"
                "Real training; instances on which the rate fails along the way are discarded."
                "The measured displacement is a quarter of D for one point and less for more; it falls like m^(-1/2)." with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Setting.on "bound multiplied by 0.1" ones {
                claim with
                    Bound = bound 0.5 >> Estimate.scale 0.1
            }
            Setting.on "1/m in place of 1/sqrt m" ones {
                claim with
                    Bound = bound 1.0 >> Estimate.scale 0.5
            }
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack weightsMoveLessThanDUnderFlow
    Theorem.pack weightsMoveLessThanTwiceDUnderFlow
    Theorem.pack gramStaysPositiveWhenDIsBelowR
    Theorem.pack gramStaysPositiveWhenDIsBelowASmallR
    Theorem.pack weightsMoveLessThanDUnderDescent
]
