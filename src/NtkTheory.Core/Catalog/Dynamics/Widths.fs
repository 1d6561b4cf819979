/// Stable widths against entropy: lecture 11/28 of the notes.
module NtkTheory.Catalog.Dynamics.Widths

open System
open FsCheck
open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// How the semi-axes of an ellipsoid fall, the first being 1.
type Decay =
    /// All equal.
    | Flat
    /// i^-exponent.
    | Power of exponent: float
    /// 2^(-rate (i - 1)).
    | Exponential of rate: float

/// An ellipsoid and a number of bits.
type Ellipsoid = { Axes: int; Decay: Decay; Bits: int }

let internal axes item =
    Array.init item.Axes (fun i ->
        match item.Decay with
        | Flat -> 1.0
        | Power exponent -> float (i + 1) ** -exponent
        | Exponential rate -> 2.0 ** (-rate * float i))

let internal ellipsoids fewest most bits =
    let generator =
        gen {
            let! count = Gen.choose (fewest, most)
            let! n = Gen.choose bits

            let! decay =
                Gen.oneof [
                    Gen.constant Flat
                    between 0.05 2.0 |> Gen.map Power
                    betweenLog 0.001 1.0 |> Gen.map Exponential
                ]

            return {
                Axes = count
                Decay = decay
                Bits = n
            }
        }

    let shrink item =
        seq {
            for n in fewer (fst bits) item.Bits do
                yield { item with Bits = n }

            for k in fewer 1 item.Axes do
                yield { item with Axes = k }

            if item.Decay <> Flat then
                yield { item with Decay = Flat }
        }

    Arb.fromGenShrink (generator, shrink)

let stableWidthsAreBelowThreeEntropyNumbers: Theorem<Ellipsoid> =
    let measured item =
        Estimate.exact (StableWidths.ellipsoid (axes item) (32 * item.Bits))

    let lower factor item =
        let value = factor * EntropyNumbers.ellipsoidLower (axes item) item.Bits in
        Estimate.rounded 2000 value value

    let upper factor item =
        let value = factor * EntropyNumbers.ellipsoidUpper (axes item) item.Bits in
        Estimate.rounded 2000 value value

    let claim = Claim.atMost (ellipsoids 1 400 (1, 8)) measured (lower 3.0)

    {
        Entry = {
            Id = "widths/stable-le-entropy"
            Title =
                "the stable width at 32 n is at most three times the entropy number at n, in Hilbert space"
            Statement =
                @"\delta_{32n}(K)\le3\,\epsilon_n(K)\qquad(K\text{ compact in a Hilbert space, decoders with values in the space})"
            Source = notes "11/28" "Theorem (stable widths and entropy)"
            Status = Proved
            Sharpness = Loose
            Method =
                "on ellipsoids, where both sides are within reach: left the exact width s_{32n+1}; right three times a lower bound of the entropy number (volume), so a violation of the test is one of the theorem up to that bound. The controls use an upper bound of the entropy number, so each refutation is genuine."
            Remark =
                "32 ln 2 = 22.18 < 32 is what the proof needs with natural logarithms; with the sharper constant of widths/jl the same holds at 12 n."
        }
        Claim = claim
        Controls = [
            Control.bound "half the entropy number" (upper 0.5) claim
            Control.create "n/32 in place of 32 n" {
                claim with
                    Instances = ellipsoids 1 6 (33, 200)
                    Vary = fun _ -> (ellipsoids 1 6 (33, 200)).Generator
                    Measured =
                        fun item _ -> Estimate.exact (StableWidths.ellipsoid (axes item) (item.Bits / 32))
                    Bound = upper 3.0
            }
        ]
    }

/// k points in R^d to be mapped to R^m with distances shrunk by at most 1 - eps.
type Projection = { Points: Points; Shrinkage: float }

let private projections counts =
    let generator =
        gen {
            let! points =
                Points.generator (Gen.elements [ Sphere; Gaussian; NearlyParallel 3 ]) counts (2, 12)

            let! eps = between 0.3 0.7
            return { Points = points; Shrinkage = eps }
        }

    let shrink item =
        seq {
            for points in Points.shrink item.Points do
                if points.Count >= fst counts then
                    yield { item with Projection.Points = points }
        }

    Arb.fromGenShrink (generator, shrink)

let randomProjectionsKeepDistances: Theorem<Projection> =
    let dimension item =
        JohnsonLindenstrauss.dimension item.Points.Count item.Shrinkage

    /// The larger of the shrinkage and, where a distance grows, 1.
    let measuredIn rows item seed =
        let points = Points.matrix item.Points
        let sPlus, _ = JohnsonLindenstrauss.deviations (item.Shrinkage ** 2.0 / 4.0)
        let map = JohnsonLindenstrauss.map seed (rows item) item.Points.Dimension sPlus
        let least, greatest = JohnsonLindenstrauss.ratios points map
        // sums of d products per entry and m squares per norm
        let radius = Estimate.gamma (item.Points.Dimension + rows item + 10)
        Estimate.within radius (if greatest > 1.0 + radius then 1.0 else 1.0 - least)

    let failure item = 1.0 - 1.0 / float item.Points.Count
    let bound item = Estimate.exact item.Shrinkage

    let claim = {
        Claim.probably failure (projections (2, 8)) (measuredIn dimension) bound with
            Effort = { Instances = 0.5; Draws = 0.25 }
    }

    let broken breaks rows =
        Control.failing 0.995 breaks {
            claim with
                Instances = projections (8, 8)
                Vary = fun _ -> (projections (8, 8)).Generator
                Measured = measuredIn rows
        }

    {
        Entry = {
            Id = "widths/jl"
            Title =
                "a Gaussian map to more than 8 ln(k)/eps^2 dimensions keeps k points' distances up to 1 - eps"
            Statement =
                @"m>\frac{8\ln k}{\epsilon^2}\ \Rightarrow\ \Pr\big[(1-\epsilon)|x_i-x_j|\le|Ax_i-Ax_j|\le|x_i-x_j|\ \forall i,j\big]\ge\tfrac1k,\qquad A=\frac{N}{\sqrt m(1+s_+)},\ f_+(s_+)=\tfrac{\epsilon^2}4"
            Source = notes "11/28" "Johnson-Lindenstrauss lemma"
            Status = Proved
            Sharpness = Loose
            Method =
                "draws of the Gaussian matrix; a draw fails where a distance grows or shrinks by more than eps. f_+(s) = s + s^2/2 - ln(1+s) solved by bisection; the chi tails at the exponent eps^2/4 and a union bound give failure at most 1 - 1/k."
            Remark =
                "Natural logarithm. 1-Lipschitz on the points, which is all that the width theorem needs; no linear map of norm 1 on the whole space does it (widths/jl-linear-contraction), and outside Hilbert spaces the lemma is false (l_1^3: 0, e1, e2, e3 need eps >= 0.134 for every m)."
        }
        Claim = claim
        Controls = [
            broken "m = 1" (fun _ -> 1)
            broken "m = ln(k)" (fun item -> int (log (float item.Points.Count)))
        ]
    }
