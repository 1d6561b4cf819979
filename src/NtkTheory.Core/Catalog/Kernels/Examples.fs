/// Small examples: what ReLU composes to, bad minima, depth, and stochastic gradients.
module NtkTheory.Catalog.Kernels.Examples

open System
open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private numbers low high =
    let make =
        Gen.choose (int (100.0 * low), int (100.0 * high))
        |> Gen.map (fun k -> float k / 100.0)

    Arb.fromGenShrink (make, fun x -> if x <> round x then Seq.singleton (round x) else Seq.empty)

let private relu (x: float) = max x 0.0

/// A network of two layers that is the identity.
let reluComposesToTheIdentity: Theorem<float> =
    let composed x =
        Estimate.exact (relu (relu x - relu -x) - relu -x)

    let claim = Claim.identity (numbers -10.0 10.0) composed Estimate.exact

    {
        Entry =
            Sources.exact
                (Sources.lecture7 "Brooks problem")
                "relu/identity-composition"
                "A ReLU network of two layers that is the identity"
                @"\sigma(\sigma(x)-\sigma(-x))-\sigma(-x) = x"
                "Both sides at numbers between -10 and 10, without rounding."
                "Reconstructed from a board fragment; it follows from sigma(x) - sigma(-x) = x."
        Claim = claim
        Controls = [
            Control.create "without the last term" {
                claim with
                    Measured = fun x _ -> Estimate.exact (relu (relu x - relu -x))
            }
            Control.bound "the magnitude" (abs >> Estimate.exact) claim
        ]
    }

/// f(r x) with a smooth f.
type Scaled = {
    Activation: Activation
    R: float
    X: float
}

let private scaled =
    let make =
        gen {
            let! activation = Gen.elements [ Monomial 2; Monomial 3; Tanh; Sin; Exp ]
            let! r = Gen.choose (-30, 30)
            let! x = Gen.choose (-30, 30)

            return {
                Activation = activation
                R = float r / 10.0
                X = float x / 10.0
            }
        }

    make |> Shrinking.towards (fun s -> [ { s with R = 1.0; X = 2.0 } ])

/// The chain rule of the office hours.
let derivativeInTheScaleIsXTimesTheSlope: Theorem<Scaled> =
    let quotient along s =
        let f = Activation.value s.Activation
        let h = 1e-4
        let value = (f (along s h) - f (along s -h)) / (2.0 * h)
        // third derivatives up to e^9 times the cube of the other factor
        Estimate.within (h * h * (1.0 + abs (f (s.R * s.X)) + 10.0) * (1.0 + abs s.R + abs s.X) ** 3.0) value

    let formula s =
        Estimate.exact (s.X * Activation.derivative s.Activation (s.R * s.X))

    let claim = Claim.identity scaled (quotient (fun s h -> (s.R + h) * s.X)) formula

    {
        Entry =
            Sources.exact
                (Sources.lecture7 "Office hours")
                "calculus/chain-rule"
                "The derivative of f(r x) in r is x f'(r x)"
                @"\tfrac{d}{dr}f(rx) = x\,f'(rx)"
                "Central differences with step 1e-4."
                "Misprint: d/dx for d/dr. f = z^2, r = 3, x = 2: d/dx gives 36, the right side 24."
        Claim = claim
        Controls = [
            Control.create "printed: d/dx" {
                claim with
                    Measured = fun s _ -> quotient (fun s h -> s.R * (s.X + h)) s
            }
            Control.bound
                "without x"
                (fun s -> Estimate.exact (Activation.derivative s.Activation (s.R * s.X)))
                claim
        ]
    }

let private oneNeuronLoss w = 0.5 * (relu w - 1.0) ** 2.0

/// A bad local minimum.
let negativeWeightsAreFlatLocalMinima: Theorem<float> =
    let nearby reach w =
        Seq.init 201 (fun k -> oneNeuronLoss (w + reach w * (float k / 100.0 - 1.0)))
        |> Seq.min
        |> Estimate.exact

    let claim =
        Claim.atLeast (numbers -5.0 -0.01) (nearby (fun w -> 0.5 * abs w)) (fun w ->
            Estimate.exact (oneNeuronLoss w))

    let claim = {
        claim with
            Hypotheses = [ Hypothesis.named "w < 0" (fun w -> w < 0.0) ]
    }

    {
        Entry = {
            Sources.exact
                (Sources.slides "Non-convexity")
                "relu/bad-local-min"
                "Every negative weight is a flat local minimum of loss 1/2, though the global minimum is 0"
                @"h(x)=\sigma(wx),\ S=((1,1)):\quad L(w)=\tfrac12\ \text{for }w\le0,\qquad L(1)=0"
                "The least loss on 201 points within |w|/2 of a negative weight, against the loss there."
                "" with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.create "global" {
                claim with
                    Measured = fun w _ -> nearby (fun w -> abs w + 1.5) w
            }
            Control.without "w < 0" (numbers 0.1 0.9) claim
        ]
    }

/// A product of weights of the given number fitted to y.
type Product = { Factors: int; Label: float }

let private products =
    let make =
        gen {
            let! factors = Gen.choose (2, 5)
            let! label = Gen.elements [ -2.0; -0.5; 0.5; 1.0; 3.0 ]
            return { Factors = factors; Label = label }
        }

    make
    |> Shrinking.towards (fun p -> [
        {
            p with
                Factors = Shrinking.less 2 p.Factors
        }
    ])

/// The Hessian of a deep linear network at zero.
let deepLinearHessianAtZeroVanishes: Theorem<Product> =
    let smallest p =
        let loss (w: float[]) =
            0.5 * (Array.fold (*) 1.0 w - p.Label) ** 2.0

        let h = 1e-2

        let at i a j b =
            loss (Array.init p.Factors (fun k -> (if k = i then a else 0.0) + (if k = j then b else 0.0)))

        let second i j =
            (at i h j h - at i h j -h - at i -h j h + at i -h j -h) / (4.0 * h * h)

        let hessian =
            MathNet.Numerics.LinearAlgebra.Matrix<float>.Build.Dense(p.Factors, p.Factors, second)
        // the mixed quotient of h errs by h^2 times fourth derivatives of at most 1 + |y|
        Estimate.within (10.0 * h * h * (1.0 + abs p.Label)) (Array.head (Spectrum.eigenvalues hessian) - 1.0)

    let predicted p =
        Estimate.exact ((if p.Factors = 2 then -(abs p.Label) else 0.0) - 1.0)

    let claim = Claim.identity products smallest predicted

    {
        Entry =
            Sources.exact
                (Sources.slides "Deep linear networks")
                "deep-linear/landscape"
                "At zero a product of two weights has a strict saddle, one of three or more a degenerate one"
                @"L=\tfrac12(w_1\cdots w_k-y)^2:\quad \lambda_{\min}(\nabla^2L(0)) = -|y|\ (k=2),\quad \nabla^2L(0)=0\ (k\ge3)"
                "Difference quotients of the loss; the least eigenvalue less 1 on both sides."
                "Recalled on the same slides and not checked here: every local minimum of a deep linear network is global (Kawaguchi; Laurent and von Brecht), descent escapes strict saddles (Lee et al.), perhaps in exponential time (Du et al. 2017)."
        Claim = claim
        Controls = [
            Control.bound "-|y| at every depth" (fun p -> Estimate.exact (-(abs p.Label) - 1.0)) claim
            Control.bound "0 at every depth" (fun _ -> Estimate.exact -1.0) claim
        ]
    }

/// Stochastic gradients on x^2 / 2 from x = Start with noise of the given variance.
type Noise = {
    Start: float
    Variance: float
    Rate: float
    Steps: int
}

let private noises rates =
    let make =
        gen {
            let! start = Gen.elements [ 0.0; 0.5; 1.0; 3.0 ]
            let! variance = Gen.elements [ 0.1; 1.0; 4.0 ]
            let! rate = Gen.elements rates
            let! steps = Setting.wholeSpread (1, 300)

            return {
                Start = start
                Variance = variance
                Rate = rate
                Steps = steps
            }
        }

    make
    |> Shrinking.towards (fun n -> [
        {
            n with
                Steps = Shrinking.half 1 n.Steps
        }
    ])

/// The rate at which gradients vanish on average.
let meanSquaredGradientVanishes: Theorem<Noise> =
    let mean n =
        // E x^2 by its exact recursion; the gradient is x
        let moments =
            LinearDescent.noisyVariances 1.0 n.Variance (n.Start ** 2.0) (Seq.replicate (n.Steps - 1) n.Rate)

        let value = Seq.average moments
        Estimate.rounded (8 * n.Steps + 16) value value

    let bound withNoise n =
        let noise = if withNoise then n.Variance else 0.0
        Estimate.exact (LinearDescent.criticalPointBound 1.0 noise (0.5 * n.Start ** 2.0) n.Rate n.Steps)

    let claim = {
        Claim.atMost (noises [ 0.01; 0.1; 0.5; 0.9; 1.0 ]) mean (bound true) with
            Hypotheses = [ Hypothesis.named "eta <= 1/beta" (fun n -> n.Rate <= 1.0) ]
    }

    {
        Entry = {
            Sources.exact
                {
                    Sources.slides "SGD converges to a critical point" with
                        Paper = "Khaled and Richtarik 2020"
                }
                "sgd/critical-point-rate"
                "The mean squared gradient along SGD is at most 2 Delta / (eta T) + beta eta C"
                @"\eta\le\tfrac1\beta,\ E\|g\|^2\le\|\nabla f\|^2+C:\quad \frac1T\sum_{t<T}E\|\nabla f(x_t)\|^2 \le \frac{2\Delta}{\eta T}+\beta\eta C,\qquad T=\frac{8\beta C\Delta}{\varepsilon^4}\ \text{gives}\ \varepsilon^2"
                "f = x^2 / 2 with additive noise: exact second moments. Attained for eta = 1/beta and long runs."
                "The case A = 0, B = 1; Delta = f(x_0) - inf f." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.bound "without the noise" (bound false) claim
            Control.without "eta <= 1/beta" (noises [ 1.9 ]) claim
        ]
    }

let private overparametrized =
    Sources.cited
        (Sources.slides "Overparametrization")
        "overparam/global-min"
        "Gradient descent finds a global minimum of a wide enough network"
        @"m\gg n:\quad \text{gradient descent from random weights reaches a training loss of 0}"
        "The form with constants is convergence/gd-linear-rate."

/// The statements of this file.
let all = [
    Theorem.pack reluComposesToTheIdentity
    Theorem.pack derivativeInTheScaleIsXTimesTheSlope
    Theorem.pack negativeWeightsAreFlatLocalMinima
    Theorem.pack deepLinearHessianAtZeroVanishes
    Theorem.pack meanSquaredGradientVanishes
    Stated(overparametrized, "see convergence/gd-linear-rate and WidthCondition.song")
]
