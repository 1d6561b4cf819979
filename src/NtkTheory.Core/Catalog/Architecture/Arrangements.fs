/// Cells of hyperplane arrangements and the pieces of one hidden layer (lecture of 12/5).
module NtkTheory.Catalog.Architecture.Arrangements

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// Hyperplanes a . x + b = 0 with whole coefficients, each as [a_1; ..; a_d; b].
type Arrangement = {
    Dimension: int
    Planes: int list list
}

let private hyperplane (coefficients: int list) =
    let dimension = coefficients.Length - 1

    {
        Normal = coefficients |> List.truncate dimension |> List.map Rational.ofInt
        Offset = Rational.ofInt (List.last coefficients)
    }

let private generator =
    gen {
        let! dimension = Gen.choose (1, 4)
        let! count = Gen.choose (0, 8)
        let! reach = Gen.elements [ 1; 3; 9 ]
        let plane = Gen.listOfLength (dimension + 1) (Gen.choose (-reach, reach))

        let curve t =
            List.init (dimension + 1) (fun power -> pown t power)

        let! planes =
            Gen.frequency [
                3, Gen.listOfLength count plane
                1, Gen.constant (List.init count (fun t -> curve (t + 1)))
            ]

        return {
            Dimension = dimension
            Planes = planes
        }
    }

let private shrink arrangement =
    seq {
        for planes in Shapes.shorter 0 arrangement.Planes do
            yield { arrangement with Planes = planes }

        for i in 0 .. arrangement.Planes.Length - 1 do
            for plane in Shapes.lower 0 arrangement.Planes[i] do
                yield {
                    arrangement with
                        Planes = List.updateAt i plane arrangement.Planes
                }
    }

let private vary arrangement =
    if List.isEmpty arrangement.Planes then
        generator
    else
        gen {
            let! i = Gen.choose (0, arrangement.Planes.Length - 1)
            let! plane = Gen.listOfLength (arrangement.Dimension + 1) (Gen.choose (-9, 9))

            return {
                arrangement with
                    Planes = List.updateAt i plane arrangement.Planes
            }
        }

let private cells arrangement =
    arrangement.Planes
    |> List.map hyperplane
    |> HyperplaneArrangement.cells
    |> float
    |> Estimate.exact

let private bound count arrangement =
    count arrangement.Planes.Length arrangement.Dimension |> Estimate.exact

let private zaslavsky n d =
    float (HyperplaneArrangement.zaslavsky n d)

let private factorial d =
    Seq.fold (fun product i -> product * float i) 1.0 (seq { 2..d })

/// At most sum_{i <= d} (n choose i) cells.
let cellsOfAnArrangementAreAtMostZaslavskysSum: Theorem<Arrangement> =
    let claim = {
        Claim.atMost (Arb.fromGenShrink (generator, shrink)) cells (bound zaslavsky) with
            Vary = vary
    }

    {
        Entry = {
            Id = "regions/zaslavsky"
            Title = "The cells of n hyperplanes in R^d are at most the sum of the first d + 1 binomials"
            Statement =
                @"$n_1$ hyperplanes in $R^{n_0}$ cut out at most $\sum_{i=0}^{n_0} \binom{n_1}{i}$ cells, with equality in general "
                + @"position; the sum is $2^{n_1}$ exactly if $n_1 \le n_0$."
            Source = orfAfter "Zaslavsky 1975" "12/5" "Example 2"
            Status = Proved
            Sharpness = Tight
            Method =
                "Left: deletion and restriction on hyperplanes with whole coefficients in exact fractions, parallel, repeated and "
                + "concurrent ones included. Right: the sum of binomials. Both sides are exact."
            Remark =
                "The notes print n_1^{n_0}/n_0! as an equality for n_1 much larger than n_0: it is the limit only "
                + "(regions/zaslavsky-asymptotic), and as a bound it is one of the controls. H_j must be the hyperplane itself, not a side of it."
        }
        Claim = claim
        Controls = [
            Control.bound
                "the printed n_1^{n_0} / n_0!"
                (bound (fun n d -> float n ** float d / factorial d))
                claim
            Control.bound "binomials up to n_0 - 1 only" (bound (fun n d -> zaslavsky n (d - 1))) claim
            Control.scaled 0.9 claim
        ]
    }

/// Every theorem of the topic.
let all = [ Theorem.pack cellsOfAnArrangementAreAtMostZaslavskysSum ]
