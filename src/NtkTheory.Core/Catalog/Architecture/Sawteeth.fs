/// Sawtooth nets: many pieces from few neurons (lecture of 12/5 and Lec 7).
module NtkTheory.Catalog.Architecture.Sawteeth

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// What is counted of a sawtooth.
type Count =
    /// Linear pieces on [0, 1].
    | PiecesOnUnitInterval
    /// Linear pieces on the whole line.
    | PiecesOnLine
    /// Local maxima on [0, 1].
    | Peaks

/// A sawtooth of L copies and what to count of it.
type Tents = {
    L: int
    Form: SawtoothForm
    Of: Count
}

let private generator =
    gen {
        let! l = Gen.choose (1, 8)
        let! form = Gen.elements [ Composed; LastOuterDropped; Lean ]
        let! counted = Gen.elements [ PiecesOnUnitInterval; PiecesOnLine; Peaks ]
        return { L = l; Form = form; Of = counted }
    }

let private instances =
    Arb.fromGenShrink (generator, (fun i -> Shapes.smaller 1 i.L |> Seq.map (fun l -> { i with L = l })))

let private counted i =
    let net = Sawtooth.net i.Form i.L

    let unit () =
        LineRegions.exact net (Some Rational.Zero) (Some Rational.One)

    match i.Of with
    | PiecesOnUnitInterval -> List.length (unit ())
    | PiecesOnLine -> List.length (LineRegions.exact net None None)
    | Peaks -> Sawtooth.peaks (unit ())
    |> float
    |> Estimate.exact

let private formula i =
    match i.Of with
    | PiecesOnUnitInterval -> pown 2 i.L
    // without an outer ReLU one tent has no flat piece on its right
    | PiecesOnLine when i.L = 1 && i.Form <> Composed -> 3
    | PiecesOnLine -> pown 2 i.L + 2
    | Peaks -> pown 2 (i.L - 1)
    |> float
    |> Estimate.exact

/// 2^L pieces on [0, 1], 2^L + 2 on the line, 2^(L-1) peaks.
let sawtoothHasExponentiallyManyPieces: Theorem<Tents> =
    let claim = Claim.identity instances counted formula

    let printed i =
        match i.Of with
        | Peaks -> Estimate.exact (float i.L)
        | _ -> Estimate.exact (2.0 * 2.0 ** float i.L)

    let sizes i =
        match i.Of with
        | Peaks -> Estimate.exact (float (3 * i.L - 1))
        | _ -> formula i

    {
        Entry = {
            Id = "regions/sawtooth"
            Title = "L tents in a row have 2^L linear pieces on the unit interval"
            Statement =
                @"$f(x) = \sigma(2\sigma(x) - 4\sigma(x - 1/2))$ composed $L$ times has $2^{L-1}$ peaks and $2^L$ linear pieces on $[0,1]$, and "
                + @"$2^L + 2$ linear regions on $R$; it is a ReLU net of $2L$ hidden layers and $3L$ neurons $(3L - 1$ without the last outer "
                + @"ReLU, $2L$ in $L$ hidden layers without any; these two have $3$ regions on $R$ at $L = 1)$."
            Source = orfAfter "Telgarsky 2016" "12/5" "Theorem A"
            Status = Proved
            Sharpness = Exact
            Method =
                "Left: affine pieces propagated through the net in exact fractions, neighbours with the same slope and intercept joined. "
                + "Right: the powers of two."
            Remark =
                "The notes' proof ends with \"L spikes and so 2 x 2^L regions\": at L = 3 there are 4 spikes and 10 regions. "
                + "Both numbers are controls; the theorem itself is right."
        }
        Claim = claim
        Controls = [
            Control.bound "printed: L spikes and 2 x 2^L regions" printed claim
            Control.bound "as many peaks as neurons" sizes claim
            Control.scaled 0.5 claim
        ]
    }

/// Every theorem of the topic.
let all = [ Theorem.pack sawtoothHasExponentiallyManyPieces ]
