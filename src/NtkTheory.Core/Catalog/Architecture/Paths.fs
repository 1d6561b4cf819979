/// Paths through ReLU nets: counts, sums, indicators (lecture of 11/30).
module NtkTheory.Catalog.Architecture.Paths

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes
open NtkTheory.Catalog.Architecture.WholeNets

let private shapes =
    Arb.fromGenShrink (
        Shapes.integers (1, 6) (0, 4),
        (fun w -> Seq.append (Shapes.shorter 1 w) (Shapes.lower 0 w))
    )

/// The number of paths is the product of the widths.
let pathsAreAsManyAsTheProductOfWidths =
    let claim =
        Claim.identity shapes (PathSum.indices >> List.length >> float >> Estimate.exact) (fun widths ->
            Estimate.exact (List.fold (fun p n -> p * float n) 1.0 widths))

    {
        Entry =
            page
                "paths/count"
                "The number of paths is the product of the widths"
                @"$\Gamma = [n_0] \times .. \times [n_{L+1}]$ has $\prod_{l=0}^{L+1} n_l$ elements; a layer of width $0$ leaves none."
                (orf "11/30" "Definition of paths")
                "Left: the paths enumerated. Right: the product."
        Claim = claim
        Controls = [
            Control.bound
                "the input layer left out"
                (fun widths -> Estimate.exact (List.fold (fun p n -> p * float n) 1.0 widths.Tail))
                claim
            Control.bound
                "one more neuron per layer"
                (fun widths -> Estimate.exact (List.fold (fun p n -> p * float (n + 1)) 1.0 widths))
                claim
        ]
    }

let private nets = instances (1, 4) 4 false

/// Output = sum over paths of input, weights and indicators.
let outputIsASumOverPaths =
    let claim = {
        Claim.identity nets (fun i -> ReluNet.exactValue (build i) (input i) |> Rational.estimate) (fun i ->
            PathSum.output (build i) (input i) |> Rational.estimate) with
            Vary = vary
    }

    {
        Entry = {
            page
                "paths/path-sum"
                "The output is a sum over paths"
                @"z^{(L+1)}_q = \sum_p x_p \sum_{\gamma \in \Gamma_{p,q}} W^{(L+1)}_\gamma \prod_{l=1}^L W^{(l)}_\gamma \xi^{(l)}_\gamma, \xi = 1\{z \ge 0\}, for any weights."
                (orf "11/30" "Proposition (path sum)")
                "Left: the layered forward pass. Right: the sum over all paths; both in exact fractions on nets with whole weights." with
                Remark = "The matrix product of the notes has its indices p, q transposed."
        }
        Claim = claim
        Controls = [
            Control.bound
                "all indicators set to 1"
                (fun i -> PathSum.withoutIndicators (build i) (input i) |> Rational.estimate)
                claim
            Control.bound
                "only the paths from the first input"
                (fun i -> (input i)[0] * PathSum.derivative (build i) (input i) 0 |> Rational.estimate)
                claim
        ]
    }

/// The smallest power of two h at which no neuron changes sign between x and x +- h e_p, down to 2^-12.
let private quietStep net (x: Rational[]) p =
    let moved h =
        x |> Array.mapi (fun j t -> if j = p then t + h else t)

    let on = PathSum.indicators net x

    Seq.init 13 (fun k -> Rational.ratio 1 (pown 2 k))
    |> Seq.tryFind (fun h ->
        PathSum.indicators net (moved h) = on
        && PathSum.indicators net (moved (-h)) = on)
    |> Option.map (fun h -> h, moved h, moved (-h))

/// The derivative by an input is the same sum without the input.
let jacobianIsASumOverPaths =
    let quotient i =
        let net = build i

        match quietStep net (input i) 0 with
        | None -> Estimate.within infinity 0.0
        | Some(h, up, down) ->
            (ReluNet.exactValue net up - ReluNet.exactValue net down) / (h + h)
            |> Rational.estimate

    let claim = {
        Claim.identity nets quotient (fun i -> PathSum.derivative (build i) (input i) 0 |> Rational.estimate) with
            Vary = vary
            Hypotheses = [
                Hypothesis.named "no neuron changes sign near the input" (fun i ->
                    (quietStep (build i) (input i) 0).IsSome)
            ]
    }

    {
        Entry =
            page
                "paths/input-jacobian"
                "The input Jacobian is a sum over paths"
                @"$\partial z^{(L+1)}_q/\partial x_p = \sum_{\gamma \in \Gamma_{p,q}} W^{(L+1)}_\gamma \prod_{l=1}^L W^{(l)}_\gamma \xi^{(l)}_\gamma$ wherever no preactivation changes sign."
                (orf "11/30" "Corollary (input Jacobian)")
                "Left: a symmetric difference quotient in exact fractions, over a step inside which no neuron changes sign, so that it is the derivative. Right: the sum over paths from input 1."
        Claim = claim
        Controls = [
            Control.bound
                "the path sum of the output itself"
                (fun i -> PathSum.output (build i) (input i) |> Rational.estimate)
                claim
            Control.bound
                "all indicators set to 1"
                (fun i ->
                    let first =
                        Array.init i.X.Length (fun p -> if p = 0 then Rational.One else Rational.Zero)

                    PathSum.withoutIndicators (build i) first |> Rational.estimate)
                claim
        ]
    }

/// A net whose weights have fixed sizes and independent fair signs: a law symmetric entry by entry. Sizes are
/// 1 (so that preactivations can vanish) or generic.
type SignedNet = {
    Widths: int list
    Generic: bool
    X: int list
    Seed: int
}

let private weightCount (widths: int list) =
    List.pairwise (widths @ [ 1 ]) |> List.sumBy (fun (a, b) -> a * b)

let private signedNets generic =
    let generator =
        gen {
            let! widths =
                Gen.elements [
                    [ 1; 1 ]
                    [ 1; 2 ]
                    [ 2; 1 ]
                    [ 2; 2 ]
                    [ 1; 1; 1 ]
                    [ 1; 1; 2 ]
                    [ 1; 2; 1 ]
                    [ 2; 1; 1 ]
                    [ 3; 2 ]
                ]

            let! x = Gen.listOfLength widths.Head (Gen.choose (1, 3))
            let! seed = Shapes.seeds
            let! generic = generic

            return {
                Widths = widths
                Generic = generic
                X = x
                Seed = seed
            }
        }

    let shrink i =
        seq {
            for x in Shapes.lower 1 i.X do
                yield { i with X = x }

            for seed in Shapes.smaller 0 i.Seed do
                yield { i with Seed = seed }
        }

    Arb.fromGenShrink (generator, shrink)

/// The sizes of the weights: 1, or numbers between 1/2 and 3/2 with no small whole relations.
let private sizes i =
    let count = weightCount i.Widths

    if i.Generic then
        Draw.uniformsBetween 0.5 1.5 (Seed.ofInt i.Seed) count
    else
        Array.create count 1.0

/// The sample whose signs are the bits of a number.
let private withSigns i (sizes: float[]) bits : HeSample =
    let widths = Array.ofList (i.Widths @ [ 1 ])
    let counts = Array.map2 (*) widths[.. widths.Length - 2] widths[1..]
    let starts = Array.scan (+) 0 counts

    let signed k =
        if (bits >>> k) &&& 1 = 1 then sizes[k] else -sizes[k]

    {
        Sizes = widths
        Weights = Array.init counts.Length (fun l -> Array.init counts[l] (fun j -> signed (starts[l] + j)))
    }

let private everySign i =
    let sizes = sizes i
    Seq.init (1 <<< weightCount i.Widths) (withSigns i sizes)

let private point (i: SignedNet) = i.X |> List.map float |> Array.ofList

/// The share of sign patterns in which neuron 1 of the last hidden layer is on, among those with an active layer below
/// if asked.
let private onShare conditioned i =
    let x = point i
    let last = i.Widths.Length - 2

    let seen =
        everySign i
        |> Seq.map (fun sample -> HeSample.preactivations sample x)
        |> Seq.filter (fun z -> not conditioned || last = 0 || z[last - 1] |> Array.exists (fun t -> t > 0.0))
        |> Seq.map (fun z -> if z[last][0] >= 0.0 then 1.0 else 0.0)
        |> Array.ofSeq

    Estimate.exact (Array.average seen)

let private half _ = Estimate.exact 0.5

/// Indicators are fair coins, as printed: false with atoms and above dead layers.
let indicatorsAreFairCoinsUnconditionally =
    let claim =
        Claim.identity (signedNets (Gen.elements [ true; false ])) (onShare false) half

    {
        Entry = {
            page
                "paths/indicator-bernoulli"
                "The indicators are fair coins, as printed"
                @"At initialization $1\{z^{(l)}_i \ge 0\}$ are $iid Bernoulli(1/2)$, independent of even functions of the weights, for weights symmetric with finite moments."
                (orf "11/30" "Proposition (indicators)")
                "Left: the share of all sign patterns of the weights, their sizes fixed, in which neuron 1 of the last hidden layer is on. Right: 1/2. Both exact." with
                Status = FalseAsStated "paths/indicator-bernoulli/repaired"
                Remark =
                    "Fails where preactivations vanish with positive probability (signs, n_0 = 2, x = (1, 1): 3/4) and above a layer that can be dead (width 1: again 3/4), as 0 counts as on."
        }
        Claim = claim
        Controls = [
            Control.bound "on two times out of three" (fun _ -> Estimate.exact (2.0 / 3.0)) claim
            Control.bound "on three times out of four" (fun _ -> Estimate.exact 0.75) claim
        ]
    }

/// Indicators are fair coins given that the layer below is not dead.
let indicatorsAreFairCoinsAboveALivingLayer =
    let instances = signedNets (Gen.constant true)

    let claim = {
        Claim.identity instances (onShare true) half with
            Hypotheses = [ Hypothesis.named "no preactivation vanishes by accident" _.Generic ]
    }

    {
        Entry = {
            page
                "paths/indicator-bernoulli/repaired"
                "Above a living layer the indicators are fair coins"
                @"For independent symmetric weights with mean $0$ and no atoms: given $x^{(l)} \ne 0$ the indicators $1\{z^{(l+1)}_i \ge 0\}$ are $iid Bernoulli(1/2)$ and independent of functions even in each row of $W^{(l+1)}$. That suffices for path moments, as a dead layer kills all paths."
                (added "11/30")
                "Left: the share of sign patterns with a living layer below in which the neuron is on, over fixed generic sizes: the law given all even functions of single weights. Right: 1/2." with
                Status = Repairs "paths/indicator-bernoulli"
        }
        Claim = claim
        Controls = [
            Control.create "dead layers included" {
                claim with
                    Measured = fun i _ -> onShare false i
            }
            Control.without "no preactivation vanishes by accident" (signedNets (Gen.constant false)) claim
        ]
    }

/// The distribution of the output over all signs, and over all signs and fair coins in place of indicators, as
/// sorted values.
let private outputs i =
    everySign i
    |> Seq.map (fun sample -> (HeSample.preactivations sample (point i) |> Array.last)[0])
    |> Array.ofSeq
    |> Array.sort

let private replacedBy (coins: int -> int seq) i =
    let neurons = List.sum i.Widths.Tail

    let value (sample: HeSample) mask =
        let layers = sample.Weights.Length

        let pass (v: float[], used) l =
            let rows, columns = sample.Sizes[l + 1], sample.Sizes[l]

            let image row =
                Seq.sum (Seq.init columns (fun j -> sample.Weights[l][row * columns + j] * v[j]))

            let kept row =
                l = layers - 1 || (mask >>> (used + row)) &&& 1 = 1

            Array.init rows (fun row -> if kept row then image row else 0.0), used + rows

        (Seq.fold pass (point i, 0) (seq { 0 .. layers - 1 }) |> fst)[0]

    Seq.allPairs (everySign i) (coins neurons)
    |> Seq.map (fun (sample, mask) -> value sample mask)
    |> Array.ofSeq
    |> Array.sort

/// The largest difference of two distribution functions at the sorted values of the first, ties within 1e-9 joined.
let private distance (a: float[]) (b: float[]) =
    let share (values: float[]) t =
        float (values |> Array.filter (fun v -> v <= t + 1e-9) |> Array.length)
        / float values.Length

    a
    |> Array.map (fun v -> round (v * 1e8) / 1e8)
    |> Array.distinct
    |> Array.map (fun t -> abs (share a t - share b t))
    |> Array.max

/// Independent coins in place of indicators leave the law of the output.
let coinsMayReplaceIndicators =
    let small =
        signedNets (Gen.constant true)
        |> Arb.filter (fun i -> weightCount i.Widths + List.sum i.Widths.Tail <= 9)

    let against coins i =
        Estimate.exact (distance (outputs i) (replacedBy coins i))

    let fair n = seq { 0 .. (1 <<< n) - 1 }

    let claim = {
        Claim.identity small (against fair) (fun _ -> Estimate.exact 0.0) with
            Hypotheses = [ Hypothesis.named "no preactivation vanishes by accident" _.Generic ]
            Effort = { Instances = 0.5; Draws = 1.0 }
    }

    {
        Entry =
            page
                "paths/law-replacement"
                "Fair coins may replace the indicators"
                @"$z^{(L+1)}$ has the law of $W^{(L+1)} \hat\xi^{(L)} W^{(L)} .. \hat\xi^{(1)} W^{(1)} x$ with $\hat\xi_{ii} iid Bernoulli(1/2)$, independent of the weights, for independent symmetric weights without atoms."
                (orf "11/30" "Corollary (law)")
                "Left: the Kolmogorov distance between the two laws, each enumerated over all signs of weights of fixed generic sizes and all coins. Right: 0."
        Claim = claim
        Controls = [
            Control.create "every neuron on" {
                claim with
                    Measured = fun i _ -> against (fun n -> seq { (1 <<< n) - 1 }) i
            }
            Control.create "one coin for all neurons" {
                claim with
                    Measured =
                        fun i _ ->
                            against
                                (fun n ->
                                    seq {
                                        0
                                        (1 <<< n) - 1
                                    })
                                {
                                    i with
                                        Widths = [ 2; 2 ]
                                        X = [ 1; 2 ]
                                }
            }
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack pathsAreAsManyAsTheProductOfWidths
    Theorem.pack outputIsASumOverPaths
    Theorem.pack jacobianIsASumOverPaths
    Theorem.pack indicatorsAreFairCoinsUnconditionally
    Theorem.pack indicatorsAreFairCoinsAboveALivingLayer
    Theorem.pack coinsMayReplaceIndicators
]
