/// Learning without assumptions, compactness and codes: lecture 11/28 of the notes.
module NtkTheory.Catalog.Dynamics.Compression

open System
open FsCheck
open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private entry id status sharpness =
    Sources.entry id status sharpness (notes "11/28" "entropy, compression and learning")

/// N cells with labels 0 or 1, of which the first m are seen; how the learner answers.
type Cells = {
    Cells: int
    Seen: int
    /// Answers on seen cells by their labels; otherwise by the opposite ones.
    Memorizes: bool
    /// Multiplier and shift of the rule for unseen cells.
    Rule: int
}

let private cells =
    gen {
        let! count = Gen.choose (2, 6)
        let! seen = Gen.choose (0, count - 1)
        let! memorizes = Gen.frequency [ 3, Gen.constant true; 1, Gen.constant false ]
        let! rule = Gen.choose (0, 50)

        return {
            Cells = count
            Seen = seen
            Memorizes = memorizes
            Rule = rule
        }
    }
    |> Arb.fromGen

let private errors (a: int) (b: int) =
    float (System.Numerics.BitOperations.PopCount(uint32 (a ^^^ b)))

/// The learner's function, as bits: on unseen cells any function of the seen labels.
let private learned item labels =
    let seenMask = (1 <<< item.Seen) - 1
    let seen = labels &&& seenMask
    let known = if item.Memorizes then seen else ~~~seen &&& seenMask
    let guess = (seen * item.Rule + item.Rule / 3) &&& ((1 <<< item.Cells) - 1)
    known ||| (guess &&& ~~~seenMask)

let private averageRisk item =
    Seq.init (1 <<< item.Cells) (fun labels -> errors labels (learned item labels))
    |> Seq.average
    |> fun mean -> Estimate.rounded 70 1.0 (mean / float item.Cells)

/// For the labels that are hardest for it, the risk of the best learner that ignores its data.
let private hardestForTheBest item =
    let all = [| 0 .. (1 <<< item.Cells) - 1 |]

    all
    |> Array.map (fun labels -> all |> Array.map (errors labels) |> Array.min)
    |> Array.max
    |> fun worst -> Estimate.exact (worst / float item.Cells)

let private unseenHalf factor item =
    let value = factor * float (item.Cells - item.Seen) / (2.0 * float item.Cells) in

    Estimate.rounded 4 1.0 value

let someFunctionIsHardForAllAsPrinted: Theorem<Cells> =
    let claim = {
        Claim.atLeast cells hardestForTheBest (unseenHalf 1.0) with
            Effort = { Instances = 0.3; Draws = 1.0 }
    }

    {
        Entry =
            entry
                "widths/no-free-lunch"
                (FalseAsStated "widths/no-free-lunch/repaired")
                Loose
                "some function cannot be learned by anyone from any data of a given size, as printed"
                @"There is an $f$ on $N$ cells such that every learner from any $m<N$ of them has risk at least $\frac{N-m}{2N}$."
                "the risk of the best constant learner at the worst f, by enumeration of both."
                "The quantifiers are in the wrong order: for a fixed f the learner that always answers f is perfect."
        Claim = claim
        Controls = [
            Control.scaled 0.5 claim
            Control.bound "one cell in a hundred" (fun _ -> Estimate.exact 0.01) claim
        ]
    }

let eachLearnerFailsOnAverage: Theorem<Cells> =
    let claim = Claim.atLeast cells averageRisk (unseenHalf 1.0)

    {
        Entry =
            entry
                "widths/no-free-lunch/repaired"
                (Repairs "widths/no-free-lunch")
                Tight
                "each learner fails on average over all functions"
                @"For every learner from $m$ of $N$ cells, the risk averaged over all $2^N$ labelings is at least $\frac{N-m}{2N}$, with equality exactly if it repeats the labels that it has seen. So some $f$, which depends on the learner, has at least that risk."
                "the average over all labelings by enumeration; learners repeat or invert what they have seen and answer elsewhere by an arithmetic rule of it. Risk: share of wrong answers on all cells."
                "On the unseen cells alone the average error is 1/2 for every learner."
        Claim = claim
        Controls = [
            Control.scaled 1.1 claim
            Control.bound "1/2, seen cells included" (fun _ -> Estimate.exact 0.5) claim
        ]
    }

/// 2^Bits + 1 functions on [0, 1] with Lipschitz constant 1 and equal pieces of slope -1 or 1, whose values at 0
/// are multiples of `Spread`.
type Functions = {
    Bits: int
    Pieces: int
    Spread: float
    Seed: int
}

let private functions largest =
    gen {
        let! bits = Gen.choose (0, 3)
        let! pieces = Gen.choose (1, 4)
        let! spread = between 0.0 largest
        let! seed = Points.seeds

        return {
            Bits = bits
            Pieces = pieces
            Spread = spread
            Seed = seed
        }
    }
    |> Arb.fromGen

/// The least distance in the sup norm between two of the functions.
let private leastDistance (item: Functions) =
    let nodes k =
        Draw.signs (Seed.at k (Seed.ofInt item.Seed)) item.Pieces
        |> Array.scan (fun y slope -> y + slope / float item.Pieces) (float k * item.Spread)

    let all = Array.init ((1 <<< item.Bits) + 1) nodes

    let least =
        Seq.min (
            seq {
                for i in 1 .. all.Length - 1 do
                    for j in 0 .. i - 1 do
                        Array.map2 (fun (a: float) b -> abs (a - b)) all[i] all[j] |> Array.max
            }
        )

    Estimate.rounded 10 30.0 least

let private twiceTheRadius factor (item: Functions) =
    Estimate.rounded 3 2.0 (factor * 2.0 * EntropyNumbers.lipschitz item.Bits)

let private compactness status id title statement remark spread : Theorem<Functions> =
    let claim = Claim.atMost (functions spread) leastDistance (twiceTheRadius 1.0)

    let free = functions 10.0

    {
        Entry =
            entry
                id
                status
                Tight
                title
                statement
                "compactness in the form of a cover: of 2^n + 1 functions two share one of 2^n balls of radius 1/(n+1), so their distance is at most 2/(n+1). Broken lines, compared at their nodes."
                remark
        Claim = claim
        Controls = [
            Control.create "a third of the radius, any value at 0" {
                claim with
                    Instances = free
                    Vary = fun _ -> free.Generator
                    Bound = twiceTheRadius (1.0 / 3.0)
            }
            Control.create "half of the radius, any value at 0" {
                claim with
                    Instances = free
                    Vary = fun _ -> free.Generator
                    Bound = twiceTheRadius 0.5
            }
        ]
    }

let lipschitzFunctionsAreCompactAsPrinted =
    compactness
        (FalseAsStated "widths/model-class-examples/repaired")
        "widths/model-class-examples"
        "functions with Lipschitz constant 1 form a compact set, as printed"
        @"\{f:|f(x)-f(y)|\le|x-y|\}\subset C^0\quad\text{is compact}"
        "The constants 0, 1, 2, ... have no convergent subsequence. The other printed example, a Sobolev ball in L^2, needs a bounded domain with Lipschitz boundary: translates of a bump on the line stay sqrt2 times its norm apart."
        10.0

let lipschitzFunctionsThatVanishAtAPointAreCompact =
    compactness
        (Repairs "widths/model-class-examples")
        "widths/model-class-examples/repaired"
        "functions with Lipschitz constant 1 that vanish at 0 form a compact set"
        @"\{f:f(0)=0,\ |f(x)-f(y)|\le|x-y|\}\subset C^0([0,1])\quad\text{lies in }2^n\text{ balls of radius }\tfrac1{n+1}"
        "Bounded functions will do in place of those that vanish at a point; the domain must be bounded."
        0.0

/// A box in the maximum norm and a number of bits.
type BoxCode = { HalfSides: float list; Bits: int }

let private boxes =
    gen {
        let! cube = Gen.elements [ true; false ]
        let! d = Gen.choose (1, 4)
        let! sides = Gen.listOfLength d (between 0.2 2.0)
        let! bits = Gen.choose (0, 4)

        return {
            HalfSides = if cube then List.replicate d 1.0 else sides
            Bits = bits
        }
    }
    |> Arb.fromGen

let private afterBits more item =
    let value =
        EntropyNumbers.box (Array.ofList item.HalfSides) (item.Bits + more item.HalfSides.Length)

    nearly 1e-14 value value

let entropyNumbersDecreaseToZero: Theorem<BoxCode> =
    let half factor item =
        Estimate.scale factor (afterBits (fun _ -> 0) item)

    let claim = Claim.atMost boxes (afterBits id) (half 0.5)

    {
        Entry =
            entry
                "widths/entropy-basic"
                Proved
                Tight
                "entropy numbers are finite, do not increase, and tend to zero"
                @"For compact $K$: $\epsilon_0(K)$ is the radius of $K$, $\epsilon_{n+1}\le\epsilon_n<\infty$ and $\epsilon_n\to0$; in $\mathbb R^d$ with the maximum norm even $\epsilon_{n+d}\le\tfrac12\epsilon_n$."
                "the quantitative form on boxes, exact entropy numbers on both sides."
                "A cube is the union of 2^d cubes of half its size."
        Claim = claim
        Controls = [
            Control.create "one bit less" {
                claim with
                    Measured = fun item _ -> afterBits (fun d -> d - 1) item
            }
            Control.bound "a quarter" (half 0.25) claim
        ]
    }

/// Finitely many reals to be coded.
type Message = { Points: float list; Bits: int }

let private messages fewest =
    gen {
        let! bits = Gen.choose (fewest, 2)
        let! count = Gen.choose (5, 6)
        let! points = Gen.listOfLength count (between -5.0 5.0)
        return { Points = points; Bits = bits }
    }
    |> Arb.fromGen

/// The error of the best code with the given number of words: all assignments of points to words, each word decoded
/// to the middle of its points.
let private bestCode item =
    let words = 1 <<< item.Bits
    let points = Array.ofList item.Points
    let low, high = Array.zeroCreate words, Array.zeroCreate words

    let error (code: int) =
        Array.fill low 0 words infinity
        Array.fill high 0 words -infinity

        points
        |> Array.iteri (fun i x ->
            let word = (code >>> (i * item.Bits)) &&& (words - 1)
            low[word] <- min low[word] x
            high[word] <- max high[word] x)

        Array.fold2 (fun worst l h -> max worst ((h - l) / 2.0)) 0.0 low high

    Seq.init (1 <<< (item.Bits * points.Length)) error
    |> Seq.min
    |> Estimate.rounded 2 10.0

let entropyNumbersAreErrorsOfCodes: Theorem<Message> =
    let bound bits item =
        Estimate.rounded 2 10.0 (EntropyNumbers.finiteLine (Array.ofList item.Points) (bits item.Bits))

    let claim = {
        Claim.identity (messages 0) bestCode (bound id) with
            Hypotheses = [
                Hypothesis.named "points that differ" (fun item -> (List.distinct item.Points).Length > 4)
            ]
            Effort = { Instances = 0.5; Draws = 1.0 }
    }

    {
        Entry =
            entry
                "widths/entropy-compression"
                Proved
                Exact
                "an entropy number is the error of the best code with n bits"
                @"\epsilon_n(K)=\inf_{E:K\to\{0,1\}^n,\ D:\{0,1\}^n\to X}\ \sup_{f\in K}|f-D(E(f))|"
                "left: all codes of five or six reals by enumeration; right: the best partition into runs by dynamic programming."
                "The notes write a union of n balls next to words of n bits: it must be 2^n balls."
        Claim = claim
        Controls = [
            Control.create "n balls in place of 2^n" {
                claim with
                    Instances = messages 1
                    Vary = fun _ -> (messages 1).Generator
                    // one ball for n = 1, two for n = 2
                    Bound = bound (fun n -> n - 1)
            }
            Control.create "one bit more" {
                claim with
                    Bound = bound (fun n -> n + 1)
            }
        ]
    }
