/// Noisy gradients, and learning rates per parameter.
module NtkTheory.Catalog.Kernels.NoisyDescent

open System
open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// A noisy descent on a quadratic with eigenvalues `Least` and 1: rates and noises from the seed.
type Noisy = {
    Least: float
    Largest: float
    Steps: int
    Seed: int
}

let private noisy largest =
    let make =
        gen {
            let! least = Gen.elements [ 0.05; 0.2; 0.5; 1.0 ]
            let! steps = Gen.choose (1, 20)
            let! seed = Points.seeds

            return {
                Least = least
                Largest = largest
                Steps = steps
                Seed = seed
            }
        }

    make
    |> Shrinking.towards (fun one -> [
        {
            one with
                Steps = Shrinking.half 1 one.Steps
        }
    ])

/// Rates between 0 and `Largest` times the threshold 2 / (least + 1).
let private ratesOf one =
    Draw.uniforms (Seed.ofInt one.Seed |> Seed.split "rates") one.Steps
    |> Array.map (fun u -> u * one.Largest * 2.0 / (1.0 + one.Least))

let private noisesOf one =
    let z = Draw.normals (Seed.ofInt one.Seed |> Seed.split "noise") (2 * one.Steps)
    Array.init one.Steps (fun t -> 0.3 * z[2 * t], 0.3 * z[2 * t + 1])

/// The error after the steps, from (1, 1) / sqrt 2 in the eigenvectors of 1 and `Least`.
let private finalError one =
    let step (a, b) (rate, (p, q)) =
        (1.0 - rate) * a - rate * p, (1.0 - rate * one.Least) * b - rate * q

    let a, b =
        Array.zip (ratesOf one) (noisesOf one) |> Array.fold step (sqrt 0.5, sqrt 0.5)

    let value = sqrt (a * a + b * b)
    Estimate.rounded (8 * one.Steps + 16) (1.0 + value) value

let private bound decay one =
    let rates = ratesOf one
    let noises = noisesOf one

    let left s =
        exp (-decay * one.Least * Seq.sum (Seq.skip s rates))

    let value =
        left 0
        + Seq.sum (
            seq {
                for s in 0 .. one.Steps - 1 ->
                    rates[s] * sqrt (fst noises[s] ** 2.0 + snd noises[s] ** 2.0) * left (s + 1)
            }
        )

    Estimate.rounded (8 * one.Steps + 16) (1.0 + value) value

/// Each noise is damped by the steps after it.
let noisyErrorsAreDampedByLaterSteps: Theorem<Noisy> =
    let claim = {
        Claim.atMost (noisy 1.0) finalError (bound 1.0) with
            Hypotheses = [
                Hypothesis.named "rates at most 2 / (lambda_min + lambda_max)" (fun one -> one.Largest <= 1.0)
            ]
    }

    {
        Entry = {
            Sources.exact
                (Sources.orf "Lecture 7" "Intuition 2")
                "learning-rate/noisy-recursion"
                "With noisy gradients each noise is damped by the steps that follow it"
                @"0\le\eta_t\le\frac{2}{\lambda_{\min}+\lambda_{\max}}:\quad \|e(t)\|\le\|e(0)\|e^{-\lambda_{\min}\sum_{s<t}\eta_s}+\sum_{s<t}\eta_s\|\xi_s\|\,e^{-\lambda_{\min}\sum_{s<r<t}\eta_r}"
                "Random rates up to the threshold and random noises, up to 20 steps in two eigenvectors."
                "Misprints: the recursion has -eta xi (the sign is irrelevant in law), and the exponent sums over r from s + 1, not 's = t ... t'." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.without "rates at most 2 / (lambda_min + lambda_max)" (noisy 4.0) claim
            Control.bound "twice the damping" (bound 2.0) claim
        ]
    }

/// A schedule of learning rates, lambda = sigma = 1.
type Schedule =
    /// 1 / (t + 2).
    | Harmonic
    /// 1 / (2 sqrt(t + 1)).
    | Root
    /// 1 / (t + 2)^2, of finite sum.
    | Summable
    /// 0.1.
    | Constant

let private rate schedule t =
    match schedule with
    | Harmonic -> 1.0 / (t + 2.0)
    | Root -> 0.5 / sqrt (t + 1.0)
    | Summable -> 1.0 / ((t + 2.0) * (t + 2.0))
    | Constant -> 0.1

/// E e^2 after T steps, from 1.
let private secondMoment schedule steps =
    Seq.init steps (fun t -> rate schedule (float t))
    |> LinearDescent.noisyVariances 1.0 1.0 1.0
    |> Seq.last

let private schedules list = Arb.fromGen (Gen.elements list)

let private horizon = 20000

// each schedule is run once, however many instances name it
let private atHorizon =
    [ Harmonic; Root; Summable; Constant ]
    |> List.map (fun schedule -> schedule, secondMoment schedule horizon)
    |> Map.ofList

let private remaining schedule =
    Estimate.rounded (6 * horizon) 1.0 atHorizon[schedule]

let private threshold = 0.01

/// Square summability is not needed.
let errorsNeedSquareSummableRates: Theorem<Schedule> =
    // "need": a schedule whose squares are not summable keeps an error
    let measured = remaining

    let claim =
        Claim.atLeast (schedules [ Root; Constant ]) measured (fun _ -> Estimate.exact threshold)

    {
        Entry =
            Sources.asPrinted
                (Sources.orf "Lecture 7" "Intuition 2")
                "learning-rate/robbins-monro"
                "As printed: convergence needs the squares of the rates to be summable"
                @"\text{we need }\sum\eta_s=\infty,\ \eta_s\to0\ \bigl(\text{also }\sum\eta_s^2<\infty\bigr)"
                "E e^2 after 20,000 steps by its exact recursion (lambda = sigma = 1), for two schedules whose squares are not summable: at least 0.01 if the condition were needed."
                "eta_t = 1 / (2 sqrt(t + 1)) has E e^2 -> 0 (0.0270, 0.0081 at T = 100, 1000). A constant rate does stall, at eta sigma^2 / (2 - eta). Square summability gives almost sure convergence. (The right side of learning-rate/noisy-recursion does not tend to 0 even then.)"
        Claim = claim
        Controls = [
            Control.create "every schedule that tends to 0 keeps an error" {
                claim with
                    Instances = schedules [ Harmonic; Root ]
            }
            Control.create "the harmonic schedule keeps an error" {
                claim with
                    Instances = schedules [ Harmonic ]
            }
        ]
    }

/// What suffices in mean square.
let errorsVanishForDivergentVanishingRates: Theorem<Schedule> =
    let claim = {
        Claim.atMost (schedules [ Harmonic; Root ]) remaining (fun _ -> Estimate.exact threshold) with
            Hypotheses = [
                Hypothesis.named "rates tend to 0 and have infinite sum" (fun s -> s = Harmonic || s = Root)
            ]
    }

    {
        Entry =
            Sources.repaired
                (Sources.orf "Lecture 7" "Intuition 2")
                "learning-rate/robbins-monro"
                "Rates that tend to 0 and have infinite sum make the mean square error vanish"
                @"\sum\eta_s=\infty,\ \eta_s\to0\ \Rightarrow\ E\,e_t^2\to0;\qquad \eta_s=\tfrac{1}{\lambda(s+1)}:\ E\,e_t^2=\tfrac{\sigma^2}{\lambda^2t}"
                "E e^2 after 20,000 steps by its exact recursion is below 0.01."
                ""
        Claim = claim
        Controls = [
            Control.without "rates tend to 0 and have infinite sum" (schedules [ Constant ]) claim
            Control.without "rates tend to 0 and have infinite sum" (schedules [ Summable ]) {
                claim with
                    Bound = fun _ -> Estimate.exact 0.1
            }
            |> fun control -> {
                control with
                    Breaks = "rates of finite sum"
            }
        ]
    }

/// A linear unit z = w.x at one point, with a learning rate of its own for each weight.
type Unit = { Fan: int; Power: float; Seed: int }

let private units powers =
    let make =
        gen {
            let! fan = Setting.wholeSpread (1, 400)
            let! power = Gen.elements powers
            let! seed = Points.seeds

            return {
                Fan = fan
                Power = power
                Seed = seed
            }
        }

    make |> Shrinking.towards (fun u -> [ { u with Fan = Shrinking.half 1 u.Fan } ])

let private ownRates u =
    Draw.uniforms (Seed.ofInt u.Seed |> Seed.split "rates") u.Fan
    |> Array.map (fun v -> v / float u.Fan)

let private inputs u =
    Draw.normals (Seed.ofInt u.Seed |> Seed.split "inputs") u.Fan

/// z after one step from z = 1, y = 0 on (z - y)^2 / 2, the weights moved one by one.
let private afterStep u =
    let x, rates = inputs u, ownRates u
    let start = x |> Array.map (fun v -> v / Array.sumBy (fun w -> w * w) x)
    let z = Array.sum (Array.map2 (*) start x)
    let moved = Array.map3 (fun w rate v -> w - rate * z * v) start rates x
    let value = Array.sum (Array.map2 (*) moved x)
    Estimate.rounded (8 * u.Fan + 16) (2.0 + abs value) value

let private factor power u =
    let x, rates = inputs u, ownRates u

    let value =
        1.0
        - Array.sum (Array.map2 (fun (rate: float) v -> (rate ** power * v) ** 2.0) rates x)

    Estimate.rounded (8 * u.Fan + 16) (2.0 + abs value) value

/// The effective Jacobian as printed.
let effectiveJacobianScalesWithTheRates: Theorem<Unit> =
    let claim = Claim.identity (units [ 1.0 ]) afterStep (factor 1.0)

    {
        Entry =
            Sources.asPrinted
                (Sources.orf "Lecture 7" "effective Jacobian")
                "learning-rate/effective-jacobian"
                "As printed: the effective Jacobian has entries eta_j d_j z"
                @"\bar\nabla z = (\eta_j\,\partial_jz)_j,\quad \lambda_{\max}=\|\bar\nabla z\|^2:\quad z(t+1)-y = (1-\|\bar\nabla z\|^2)(z(t)-y)"
                "One step of a linear unit, each weight with its own rate, against the factor."
                "The factor is 1 - sum eta_j (d_j z)^2: the entries must be sqrt(eta_j) d_j z."
        Claim = claim
        Controls = [
            Control.bound "without the rates" (factor 0.0) claim
            Control.bound "the square of the rates" (factor 2.0) claim
        ]
    }

/// The effective Jacobian.
let effectiveJacobianScalesWithTheRootsOfTheRates: Theorem<Unit> =
    let claim = Claim.identity (units [ 1.0 ]) afterStep (factor 0.5)

    {
        Entry =
            Sources.repaired
                (Sources.orf "Lecture 7" "effective Jacobian")
                "learning-rate/effective-jacobian"
                "The effective Jacobian has entries sqrt(eta_j) d_j z"
                @"z(t+1)-y = \Bigl(1-\sum_j\eta_j(\partial_jz)^2\Bigr)(z(t)-y) = (1-\|(\sqrt{\eta_j}\,\partial_jz)_j\|^2)(z(t)-y)\quad(\text{one point, linear } z)"
                "One step of a linear unit, each weight with its own rate, against the factor."
                ""
        Claim = claim
        Controls = [
            Control.bound "printed: the rates themselves" (factor 1.0) claim
            Control.bound "without the rates" (factor 0.0) claim
        ]
    }

/// |1 - eta n| after one step on ones(n) with rate n^-power.
let private growth u =
    Estimate.rounded 16 (1.0 + float u.Fan) (abs (1.0 - float u.Fan * float u.Fan ** -u.Power))

let private stable = fun (_: Unit) -> Estimate.exact 1.0

/// The scaling of the rate with the width as printed.
let rateMayScaleAsTheRootOfTheWidth: Theorem<Unit> =
    let claim = Claim.atMost (units [ 0.5; 0.75 ]) growth stable

    {
        Entry = {
            Sources.asPrinted
                (Sources.orf "Lecture 7" "last display")
                "learning-rate/width-scaling"
                "As printed: weights into a layer of fan-in n may have the learning rate 1 / sqrt n"
                @"\eta_w^{(\ell)} = o\bigl(1/\sqrt{n_{\ell-1}}\bigr)"
                "z = w.x with x = ones(n): the factor of one step, which stability needs to be at most 1 in magnitude, for eta = n^(-1/2) and n^(-3/4)."
                "n = 9, eta = 1/3: the factor is 1 - 3 = -2. The scan has o( ) where O( ) must be meant; read literally it still fails, for eta = n^(-3/4)." with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.create "a rate that does not depend on the width" { claim with Instances = units [ 0.0 ] }
            Control.create "1 / n^(1/4)" {
                claim with
                    Instances = units [ 0.25 ]
            }
        ]
    }

/// The scaling that is stable.
let rateMustScaleAsTheWidth: Theorem<Unit> =
    let claim = {
        Claim.atMost (units [ 1.0; 1.5 ]) growth stable with
            Hypotheses = [ Hypothesis.named "eta <= 1/n" (fun u -> u.Power >= 1.0) ]
    }

    {
        Entry = {
            Sources.repaired
                (Sources.orf "Lecture 7" "last display")
                "learning-rate/width-scaling"
                "Weights into a layer of fan-in n need a learning rate of order 1 / n"
                @"\eta_w^{(\ell)} = O(1/n_{\ell-1}),\quad \eta_b^{(\ell)}=O(1)\quad(\text{over } L \text{ for depth } L)"
                "z = w.x with x = ones(n): the factor of one step for eta = n^(-1) and n^(-3/2) is at most 1; the limit of stability is 2/n."
                "" with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [ Control.without "eta <= 1/n" (units [ 0.5 ]) claim; Control.scaled 0.5 claim ]
    }

/// The statements of this file.
let all = [
    Theorem.pack noisyErrorsAreDampedByLaterSteps
    Theorem.pack errorsNeedSquareSummableRates
    Theorem.pack errorsVanishForDivergentVanishingRates
    Theorem.pack effectiveJacobianScalesWithTheRates
    Theorem.pack effectiveJacobianScalesWithTheRootsOfTheRates
    Theorem.pack rateMayScaleAsTheRootOfTheWidth
    Theorem.pack rateMustScaleAsTheWidth
]
