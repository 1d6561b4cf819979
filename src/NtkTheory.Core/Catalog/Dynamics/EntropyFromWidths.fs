/// Entropy bounded by stable widths: lecture 11/28 of the notes.
module NtkTheory.Catalog.Dynamics.EntropyFromWidths

open System
open FsCheck
open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

let private entry id status =
    Sources.entry id status Loose (notes "11/28" "Theorem (entropy from stable widths)")

/// A box in the maximum norm with n half sides of the given length and one that is shorter: its stable width at n.
type Slab = {
    Long: float
    Thickness: float
    Sides: int
}

let private slabs =
    gen {
        let! long = between 0.5 5.0
        let! thickness = betweenLog 0.001 0.4
        let! n = Gen.choose (1, 6)

        return {
            Long = long
            Thickness = thickness
            Sides = n
        }
    }
    |> Arb.fromGen

let private exactEntropy (sides: float[]) bits =
    // a break point s/k; a count that should be whole may round, which moves eps_n by nothing
    (let value = EntropyNumbers.box sides (int bits) in nearly 1e-14 value value)

let entropyIsBelowFourWidths: Theorem<Slab> =
    // anything above the width will do
    let delta item = 1.0001 * item.Thickness

    let bitsFor item =
        StableWidths.bits item.Sides item.Long (delta item)

    let measured share item =
        let sides = Array.append (Array.create item.Sides item.Long) [| item.Thickness |]
        exactEntropy sides (ceil (share item * bitsFor item))

    let claim =
        Claim.atMost slabs (measured (fun _ -> 1.0)) (fun item -> Estimate.rounded 2 1.0 (4.0 * delta item))

    {
        Entry =
            entry
                "widths/entropy-le-stable"
                Proved
                "entropy numbers are at most four times the stable width, at n log(1/width) bits"
                @"\delta>\delta_n(K),\ N=\lceil n\log_2(1+4\rho/\delta)\rceil\ \Rightarrow\ \epsilon_N(K)\le4\delta\qquad(\rho\text{ the radius of }K)"
                "boxes in the maximum norm with n long sides and a short one, whose width at n is the short half side and whose entropy numbers are exact break points s_i/k."
                "Any Banach space and any norm on R^n, encoder and decoder 2-Lipschitz: points 4 delta apart have codes delta apart in a ball of radius 2 rho. Boxes need up to 0.63 of the N bits."
        Claim = claim
        Controls = [
            Control.create "a third of the bits" {
                claim with
                    Measured = fun item _ -> measured (fun _ -> 1.0 / 3.0) item
            }
            Control.create "without the factor n" {
                claim with
                    Measured = fun item _ -> measured (fun item -> 1.0 / float item.Sides) item
            }
        ]
    }

/// Widths below A 2^(-rate j) at 2^j for j = 0 .. Levels, on a box of the given radius.
type Scales = {
    Rate: float
    Radius: float
    Levels: int
}

let private scales =
    gen {
        let! rate = between 0.5 2.0
        let! radius = betweenLog 1.0 1e6
        let! levels = Gen.choose (0, 3)

        return {
            Rate = rate
            Radius = radius
            Levels = levels
        }
    }
    |> Arb.fromGen

/// The first half side is the radius; half side i + 1 is 0.999 of the bound at the power of two below i.
let private tower item =
    let below i =
        Math.ScaleB(1.0, int (Math.Log2(float i)))

    Array.init 17 (fun i -> if i = 0 then item.Radius else 0.999 * below i ** -item.Rate)

let multiscaleEntropyNeedsNoLogarithm: Theorem<Scales> =
    let measured bits item = exactEntropy (tower item) (bits item)

    let all item =
        StableWidths.multiscaleBits item.Rate 1.0 item.Radius item.Levels

    let claim =
        Claim.atMost scales (measured all) (fun item ->
            (let value = 4.0 * 2.0 ** (-item.Rate * float item.Levels) in nearly 1e-14 value value))

    {
        Entry =
            entry
                "widths/entropy-le-stable-nolog"
                Proved
                "polynomial widths bound entropy without a logarithm"
                @"\delta_{2^j}<A2^{-rj}\ (0\le j\le J)\ \Rightarrow\ \epsilon_N\le4A2^{-rJ}\quad\text{for}\quad N\ge\log_2(1+4\rho/A)+(2^{J+1}-2)\log_2(1+2^{r+4})"
                "boxes in the maximum norm whose half sides follow the bounds, A = 1; exact entropy numbers at the least whole N."
                "Each ball of one scale is refined by the encoder of the next, which costs a fixed number of bits per dimension; so the geometric sum replaces the logarithm."
        Claim = claim
        Controls = [
            Control.create "without the bits of the radius" {
                claim with
                    Measured =
                        fun item _ ->
                            measured (fun item -> all item - floor (Math.Log2(1.0 + 4.0 * item.Radius))) item
            }
            Control.create "half the bits" {
                claim with
                    Measured = fun item _ -> measured (fun item -> floor (all item / 2.0)) item
            }
        ]
    }

/// An interval of the given half length or, with more sides, a box whose half side i + 1 is 0.99 i^-rate.
type Polynomial = {
    HalfLength: float
    Exponent: float
    Bits: int
}

let private polynomials =
    gen {
        let! half = betweenLog 1.0 1000.0
        let! exponent = between 0.5 2.0
        let! n = Gen.choose (2, 6)

        return {
            HalfLength = half
            Exponent = exponent
            Bits = n
        }
    }
    |> Arb.fromGen

let private printedCarl (log: float -> float) item =
    let n = float item.Bits in
    let value = (n / log n) ** -item.Exponent in
    nearly 1e-14 value value

let polynomialWidthsGiveEntropyAsPrinted: Theorem<Polynomial> =
    let claim =
        Claim.atMost
            polynomials
            (fun item -> exactEntropy [| item.HalfLength |] (float item.Bits))
            (printedCarl Math.Log)

    {
        Entry =
            entry
                "widths/carl-rate"
                (FalseAsStated "widths/carl-rate/repaired")
                "polynomial widths give polynomial entropy up to a logarithm, with constant 1 as printed"
                @"\delta_n(K)\le n^{-e}\ (n\ge1)\ \Rightarrow\ \epsilon_n(K)\le(n/\log n)^{-e}"
                "intervals, whose stable widths vanish from n = 1 on and whose entropy numbers are R 2^-n."
                "Widths do not see the size of the set: [-4,4] has delta_n = 0 and eps_2 = 1, and the printed bound is 0.35 at e = 1 (0.5 with log2). At n = 1 the logarithm vanishes besides."
        Claim = claim
        Controls = [
            Control.bound "logarithm to the base 2" (printedCarl Math.Log2) claim
            Control.bound
                "no logarithm"
                (fun item -> (let value = float item.Bits ** -item.Exponent in nearly 1e-14 value value))
                claim
        ]
    }

let polynomialWidthsGiveEntropyWithConstants: Theorem<Polynomial> =
    let bitsFor item =
        let n = float item.Bits
        ceil (n * Math.Log2(1.0 + 4.0 * item.HalfLength * n ** item.Exponent))

    let sides item =
        Array.init 20 (fun i ->
            if i = 0 then
                item.HalfLength
            else
                0.99 * float i ** -item.Exponent)

    let claim =
        Claim.atMost polynomials (fun item -> exactEntropy (sides item) (bitsFor item)) (fun item ->
            (let value = 4.0 * float item.Bits ** -item.Exponent in nearly 1e-14 value value))

    {
        Entry =
            entry
                "widths/carl-rate/repaired"
                (Repairs "widths/carl-rate")
                "polynomial widths give polynomial entropy up to a logarithm, with the radius of the set"
                @"\delta_n(K)<n^{-e}\ \Rightarrow\ \epsilon_N(K)\le4n^{-e},\qquad N=\lceil n\log_2(1+4\rho n^e)\rceil"
                "boxes in the maximum norm with half sides R and 0.99 i^-e: exact entropy numbers at N bits."
                "The constants depend on the exponent and on the radius; the form without a logarithm is widths/entropy-le-stable-nolog."
        Claim = claim
        Controls = [
            Control.create "n bits, the printed number" {
                claim with
                    Measured = fun item _ -> exactEntropy (sides item) (float item.Bits)
            }
            Control.create "a quarter of the bound, with the bits of one dimension" {
                claim with
                    Measured =
                        fun item _ -> exactEntropy (sides item) (floor (bitsFor item / float item.Bits) - 1.0)
                    Bound = fun item -> (let v = float item.Bits ** -item.Exponent / 4.0 in nearly 1e-14 v v)
            }
        ]
    }
