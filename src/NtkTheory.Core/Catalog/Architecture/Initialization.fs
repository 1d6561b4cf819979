/// Random nets at initialization (lecture of 9/14).
module NtkTheory.Catalog.Architecture.Initialization

open System
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes
open NtkTheory.Catalog.Architecture.WholeNets

let private exactOutput i =
    ReluNet.exactValue (build i) (input i) |> Rational.estimate

/// The layered recursion gives the same output as the sum over paths.
let forwardRecursionEqualsTheSumOverPaths =
    let claim = {
        Claim.identity (instances (1, 4) 3 true) exactOutput (fun i ->
            PathSum.output (build i) (input i) |> Rational.estimate) with
            Vary = vary
    }

    {
        Entry =
            page
                "initialization/forward-recursion"
                "The layered recursion of a fully connected net"
                @"$z^{(1)} = b^{(1)} + W^{(1)} x$ and $z^{(l+1)} = b^{(l+1)} + W^{(l+1)} \sigma(z^{(l)}), l = 1..L$; for ReLU the output is the sum over paths of weights and indicators, each input and each bias times the paths that start from it."
                (orf "9/14" "Display 1")
                "Left: the recursion in exact fractions on nets with whole weights. Right: the sum over all paths, enumerated, from inputs and biases, also exact."
        Claim = claim
        Controls = [
            Control.bound
                "the sum over paths without indicators"
                (fun i -> PathSum.withoutIndicators (build i) (input i) |> Rational.estimate)
                claim
            Control.bound
                "the paths from biases left out"
                (fun i ->
                    let net = build i

                    input i
                    |> Seq.mapi (fun p t -> t * PathSum.derivative net (input i) p)
                    |> Rational.sum
                    |> Rational.estimate)
                claim
        ]
    }

/// One preactivation: n inputs, variances of weights and bias in tenths.
type Preactivation = {
    X: int list
    TenthsVw: int
    TenthsVb: int
}

let private preactivations =
    let generator =
        gen {
            let! n = Gen.choose (1, 12)
            let! x = Shapes.point n
            let! vw = Gen.choose (1, 30)
            let! vb = Gen.choose (0, 30)

            return {
                X = List.map ((*) 3) x
                TenthsVw = vw
                TenthsVb = vb
            }
        }

    Arb.fromGenShrink (generator, (fun i -> Shapes.lower 0 i.X |> Seq.map (fun x -> { i with X = x })))

let private normalCdf variance x =
    0.5 * SpecialFunctions.Erfc(-x / sqrt (2.0 * variance))

let private preactivation i seed =
    let draws = Draw.normals seed (i.X.Length + 1)

    let weighted =
        i.X
        |> Seq.mapi (fun j x -> sqrt (float i.TenthsVw / 10.0) * draws[j] * float x)
        |> Seq.sum

    Estimate.exact (weighted + sqrt (float i.TenthsVb / 10.0) * Array.last draws)

/// z = w.x + b is N(0, V_b + V_w |x|^2).
let preactivationIsGaussianWithFanInVariance =
    let variance power i =
        float i.TenthsVb / 10.0
        + float i.TenthsVw / 10.0 * (i.X |> List.sumBy (fun x -> abs (float x) ** power))

    let claim = {
        Claim.law (fun i -> normalCdf (variance 2.0 i)) preactivations preactivation (fun _ ->
            Estimate.exact 0.0) with
            Effort = { Instances = 1.0; Draws = 5.0 }
            Hypotheses = [ Hypothesis.named "a positive variance" (fun i -> variance 2.0 i > 0.0) ]
    }

    {
        Entry = {
            page
                "initialization/fan-in-variance"
                "A preactivation is Gaussian with variance V_b + V_w |x|^2"
                @"For $w ~ N(0, V_w I)$ and $b ~ N(0, V_b)$ independent, $w \cdot x + b ~ N(0, V_b + V_w |x|^2)$; with $V_w = C_w/n$ and $m \le |x_i| \le M$ it lies between $V_b + C_w m^2$ and $V_b + C_w M^2$, free of the width $n$."
                (orf "9/14" "Heuristic for V_w and V_b")
                "Left: draws of w.x + b. Right: the normal distribution function; judged by the band of Dvoretzky, Kiefer and Wolfowitz." with
                Remark = "The notes write |x_i| where |x_i|^2 is meant; the first control is that reading."
        }
        Claim = claim
        Controls = [
            Control.create "|x_i| in place of its square" {
                claim with
                    Kind = Law(fun i -> normalCdf (variance 1.0 i))
            }
            Control.create "the variance averaged over inputs" {
                claim with
                    Kind = Law(fun i -> normalCdf (variance 2.0 i / float (4 * i.X.Length)))
            }
        ]
    }

/// Per-neuron inner products of two inputs before and after, in hundredths.
type Grams = {
    Aa: int
    Bb: int
    Ab: int
    DAa: int
    DBb: int
    DAb: int
}

let private cosine aa bb ab = ab / sqrt (aa * bb)

let private gramError g =
    List.max [ abs g.DAa; abs g.DBb; abs g.DAb ]

let private isGram aa bb ab =
    aa > 0 && bb > 0 && float ab * float ab <= float aa * float bb

let private grams =
    let any =
        gen {
            let! aa = Gen.choose (1, 2000)
            let! bb = Gen.choose (1, 2000)
            let! ab = Gen.choose (-2000, 2000)
            let! e = Gen.choose (1, 300)
            let! changes = Gen.listOfLength 3 (Gen.choose (-e, e))

            return {
                Aa = aa
                Bb = bb
                Ab = ab
                DAa = changes[0]
                DBb = changes[1]
                DAb = changes[2]
            }
        }

    let tight =
        gen {
            let! m = Gen.choose (400, 2000)
            let! e = Gen.choose (1, 20)

            return {
                Aa = m
                Bb = m
                Ab = m - 2 * e
                DAa = -e
                DBb = -e
                DAb = e
            }
        }

    Arb.fromGen (Gen.frequency [ 3, any; 1, tight ])

/// Preserved inner products preserve norms and angles.
let cosinesMoveLittleWhenInnerProductsDo =
    let measured g =
        let before = cosine (float g.Aa) (float g.Bb) (float g.Ab)

        let after =
            cosine (float (g.Aa + g.DAa)) (float (g.Bb + g.DBb)) (float (g.Ab + g.DAb))
        // five roundings on each cosine, which is at most 1
        Estimate.rounded 12 1.0 (abs (after - before))

    let bound g =
        let m, e = float (min g.Aa g.Bb), float (gramError g)
        Estimate.rounded 3 (2.0 * e / (m - e)) (2.0 * e / (m - e))

    let claim = {
        Claim.atMost grams measured bound with
            Hypotheses = [
                Hypothesis.named "Gram matrices before and after" (fun g ->
                    isGram g.Aa g.Bb g.Ab && isGram (g.Aa + g.DAa) (g.Bb + g.DBb) (g.Ab + g.DAb))
                Hypothesis.named "an error below both squared norms" (fun g -> gramError g < min g.Aa g.Bb)
            ]
            Effort = { Instances = 10.0; Draws = 1.0 }
    }

    {
        Entry = {
            page
                "initialization/info-prop-cosine"
                "Preserved inner products preserve norms and angles"
                @"If the per-neuron Gram matrices $G, G'$ of two inputs differ by at most $e < m = min(G_{aa}, G_{bb})$ in each entry, then $|\cos' - \cos| \le 2e/(m - e)$, and each squared norm changes by at most $e$."
                (orf "9/14" "Consequence 1")
                "Left: the difference of the two cosines. Right: the bound; both in double precision." with
                Sharpness = Tight
                Remark =
                    "Vacuous where a squared norm is 0 (not applicable). The bound is approached by G_aa = G_bb = m, G_ab = m - 2e as e/m goes to 0."
        }
        Claim = claim
        Controls = [
            Control.scaled 0.8 claim
            Control.bound
                "e / (m + e)"
                (fun g ->
                    let m, e = float (min g.Aa g.Bb), float (gramError g)
                    Estimate.exact (e / (m + e)))
                claim
        ]
    }

/// The density of two Gaussian numbers by its formula and by conditioning.
let gaussianDensityFactorsThroughTheConditional =
    let k g =
        float g.Aa / 100.0, float g.Bb / 100.0, float g.Ab / 100.0

    let point g =
        float g.DAa / 100.0, float g.DBb / 100.0

    let density norming half g =
        let aa, bb, ab = k g
        let u, v = point g
        let det = aa * bb - ab * ab
        let form = (bb * u * u - 2.0 * ab * u * v + aa * v * v) / det
        let value = exp (-half * form) / (norming * sqrt det)
        // the determinant cancels: its relative error is a few roundings of aa bb over det, also in the exponent
        Estimate.rounded (20 + int (10.0 * (1.0 + form) * aa * bb / det)) value value

    let conditioned g =
        let aa, bb, ab = k g
        let u, v = point g
        let spread = bb - ab / aa * ab

        let normal x s =
            exp (-0.5 * x * x / s) / sqrt (Math.Tau * s)

        let value = normal u aa * normal (v - ab / aa * u) spread
        let exponent = 1.0 + u * u / aa + (v - ab / aa * u) ** 2.0 / spread
        Estimate.rounded (20 + int (10.0 * exponent * bb / spread)) value value

    let claim = {
        Claim.identity grams conditioned (density Math.Tau 0.5) with
            Hypotheses = [
                Hypothesis.named "det K > 0" (fun g ->
                    isGram g.Aa g.Bb g.Ab
                    && float g.Ab * float g.Ab < 0.99 * float g.Aa * float g.Bb)
            ]
    }

    {
        Entry = {
            page
                "initialization/gaussian-density-formula"
                "The density that defines the kernel's integral"
                @"(z_a, z_b) ~ N(0, K) has density \det(2\pi K)^{-1/2} \exp(-z^T K^{-1} z / 2), provided \det K > 0."
                (orf "9/14" "Display for K^{(L+1)}")
                "Left: the normal density of z_a times the conditional one of z_b. Right: the formula." with
                Remark =
                    "For parallel inputs with C_b = 0 the matrix is singular and the integral has one dimension: not applicable (det K at most a hundredth of K_aa K_bb is left out for rounding). The printed covariance entries C_alpha read C_b and C_w."
        }
        Claim = claim
        Controls = [
            Control.bound "det K without 2 pi" (density 1.0 0.5) claim
            Control.bound "no factor 1/2 in the exponent" (density Math.Tau 1.0) claim
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack forwardRecursionEqualsTheSumOverPaths
    Theorem.pack preactivationIsGaussianWithFanInVariance
    Theorem.pack cosinesMoveLittleWhenInnerProductsDo
    Theorem.pack gaussianDensityFactorsThroughTheConditional
    Stated(
        {
            page
                "initialization/gp-definition"
                "Gaussian process"
                @"$\{X_t\}_{t \in T}$ is a Gaussian process if $(X_{t_1}, .., X_{t_k})$ is a Gaussian vector for all $t_1, .., t_k$ in $T$."
                (orf "9/14" "Definition")
                "" with
                Status = Definition
        },
        "a definition; finite-dimensional covariances are KernelRecursion.layers"
    )
]
