/// Critical points and how variances and angles move at them (lecture of 9/19).
module NtkTheory.Catalog.Architecture.CriticalPoints

open System
open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// C_b and C_w of a tanh net in hundredths.
type TanhNet = { HundredthsCb: int; HundredthsCw: int }

let private tanhNets (lowB, highB) (lowW, highW) =
    let generator =
        gen {
            let! cb = Gen.choose (lowB, highB)
            let! cw = Gen.choose (lowW, highW)

            return { HundredthsCb = cb; HundredthsCw = cw }
        }

    let shrink i =
        seq {
            for cb in Shapes.smaller lowB i.HundredthsCb do
                yield { i with HundredthsCb = cb }

            for cw in Shapes.smaller lowW i.HundredthsCw do
                yield { i with HundredthsCw = cw }
        }

    Arb.fromGenShrink (generator, shrink)

let private parameters i = {
    Cb = float i.HundredthsCb / 100.0
    Cw = float i.HundredthsCw / 100.0
}

/// The largest fixed point found above 1e-4; 0 where there is none.
let private largestFixedPoint i =
    match Criticality.fixedPoints (parameters i) Tanh 1e-4 20.0 30 with
    | [] -> Estimate.exact 0.0
    | roots -> Estimate.within 1e-9 (List.last roots)

let private light = { Instances = 0.5; Draws = 1.0 }

/// For tanh 0 is the only fixed point, as printed.
let tanhHasOnlyTheFixedPointZero =
    let claim = {
        Claim.atMost (tanhNets (0, 50) (10, 300)) largestFixedPoint (fun _ -> Estimate.exact 0.0) with
            Effort = light
    }

    {
        Entry = {
            page
                "criticality/tanh-only-fixed-point"
                "For tanh the only fixed point is 0, as printed"
                @"K_* = C_b + C_w E_{K_*} \tanh^2 only for K_* = 0."
                (orf "9/19" "Example tanh")
                "Left: the largest root of the fixed-point equation between 1e-4 and 20, by bracketing. Right: 0." with
                Status = FalseAsStated "criticality/tanh-only-fixed-point/repaired"
                Remark =
                    "True only for C_b = 0 and C_w <= 1. For C_b = 0, C_w = 2 the variance 0.618 is fixed (not critical: slopes 0.5525 and 1.1055)."
        }
        Claim = claim
        Controls = [
            Control.bound "fixed points of at most a twentieth" (fun _ -> Estimate.exact 0.05) claim
            Control.bound "fixed points of at most a tenth" (fun _ -> Estimate.exact 0.1) claim
        ]
    }

/// C_b = 0, C_w <= 1: every positive variance shrinks.
let tanhVariancesShrinkWithoutBiasesAndWithSmallWeights =
    let k i = float (1 + i.HundredthsCb) / 20.0

    let measured i =
        let value = (parameters i).Cw * Criticality.secondMoment Tanh (k i)
        Estimate.rounded 1000 (1.0 + value) value

    let claim = {
        Claim.atMost (tanhNets (0, 60) (10, 100)) measured (fun i -> Estimate.exact (k i)) with
            Hypotheses = [ Hypothesis.named "C_w at most 1" (fun i -> i.HundredthsCw <= 100) ]
    }

    {
        Entry = {
            page
                "criticality/tanh-only-fixed-point/repaired"
                "For tanh without biases and with C_w at most 1 the only fixed point is 0"
                @"$C_w E_K \tanh^2 < K$ for $C_b = 0, C_w \le 1, K > 0$, so $0$ is the only fixed point; and for every $C_b, C_w$ the only fixed point with $\chi_\parallel = \chi_\perp$ is $0$ (criticality/tanh-zero-iff). Criticality forces $C_w = 1$."
                (added "9/19")
                "Left: C_w E tanh^2 by the trapezoidal rule at the variance (1 + hundredths of C_b)/20. Right: the variance." with
                Status = Repairs "criticality/tanh-only-fixed-point"
                Sharpness = Tight
                Remark = "The ratio tends to C_w as K goes to 0."
        }
        Claim = claim
        Controls = [
            Control.without "C_w at most 1" (tanhNets (0, 5) (150, 300)) claim
            Control.scaled 0.3 claim
        ]
    }

/// A start of the critical tanh recursion and a layer.
type Decay = {
    TenthsK1: int
    Layer: int
    HundredthsCw: int
}

let private decays cw (low, high) =
    let generator =
        gen {
            let! k = Gen.choose (5, 20)
            let! layer = Gen.choose (low, high)

            return {
                TenthsK1 = k
                Layer = layer
                HundredthsCw = cw
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun i -> Shapes.smaller low i.Layer |> Seq.map (fun l -> { i with Layer = l }))
    )

let private tanhVariance i =
    Criticality.trajectory
        {
            Cb = 0.0
            Cw = float i.HundredthsCw / 100.0
        }
        Tanh
        (float i.TenthsK1 / 10.0)
        i.Layer
    |> List.last

/// |2 l K^(l) - 1| <= (ln l + 2) / l at C_b = 0, C_w = 1.
let criticalTanhVarianceDecaysLikeOneOverTwiceTheDepth =
    let measured factor i =
        let l = float i.Layer
        Estimate.within (1e-9 * l) (abs (factor * l * tanhVariance i - 1.0))

    let bound i =
        let l = float i.Layer
        Estimate.rounded 4 1.0 ((log l + 2.0) / l)

    let claim = {
        Claim.atMost (decays 100 (10, 250)) (measured 2.0) bound with
            Hypotheses = [ Hypothesis.named "C_w = 1" (fun i -> i.HundredthsCw = 100) ]
            Effort = { Instances = 0.3; Draws = 1.0 }
    }

    {
        Entry = {
            page
                "criticality/tanh-kernel-decay"
                "At criticality the tanh variance decays like 1/(2l)"
                @"For $C_b = 0, C_w = 1: K^{(l)} = \frac{1}{2l}(1 + \tfrac{5}{12}\frac{\ln l}{l} + O(1/l))$; here $|2 l K^{(l)} - 1| \le (\ln l + 2)/l$ for $1/2 \le K^{(1)} \le 2, l \ge 10$. In general the constant is $1/(-a_1), a_1 = s'''/s' + \tfrac34 (s''/s')^2$ at $0$."
                (orf "9/19" "Example tanh")
                "Left: the variance map iterated with the trapezoidal rule. Right: the envelope, from 1/K = 2l - (5/6) ln l + O(1)." with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.create "the constant 1 in place of 1/2" {
                claim with
                    Measured = fun i _ -> measured 1.0 i
            }
            Control.without "C_w = 1" (decays 90 (30, 250)) claim
            Control.scaled 0.3 claim
        ]
    }

/// A defect 1 - rho of two inputs in thousandths, and the number of ReLU layers after it.
type Start = { Thousandths: int; Layers: int }

let private starts =
    Arb.fromGenShrink (
        Gen.choose (200, 1900) |> Gen.map (fun t -> { Thousandths = t; Layers = 512 }),
        (fun i ->
            Shapes.smaller 200 i.Thousandths
            |> Seq.map (fun t -> { i with Thousandths = t }))
    )

/// 1 - rho_l of a critical ReLU net decays like l^-2, not exponentially.
let criticalReluAnglesCloseLikeTheInverseSquareOfDepth =
    let ladder = {
        Scales = [ 512.0; 1024.0; 2048.0; 4096.0; 8192.0; 16384.0 ]
        At = fun i scale -> { i with Layers = int scale }
        Replicates = 1
    }

    let measured i _ =
        KernelRecursion.reluDefects i.Layers (float i.Thousandths / 1000.0)
        |> Seq.last
        |> Estimate.exact

    let claim =
        Claim.rate ladder Equals starts measured (fun _ -> Estimate.within 0.02 -2.0)

    {
        Entry = {
            page
                "criticality/no-exponential"
                "At criticality nearby inputs neither merge nor part exponentially"
                @"For ReLU with $C_w = 2, C_b = 0: 1 - \rho_l = \frac{9\pi^2}{2 l^2}(1 + O(\ln l/l))$, as $1 - \kappa_1(\rho) = (1 - \rho) - \frac{2\sqrt2}{3\pi}(1-\rho)^{3/2} + $..; for critical tanh $\rho_l$ tends to a limit in $(0, 1)$."
                (orf "9/19" "Conclusion on C_b, C_w")
                "Left: the order of decay of 1 - rho over 2^9 to 2^14 layers, carried without cancellation in 1 - rho itself. Right: -2; the fit's drift allows for ln l / l." with
                Remark =
                    "l counts maps. The ratio to 9 pi^2/(2 l^2) is 0.289, 0.805, 0.971 after 10, 100, 1000 maps from rho = 0."
        }
        Claim = claim
        Controls = [
            Control.bound "order -1" (fun _ -> Estimate.within 0.02 -1.0) claim
            Control.bound "order -3" (fun _ -> Estimate.within 0.02 -3.0) claim
        ]
    }

/// Which of the three conditions of criticality.
type Condition =
    | FixedVariance
    | ParallelSlope
    | PerpendicularSlope

/// An activation with its critical point.
type AtCriticality = {
    Activation: Activation
    Condition: Condition
}

/// K_*, C_b, C_w. For GELU K_* = (3 + sqrt 17)/2 in closed form; for SiLU from the root of E[s s''].
let private criticalPoint activation =
    let without k cw =
        let parameters = { Cb = 0.0; Cw = cw }
        struct (k, parameters)

    match activation with
    | Relu -> without 1.7 2.0
    | LeakyRelu slope -> without 0.8 (2.0 / (1.0 + slope * slope))
    | Erf -> without 0.0 (Math.PI / 4.0)
    | Tanh
    | Sin -> without 0.0 1.0
    | Gelu ->
        let k = (3.0 + sqrt 17.0) / 2.0
        let cw = 1.0 / Criticality.chiPerp 1.0 Gelu k
        let both = { Kaa = k; Kbb = k; Kab = k }

        let parameters = {
            Cb = k - cw * DualActivation.value Gelu both
            Cw = cw
        }

        struct (k, parameters)
    | other -> Criticality.criticalPoint other 5.0 30.0

/// The slope of the variance map by a difference quotient; at K = 0 one-sided by C_w E s^2 / K at a small variance.
let private slopeOfMap activation k cw =
    if k = 0.0 then
        let small = 1e-7
        cw * Criticality.secondMoment activation small / small
    else
        let f = Criticality.secondMoment activation
        let quotient h = (f (k + h) - f (k - h)) / (2.0 * h)
        cw * (4.0 * quotient (0.005 * k) - quotient (0.01 * k)) / 3.0

let private conditionValue shift i =
    let struct (k, p) = criticalPoint i.Activation
    let p = { p with Cw = shift * p.Cw }

    match i.Condition with
    | FixedVariance -> Criticality.map p i.Activation k - k + 1.0
    | ParallelSlope -> slopeOfMap i.Activation k p.Cw
    | PerpendicularSlope -> Criticality.chiPerp p.Cw i.Activation k
    |> Estimate.within 1e-6

/// The critical points satisfy all three conditions.
let criticalPointsSatisfyAllThreeConditions =
    let instances =
        gen {
            let! activation = Gen.elements [ Relu; LeakyRelu 0.1; Tanh; Sin; Erf; Gelu; Silu ]
            let! condition = Gen.elements [ FixedVariance; ParallelSlope; PerpendicularSlope ]

            return {
                Activation = activation
                Condition = condition
            }
        }
        |> Arb.fromGen

    let claim = {
        Claim.identity instances (conditionValue 1.0) (fun _ -> Estimate.exact 1.0) with
            Effort = { Instances = 0.4; Draws = 1.0 }
    }

    {
        Entry =
            page
                "criticality/critical-points"
                "Critical points of seven activations"
                @"$K_* = C_b + C_w E s^2$ and $\chi_\parallel = \chi_\perp = 1$ hold at: ReLU $C_w = 2, C_b = 0$, any $K$; leaky ReLU $C_w = 2/(a_+^2 + a_-^2); tanh$ and $sin C_w = 1, K = 0$; erf $C_w = \pi/4, K = 0$; GELU $K_* = (3+\sqrt{17})/2, C_w = 1.98306, C_b = 0.17292$; SiLU $K_* = 14.3202, C_w = 1.98800, C_b = 0.55514$."
                (orfAfter "Roberts, Yaida and Hanin 2022" "9/19" "added: critical points")
                "Left: each condition at the listed point, the parallel slope by difference quotients of the variance map (the fixed-point residual plus 1). Right: 1. Recipe for half-stable points: E[s s''] = 0, C_w = 1/E s'^2, C_b = K - C_w E s^2."
        Claim = claim
        Controls = [
            Control.create "C_w larger by a hundredth" {
                claim with
                    Measured = fun i _ -> conditionValue 1.01 i
            }
            Control.create "C_w smaller by a hundredth" {
                claim with
                    Measured = fun i _ -> conditionValue 0.99 i
            }
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack tanhHasOnlyTheFixedPointZero
    Theorem.pack tanhVariancesShrinkWithoutBiasesAndWithSmallWeights
    Theorem.pack criticalTanhVarianceDecaysLikeOneOverTwiceTheDepth
    Theorem.pack criticalReluAnglesCloseLikeTheInverseSquareOfDepth
    Theorem.pack criticalPointsSatisfyAllThreeConditions
]
