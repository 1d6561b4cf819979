/// Bayesian interpolation by deep linear nets: evidence and posterior (lecture of 12/7).
module NtkTheory.Catalog.Architecture.LinearBayes

open System
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics
open NtkTheory.Numerics
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// Hidden widths, input width, data points, prior variance and |theta_*|^2 in tenths.
type Setting = {
    N0: int
    Hidden: int list
    P: int
    TenthsVariance: int
    TenthsSquare: int
}

let private hanin = orfAfter "Hanin and Zlokapa 2023"

let private model i = {
    LinearPosterior.Widths = i.N0 :: i.Hidden
    Points = i.P
    Variance = float i.TenthsVariance / 10.0
    SquaredNorm = float i.TenthsSquare / 10.0
}

let private settings (fewest, most) =
    let generator =
        gen {
            let! n0 = Gen.choose (2, 10)
            let! hidden = Shapes.integers (fewest, most) (2, 10)
            let! p = Gen.choose (1, n0 - 1)
            let! variance = Gen.choose (3, 20)
            let! square = Gen.choose (3, 30)

            return {
                N0 = n0
                Hidden = hidden
                P = p
                TenthsVariance = variance
                TenthsSquare = square
            }
        }

    Arb.fromGenShrink (generator, (fun i -> Shapes.smaller 1 i.P |> Seq.map (fun p -> { i with P = p })))

/// Mellin-Barnes in double precision: 1e-12 of the logarithm's size and of the number of gammas.
let private near value =
    Estimate.within (1e-9 * (1.0 + abs value)) value

let private logEvidence i =
    BayesianInterpolation.logEvidence (model i) |> near

let private oneLayer factor i =
    let m = model i

    BayesianInterpolation.logEvidenceOneLayer i.N0 (factor * i.Hidden.Head) i.P m.Variance m.SquaredNorm
    |> near

let private shallow i =
    let m = model i

    BayesianInterpolation.logEvidenceShallow i.N0 i.P m.Variance m.SquaredNorm
    |> near

/// L = 0 Gaussian, L = 1 Bessel.
let evidenceHasClosedFormsForShallowNets =
    let closed i =
        if List.isEmpty i.Hidden then shallow i else oneLayer 1 i

    let claim = Claim.identity (settings (0, 1)) logEvidence closed

    {
        Entry = {
            page
                "bayesian-linear/evidence-closed-form"
                "The evidence of shallow linear nets in closed form"
                @"p(\theta_{\parallel} = \theta_*) with t = |\theta_*|^2: L = 0: (2\pi\sigma^2/n_0)^{-P/2} e^{-n_0 t/(2\sigma^2)}; L = 1 with a = \sigma^4/(n_0 n_1), \nu = (n_1 - P)/2: (2\pi a)^{-P/2}\, 2\, (t/a)^{\nu/2} K_\nu(\sqrt{t/a})/(2^{n_1/2}\Gamma(n_1/2))."
                (hanin "12/7" "Results, evidence")
                "Left: the logarithm by the Mellin-Barnes integral for any depth. Right: the Gaussian or the Bessel function (by its own integral representation)." with
                Remark = "The evidence of the labels is this density over the square root of det X^T X."
        }
        Claim = claim
        Controls = [
            Control.bound
                "twice as many hidden neurons"
                (fun i -> if List.isEmpty i.Hidden then shallow i else oneLayer 2 i)
                {
                    claim with
                        Instances = settings (1, 1)
                }
            Control.bound "the net without its hidden layer" shallow {
                claim with
                    Instances = settings (1, 1)
            }
        ]
    }

/// E over r^2 = prod sigma^2 chi^2_{n_l}/n_l of the Gaussian density, by nested quadrature over two chi-squares.
let private mixture i =
    let m = model i
    let p, n0 = float i.P, float i.N0

    let density r2 =
        exp (
            -p / 2.0 * log (Math.Tau * r2 * m.Variance / n0)
            - n0 * m.SquaredNorm / (2.0 * r2 * m.Variance)
        )

    // e^u for u = ln chi^2_n: density e^{n u/2 - e^u/2} / (2^{n/2} Gamma(n/2)), trapezoidal in u, step 1/8
    let over (n: int) (f: float -> float) =
        let weight u =
            exp (
                float n * u / 2.0
                - exp u / 2.0
                - float n / 2.0 * log 2.0
                - SpecialFunctions.GammaLn(float n / 2.0)
            )

        Seq.sumBy
            (fun k -> let u = -18.0 + 0.125 * float k in 0.125 * weight u * f (m.Variance * exp u / float n))
            (seq { 0..200 })

    let rec integrate widths r2 =
        match widths with
        | [] -> density r2
        | n :: rest -> over n (fun factor -> integrate rest (r2 * factor))

    log (integrate i.Hidden 1.0) |> Estimate.within 1e-6

/// Two hidden layers against the mixture integral.
let evidenceOfDeepNetsIsAMellinBarnesIntegral =
    let claim = {
        Claim.identity (settings (2, 2)) mixture logEvidence with
            Effort = { Instances = 0.15; Draws = 1.0 }
    }

    let without i =
        logEvidence { i with Hidden = i.Hidden.Tail }

    {
        Entry = {
            page
                "bayesian-linear/evidence-meijer"
                "The evidence of deep linear nets is a Meijer function"
                @"$p = (\pi t)^{-P/2}\prod_{l\ge1}\Gamma(n_l/2)^{-1}\, G^{L+1,0}_{0,L+1}(z \,|\, P/2, n_1/2, .., n_L/2), z = t\prod_{l=0}^L \frac{n_l}{2\sigma^2}$: exact at every width and depth."
                (hanin "12/7" "Results, evidence")
                "Left: the Gaussian density averaged over r^2 = \prod \sigma^2\chi^2_{n_l}/n_l by a two-dimensional trapezoidal rule, L = 2. Right: the Mellin-Barnes integral on the saddle line, steps of an eighth of the peak's width." with
                Remark = "Works for any depth in double precision (1e-12)."
        }
        Claim = claim
        Controls = [
            Control.bound "one hidden layer left out" without claim
            Control.bound "data points doubled" (fun i -> logEvidence { i with P = 2 * i.P }) claim
        ]
    }

/// The likelihood's 1/2: log evidence with beta / 2 against beta on L_D that has 1/2 already, at L = 0.
type Posterior = {
    TenthsBeta: int
    TenthsPrior: int
    TenthsX: int
    TenthsY: int
}

/// The posterior mean of one parameter with one datum for likelihood exp(-beta (theta x - y)^2/2).
let posteriorIsThePriorTimesTheLikelihood =
    let generator =
        gen {
            let! beta = Gen.choose (1, 50)
            let! prior = Gen.choose (2, 30)
            let! x = Gen.choose (2, 20)
            let! y = Gen.choose (2, 20)

            return {
                TenthsBeta = beta
                TenthsPrior = prior
                TenthsX = x
                TenthsY = y
            }
        }

    let parts i =
        float i.TenthsBeta / 10.0, float i.TenthsPrior / 10.0, float i.TenthsX / 10.0, float i.TenthsY / 10.0

    let mean power i =
        let beta, s2, x, y = parts i
        let rule = GaussianExpectation.ruleOfWidth 0.1 []

        let weight z =
            exp (-beta * power * (sqrt s2 * z * x - y) ** 2.0)

        let total = GaussianExpectation.mean rule weight
        GaussianExpectation.mean rule (fun z -> sqrt s2 * z * weight z) / total

    let ridge share i =
        let beta, s2, x, y = parts i
        let b = share * beta
        Estimate.within 1e-9 (b * x * y * s2 / (1.0 + b * x * x * s2))

    let claim = {
        Claim.identity (Arb.fromGen generator) (fun i -> Estimate.within 1e-7 (mean 0.5 i)) (ridge 1.0) with
            Hypotheses = [
                Hypothesis.named "prior and likelihood overlap" (fun i ->
                    let beta, s2, x, y = parts i
                    y / x < 5.0 * sqrt s2 && beta * s2 * x * x < 200.0)
            ]
    }

    {
        Entry = {
            page
                "bayesian-linear/posterior-definition"
                "Posterior, likelihood and evidence"
                @"$dP_{post} \propto e^{-\beta L_D} dP_{prior}$ with $L_D = |\theta^T X - Y|^2/2$; as $\beta \to \infty$ the posterior is the prior conditioned on interpolation, and the evidence the density of $Y = \theta^T X = p(\theta_\parallel = \theta_*)/\sqrt{\det X^T X}$."
                (hanin "12/7" "Model")
                "Left: the posterior mean of one parameter by quadrature over the prior with likelihood exp(-beta (theta x - y)^2/2). Right: the ridge formula." with
                Remark =
                    "The notes write exp(-beta L_D/2) though L_D has the factor 1/2 already: harmless in the limit, but a factor 2 in beta at finite temperature (first control)."
        }
        Claim = claim
        Controls = [
            Control.create "printed: a further factor 1/2" {
                claim with
                    Measured = fun i _ -> Estimate.within 1e-7 (mean 0.25 i)
            }
            Control.bound "twice the inverse temperature" (ridge 2.0) claim
        ]
    }

/// E_post |theta_perp|^2 at L = 0 and 1 in closed form.
let private perpendicularClosed scale i =
    let m = model i
    let free = float (i.N0 - i.P)

    let value =
        match i.Hidden with
        | [] -> m.Variance * free / float i.N0
        | n1 :: _ ->
            let a = m.Variance * m.Variance / (float i.N0 * float n1)
            let root = sqrt (m.SquaredNorm / a)
            let nu = float (n1 - i.P) / 2.0

            free
            * a
            * root
            * exp (
                BayesianInterpolation.logBesselK (nu + 1.0) root
                - BayesianInterpolation.logBesselK nu root
            )

    near (scale * value)

/// theta = theta_* + u |theta_perp|.
let posteriorIsTheInterpolantPlusAFreeDirection =
    let measured i =
        BayesianInterpolation.perpendicularSquare (model i) |> near

    let claim = Claim.identity (settings (0, 1)) measured (perpendicularClosed 1.0)

    {
        Entry = {
            page
                "bayesian-linear/posterior-decomposition"
                "The posterior is the minimal interpolant plus a uniform free direction"
                @"$\theta = \theta_* + u |\theta_\perp|, u$ uniform on the unit sphere of $Col(X)^\perp$ and independent of $|\theta_\perp|; E_{post}|\theta_\perp|^2 = (n_0 - P) p(P-2)/(2\pi p(P))$ with $p(P - 2)$ the evidence formula at $P - 2; \sigma^2(n_0 - P)/n_0$ at $L = 0$."
                (hanin "12/7" "Claim")
                "Left: the ratio of two Mellin-Barnes integrals. Right: closed forms at L = 0 and L = 1 (ratio of Bessel functions)." with
                Remark = "For P = n_0 there is no free direction."
        }
        Claim = claim
        Controls = [
            Control.bound
                "n_0 directions in place of n_0 - P"
                (fun i -> perpendicularClosed (float i.N0 / float (i.N0 - i.P)) i)
                claim
            Control.bound "half of it" (perpendicularClosed 0.5) claim
        ]
    }

/// The argmax of the evidence over the prior variance.
let bestPriorVarianceSolvesItsEquation =
    let best i =
        BayesianInterpolation.bestVariance (model i)

    // the evidence itself does not rise to either side of the argmax
    let measured i =
        let at v =
            BayesianInterpolation.logEvidence { model i with Variance = v }

        let v = best i
        Estimate.within 1e-10 (max (at (v * 1.001)) (at (v / 1.001)) - at v)

    let posterior i =
        let v = best i
        BayesianInterpolation.perpendicularSquare { model i with Variance = v } |> near

    let exact power i =
        near ((1.0 - float i.P / float i.N0) * best i ** power (float (i.Hidden.Length + 1)))

    let claim = {
        Claim.identity (settings (0, 1)) posterior (exact id) with
            Hypotheses = [
                Hypothesis.named "a maximum of the evidence" (fun i -> (measured i).Value < 0.0)
            ]
            Effort = { Instances = 0.5; Draws = 1.0 }
    }

    {
        Entry = {
            page
                "bayesian-linear/evidence-argmax"
                "The prior of largest evidence and its posterior"
                @"$L = 0: \sigma_*^2 = n_0 t/P; L = 1: \sigma_*^2 = \sqrt{t n_0 n_1/b}, \sqrt b K_{\nu+1}(\sqrt b)/K_\nu(\sqrt b) = n_1$. Then $E_{post}|\theta_\perp|^2 = (1 - P/n_0)\sigma_*^{2(L+1)}$ exactly for $L \le 1$, and $\sigma_*^{2(L+1)} \to t/\alpha$ in the limit: the variance per layer depends on $L$, only the product does not."
                (hanin "12/7" "Theorem")
                "Left: the posterior moment by Mellin-Barnes at the variance of largest evidence (root of the mean of s under the integrand; the evidence falls on both sides). Right: (1 - P/n_0) times its power." with
                Remark =
                    "For L = 2 the equality is no longer exact (t = 1, P = 5, n = (10, 10, 8): 1.24507 against 1.31597)."
        }
        Claim = claim
        Controls = [
            Control.bound "one layer's variance more" (exact (fun l -> l + 1.0)) claim
            Control.create "two hidden layers" {
                claim with
                    Instances = settings (2, 2)
            }
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack posteriorIsThePriorTimesTheLikelihood
    Theorem.pack evidenceHasClosedFormsForShallowNets
    Theorem.pack evidenceOfDeepNetsIsAMellinBarnesIntegral
    Theorem.pack posteriorIsTheInterpolantPlusAFreeDirection
    Theorem.pack bestPriorVarianceSolvesItsEquation
]
