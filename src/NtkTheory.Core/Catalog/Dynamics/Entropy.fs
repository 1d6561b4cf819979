/// Entropy numbers: lecture 11/28 of the notes.
module NtkTheory.Catalog.Dynamics.Entropy

open System
open FsCheck
open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

/// A set whose entropy numbers are known exactly.
type KnownSet =
    /// Finitely many reals.
    | Reals of float list
    /// A box in the maximum norm with these half sides.
    | Box of halfSides: float list

/// A set and a number of bits.
type Coded = { Set: KnownSet; Bits: int }

let private coded =
    let generator =
        gen {
            let! bits = Gen.choose (0, 4)
            let! reals = Gen.elements [ true; false ]

            if reals then
                let! count = Gen.choose (2, 14)
                let! points = Gen.listOfLength count (between -5.0 5.0)
                return { Set = Reals points; Bits = bits }
            else
                let! d = Gen.choose (1, 3)
                let! sides = Gen.listOfLength d (between 0.2 3.0)
                return { Set = Box sides; Bits = bits }
        }

    let shrink item =
        seq {
            for n in fewer 0 item.Bits do
                yield { item with Bits = n }

            match item.Set with
            | Reals points when points.Length > 2 -> yield { item with Set = Reals points.Tail }
            | Reals points ->
                yield!
                    simpler points.Head
                    |> Seq.map (fun x -> {
                        item with
                            Set = Reals(x :: points.Tail)
                    })
            | Box sides when sides.Length > 1 -> yield { item with Set = Box sides.Tail }
            | Box sides ->
                yield! simplerPositive sides.Head |> Seq.map (fun s -> { item with Set = Box [ s ] })
        }

    Arb.fromGenShrink (generator, shrink)

/// Balls of the given radius that a sweep from the left needs: each starts where the last ended.
let private sweepReals radius (points: float list) =
    let rec sweep count covered points =
        match points with
        | [] -> count
        | x :: rest when x <= covered -> sweep count covered rest
        | x :: rest -> sweep (count + 1) (x + 2.0 * radius) rest

    sweep 0 -infinity (List.sort points)

let private sweepSide radius half =
    let rec sweep count covered =
        if covered >= half then
            count
        else
            sweep (count + 1) (covered + 2.0 * radius)

    sweep 0 -half

let private balls radius set =
    match set with
    | Reals points -> float (sweepReals radius points)
    | Box sides -> sides |> List.map (sweepSide radius >> float) |> List.fold (*) 1.0

/// The least radius at which a greedy cover needs at most the given number of balls, by bisection to 2^-46 of the size.
let private greedy allowed set =
    let size =
        match set with
        | Reals points -> List.max points - List.min points
        | Box sides -> List.max sides

    let rec halve count low high =
        let middle = (low + high) / 2.0

        if count = 0 then
            high
        elif balls middle set <= allowed then
            halve (count - 1) low middle
        else
            halve (count - 1) middle high

    // at radius size everything is in one ball per side
    Estimate.within (size * 3e-14) (halve 46 0.0 (size * (1.0 + 1e-13)))

let private exactly set bits =
    match set with
    | Reals points -> EntropyNumbers.finiteLine (Array.ofList points) bits
    | Box sides -> EntropyNumbers.box (Array.ofList sides) bits

let private isProper =
    Hypothesis.named "more than one point, and not as many balls as points" (fun item ->
        match item.Set with
        | Reals points -> Set.count (Set.ofList points) > int (Math.ScaleB(1.0, item.Bits))
        | Box _ -> true)

let closedFormsAreTheRadiiOfGreedyCovers: Theorem<Coded> =
    let measured item =
        greedy (Math.ScaleB(1.0, item.Bits)) item.Set

    let bound item =
        (let value = exactly item.Set item.Bits in nearly 1e-14 value value)

    let claim = {
        Claim.identity coded measured bound with
            Hypotheses = [ isProper ]
    }

    {
        Entry = {
            Id = "widths/entropy-exact"
            Title = "entropy numbers of finite sets of reals and of boxes in the maximum norm, exactly"
            Statement =
                @"\epsilon_n(\{x_1\le\dots\le x_k\})=\min_{2^n\text{ runs}}\max_{\text{runs}}\tfrac12(x_{\text{last}}-x_{\text{first}}),\qquad \epsilon_n\Big(\prod[-s_i,s_i],\ell_\infty\Big)=\min\Big\{\epsilon=\tfrac{s_i}{k}:\prod_i\lceil s_i/\epsilon\rceil\le2^n\Big\}"
            Source = added "11/28" "exactly computable entropy numbers"
            Status = Proved
            Sharpness = Exact
            Method =
                "left: bisection on the radius of a greedy cover swept from the left, which no cover of a line beats; right: dynamic programming over runs, or the break points s_i/k. Radius: 3e-14 of the size from the bisection."
            Remark =
                "Further exact values in the library: intervals, cubes 1/floor(2^(n/d)), and Lipschitz functions on [0,1] that vanish at 0, 1/(n+1)."
        }
        Claim = claim
        Controls = [
            Control.bound
                "printed: n balls in place of 2^n"
                (fun item ->
                    // n balls for n >= 1, as 2^k balls with the next smaller k
                    let value = exactly item.Set (int (Math.Log2(max 1.0 (float item.Bits))))
                    nearly 1e-14 value value)
                claim
            Control.bound
                "2^(n+1) balls"
                (fun item -> (let value = exactly item.Set (item.Bits + 1) in nearly 1e-14 value value))
                claim
        ]
    }
