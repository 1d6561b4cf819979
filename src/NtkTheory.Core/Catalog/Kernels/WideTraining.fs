/// Training of wide smooth networks: displacement and width.
module NtkTheory.Catalog.Kernels.WideTraining

open System
open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private orf = Sources.orf "10/12"

/// One neuron sin(w) on one point, started at W, with the label Y (both in hundredths).
type OneSine = { W: int; Y: int }

let private sines =
    let make =
        gen {
            let! w = Gen.choose (-60, 60)
            let! y = Gen.choose (-60, 60)
            return { W = w; Y = y }
        }

    make |> Shrinking.towards (fun _ -> [ { W = 0; Y = 10 } ])

/// The flow goes monotonically to arcsin y.
let private displacement s =
    let value = abs (asin (float s.Y / 100.0) - float s.W / 100.0)
    Estimate.rounded 16 1.0 value

/// 2 sqrt(L_0) / lambda_0 with lambda_0 twice the least kernel cos(w)^2 on the way.
let private deltaStar factor s =
    let w, y = float s.W / 100.0, float s.Y / 100.0
    let initialLoss = 0.5 * (sin w - y) ** 2.0
    let lambda0 = 2.0 * min (cos w ** 2.0) (1.0 - y * y)
    Estimate.rounded 16 1.0 (factor * SmoothTraining.displacementAsPrinted 1 1 lambda0 initialLoss)

let private distinctTarget =
    Hypothesis.named "K >= lambda_0/2 along the way" (fun s -> abs (s.W - s.Y) > 3)

/// Lemma 2 as printed.
let weightsMoveLessThanDeltaStar: Theorem<OneSine> =
    let claim = {
        Claim.atMost sines displacement (deltaStar 1.0) with
            Hypotheses = [ distinctTarget ]
    }

    {
        Entry =
            Sources.asPrinted
                (orf "Lemma 2")
                "smooth-activation/lemma2"
                "As printed: while K >= lambda_0/2 no neuron moves by more than 2 m sqrt(L_0) / (lambda_0 sqrt n)"
                @"K_{\theta(s)}\succeq\tfrac{\lambda_0}{2}I\ \forall s<t\ \Rightarrow\ \|w_i(s)-w_i(0)\|\le\Delta^*=\frac{2m\,L(0)^{1/2}}{\lambda_0\,n^{1/2}}"
                "One neuron sin(w) on one point: the flow goes to arcsin y, and the least kernel on the way is cos^2 at one of the ends."
                "((1/m) sum r^2)^(1/2) is sqrt(2L), not sqrt L. w = 0, y = 1/10, lambda_0 = 99/50: 0.100167 > 0.071425."
        Claim = claim
        Controls = [ Control.scaled 0.7 claim; Control.scaled 0.5 claim ]
    }

/// Lemma 2 with sqrt 2.
let weightsMoveLessThanRootTwoDeltaStar: Theorem<OneSine> =
    let claim = {
        Claim.atMost sines displacement (deltaStar (sqrt 2.0)) with
            Hypotheses = [ distinctTarget ]
    }

    {
        Entry = {
            Sources.repaired
                (orf "Lemma 2")
                "smooth-activation/lemma2"
                "While K >= lambda_0/2 no neuron moves by more than 2 sqrt 2 m sqrt(L_0) / (lambda_0 sqrt n)"
                @"\|w_i(s)-w_i(0)\|\le\frac{2\sqrt2\,m\,L(0)^{1/2}}{\lambda_0\,n^{1/2}}"
                "One neuron sin(w) on one point; within a percent for small displacements."
                "" with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.bound "printed: without sqrt 2" (deltaStar 1.0) claim
            Control.scaled 0.85 claim
        ]
    }

/// Points, least eigenvalue and initial loss.
type Start = {
    Count: int
    Lambda: float
    Loss: float
}

let private starts =
    let make =
        gen {
            let! count = Gen.choose (1, 20)
            let! lambda = Setting.spread (0.01, 1.0)
            let! loss = Setting.spread (0.01, 2.0)

            return {
                Count = count
                Lambda = lambda
                Loss = loss
            }
        }

    make |> Shrinking.towards (fun s -> [ { s with Count = 1 } ])

/// log10 of the width at which the displacement bound meets the ball, by bisection.
let private meeting displacement radius s =
    let above exponent =
        displacement s (10.0 ** exponent) < radius s

    let rec bisect low high k =
        if k = 0 then
            0.5 * (low + high)
        else
            (let middle = 0.5 * (low + high) in

             if above middle then
                 bisect low middle (k - 1)
             else
                 bisect middle high (k - 1))

    Estimate.within 1e-9 (bisect -10.0 40.0 60)

let private logWidth (f: int -> float -> float -> float) s =
    Estimate.within 1e-12 (log10 (f s.Count s.Lambda s.Loss))

let private printedDisplacement s n =
    2.0 * float s.Count * sqrt s.Loss / (s.Lambda * sqrt n)

/// The printed condition.
let printedWidthMakesTheBallsMeet: Theorem<Start> =
    let claim =
        Claim.identity
            starts
            (meeting printedDisplacement (fun s -> s.Lambda / (8.0 * float s.Count)))
            (logWidth WidthCondition.smoothAsPrinted)

    {
        Entry =
            Sources.asPrinted
                (orf "end of the proof")
                "smooth-activation/width-condition"
                "As printed: Delta* < Delta iff n > 16 m^2 L_0 / lambda_0^2"
                @"\Delta^*=\frac{2m\sqrt{L(0)}}{\lambda_0\sqrt n}<\Delta=\frac{\lambda_0}{8m}\iff n>\frac{16m^2L(0)}{\lambda_0^2}"
                "The width at which both sides meet, by bisection, in powers of ten."
                "From these radii it is n > 256 m^4 L_0 / lambda_0^4. The powers m^2 and lambda_0^2 are wrong under every reading of the garbled display."
        Claim = claim
        Controls = [
            Control.bound
                "16 m^4 L_0 / lambda_0^4"
                (fun s ->
                    Estimate.within
                        1e-12
                        (log10 (WidthCondition.smoothFromPrintedRadii s.Count s.Lambda s.Loss / 16.0)))
                claim
            Control.bound
                "256 m^2 L_0 / lambda_0^2"
                (fun s ->
                    Estimate.within
                        1e-12
                        (log10 (16.0 * WidthCondition.smoothAsPrinted s.Count s.Lambda s.Loss)))
                claim
        ]
    }

/// The condition of the repaired proof.
let repairedWidthMakesTheBallsMeet: Theorem<Start> =
    let displacement s n = sqrt 2.0 * printedDisplacement s n

    let claim =
        Claim.identity
            starts
            (meeting displacement (fun s -> s.Lambda / (4.0 * float s.Count)))
            (logWidth WidthCondition.smooth)

    {
        Entry =
            Sources.repaired
                (orf "end of the proof")
                "smooth-activation/width-condition"
                "With the repaired radii the balls meet at n = 128 m^4 L_0 / lambda_0^4"
                @"\frac{2\sqrt2\,m\sqrt{L(0)}}{\lambda_0\sqrt n}<\frac{\lambda_0}{4m}\iff n>\frac{128\,m^4L(0)}{\lambda_0^4}\qquad(\text{printed radii: }256;\ \text{printed }\Delta\ \text{with the repaired }\Delta^*:\ 512)"
                "The width at which both sides meet, by bisection, in powers of ten."
                ""
        Claim = claim
        Controls = [
            Control.bound "printed: 16 m^2 L_0 / lambda_0^2" (logWidth WidthCondition.smoothAsPrinted) claim
            Control.bound "256" (logWidth WidthCondition.smoothFromPrintedRadii) claim
        ]
    }

/// `Size` scales the residual at the start in units of what the width allows.
let private trainRanges = {
    Setting.usual with
        Counts = 1, 2
        Dimensions = 2, 4
        Widths = 50, 200
        Activations = [ Tanh; Sin ]
        Sizes = 0.1, 0.99
}

let private lambda0 (setting: Setting) =
    (Spectrum.smallest (TwoLayer.tangentGram (Setting.network setting) (Setting.points setting))).Value

/// Convergence of wide smooth networks.
let smoothNetworksConvergeAtTheLeastEigenvalue: Theorem<Setting> =
    let ratio rate (setting: Setting) =
        let points = Setting.points setting
        let network = Setting.network setting
        let lambda = lambda0 setting
        let m = float setting.Points.Count
        // L_0 = Size n lambda_0^4 / (128 m^4)
        let allowed =
            setting.Size * float setting.Width * lambda ** 4.0 / (128.0 * m ** 4.0)

        let direction = Setting.labels setting
        let norm = sqrt (Array.sumBy (fun v -> v * v) direction)

        let labels =
            Array.map2
                (fun u v -> u + v / norm * sqrt (2.0 * m * allowed))
                (TwoLayer.outputs network points)
                direction
        // half of the fastest time scale: within the stability of the method
        let fastest = (Spectrum.largest (TwoLayer.tangentGram network points)).Value
        let length = 0.5 * m / fastest

        let losses =
            SmoothTraining.flow 1.0 points labels length 12 network
            |> Seq.map (fun now -> SmoothTraining.meanLoss now points labels)
            |> Array.ofSeq

        let worst =
            losses
            |> Array.mapi (fun k loss ->
                if k = 0 then
                    0.0
                else
                    loss / losses[0] * exp (rate * lambda * length * float k / m))
            |> Array.max

        Estimate.within (1e-3 * worst) worst

    let claim = {
        Setting.atMost trainRanges (ratio 1.0) (fun _ -> Estimate.exact 1.0) with
            Hypotheses = [
                Condition.hasUnitInputs
                Hypothesis.named "n > 128 m^4 L_0 / lambda_0^4" (fun s -> s.Size < 1.0)
                Hypothesis.named "lambda_0 > 0.01" (fun s -> lambda0 s > 0.01)
            ]
            Effort = { Instances = 0.3; Draws = 1.0 }
    }

    {
        Entry = {
            Sources.exact
                (orf "conclusion")
                "convergence/smooth-global"
                "Smooth networks of width n > 128 m^4 L_0 / lambda_0^4 converge at the rate gamma lambda_0 / m"
                @"K(0)\succeq\lambda_0I,\ n>\frac{128\,m^4L_0}{\lambda_0^4}\ \Rightarrow\ K(t)\succeq\tfrac{\lambda_0}{2}I\ \forall t,\quad L(t)\le e^{-\gamma\lambda_0t/m}L_0"
                "Runge-Kutta flow of the weights of 50 to 200 neurons with labels as far from the initial outputs as the width allows; the largest ratio of loss and bound along the way."
                "With the notes' Delta = lambda_0/(8m) the constant is 512. Deterministic given the start." with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.create "3.5 times the rate" {
                claim with
                    Measured = fun setting _ -> ratio 3.5 setting
            }
            Control.create "a twentieth of it" {
                claim with
                    Bound = fun _ -> Estimate.exact 0.05
            }
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack weightsMoveLessThanDeltaStar
    Theorem.pack weightsMoveLessThanRootTwoDeltaStar
    Theorem.pack printedWidthMakesTheBallsMeet
    Theorem.pack repairedWidthMakesTheBallsMeet
    Theorem.pack smoothNetworksConvergeAtTheLeastEigenvalue
]
