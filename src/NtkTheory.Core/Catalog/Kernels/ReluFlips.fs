/// What flips of neurons do to a ReLU network: the algebra before the lemmas, and counts near the hyperplanes.
module NtkTheory.Catalog.Kernels.ReluFlips

open System
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private ranges = {
    Setting.usual with
        Geometries = [ Sphere; Gaussian ]
        Counts = 1, 1
        Dimensions = 1, 8
        Widths = 1, 16
        Sizes = 0.2, 5.0
}

/// All neurons turned around and scaled, plus a random part: many of them flip.
let private flipped (setting: Setting) =
    let start = Setting.network setting

    let noise: Matrix<float> =
        Draw.normalMatrix
            (Seed.split "noise" (Setting.seed setting))
            start.Hidden.RowCount
            start.Hidden.ColumnCount

    let now =
        start.Hidden.Multiply -setting.Size
        + noise.Multiply(if setting.Seed % 2 = 0 then 0.0 else 0.5)

    start, TwoLayer.withHidden now start

let private radius (setting: Setting) (start: TwoLayer) (now: TwoLayer) =
    let size =
        Spectrum.frobenius (Setting.points setting)
        * (Spectrum.frobenius start.Hidden + Spectrum.frobenius now.Hidden)

    Estimate.gamma (8 * setting.Width + 8 * setting.Points.Dimension + 16)
    * size
    * sqrt (float setting.Width)

let private error setting =
    let start, now = flipped setting
    let error = Array.head (Linearization.errors start now (Setting.points setting))
    Estimate.within (radius setting start now) (sqrt (float setting.Width) * error)

/// The error of the linear model as a sum over the neurons that flip.
let reluErrorIsASumOverFlips: Theorem<Setting> =
    let sum change (setting: Setting) =
        let start, now = flipped setting
        let t = (TwoLayer.preactivations start (Setting.points setting)).Column 0
        let v = (TwoLayer.preactivations now (Setting.points setting)).Column 0
        let slope z = if z >= 0.0 then 1.0 else 0.0

        let value =
            Seq.sum (Seq.mapi (fun j a -> a * v[j] * change (slope v[j]) (slope t[j])) start.Outer)

        Estimate.within (radius setting start now) value

    let claim =
        Setting.over ranges (fun instances -> Claim.identity instances error (sum (-)))

    {
        Entry = {
            Id = "linearization/relu-rewrite"
            Title = "For ReLU the error of the linear model is a sum over the neurons that flip"
            Statement =
                @"F(x;V)-F_0(x;V) = \sum_j a_j\, v_j\cdot x\,\bigl(\sigma'(v_j\cdot x) - \sigma'(v_{0,j}\cdot x)\bigr)"
            Source = Sources.lecture5 "ReLU, second display"
            Status = Proved
            Sharpness = Exact
            Method =
                "Network minus linear model on weights of which many flip, against the sum; for either value of sigma'(0)."
            Remark = "Misprint: the display drops the primes of the derivatives and shows a stray divisor."
        }
        Claim = claim
        Controls = [
            Control.bound
                "printed: sigma in the place of sigma'"
                (fun setting ->
                    let start, now = flipped setting
                    let t = (TwoLayer.preactivations start (Setting.points setting)).Column 0
                    let v = (TwoLayer.preactivations now (Setting.points setting)).Column 0

                    Estimate.exact (
                        Seq.sum (Seq.mapi (fun j a -> a * v[j] * (max v[j] 0.0 - max t[j] 0.0)) start.Outer)
                    ))
                claim
            Control.bound "flips counted with one sign" (sum (fun v t -> abs (v - t))) claim
        ]
    }

/// The crude bound with the factor that the display drops.
let reluErrorIsAtMostTheSumOfNorms: Theorem<Setting> =
    let magnitude setting = Estimate.magnitude (error setting)

    let bound withNorm (setting: Setting) =
        let start, now = flipped setting

        let norm =
            if withNorm then
                (Setting.points setting).Row(0).L2Norm()
            else
                1.0

        let size =
            min (Spectrum.frobenius now.Hidden) (Spectrum.frobenius (now.Hidden - start.Hidden))

        Estimate.rounded
            64
            (norm * size * sqrt (float setting.Width))
            (norm * size * sqrt (float setting.Width))

    let claim =
        Setting.over ranges (fun instances -> Claim.atMost instances magnitude (bound true))

    // one neuron on the line, and inputs of any length
    let attained = {
        ranges with
            Geometries = [ Gaussian ]
            Dimensions = 1, 1
            Widths = 1, 1
    }

    {
        Entry = {
            Id = "linearization/relu-crude"
            Title =
                "The crude bound: the ReLU linearization errs by at most |a| |x| sqrt M times the smaller of two norms"
            Statement =
                @"|F(x;V)-F_0(x;V)| \le \|a\|_\infty\,\|x\|\,\sqrt M\,\min\bigl(\|V\|_F,\ \|V-V_0\|_F\bigr)"
            Source = Sources.lecture5 "ReLU, last display before the lemma"
            Status = Proved
            Sharpness = Tight
            Method = "Weights turned around, so that neurons flip; attained by one neuron in dimension 1."
            Remark =
                "Misprint: the display drops |x|. M = 1, a = 1, V_0 = -1, V = 1, x = 10 gives an error of 10 against the printed 1. The second norm comes from the same line: a flip needs |v.x| <= |(v - v_0).x|."
        }
        Claim = claim
        Controls = [
            Setting.on "printed: without |x|" attained { claim with Bound = bound false }
            Setting.on "bound multiplied by 0.9" attained {
                claim with
                    Bound = bound true >> Estimate.scale 0.9
            }
        ]
    }

/// A count of neurons near the hyperplane of a point of the given norm.
type Near = {
    Trials: int
    Tau: float
    Delta: float
    Norm: float
}

let private nears trials taus deltas norms =
    let make =
        gen {
            let! trials = Setting.wholeSpread trials
            let! tau = Setting.spread taus
            let! delta = Setting.spread deltas
            let! norm = Gen.elements norms

            return {
                Trials = trials
                Tau = tau
                Delta = delta
                Norm = norm
            }
        }

    make
    |> Shrinking.towards (fun near -> [
        { near with Trials = 1 }
        {
            near with
                Trials = Shrinking.half 1 near.Trials
        }
        {
            near with
                Trials = Shrinking.less 1 near.Trials
        }
        { near with Tau = 0.5 }
        { near with Delta = 0.5 }
    ])

/// The last lemma of lecture 5, on the exact binomial law of the count.
let fewNeuronsAreNearTheHyperplane: Theorem<Near> =
    let tail withRoot near =
        // without the root it is what delta = 1 leaves
        let delta = if withRoot then near.Delta else 1.0
        let threshold = NearHyperplane.threshold near.Trials near.Tau delta

        // |v.x| <= tau |x| always holds for x = 0
        let value =
            if near.Norm > 0.0 then
                NearHyperplane.tail near.Trials near.Tau threshold
            elif float near.Trials > threshold then
                1.0
            else
                0.0

        Estimate.rounded (4 * near.Trials + 100) value value

    let bound near = Estimate.exact near.Delta

    let claim = {
        Claim.atMost (nears (1, 1000) (0.01, 1.0) (0.01, 0.99) [ 0.5; 1.0; 3.0 ]) (tail true) bound with
            Hypotheses = [ Hypothesis.named "x not 0" (fun near -> near.Norm > 0.0) ]
    }

    let few = nears (1, 2) (0.5, 1.0) (0.8, 0.99) [ 1.0 ]

    {
        Entry = {
            Id = "anti-concentration/count"
            Title = "At most m tau + sqrt(m ln(1/delta) / 2) neurons are within tau of a hyperplane"
            Statement =
                @"x\ne0,\ v_i\sim N(0,I):\quad P\Bigl(\#\{i:|v_i\cdot x|\le\tau\|x\|\} > m\tau+\sqrt{\tfrac m2\ln\tfrac1\delta}\Bigr)\le\delta"
            Source = Sources.lecture5 "last Lemma"
            Status = Proved
            Sharpness = Loose
            Method =
                "The count is binomial with p = erf(tau / sqrt 2): its exact tail against delta. The supremum of tail / delta is erf(1 / sqrt 2) = 0.6827."
            Remark =
                "Misprint: |x| >= 0 must read |x| > 0. At x = 0 every neuron counts: m = 100, tau = delta = 1/2 gives 100 > 55.887."
        }
        Claim = claim
        Controls = [
            Control.without "x not 0" (nears (1, 1000) (0.01, 1.0) (0.01, 0.99) [ 0.0 ]) claim
            Control.scaled 0.6 {
                claim with
                    Instances = few
                    Vary = fun _ -> few.Generator
            }
            Control.create "without the square root" {
                claim with
                    Measured = fun near _ -> tail false near
            }
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack reluErrorIsASumOverFlips
    Theorem.pack reluErrorIsAtMostTheSumOfNorms
    Theorem.pack fewNeuronsAreNearTheHyperplane
]
