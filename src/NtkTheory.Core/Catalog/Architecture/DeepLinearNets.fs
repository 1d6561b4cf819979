/// Sample covariances and norms of deep linear nets at finite size (lecture of 12/7).
module NtkTheory.Catalog.Architecture.DeepLinearNets

open System
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// P points in n dimensions, and the order k of a moment.
type Moment = { P: int; N: int; K: int }

let private moments =
    let generator =
        gen {
            let! p = Gen.choose (1, 3)
            let! n = Gen.choose (1, 3)
            let! k = Gen.choose (1, 3)
            return { P = p; N = n; K = k }
        }

    Arb.fromGenShrink (generator, (fun i -> Shapes.smaller 1 i.P |> Seq.map (fun p -> { i with P = p })))

/// E prod of standard normal entries with the given indices: the product of (m - 1)!! over multiplicities.
let private gaussianMoment (entries: (int * int) list) =
    let doubleFactorial m =
        Seq.fold (fun p k -> p * float k) 1.0 (seq { m - 1 .. -2 .. 1 })

    entries
    |> List.countBy id
    |> List.fold (fun product (_, m) -> if m % 2 = 1 then 0.0 else product * doubleFactorial m) 1.0

/// E (1/P) tr S^k as the sum over closed walks of 2k entries of X.
let private walkMoment i =
    let rows = PathSum.indices (List.replicate i.K i.P)
    let columns = PathSum.indices (List.replicate i.K i.N)

    let walk (r: int list) (c: int list) =
        List.init i.K (fun t -> [ r[t], c[t]; r[(t + 1) % i.K], c[t] ])
        |> List.concat
        |> gaussianMoment

    let total =
        Seq.sum (
            seq {
                for r in rows do
                    for c in columns -> walk r c
            }
        )

    let value = total / (float i.P * float i.N ** float i.K)
    Estimate.rounded (4 * i.K) value value

/// Finite-size moments of the sample covariance.
let sampleCovarianceHasExactFiniteMoments =
    let formula i =
        MarchenkoPastur.finiteMoments i.P i.N
        |> List.item (i.K - 1)
        |> Rational.estimate

    let limit i =
        MarchenkoPastur.moment (Rational.ratio i.P i.N) i.K |> Rational.estimate

    let claim = Claim.identity moments walkMoment formula

    {
        Entry =
            page
                "bayesian-linear/wishart-finite-moments"
                "Moments of a sample covariance at finite size"
                @"S = X X^T/n, X \in R^{P \times n} standard normal: E \tfrac1P tr S^k = 1, 1 + \tfrac{P+1}{n}, \tfrac{n^2 + P^2 + 3nP + 3n + 3P + 4}{n^2} for k = 1, 2, 3."
                (added "12/7")
                "Left: the sum over all closed walks of products of Gaussian entries (Wick). Right: the formulas in fractions."
        Claim = claim
        Controls = [
            Control.bound "the moments of the limit law" limit claim
            Control.bound
                "without 3n"
                (fun i ->
                    if i.K = 3 then
                        Estimate.subtract (formula i) (Estimate.exact (3.0 / float i.N))
                    else
                        formula i)
                claim
        ]
    }

/// Widths n_0 .. n_L of a deep linear net.
type Widths = { Ns: int list }

let private nets (shortest, longest) (low, high) =
    let generator =
        Shapes.integers (shortest, longest) (low, high)
        |> Gen.map (fun ns -> { Ns = ns })

    Arb.fromGenShrink (
        generator,
        (fun i ->
            Seq.append (Shapes.shorter shortest i.Ns) (Shapes.lower low i.Ns)
            |> Seq.map (fun ns -> { Ns = ns }))
    )

let private squaredNorm (theta: float[]) = Array.sumBy (fun t -> t * t) theta

/// theta_1 / |theta| of the draw.
let private cosine i seed =
    let theta = DeepLinear.product i.Ns seed
    Estimate.exact (theta[0] / sqrt (squaredNorm theta))

/// P(u_1 <= t) for u uniform on the sphere of R^n, n >= 2: by the incomplete beta function of (1 + t)/2.
let private sphereCdf n t =
    if t <= -1.0 then
        0.0
    elif t >= 1.0 then
        1.0
    else
        SpecialFunctions.BetaRegularized(float (n - 1) / 2.0, float (n - 1) / 2.0, (1.0 + t) / 2.0)

/// The direction is uniform whatever the norm.
let directionOfADeepLinearNetIsUniform =
    // independent of the norm: the sign of the cosine is turned over where the norm is below 1, which a uniform direction
    // independent of the norm does not notice
    let measured i seed =
        let theta = DeepLinear.product i.Ns seed
        let c = (cosine i seed).Value
        Estimate.exact (if squaredNorm theta < 0.5 then -c else c)

    let claim = {
        Claim.law (fun i -> sphereCdf i.Ns.Head) (nets (1, 4) (2, 6)) measured (fun _ -> Estimate.exact 0.0) with
            Effort = { Instances = 1.0; Draws = 1.0 }
    }

    {
        Entry = {
            page
                "bayesian-linear/deep-linear-direction"
                "The direction of a deep linear net is uniform and independent of its norm"
                @"$\theta^T = W^{(L+1)} .. W^{(1)}$ with Gaussian $W^{(1)}: \theta/|\theta|$ is uniform on the sphere and independent of $|\theta|$."
                (orf "12/7" "Ex 2")
                "Left: the first coordinate of the direction over draws of all weights, its sign turned where |theta|^2 < 1/2 (no change if direction and norm are independent). Right: the law of a coordinate of a uniform direction." with
                Remark = "Only the first matrix needs to be rotation invariant."
        }
        Claim = claim
        Controls = [
            Control.create "the sphere of 9 more dimensions" {
                claim with
                    Kind = Law(fun i -> sphereCdf (4 * i.Ns.Head + 9))
            }
            Control.create "the first coordinate's magnitude" {
                claim with
                    Measured = fun i seed -> Estimate.magnitude (cosine i seed)
            }
        ]
    }

/// E |theta|^4 by transfer: W times a vector of fourth norm moment S has fourth moment n (n + 2) S / m^2.
let private fourthByLayers i =
    let pass (s: Rational) (before, rows) =
        s * Rational.ofInt rows * Rational.ofInt (rows + 2)
        / Rational.pow (Rational.ofInt before) 2

    // |theta|^2 = |W^(1)^T .. W^(L+1)^T|^2: from the output back, each transposed matrix has n_{l-1} rows of variance 1/n_{l-1}
    i.Ns
    |> List.rev
    |> List.fold (fun s n -> pass s (n, n)) Rational.One
    |> Rational.estimate

let private fourthByProduct skip variance i =
    let value =
        i.Ns
        |> List.skip (min skip i.Ns.Length)
        |> List.fold (fun p n -> p * (1.0 + variance / float n)) 1.0

    Estimate.rounded (3 * i.Ns.Length + 4) value value

/// Printed: L factors and variance 1/n.
let normMomentsLeaveOutTheInputWidth =
    let claim =
        Claim.identity (nets (1, 6) (1, 40)) fourthByLayers (fourthByProduct 1 1.0)

    {
        Entry = {
            page
                "bayesian-linear/deep-linear-norm"
                "The norm of a deep linear net, as printed"
                @"$|\theta|^2 = \prod_{l=1}^L \chi^2_{n_l}/n_l$ in law, independent factors of mean $1$ and variance $1/n_l$."
                (orf "12/7" "Ex 2")
                "Left: E |theta|^4 layer by layer from moments of chi-squares, in fractions. Right: the product of 1 + 1/n_l over l = 1 .. L." with
                Status = FalseAsStated "bayesian-linear/deep-linear-norm/repaired"
                Remark =
                    "With variance 1/n_{l-1} there are L + 1 factors, n_0 included (without hidden layers |theta|^2 is chi^2_{n_0}/n_0, not 1), and Var(chi^2_n/n) = 2/n."
        }
        Claim = claim
        Controls = [
            Control.bound "n_0 included but variance 1/n" (fourthByProduct 0 1.0) claim
            Control.bound "variance 2/n but n_0 left out" (fourthByProduct 1 2.0) claim
        ]
    }

/// E |theta|^4 = prod (1 + 2/n_l) over l = 0 .. L.
let normIsAProductOfChiSquaresOverAllWidths =
    // simulation: |theta|^4 over draws would be heavy; the exact mean of the recursion stands for it
    let claim =
        Claim.identity (nets (1, 6) (1, 40)) fourthByLayers (fourthByProduct 0 2.0)

    {
        Entry = {
            page
                "bayesian-linear/deep-linear-norm/repaired"
                "The squared norm of a deep linear net is a product of L + 1 chi-squares"
                @"|\theta|^2 = \prod_{l=0}^L \chi^2_{n_l}/n_l in law, independent, Var(\chi^2_n/n) = 2/n; so E|\theta|^2 = 1 and E|\theta|^4 = \prod_{l=0}^L (1 + 2/n_l)."
                (added "12/7")
                "Left: E |theta|^4 layer by layer from moments of chi-squares, in fractions. Right: the product in closed form; bayesian-linear/deep-linear-log-norm/repaired draws the law itself." with
                Status = Repairs "bayesian-linear/deep-linear-norm"
        }
        Claim = claim
        Controls = [
            Control.bound "printed: n_0 left out and variance 1/n" (fourthByProduct 1 1.0) claim
            Control.bound "3 in place of 2" (fourthByProduct 0 3.0) claim
        ]
    }

let private logNorm i seed =
    Estimate.exact (0.5 * log (squaredNorm (DeepLinear.product i.Ns seed)))

let private normalCdf mean variance x =
    0.5 * SpecialFunctions.Erfc(-(x - mean) / sqrt (2.0 * variance))

let private equalNets =
    let generator =
        gen {
            let! length = Gen.choose (4, 8)
            let! n = Gen.choose (6, 12)
            return { Ns = List.replicate length n }
        }

    Arb.fromGenShrink (generator, (fun i -> Shapes.shorter 4 i.Ns |> Seq.map (fun ns -> { Ns = ns })))

let private lawEffort = { Instances = 1.0; Draws = 4.0 }

/// N(-L/4n, L/4n), as printed.
let logNormHasTheVarianceLOverFourN =
    let printed i =
        let ratio = float (i.Ns.Length - 1) / (4.0 * float i.Ns.Head)
        normalCdf -ratio ratio

    let claim = {
        Claim.law printed equalNets logNorm (fun _ -> Estimate.exact 0.0) with
            Effort = lawEffort
    }

    {
        Entry = {
            page
                "bayesian-linear/deep-linear-log-norm"
                "The logarithm of the norm of a deep linear net, as printed"
                @"$\ln|\theta| \approx N(-L/(4n), L/(4n))$ at equal widths $n$."
                (orf "12/7" "Ex 2")
                "Left: ln |theta| over draws of all weights. Right: the printed normal law, judged by a band." with
                Status = FalseAsStated "bayesian-linear/deep-linear-log-norm/repaired"
                Remark =
                    "The exact mean and variance are sums of digamma and trigamma values with leading terms -(L+1)/(2n) and (L+1)/(2n): twice as large, and with L + 1 factors. At n = 100 and 11 factors -0.0552, 0.0556 against -0.025, 0.025."
        }
        Claim = claim
        Controls = [
            Control.create "L + 1 in place of L, but still over 4n" {
                claim with
                    Kind =
                        Law(fun i ->
                            let ratio = float i.Ns.Length / (4.0 * float i.Ns.Head) in normalCdf -ratio ratio)
            }
            Control.create "no drift" {
                claim with
                    Kind = Law(fun i -> normalCdf 0.0 (float i.Ns.Length / (2.0 * float i.Ns.Head)))
            }
        ]
    }

/// Sum of digamma values; the normal approximation by Berry and Esseen.
let logNormHasExactMomentsAndIsNearlyNormal =
    let exact i =
        let struct (mean, variance) = DeepLinear.logNormMoments i.Ns
        normalCdf mean variance

    // the skewness term of Edgeworth's expansion, |skew| / (6 sqrt(2 pi)), and its square for what follows it
    let distance i =
        // -psi''(x)/8 = (1/x^2 + 1/x^3 + ..)/8 at x = n/2
        let third n =
            0.125 * (4.0 / float (n * n) + 8.0 / float (n * n * n))

        let struct (_, variance) = DeepLinear.logNormMoments i.Ns
        let skew = List.sumBy third i.Ns / variance ** 1.5
        Estimate.exact (skew / (6.0 * sqrt Math.Tau) + skew * skew)

    let claim = {
        Claim.law exact equalNets logNorm distance with
            Effort = lawEffort
    }

    {
        Entry = {
            page
                "bayesian-linear/deep-linear-log-norm/repaired"
                "The logarithm of the norm has exact mean and variance and is nearly normal"
                @"E\ln|\theta| = \tfrac12\sum_{l=0}^L [\psi(n_l/2) - \ln(n_l/2)] \approx -\frac{L+1}{2n}, Var\ln|\theta| = \tfrac14\sum_l \psi'(n_l/2) \approx \frac{L+1}{2n}; normal as L or n grows."
                (added "12/7")
                "Left: ln |theta| over draws of all weights. Right: the normal law of the exact moments, up to an Edgeworth allowance for the skewness of log chi-squares." with
                Status = Repairs "bayesian-linear/deep-linear-log-norm"
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.create "the printed L/(4n)" {
                claim with
                    Kind =
                        Law(fun i ->
                            let ratio = float (i.Ns.Length - 1) / (4.0 * float i.Ns.Head) in
                            normalCdf -ratio ratio)
            }
            Control.create "the opposite drift" {
                claim with
                    Kind =
                        Law(fun i ->
                            let struct (mean, variance) = DeepLinear.logNormMoments i.Ns in
                            normalCdf -mean variance)
            }
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack sampleCovarianceHasExactFiniteMoments
    Theorem.pack directionOfADeepLinearNetIsUniform
    Theorem.pack normMomentsLeaveOutTheInputWidth
    Theorem.pack normIsAProductOfChiSquaresOverAllWidths
    Theorem.pack logNormHasTheVarianceLOverFourN
    Theorem.pack logNormHasExactMomentsAndIsNearlyNormal
]
