/// What the noise of descent does to the curvature: lecture 11/16 of the notes.
module NtkTheory.Catalog.Dynamics.EntropicForce

open System
open FsCheck
open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Numerics
open NtkTheory.Sampling

let private entry id status sharpness =
    Sources.entry id status sharpness (notes "11/16" "entropic force")

/// Two directions with losses lambda_i theta_i^2, noise of covariance H, and slopes of lambda along the valley.
type Valley = {
    StepSize: float
    Lambda1: float
    Lambda2: float
    Slope1: float
    Slope2: float
}

let private valleys largest =
    gen {
        let! step = between 0.05 largest
        let! a = between 0.1 1.8
        let! b = between 0.1 1.8
        let! g = between 0.2 1.0
        let! opposite = between -1.0 1.0

        return {
            StepSize = step
            Lambda1 = a
            Lambda2 = b
            Slope1 = g
            Slope2 = opposite
        }
    }
    |> Arb.fromGen

/// The stationary mean of theta^2 under theta -> (1 - 2 eta lambda) theta + eta sqrt(2 share lambda) noise, as the
/// sum over 2^14 steps by doubling: the smallest rate 2 eta lambda is 0.01.
let private meanSquare share eta lambda =
    let rec sum count s factor =
        if count = 0 then
            s
        else
            sum (count - 1) (s + factor * s) (factor * factor)

    sum 14 (eta * eta * 2.0 * share * lambda) ((1.0 - 2.0 * eta * lambda) ** 2.0)

// some dozens of roundings, divided by 1 - factor >= 0.01
let private accurate value = nearly 1e-12 value value

let varianceIsAboveHalfTheStep: Theorem<Valley> =
    let measured share item =
        accurate (meanSquare share item.StepSize item.Lambda1)

    let claim =
        Claim.atLeast (valleys 0.5) (measured 1.0) (fun item -> Estimate.exact (item.StepSize / 2.0))

    {
        Entry =
            entry
                "sgd/variance-lower-bound"
                Proved
                Tight
                "the stationary variance is at least alpha eta/4, and even alpha eta/2"
                @"L=\sum_i\lambda_i\theta_i^2,\ C=\alpha H,\ \eta\lambda_i<1\ \Rightarrow\ \langle\theta_i^2\rangle\ge\tfrac{\alpha\eta}2\ge\tfrac{\alpha\eta}4"
                "the stationary mean square of one coordinate under noise of covariance 2 alpha lambda, summed over 2^14 steps, against alpha eta/2; alpha = 1."
                "H_ii = 2 lambda_i; the notes drop the 2, which makes their bound loose by 2. Exact for additive noise: alpha eta/(2(1 - eta lambda_i))."
        Claim = claim
        Controls = [
            Control.scaled 1.5 claim
            Control.create "noise of half the covariance" {
                claim with
                    Measured = fun item _ -> measured 0.5 item
            }
        ]
    }

/// Mean change of tr H = 2 (lambda_1 + lambda_2) in a step: the valley coordinate moves by -eta sum theta_j^2 g_j.
let private change item =
    let s1 = meanSquare 1.0 item.StepSize item.Lambda1
    let s2 = meanSquare 1.0 item.StepSize item.Lambda2
    let moved = -item.StepSize * (s1 * item.Slope1 + s2 * item.Slope2)
    nearly 1e-12 (item.StepSize * (s1 + s2)) (2.0 * moved * (item.Slope1 + item.Slope2))

let private leading factor item =
    let value = -factor * item.StepSize ** 2.0 * (item.Slope1 + item.Slope2) ** 2.0 in

    nearly 1e-14 value value

let curvatureDecreasesInMeanAsPrinted: Theorem<Valley> =
    let claim = Claim.atMost (valleys 0.5) change (fun _ -> Estimate.exact 0.0)

    {
        Entry =
            entry
                "sgd/entropic-force"
                (FalseAsStated "sgd/entropic-force/repaired")
                Loose
                "noise lowers the trace of the Hessian in mean, as printed for every step size"
                @"\mathbb E[\operatorname{tr}H(t+1)-\operatorname{tr}H(t)]\le0"
                "two noisy directions with C = H (alpha = 1) and curvatures that are linear along a valley with slopes g_1, g_2; stationary mean squares by summation."
                "lambda = (1/2, 3/2), g = (1, -1/2), eta = 1/2 gives +1/12: a bound on the mean squares from below says nothing where g_1 g_2 < 0, and the neglected terms reach the order of the main one."
        Claim = claim
        Controls = [
            Control.bound "the leading term as a bound" (leading 1.0) claim
            Control.bound "half the leading term as a bound" (leading 0.5) claim
        ]
    }

let curvatureDecreasesToLeadingOrder: Theorem<Valley> =
    let remainder sign item =
        Estimate.magnitude (Estimate.subtract (change item) (leading sign item))

    let bound item =
        let weight = item.Lambda1 * abs item.Slope1 + item.Lambda2 * abs item.Slope2

        accurate (2.0 * item.StepSize ** 3.0 * abs (item.Slope1 + item.Slope2) * weight)

    let claim = Claim.atMost (valleys 0.27) (remainder 1.0) bound

    {
        Entry =
            entry
                "sgd/entropic-force/repaired"
                (Repairs "sgd/entropic-force")
                Tight
                "noise lowers the trace of the Hessian in mean, to leading order in the step size"
                @"\Big|\mathbb E[\Delta\operatorname{tr}H]+\alpha\eta^2\big(\textstyle\sum_ig_i\big)^2\Big|\le2\alpha\eta^3\Big|\sum_ig_i\Big|\sum_j\lambda_j|g_j|\qquad(\eta\lambda_j\le\tfrac12)"
                "as for the printed form; the remainder after the leading term against its bound."
                "Says nothing where the slopes add up to zero, and the valley coordinate must not have noise of order one."
        Claim = claim
        Controls = [
            Control.scaled 0.3 claim
            Control.create "the leading term with the other sign" {
                claim with
                    Measured = fun item _ -> remainder -1.0 item
            }
        ]
    }

/// 400 walkers on a circle after 300 Gaussian steps of size 0.3 on one half and 0.6 on the other: the share of
/// them on the first half.
let private shareInQuietHalf seed =
    let walkers = 400
    let turn = 2.0 * Math.PI

    let walk noise =
        noise
        |> Array.fold
            (fun place z ->
                let moved = place + (if place < Math.PI then 0.3 else 0.6) * z
                moved - turn * floor (moved / turn))
            Math.PI

    let quiet =
        Array.init walkers (fun k -> walk (Draw.normals (Seed.at k seed) 300))
        |> Array.filter (fun place -> place < Math.PI)

    // three standard errors of a share, at most
    Estimate.within (1.5 / sqrt (float walkers)) (float quiet.Length / float walkers)

/// An observation, not a theorem.
let descentPrefersQuietPlaces =
    let remark =
        "Heuristic in general; only the statement on densities in one dimension (sgd/ito-density) is a theorem."

    Observed(
        entry
            "sgd/trace-c-bias"
            Empirical
            Loose
            "stochastic descent prefers places where its noise is small"
            @"Besides the loss, stochastic gradient descent makes $\operatorname{tr}C(\theta)$ small."
            "a flat valley in the shape of a circle, with noise of standard deviation 0.3 on one half and 0.6 on the other."
            remark,
        {
            Figure =
                "share of 400 walkers in the half with the smaller noise, after 300 steps (4/5 in the limit of small steps)"
            Run = shareInQuietHalf
        }
    )
