/// Expected numbers of linear regions of random nets (lecture of 12/5).
module NtkTheory.Catalog.Architecture.Breakpoints

open System
open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// One hidden layer of n neurons on [a, b] in tenths, bias variance in tenths, weights of variance 1.
type Window = {
    N: int
    TenthsCb: int
    TenthsA: int
    TenthsLength: int
}

let private windows lengths =
    let generator =
        gen {
            let! n = Gen.choose (1, 20)
            let! cb = Gen.choose (1, 30)
            let! a = Gen.choose (-20, 20)
            let! length = Gen.choose lengths

            return {
                N = n
                TenthsCb = cb
                TenthsA = a
                TenthsLength = length
            }
        }

    Arb.fromGenShrink (generator, (fun i -> Shapes.smaller 1 i.N |> Seq.map (fun n -> { i with N = n })))

let private cb i = float i.TenthsCb / 10.0
let private low i = float i.TenthsA / 10.0

let private high i =
    float (i.TenthsA + i.TenthsLength) / 10.0

let private perNeuron i =
    BreakpointDensity.firstLayer (cb i) 1.0 (low i) (high i)

let private batch = 16

/// Breakpoints are independent: a binomial number, with this exact variance.
let private spread resolution i = {
    Variance = (let p = perNeuron i in float i.N * p * (1.0 - p) / float batch)
    Tail = Tail.Bounded(float i.N)
    Resolution = resolution
}

/// Breakpoints of a random layer inside the window, on average over a batch.
let private seen i seed =
    let one b =
        let draws = Draw.normals (Seed.at b seed) (2 * i.N)

        Seq.init i.N (fun j -> -sqrt(cb i) * draws[2 * j] / draws[2 * j + 1])
        |> Seq.filter (fun x -> x > low i && x < high i)
        |> Seq.length
        |> float

    Seq.averageBy one (seq { 0 .. batch - 1 })

/// E breakpoints of one layer by the Cauchy law.
let breakpointsOfOneLayerAreCauchy =
    let cauchy scale i =
        Estimate.rounded 8 (float i.N) (float i.N * BreakpointDensity.cauchyMass (scale i) (low i) (high i))

    let claim =
        Claim.expectation
            (spread 0.15)
            (windows (10, 40))
            (fun i seed -> Estimate.exact (seen i seed))
            (cauchy (fun i -> sqrt (cb i)))

    {
        Entry = {
            page
                "regions/hanin-rolnick-one-layer"
                "The breakpoints of a random layer follow a Cauchy law"
                @"$n_0 = L = 1, W ~ N(0,1), b ~ N(0, C_b): E \#\text{breakpoints in } [a, b] = \frac{n_1}{\pi}[\arctan(b/\sqrt{C_b}) - \arctan(a/\sqrt{C_b})]$; regions are one more."
                (orfAfter "Hanin and Rolnick 2019" "12/5" "Theorem B, exact for one layer")
                "Left: the mean number of -b_j/W_j in the window over random layers; it is binomial, with exact variance. Right: the formula." with
                Remark = "Not applicable for C_b = 0, where every breakpoint is 0."
        }
        Claim = claim
        Controls = [
            Control.bound "scale C_b in place of its root, times 3" (cauchy (fun i -> 3.0 * cb i)) claim
            Control.bound
                "spread evenly, |b - a| n_1"
                (fun i -> Estimate.exact (float i.N * (high i - low i)))
                claim
        ]
    }

let private linear offset i =
    let value = offset + float i.N * (high i - low i) / (Math.PI * sqrt (cb i))
    Estimate.rounded 8 (1.0 + value) value

let private regions i seed = Estimate.exact (1.0 + seen i seed)

/// As printed: E #regions <= C |b - a| #neurons.
let regionsAreAtMostTheLengthTimesNeurons =
    let claim =
        Claim.create (Expectation(spread 5.0)) AtMost (windows (1, 3)) regions (linear 0.0)

    {
        Entry = {
            page
                "regions/hanin-rolnick"
                "Linear regions of a random net on an interval, as printed"
                @"E \#\text{linear regions in } [a, b] \le C |a - b|\, \#\text{neurons}."
                (orfAfter "Hanin and Rolnick 2019" "12/5" "Theorem B")
                "Left: the mean number of regions of one random hidden layer on a short interval, exact variance. Right: the bound with the constant 1/(pi sqrt C_b) of the repair." with
                Status = FalseAsStated "regions/hanin-rolnick/repaired"
                Remark =
                    "There is always one region: the bound fails for |a - b| < 1/(C #neurons), whatever C. It bounds breakpoints."
        }
        Claim = claim
        Controls = [
            Control.bound "half a region more" (linear 0.5) {
                claim with
                    Instances = windows (1, 1) |> Arb.filter (fun i -> i.N <= 3)
            }
            Control.scaled 0.5 claim
        ]
    }

/// Hidden layers of a deep net on a window: widths, C_b in tenths.
type DeepWindow = {
    Widths: int list
    DeepTenthsCb: int
    DeepTenthsLength: int
}

let private deepWindows =
    let generator =
        gen {
            let! widths = Shapes.integers (1, 3) (1, 4)
            let! cb = Gen.choose (5, 30)
            let! length = Gen.choose (5, 30)

            return {
                Widths = widths
                DeepTenthsCb = cb
                DeepTenthsLength = length
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun i -> Shapes.shorter 1 i.Widths |> Seq.map (fun w -> { i with Widths = w }))
    )

let private deepCb i = float i.DeepTenthsCb / 10.0

let private deepLength i = float i.DeepTenthsLength / 10.0

let private randomNet widths cb seed : ReluNet<float> =
    let layer l (before, width) = {
        Weights =
            Draw.normals (Seed.at l (Seed.split "weights" seed)) (before * width)
            |> Array.map (fun z -> z / sqrt (float before))
            |> Array.chunkBySize before
        Biases =
            Draw.normals (Seed.at l (Seed.split "biases" seed)) width
            |> Array.map (fun z -> sqrt cb * z)
    }

    {
        Hidden = List.pairwise (1 :: widths) |> List.mapi layer
        Output = layer -1 (List.last widths, 1)
    }

let private deepBound offset decay i =
    let term l n =
        decay ** float l * float n * deepLength i / (Math.PI * sqrt (deepCb i))

    let value = offset + Seq.sum (Seq.mapi term i.Widths)
    Estimate.rounded 20 value value

let private deepBatch = 8

/// A count X >= 0 of breakpoints is at most R, so Var X <= R E X with the bound for E X.
let private deepSpread i =
    let most = i.Widths |> List.fold (fun p n -> p * float (n + 1)) 1.0

    {
        Variance = most * (deepBound 0.0 (sqrt 0.5) i).Value / float deepBatch
        Tail = Tail.Bounded most
        Resolution = 0.8
    }

/// E #regions <= 1 + sum n_l 2^{-(l-1)/2} |b - a| / (pi sqrt C_b).
let regionsAreAtMostOnePlusTheLayerSum =
    let measured i seed =
        let cut x : Cut<float> option = Some { Top = x; Below = 1.0 }
        let half = deepLength i / 2.0

        let one b =
            LineRegions.intervals (randomNet i.Widths (deepCb i) (Seed.at b seed)) (cut -half) (cut half)
            |> LineRegions.merge
            |> List.length
            |> float

        Estimate.exact (Seq.averageBy one (seq { 0 .. deepBatch - 1 }))

    let claim = {
        Claim.create (Expectation deepSpread) AtMost deepWindows measured (deepBound 1.0 (sqrt 0.5)) with
            Effort = { Instances = 0.5; Draws = 0.5 }
    }

    {
        Entry = {
            page
                "regions/hanin-rolnick/repaired"
                "Linear regions of a random net on an interval, with the constant"
                @"$W ~ N(0, 1/n_{l-1}), b ~ N(0, C_b), C_b > 0, n_0 = 1: E \#\text{linear regions in } [a, b] \le 1 + \frac{|b - a|}{\pi\sqrt{C_b}} \sum_l n_l 2^{-(l-1)/2}$; for He weights every layer has $\sqrt2/(\pi\sqrt{C_b})$ per neuron."
                (added "12/5")
                "Left: mean number of regions of random nets on [-c, c] by propagated pieces. Right: the bound, from the Kac-Rice density \sqrt{VV' - C^2}/(\pi V) \le \sqrt{V'/C_b}/\pi. The variance is bounded by the largest count times the mean." with
                Status = Repairs "regions/hanin-rolnick"
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.bound "a tenth of a region on average" (fun _ -> Estimate.exact 0.1) {
                claim with
                    Kind = Expectation(fun i -> { deepSpread i with Resolution = 20.0 })
            }
            Control.scaled 0.25 {
                claim with
                    Kind = Expectation(fun i -> { deepSpread i with Resolution = 20.0 })
            }
        ]
    }

/// A layer-2 neuron over one first-layer neuron on [-c, c], c and C_b in tenths.
type SecondLayer = { TenthsC: int; TenthsBias: int }

/// E of the turning of (sqrt C_b, relu(w x + b)) over w, b Gaussian, by the trapezoidal rule in the angle of (w, b) and
/// panels in the radius.
let private narrowZeros i =
    let c, cb = float i.TenthsC / 10.0, float i.TenthsBias / 10.0

    let layer w b : AffineLayer<float> = {
        Weights = [| [| w |] |]
        Biases = [| b |]
    }

    let atAngle angle =
        let zeros r =
            BreakpointDensity.givenFeatures cb 1.0 [ layer (r * cos angle) (r * sqrt cb * sin angle) ] -c c

        // the radius of two standard normals: r e^{-r^2/2} on (0, 8)
        let count = 48

        Seq.sumBy
            (fun k ->
                let r = 8.0 * (float k + 0.5) / float count in
                8.0 / float count * r * exp (-0.5 * r * r) * zeros r)
            (seq { 0 .. count - 1 })

    let angles = 96
    Seq.averageBy (fun k -> atAngle (Math.Tau * (float k + 0.5) / float angles)) (seq { 0 .. angles - 1 })

/// Finite width against the infinite-width Cauchy law and the layer bound.
let deepBreakpointsStayBelowTheLayerBound =
    let instances =
        gen {
            let! c = Gen.choose (1, 30)
            let! bias = Gen.choose (1, 30)
            return { TenthsC = c; TenthsBias = bias }
        }

    let bound i =
        BreakpointDensity.layerBound (float i.TenthsBias / 10.0) 1.0 2 1 (float i.TenthsC / 5.0)
        |> Estimate.exact

    let infinite factor i =
        let c, cb = float i.TenthsC / 10.0, float i.TenthsBias / 10.0

        factor
        * BreakpointDensity.cauchyMass (BreakpointDensity.infiniteWidthScale cb 1.0 2) -c c
        |> Estimate.exact

    let claim = {
        Claim.atMost
            (Arb.fromGenShrink (
                instances,
                (fun i -> Shapes.smaller 1 i.TenthsC |> Seq.map (fun c -> { i with TenthsC = c }))
            ))
            (fun i -> Estimate.within 2e-3 (narrowZeros i))
            bound with
            Effort = { Instances = 0.08; Draws = 1.0 }
    }

    {
        Entry = {
            page
                "regions/hanin-rolnick-deep"
                "Zeros of deeper neurons by the formula of Kac and Rice"
                @"$E$ zeros of a layer-l neuron on $[a, b] = (1/\pi) E$ of the angle by which $(\sqrt{C_b}, x^{(l-1)}/\sqrt n)$ turns; at infinite width the zeros are Cauchy with scale $\sqrt{C_b(2^l - 1)}$ (He: $\sqrt{l C_b/2})$; at every width at most $|b - a| 2^{-(l-1)/2}/(\pi\sqrt{C_b})$ per neuron."
                (added "12/5")
                "Left: the exact mean for n_1 = 1, l = 2 by integrating the turning over the first layer's weight and bias. Right: the layer bound." with
                Sharpness = Loose
                Remark =
                    "For n_1 = 1, C_b = 1 on [-1, 1] it is 0.14669 per neuron, against 1/3 at infinite width."
        }
        Claim = claim
        Controls = [
            Control.bound "a third of the law of infinite width" (infinite (1.0 / 3.0)) claim
            Control.scaled 0.15 claim
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack breakpointsOfOneLayerAreCauchy
    Theorem.pack regionsAreAtMostTheLengthTimesNeurons
    Theorem.pack regionsAreAtMostOnePlusTheLayerSum
    Theorem.pack deepBreakpointsStayBelowTheLayerBound
]
