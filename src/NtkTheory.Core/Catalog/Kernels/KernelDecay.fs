/// Whether a bounded positive definite tangent kernel makes the loss of gradient descent fall.
module NtkTheory.Catalog.Kernels.KernelDecay

open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

let private orf = Sources.orf "10/10" "(#) promises successful optimization"

let private q = Rational.ofFloat

/// The losses and tangent kernels along a run of descent, each the loss over all outputs and the least and largest
/// eigenvalue.
type private Run = {
    First: Rational
    Last: Rational
    Least: Rational
    Largest: Rational
}

/// Descent on |z|^2 / 2 for outputs z_i(theta_i), each with its slope, by exact fractions: the kernel is diagonal, and
/// each weight goes its own way.
let private descend models rate steps start =
    let path theta (value, slope) =
        ScalarDescent.path value slope Rational.Zero rate steps theta

    let loss theta =
        List.map2 (fun t (value: Rational -> Rational, _) -> value t * value t) theta models
        |> Rational.sum
        |> (*) (Rational.ratio 1 2)

    let paths = List.map2 path start models

    // the kernel counts where a step is taken
    let kernelsOf path (_, slope: Rational -> Rational) =
        path |> List.truncate steps |> List.map (ScalarDescent.kernel slope)

    let kernels = List.map2 kernelsOf paths models |> List.concat

    {
        First = loss start
        Last = loss (List.map List.last paths)
        Least = List.min kernels
        Largest = List.max kernels
    }

/// Descent on z^2 / 2 for z = p theta - q theta^3, with q such that the step from `Start` lands on -`Start` for
/// `Bend` 1, and z linear for `Bend` 0.
type Cubic = {
    Start: float
    Slope: float
    Rate: float
    Bend: float
    Steps: int
}

let private cubics rates =
    let make =
        gen {
            let! start = Gen.elements [ 0.25; 0.5; 1.0 ]
            let! slope = Gen.elements [ 0.5; 1.0 ]
            let! rate = Gen.elements rates
            let! bend = Gen.elements [ 0.0; 0.5; 1.0 ]
            let! steps = Gen.choose (1, 4)

            return {
                Start = start
                Slope = slope
                Rate = rate
                Bend = bend
                Steps = steps
            }
        }

    make
    |> Shrinking.towards (fun cubic -> [
        { cubic with Steps = 1 }
        { cubic with Slope = 1.0 }
        { cubic with Start = 0.25 }
    ])

let private cubicRun cubic =
    let start, slope, rate = q cubic.Start, q cubic.Slope, q cubic.Rate

    // from gamma z'(start) z(start) = 2 start with z'(start) = slope
    let bend =
        q cubic.Bend * (Rational.One / (rate * slope) - slope * Rational.ratio 1 2)
        / (start * start)

    let p = slope + Rational.ofInt 3 * bend * start * start
    let z t = p * t - bend * t * t * t
    let slopeAt t = p - Rational.ofInt 3 * bend * t * t
    descend [ (z, slopeAt) ] rate cubic.Steps [ start ]

let private last run = Rational.estimate run.Last

/// (1 - gamma lambda_0)^(2t) L(0).
let private linearBound (rate: Rational) steps run =
    Rational.estimate (Rational.pow (Rational.One - rate * run.Least) (2 * steps) * run.First)

/// The claim as printed, for descent on any model.
let positiveKernelMakesTheLossFallGeometrically: Theorem<Cubic> =
    let stable limit cubic =
        q cubic.Rate * (cubicRun cubic).Largest < Rational.ofInt limit

    let claim = {
        Claim.atMost (cubics [ 0.25; 0.5 ]) (cubicRun >> last) (fun cubic ->
            linearBound (q cubic.Rate) cubic.Steps (cubicRun cubic)) with
            Hypotheses = [ Hypothesis.named "gamma < 1 / lambda_max" (stable 1) ]
    }

    {
        Entry = {
            Sources.asPrinted
                orf
                "convergence/pd-decay"
                "As printed: while the kernel stays between lambda_0 and lambda_max, descent with gamma < 1 / lambda_max shrinks the loss by (1 - gamma lambda_0)^2 a step"
                @"\lambda_0I\preceq K_{\theta(t)}\preceq\lambda_{\max}I\ \forall t,\ \gamma<\tfrac1{\lambda_{\max}}\ \Rightarrow\ L(\theta(t+1))\le(1-\gamma\lambda_0)^2L(\theta(t))\le e^{-2\gamma\lambda_0}L(\theta(t)),\qquad L=\tfrac12\|Y-z\|^2"
                "Descent in exact fractions on z = p theta - q theta^3 and y = 0; lambda_0 and lambda_max are the least and largest of K = z'^2 where a step is taken."
                "The step z(t+1) - Y = (I - gamma K)(z(t) - Y) drops the second order in gamma (ntk/coordinate-change): a kernel that is positive definite at every iterate says nothing of the way between them. z = 11/2 theta - 24 theta^3, theta(0) = 1/4, gamma = 1/2: K = 1 at every iterate and gamma lambda_max = 1/2, yet theta alternates between 1/4 and -1/4 and the loss stays at 1/2. True for z linear in theta. (The notes end with e^(-2 gamma lambda_0) L(theta(0)); e^(-2 gamma lambda_0 t) is meant.)" with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.create "gamma < 2 / lambda_max" {
                claim with
                    Instances = cubics [ 0.5; 1.0; 1.5 ]
                    Vary = fun _ -> (cubics [ 0.5; 1.0; 1.5 ]).Generator
                    Hypotheses = [ Hypothesis.named "gamma < 2 / lambda_max" (stable 2) ]
            }
            Control.bound
                "the weaker e^(-2 gamma lambda_0 t)"
                (fun cubic ->
                    let run = cubicRun cubic
                    let decay = exp (-2.0 * cubic.Rate * Rational.toFloat run.Least * float cubic.Steps)
                    let first = Rational.toFloat run.First
                    Estimate.rounded 16 first (decay * first))
                claim
        ]
    }

/// Descent on |z|^2 / 2 for z_i = theta_i + curvature theta_i^2 / 2, from numbers in eighths.
type Quadratics = {
    Starts: int list
    Curvature: float
    Rate: float
    Steps: int
}

let private quadratics curvatures =
    let make =
        gen {
            let! count = Gen.choose (1, 3)
            let! starts = Gen.listOfLength count (Gen.choose (1, 8))
            let! curvature = Gen.elements curvatures
            let! rate = Gen.elements [ 0.125; 0.25; 0.5; 0.75; 1.0 ]
            let! steps = Gen.choose (1, 4)

            return {
                Starts = starts
                Curvature = curvature
                Rate = rate
                Steps = steps
            }
        }

    make
    |> Shrinking.towards (fun run -> [
        { run with Steps = 1 }
        {
            run with
                Starts = List.truncate 1 run.Starts
        }
        { run with Starts = [ 8 ] }
    ])

let private quadraticRun run =
    let curvature = q run.Curvature
    let half = curvature * Rational.ratio 1 2
    let starts = run.Starts |> List.map (fun eighths -> Rational.ratio eighths 8)
    let model = (fun t -> t + half * t * t), (fun t -> Rational.One + curvature * t)

    descend (List.replicate run.Starts.Length model) (q run.Rate) run.Steps starts

/// epsilon = gamma lambda_max |D^2 z| |r(0)| / (2 lambda_0), with |r(0)|^2 = 2 L(0).
let private epsilon run =
    let path = quadraticRun run

    run.Rate
    * Rational.toFloat (path.Largest / path.Least)
    * run.Curvature
    * sqrt (2.0 * Rational.toFloat path.First)
    / 2.0

/// (1 - (1 - part epsilon) factor gamma lambda_0)^(2t) L(0).
let private curvedBound part factor run =
    let path = quadraticRun run

    let contraction =
        1.0
        - (1.0 - part * epsilon run) * factor * run.Rate * Rational.toFloat path.Least

    let value = contraction ** float (2 * run.Steps) * Rational.toFloat path.First
    // fewer than 16 roundings of numbers of size 1 in a factor taken at most 8 times
    Estimate.rounded 256 (1.0 + Rational.toFloat path.First) value

/// The claim with what it needs of the curvature.
let positiveKernelMakesTheLossFallWhereTheCurvatureIsSmall: Theorem<Quadratics> =
    let stable run =
        let path = quadraticRun run
        q run.Rate * (path.Least + path.Largest) <= Rational.ofInt 2

    let claim = {
        Claim.atMost (quadratics [ 0.0; 0.125; 0.25; 0.5 ]) (quadraticRun >> last) (curvedBound 1.0 1.0) with
            Hypotheses = [
                Hypothesis.named "gamma <= 2 / (lambda_0 + lambda_max)" stable
                Hypothesis.named "epsilon < 1" (fun run -> epsilon run < 1.0)
            ]
    }

    let curved = quadratics [ 0.25; 0.5 ]

    {
        Entry = {
            Sources.repaired
                orf
                "convergence/pd-decay"
                "A bounded positive definite kernel makes the loss fall at the rate (1 - (1 - epsilon) gamma lambda_0)^2 where the curvature is small"
                @"\lambda_0I\preceq K_{\theta(t)}\preceq\lambda_{\max}I,\ \gamma\le\tfrac{2}{\lambda_0+\lambda_{\max}},\ \varepsilon=\tfrac{\gamma\lambda_{\max}\sup\|D^2z\|\,\|z(0)-Y\|}{2\lambda_0}<1:\quad L(t)\le(1-(1-\varepsilon)\gamma\lambda_0)^{2t}L(0)\le e^{-2(1-\varepsilon)\gamma\lambda_0t}L(0)"
                "Descent in exact fractions on outputs z_i = theta_i + c theta_i^2 / 2 (so |D^2 z| = c), up to three of them and four steps; attained for c = 0 on an eigenvector of the least eigenvalue."
                "For the linear recursion r(t+1) = (I - gamma K_t) r(t), as for z linear in theta, epsilon = 0 and the printed bound is true. Proof: z(t+1) - Y = (I - gamma K) r + (1/2) D^2 z [gamma J' r, gamma J' r], and |J' r|^2 <= lambda_max |r|^2. Under gradient flow dz/dt = -gamma K (z - Y) the bound e^(-2 gamma lambda_0 t) holds without a condition on the curvature, but not (1 - gamma lambda_0)^(2t)." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.create "printed: epsilon = 0 for curved outputs" {
                claim with
                    Instances = curved
                    Vary = fun _ -> curved.Generator
                    Bound = curvedBound 0.0 1.0
            }
            Control.bound "1.1 gamma lambda_0" (curvedBound 1.0 1.1) claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack positiveKernelMakesTheLossFallGeometrically
    Theorem.pack positiveKernelMakesTheLossFallWhereTheCurvatureIsSmall
]
