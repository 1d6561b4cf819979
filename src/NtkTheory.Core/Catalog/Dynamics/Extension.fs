/// Extending, packing and covering: the steps between entropy and stable widths, lecture 11/28 of the notes.
module NtkTheory.Catalog.Dynamics.Extension

open System
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private entry id status sharpness =
    Sources.entry id status sharpness (notes "11/28" "Theorem (stable widths and entropy), proof")

/// A map between finite sets of points, to be extended to one point more.
type Extending = {
    Count: int
    Dimension: int
    /// The new point lies halfway between the first two points.
    Halfway: bool
    Seed: int
}

let private extending =
    gen {
        let! count = Gen.choose (2, 5)
        let! d = Gen.choose (1, 3)
        let! halfway = Gen.elements [ true; false ]
        let! seed = Points.seeds

        return {
            Count = count
            Dimension = d
            Halfway = halfway
            Seed = seed
        }
    }
    |> Arb.fromGen

/// The value at the new point with `share` of the least Lipschitz constant of the map.
let private extensionValue share item =
    let seed = Seed.ofInt item.Seed

    let draw name =
        Draw.normalMatrix (Seed.split name seed) (item.Count + 1) item.Dimension

    let points, images =
        (draw "points").EnumerateRows() |> Array.ofSeq, (draw "images").EnumerateRows() |> Array.ofSeq

    let between (rows: Vector<float>[]) i j = (rows[i] - rows[j]).L2Norm()

    let constant =
        Seq.max (
            seq {
                for i in 1 .. item.Count - 1 do
                    for j in 0 .. i - 1 do
                        between images i j / between points i j
            }
        )

    let fresh =
        if item.Halfway then
            (points[0] + points[1]).Divide 2.0
        else
            points[item.Count]

    let distances = Array.init item.Count (fun i -> (points[i] - fresh).L2Norm())

    let given = Array.truncate item.Count images
    let result = Kirszbraun.extend (share * constant) given distances
    let size = given |> Array.sumBy (fun f -> f.DotProduct f)

    let scale = size + constant * constant * Array.sumBy (fun r -> r * r) distances
    // the dual value is a lower bound of the least value; its sums lose some hundred roundings of the squares
    Estimate.within (scale * 1e-11) result.DualValue

let private zero _ = Estimate.exact 0.0

let lipschitzMapsExtendByOnePoint: Theorem<Extending> =
    let claim = {
        Claim.atMost extending (extensionValue 1.0) zero with
            Effort = { Instances = 0.7; Draws = 1.0 }
    }

    /// A regular simplex of side 2 as image of sign vectors, whose distances in the maximum norm are 2; 0 is at
    /// distance 1 from all of them.
    let simplex corners _ =
        let images =
            Array.init corners (fun i ->
                Vector<float>.Build.Dense(corners, fun j -> if i = j then sqrt 2.0 else 0.0))

        Estimate.within 1e-11 (Kirszbraun.extend 1.0 images (Array.create corners 1.0)).DualValue

    {
        Entry =
            entry
                "widths/kirszbraun"
                Proved
                Tight
                "a Lipschitz map between Hilbert spaces extends to one point more with the same constant"
                @"Let $|f_i-f_j|\le L|u_i-u_j|$ in Hilbert spaces. For every further point $u$ there is a $p$ with $|p-f_i|\le L|u-u_i|$ for all $i$, that is, $\max_{\lambda\in\Delta}\sum_i\lambda_i(|f_i|^2-L^2|u-u_i|^2)-|\sum_i\lambda_if_i|^2\le0$."
                "the maximum over the simplex by an active-set method; its value is a dual bound, so a positive one refutes. Random points and images, L the least constant of the map between them."
                "False between Banach spaces: three sign vectors of the plane with the maximum norm go to a triangle of side 2, and 0 has no image (value 1/3)."
        Claim = claim
        Controls = [
            Control.create "half the constant" {
                claim with
                    Measured = fun item _ -> extensionValue 0.5 item
            }
            Control.create "distances in the maximum norm" {
                claim with
                    Measured = fun item _ -> simplex (3 + item.Dimension % 2) item
            }
        ]
    }

/// Finitely many reals, the radius delta, and the order in which a packing is grown.
type Packing = { Delta: float; Points: float list }

let private packings =
    gen {
        let! delta = between 0.1 0.6
        let! count = Gen.choose (5, 25)
        let! points = Gen.listOfLength count (between -2.0 2.0)
        return { Delta = delta; Points = points }
    }
    |> Arb.fromGen

/// Grows a maximal packing of balls of radius 2 delta, centres at least 4 delta apart, in the given order; the
/// distance of the farthest point from its centre.
let private coveringRadius item =
    let centres =
        item.Points
        |> List.fold
            (fun kept x ->
                if kept |> List.forall (fun c -> abs (x - c) >= 4.0 * item.Delta) then
                    x :: kept
                else
                    kept)
            []

    let value =
        item.Points
        |> List.map (fun x -> centres |> List.map (fun c -> abs (x - c)) |> List.min)
        |> List.max

    Estimate.rounded 4 4.0 value

let private multipleOfDelta factor item =
    Estimate.rounded 2 1.0 (factor * item.Delta)

let private packing status id title statement remark factor controls : Theorem<Packing> =
    let claim = Claim.atMost packings coveringRadius (multipleOfDelta factor)

    {
        Entry =
            entry
                id
                status
                Tight
                title
                statement
                "a maximal packing of a finite set of reals, grown greedily in the order of the list; the covering radius is the largest distance of a point from the nearest centre."
                remark
        Claim = claim
        Controls = [
            for factor in controls do
                Control.bound $"radius %g{factor} delta" (multipleOfDelta factor) claim
        ]
    }

let packingsCoverAtTheirQuarterRadiusAsPrinted =
    packing
        (FalseAsStated "widths/packing-cover/repaired")
        "widths/packing-cover"
        "a maximal packing by balls of radius 2 delta is a cover of radius delta, as printed"
        @"A maximal family of disjoint balls of radius $2\delta$ with centres in $K$ covers $K$ when their radius is replaced by $\delta$."
        "On [-1,1] with delta = 0.4 the ball at 0 alone is a maximal packing and does not cover. The next step of the printed proof, that the images are delta-separated, holds at delta/2 balls only; its last line has the right 4 delta."
        1.0
        [ 1.5; 0.5 ]

let packingsCoverAtTwiceTheirRadius =
    packing
        (Repairs "widths/packing-cover")
        "widths/packing-cover/repaired"
        "a maximal packing by balls of radius 2 delta is a cover of radius 4 delta"
        @"Let the centres $f_i\in K$ be pairwise at distance at least $4\delta$ and no further point of $K$ be so. Then balls of radius $4\delta$ about them cover $K$."
        "A point outside all of the larger balls could be added to the packing."
        4.0
        [ 1.0; 2.0 ]

/// A curve from [-1, 1].
type Curve =
    /// A segment.
    | Straight
    /// A segment run through twice.
    | Folded
    /// An arc of the unit circle.
    | Arc
    /// A curve through a square by interleaved binary digits: not Lipschitz.
    | Filling

/// The image of a curve times a constant, and the distance that counts as different.
type Traced = {
    Curve: Curve
    Constant: float
    Epsilon: float
}

let private traced curves =
    gen {
        let! curve = Gen.elements curves
        let! constant = between 0.5 3.0
        let! epsilon = between 0.05 0.4

        return {
            Curve = curve
            Constant = constant
            Epsilon = epsilon
        }
    }
    |> Arb.fromGen

let private bitsOf offset k =
    Seq.init 5 (fun j -> float ((k >>> (2 * j + offset)) &&& 1) * Math.ScaleB(1.0, j - 4))
    |> Seq.sum

let private pointOn curve k =
    let t = float k / 512.0 - 1.0

    match curve with
    | Straight -> t, 0.0
    | Folded -> abs t, 0.0
    | Arc -> cos t, sin t
    | Filling -> bitsOf 0 k, bitsOf 1 k

/// How many of 1025 points of the curve a greedy choice keeps pairwise at least epsilon apart.
let private separated item =
    let far (a: struct (float * float)) (struct (x, y)) =
        let struct (u, v) = a
        (x - u) * (x - u) + (y - v) * (y - v) >= item.Epsilon * item.Epsilon

    let kept =
        Seq.init 1025 (fun k ->
            let x, y = pointOn item.Curve k
            struct (item.Constant * x, item.Constant * y))
        |> Seq.fold (fun kept p -> if List.forall (far p) kept then p :: kept else kept) []

    Estimate.exact (float kept.Length)

let lipschitzImagesNeedFewBalls: Theorem<Traced> =
    let bound item =
        // the count is whole and compared with a real number: rounding matters only next to a whole one
        nearly 1e-12 1000.0 (1.0 + 2.0 * item.Constant / item.Epsilon)

    let claim = Claim.atMost (traced [ Straight; Folded; Arc ]) separated bound

    {
        Entry =
            entry
                "widths/lipschitz-no-peano"
                Proved
                Tight
                "Lipschitz maps exclude curves that fill space"
                @"Let $M$ be $L$-Lipschitz on a ball of radius $R$ of a normed space of dimension $n$. Points of its image that are pairwise at distance at least $\epsilon$ number at most $(1+2LR/\epsilon)^n$."
                "n = 1, R = 1: points of a segment, a folded segment and an arc, kept greedily if at least epsilon apart."
                "Without the Lipschitz condition a curve fills a square, which has about 1/epsilon^2 such points, and widths would say nothing of entropy."
        Claim = claim
        Controls = [
            Control.scaled 0.5 claim
            Control.create "a curve through a square by interleaved digits" {
                claim with
                    Instances = traced [ Filling ]
                    Vary = fun _ -> (traced [ Filling ]).Generator
            }
        ]
    }
