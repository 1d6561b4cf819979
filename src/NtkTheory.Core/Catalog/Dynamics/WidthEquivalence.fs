/// Whether entropy numbers and stable widths are of the same order: lecture 11/28 of the notes.
module NtkTheory.Catalog.Dynamics.WidthEquivalence

open System
open FsCheck
open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

let private entry id status =
    Sources.entry id status Loose (notes "11/28" "summary of entropy and widths")

/// An ellipsoid whose semi-axes fall geometrically or as a power.
type Falling = {
    Geometric: bool
    Speed: float
    Bits: int
}

let private falling geometric =
    gen {
        let! speed = between 0.5 2.0
        let! n = Gen.choose (4, 60)

        return {
            Geometric = geometric
            Speed = speed
            Bits = n
        }
    }
    |> Arb.fromGen

let private semiAxes item =
    Array.init 200 (fun i ->
        if item.Geometric then
            2.0 ** (-item.Speed * float i)
        else
            float (i + 1) ** -item.Speed)

let private timesWidth factor item =
    let value = factor item * StableWidths.ellipsoid (semiAxes item) item.Bits in
    Estimate.rounded 10 value value

// the sum of 200 logarithms of size up to 400, halved and exponentiated: relative error below 1e-10
let private lowerEntropy item =
    (let value = EntropyNumbers.ellipsoidLower (semiAxes item) item.Bits in nearly 1e-10 value value)

let private upperEntropy item =
    (let value = EntropyNumbers.ellipsoidUpper (semiAxes item) item.Bits in nearly 1e-10 value value)

let widthsAndEntropyAgreeUpToAConstantAsPrinted: Theorem<Falling> =
    let claim = Claim.atMost (falling true) lowerEntropy (timesWidth (fun _ -> 1000.0))

    {
        Entry =
            entry
                "widths/equivalence"
                (FalseAsStated "widths/equivalence/repaired")
                "entropy numbers and stable widths differ by a universal constant, as printed"
                @"c\,\delta_n(K)\le\epsilon_n(K)\le C\,\delta_n(K)\quad\text{with universal constants; here }C=1000"
                "ellipsoids with geometric semi-axes: a lower bound of the entropy number (volume) against the exact width. No constant survives larger n; 1000 is an example."
                "[-1,1] has eps_n = 2^-n and delta_n = 0. Semi-axes 2^-i give delta_n = 2^-(n+1) but eps_n of order 2^-sqrt(2n): the ratio is 1.5e12 at n = 50."
        Claim = claim
        Controls = [
            Control.bound "C = 10^6" (timesWidth (fun _ -> 1e6)) claim
            Control.bound "C = n^2" (timesWidth (fun item -> float item.Bits ** 2.0)) claim
        ]
    }

let widthsAndEntropyHaveTheSamePolynomialOrder: Theorem<Falling> =
    let constant item =
        4.0 * ((item.Speed + 1.0) / Math.Log 2.0) ** item.Speed

    let claim = Claim.atMost (falling false) upperEntropy (timesWidth constant)

    {
        Entry =
            entry
                "widths/equivalence/repaired"
                (Repairs "widths/equivalence")
                "entropy numbers and stable widths of ellipsoids with polynomial semi-axes are of the same order"
                @"In Hilbert space $\delta_{32n}\le3\epsilon_n$ always, and $\epsilon_n=O(n^{-r})$ exactly if $\delta_n=O(n^{-r})$. For semi-axes $i^{-r}$, $\tfrac12\le r\le2$, $4\le n\le60$: $\epsilon_n\le4\big(\tfrac{r+1}{\ln2}\big)^r\delta_n$."
                "an upper bound of the entropy number (cut and packing) against the exact width s_{n+1}; 200 semi-axes."
                "The first inequality is widths/stable-le-entropy; the constants of the second depend on the exponent."
        Claim = claim
        Controls = [
            Control.create "geometric semi-axes" {
                claim with
                    Instances = falling true
                    Vary = fun _ -> (falling true).Generator
                    Measured = fun item _ -> lowerEntropy item
            }
            Control.create "constant 1/4, against the lower bound" {
                claim with
                    Measured = fun item _ -> lowerEntropy item
                    Bound = timesWidth (fun _ -> 0.25)
            }
        ]
    }
