/// Limits of the posterior of deep linear nets (lecture of 12/7).
module NtkTheory.Catalog.Architecture.EffectiveDepth

open System
open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

let private hanin = orfAfter "Hanin and Zlokapa 2023"

/// alpha in hundredths, t in tenths, lambda in tenths, and a depth.
type Effective = {
    HundredthsAlpha: int
    TenthsSquare: int
    TenthsLambda: int
    Depth: int
}

let private effective =
    let generator =
        gen {
            let! alpha = Gen.choose (20, 80)
            let! square = Gen.choose (3, 30)
            let! lambda = Gen.choose (3, 30)
            let! depth = Gen.choose (1, 6)

            return {
                HundredthsAlpha = alpha
                TenthsSquare = square
                TenthsLambda = lambda
                Depth = depth
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun i -> Shapes.smaller 1 i.Depth |> Seq.map (fun d -> { i with Depth = d }))
    )

let private limit depth i =
    let alpha = float i.HundredthsAlpha / 100.0

    BayesianInterpolation.limitAtEffectiveDepth
        alpha
        (float i.TenthsSquare / 10.0)
        (float i.TenthsLambda / 10.0)
        depth

let private limitError = 1e-9

/// lambda_post alone determines the posterior, as printed.
let effectiveDepthAloneDeterminesThePosterior =
    let claim =
        Claim.identity effective (fun i -> Estimate.within limitError (limit (Some i.Depth) i)) (fun i ->
            Estimate.within limitError (limit None i))

    {
        Entry = {
            page
                "bayesian-linear/effective-depth"
                "The effective depth alone determines the posterior, as printed"
                @"The effective depth \lambda_{post} = P\sum_l 1/n_l determines the posterior."
                (hanin "12/7" "Results, effective depth")
                "Left: the limit of E|theta_perp|^2 as P grows at a fixed number L of equal hidden layers. Right: the limit L to infinity at the same lambda_post." with
                Status = FalseAsStated "bayesian-linear/effective-depth/repaired"
                Remark =
                    "At fixed L the limit depends on L: sigma = 1, alpha = 1/2, t = 1, lambda = 1 give 0.7071, 0.7169, 0.7231 at L = 1, 2, 5 and 0.7274 as L grows."
        }
        Claim = claim
        Controls = [
            Control.bound
                "the optimum t (1 - alpha)/alpha at every lambda"
                (fun i ->
                    let alpha = float i.HundredthsAlpha / 100.0
                    Estimate.exact (float i.TenthsSquare / 10.0 * (1.0 - alpha) / alpha))
                claim
            Control.bound
                "the prior's value 1 - alpha"
                (fun i -> Estimate.exact (1.0 - float i.HundredthsAlpha / 100.0))
                claim
        ]
    }

/// At fixed L the exact limit is approached by finite nets; the difference is of order 1/P.
let posteriorTendsToTheLimitOfItsDepth =
    let instances =
        effective |> Arb.filter (fun i -> i.Depth <= 3 && i.HundredthsAlpha % 10 = 0)

    let finite i =
        let p = 6000
        // equal widths n with P L / n = lambda, up to rounding of the width, which is put back into lambda below
        let n0 = p * 100 / i.HundredthsAlpha
        let n = int (Math.Round(10.0 * float (p * i.Depth) / float i.TenthsLambda))

        BayesianInterpolation.perpendicularSquare {
            Widths = n0 :: List.replicate i.Depth n
            Points = p
            Variance = 1.0
            SquaredNorm = float i.TenthsSquare / 10.0
        }
        |> Estimate.within (0.004 * (1.0 + float i.TenthsSquare / 10.0))

    let claim = {
        Claim.identity instances finite (fun i -> Estimate.within limitError (limit (Some i.Depth) i)) with
            Effort = { Instances = 0.3; Draws = 1.0 }
    }

    {
        Entry = {
            page
                "bayesian-linear/effective-depth/repaired"
                "The limit of the posterior at effective depth lambda and depth L"
                @"As $P \to \infty$ with $P/n_0 \to \alpha, \lambda_{post} \to \lambda$ at $L$ equal hidden layers and $\sigma = 1: E|\theta_\perp|^2 \to (1 - \alpha)\rho, \rho^{1/L} = 1 + \frac{\lambda}{L}(\frac{t}{\alpha\rho} - 1)$; only as $L \to \infty, \ln\rho = \lambda(\frac{t}{\alpha\rho} - 1)$, does $\lambda$ alone decide."
                (added "12/7")
                "Left: the exact posterior moment at P = 6000 by Mellin-Barnes. Right: the root of the limit equation; the radius allows 0.4 % for the finite P and rounded widths." with
                Status = Repairs "bayesian-linear/effective-depth"
        }
        Claim = claim
        Controls = [
            Control.bound
                "half the effective depth"
                (fun i ->
                    Estimate.exact (
                        limit (Some i.Depth) {
                            i with
                                TenthsLambda = i.TenthsLambda / 2
                        }
                    ))
                {
                    claim with
                        Instances = instances |> Arb.filter (fun i -> i.TenthsLambda > 8)
                }
            Control.bound
                "without the free share 1 - alpha"
                (fun i -> Estimate.exact (limit (Some i.Depth) i / (1.0 - float i.HundredthsAlpha / 100.0)))
                claim
        ]
    }

/// theta_perp -> t (1 - alpha)/alpha at the best prior, any depth.
let posteriorNormTendsToTheSameLimitAtEveryDepth =
    let instances =
        effective |> Arb.filter (fun i -> i.Depth <= 3 && i.HundredthsAlpha % 10 = 0)

    let finite i =
        let p = 400
        let n0 = p * 100 / i.HundredthsAlpha

        let m = {
            LinearPosterior.Widths = n0 :: List.replicate i.Depth n0
            Points = p
            Variance = 1.0
            SquaredNorm = float i.TenthsSquare / 10.0
        }

        let best = {
            m with
                Variance = BayesianInterpolation.bestVariance m
        }

        Estimate.within
            (0.02 * m.SquaredNorm / (float i.HundredthsAlpha / 100.0))
            (BayesianInterpolation.perpendicularSquare best)

    let formula share i =
        let alpha = float i.HundredthsAlpha / 100.0
        Estimate.exact (float i.TenthsSquare / 10.0 * share alpha / alpha)

    let claim = {
        Claim.identity instances finite (formula (fun alpha -> 1.0 - alpha)) with
            Effort = { Instances = 0.3; Draws = 1.0 }
    }

    {
        Entry = {
            page
                "bayesian-linear/posterior-limit"
                "With the best prior the free norm tends to the same limit at every depth"
                @"With \sigma_*^2 (any L), or with \sigma^2 = 1 as \lambda_{post} \to \infty: |\theta_\perp|^2 \to t(1 - \alpha)/\alpha, i.e. |\theta|^2 \to t/\alpha."
                (hanin "12/7" "Theorem")
                "Left: the exact posterior moment at P = 400, widths n_0, at the variance of largest evidence. Right: the limit; the radius allows 2 % of t/alpha for the finite P." with
                Remark =
                    "The notes' first display (a point mass at t/alpha) is right for |theta|^2 and wrong for |theta_perp|^2: z(alpha) = 1 - alpha. At sigma = 1, P = 100, n = n_0 = 200: 0.6416, 0.8995, 0.9961, 1.0087 at L = 1, 10, 100, 1000."
        }
        Claim = claim
        Controls = [
            Control.bound "t/alpha, as printed for |theta|" (formula (fun _ -> 1.0)) claim
            Control.bound "t" (fun i -> Estimate.exact (float i.TenthsSquare / 10.0)) {
                claim with
                    Instances = instances |> Arb.filter (fun i -> i.HundredthsAlpha <> 50)
            }
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack effectiveDepthAloneDeterminesThePosterior
    Theorem.pack posteriorTendsToTheLimitOfItsDepth
    Theorem.pack posteriorNormTendsToTheSameLimitAtEveryDepth
]
