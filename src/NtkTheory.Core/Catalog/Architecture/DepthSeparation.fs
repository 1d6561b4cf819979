/// What depth buys: sawteeth against shallow nets, and the square (Lec 7).
module NtkTheory.Catalog.Architecture.DepthSeparation

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// A number of foldings.
type Foldings = { K: int }

let private foldings low highest =
    Arb.fromGenShrink (
        Gen.choose (low, highest) |> Gen.map (fun k -> { K = k }),
        (fun i -> Shapes.smaller low i.K |> Seq.map (fun k -> { K = k }))
    )

let private unitPieces i =
    LineRegions.exact (Sawtooth.net Lean i.K) (Some Rational.Zero) (Some Rational.One)

/// Delta^k has 2^{k-1} triangles.
let foldedTentHasExponentiallyManyTriangles =
    let measured i =
        Estimate.exact (float (Sawtooth.peaks (unitPieces i)))

    let claim =
        Claim.identity (foldings 1 9) measured (fun i -> Estimate.exact (2.0 ** float (i.K - 1)))

    {
        Entry =
            page
                "depth-separation/sawtooth-count"
                "The k-fold tent has 2^{k-1} triangles"
                @"\Delta(x) = 2\sigma(x) - 4\sigma(x - 1/2) on [0,1]: \Delta^k has 2^{k-1} triangles and 2^k linear pieces."
                (lecture7 "Depth separation")
                "Left: local maxima of the net's exact pieces. Right: the power of two."
        Claim = claim
        Controls = [
            Control.bound "k triangles" (fun i -> Estimate.exact (float i.K)) {
                claim with
                    Instances = foldings 3 9
            }
            Control.scaled 2.0 claim
        ]
    }

/// A continuous piecewise linear function with knots at multiples of 1/s and values in tenths, against Delta^k.
type Interpolant = { Folds: int; Tenths: int list }

/// int_0^1 |g - Delta^k| exactly: both are linear between consecutive knots and multiples of 2^-k.
let private l1Distance i =
    let pieces = i.Tenths.Length - 1

    let g (x: Rational) =
        let at = Rational.ofInt pieces * x
        let j = min (pieces - 1) (int (at.Numerator / at.Denominator))
        let part = at - Rational.ofInt j
        let value k = Rational.ratio i.Tenths[k] 10
        value j + part * (value (j + 1) - value j)

    let knots = Seq.init (pieces + 1) (fun j -> Rational.ratio j pieces)
    Sawtooth.distance i.Folds knots g |> Rational.estimate

let private interpolants =
    let generator =
        gen {
            let! folds = Gen.choose (3, 6)
            let! pieces = Gen.choose (1, pown 2 (folds - 1))
            let! flat = Gen.elements [ true; false ]

            let! tenths =
                Gen.listOfLength (pieces + 1) (if flat then Gen.constant 5 else Gen.choose (0, 10))

            return { Folds = folds; Tenths = tenths }
        }

    Arb.fromGenShrink (
        generator,
        (fun i -> Shapes.shorter 2 i.Tenths |> Seq.map (fun t -> { i with Tenths = t }))
    )

/// int |g - Delta^k| >= 1/8 - (s + 1) 2^{-k} / 4.
let functionsOfFewPiecesMissTheSawtooth =
    let bound constant i =
        let pieces = i.Tenths.Length - 1
        let value = constant - float (pieces + 1) * 2.0 ** -(float i.Folds) / 4.0
        Estimate.exact value

    let claim = {
        Claim.atLeast interpolants l1Distance (bound 0.125) with
            Effort = { Instances = 0.5; Draws = 1.0 }
    }

    {
        Entry = {
            page
                "depth-separation/l1-separation"
                "Functions of few pieces are far from the sawtooth"
                @"Every continuous piecewise linear $g$ with $s$ pieces on $[0,1]$ has $\int |g - \Delta^k| \ge \frac18 - \frac{(s+1) 2^{-k}}{4}$; so one hidden layer of $m \le 2^{k-2} - 2$ neurons, or any net with $\prod(n_l + 1) \le 2^{k-2} - 1$, errs by at least $1/16$."
                {
                    lecture7 "Depth separation" with
                        Paper = "Telgarsky 2016"
                }
                "Left: the exact L1 distance of interpolants of given values in fractions. Right: the bound." with
                Sharpness = Loose
                Remark =
                    "A negation is lost in the text: small deep nets can NOT be approximated by shallow ones of subexponential size. The constant function 1/2 is at distance 1/4."
        }
        Claim = claim
        Controls = [
            Control.bound "a third in place of an eighth" (bound (1.0 / 3.0)) claim
            Control.bound "always at least 0.3" (fun _ -> Estimate.exact 0.3) claim
        ]
    }

/// sup |h_m - x^2| = 4^{-(m+1)}, h_m = x - sum Delta^s / 4^s.
let sawteethApproximateTheSquareExactlyThisWell =
    let measured i =
        let h (x: Rational) =
            x
            - Rational.sum (
                Seq.init i.K (fun s -> Sawtooth.value (s + 1) x / Rational.pow (Rational.ofInt 4) (s + 1))
            )

        // h_m is linear between multiples of 2^-m, so h_m - x^2 is concave there with its maximum halfway
        Seq.init (pown 2 i.K) (fun j ->
            let x = Rational.ratio (2 * j + 1) (pown 2 (i.K + 1))
            h x - x * x)
        |> Seq.fold max Rational.Zero
        |> Rational.estimate

    let power shift i =
        Estimate.exact (4.0 ** -(float i.K + shift))

    let claim = Claim.identity (foldings 1 7) measured (power 1.0)

    {
        Entry =
            page
                "depth-separation/square-by-sawtooth"
                "Sawteeth approximate the square with error exactly 4^{-(m+1)}"
                @"$h_m = x - \sum_{s=1}^m \Delta^s/4^s \ge x^2$ interpolates $x^2$ at multiples of $2^{-m}$, and $\sup_{[0,1]} |h_m - x^2| = 4^{-(m+1)}$."
                {
                    lecture7 "added" with
                        Paper = "Yarotsky 2017"
                }
                "Left: the largest difference over the midpoints of dyadic intervals, in fractions. Right: the power of four."
        Claim = claim
        Controls = [
            Control.bound "4^{-m}" (power 0.0) claim
            Control.bound "4^{-(m+2)}" (power 2.0) claim
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack foldedTentHasExponentiallyManyTriangles
    Theorem.pack functionsOfFewPiecesMissTheSawtooth
    Theorem.pack sawteethApproximateTheSquareExactlyThisWell
]
