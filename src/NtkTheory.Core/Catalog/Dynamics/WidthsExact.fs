/// Stable widths that are known exactly, and their limits: lecture 11/28 of the notes.
module NtkTheory.Catalog.Dynamics.WidthsExact

open System
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Catalog.Dynamics.Widths
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private entry id status sharpness =
    Sources.entry id status sharpness (notes "11/28" "stable widths")

/// How the entropy bounds compare with covers of boxes in the maximum norm, between which and around which the
/// ellipsoid lies; the larger of two ratios that must be at most 1.
let private excess lowerFactor upperFactor item =
    let s = axes item
    let d = sqrt (float s.Length)
    let lower = lowerFactor * EntropyNumbers.ellipsoidLower s item.Bits
    let upper = upperFactor * EntropyNumbers.ellipsoidUpper s item.Bits
    let outer = d * EntropyNumbers.box s item.Bits
    let inner = EntropyNumbers.box (s |> Array.map (fun x -> x / d)) item.Bits
    nearly 1e-12 1.0 (max (lower / outer) (inner / upper))

let private one _ = Estimate.exact 1.0

let ellipsoidBoundsAgreeWithBoxes: Theorem<Ellipsoid> =
    let claim = Claim.atMost (ellipsoids 1 4 (0, 12)) (excess 1.0 1.0) one

    {
        Entry = {
            entry
                "widths/entropy-ellipsoid-bounds"
                Proved
                Tight
                "entropy numbers of ellipsoids from both sides"
                @"\max_k2^{-n/k}(s_1\cdots s_k)^{1/k}\le\epsilon_n\le\min\Big(s_1,\min_k\sqrt{e_k^2+s_{k+1}^2}\Big),\qquad e_k=\frac2{(2^n/(s_1\cdots s_k))^{1/k}-1/s_k}>0"
                "against the exact entropy numbers of the boxes with half sides s_i and s_i/sqrt d in the maximum norm: the one contains the ellipsoid and its balls lie in balls sqrt d times as large, the other lies in it. Ratios lower/outer and inner/upper."
                "By volume and by a maximal packing. For the ball of any norm: 2^(-n/d) <= eps_n <= 2/(2^(n/d) - 1)." with
                Source = added "11/28" "entropy of ellipsoids"
        }
        Claim = claim
        Controls = [
            Control.create "twice the lower bound" {
                claim with
                    Measured = fun item _ -> excess 2.0 1.0 item
            }
            Control.create "half the upper bound" {
                claim with
                    Measured = fun item _ -> excess 1.0 0.5 item
            }
        ]
    }

/// A linear encoder of an ellipsoid: the first coordinates, plus noise.
type Encoder = {
    Ellipsoid: Ellipsoid
    Mixing: float
    Seed: int
}

let private encoders =
    gen {
        let! axes = Gen.choose (2, 6)
        let! n = Gen.choose (1, axes - 1)
        let! exponent = between 0.2 2.0
        let! mixing = Gen.oneof [ Gen.constant 0.0; between 0.01 1.0 ]
        let! seed = Points.seeds

        return {
            Ellipsoid = {
                Axes = axes
                Decay = Power exponent
                Bits = n
            }
            Mixing = mixing
            Seed = seed
        }
    }
    |> Arb.fromGen

/// The longest vector of the ellipsoid that the encoder sends to 0: it and its opposite have the same code.
let private lost item =
    let s = axes item.Ellipsoid
    let n = item.Ellipsoid.Bits

    let scaled =
        (Draw.normalMatrix (Seed.ofInt item.Seed) n s.Length)
            .MapIndexed(fun i j z -> s[j] * (item.Mixing * z + (if i = j then 1.0 else 0.0)))

    let basis: Matrix<float> = scaled.Transpose().Svd(true).U
    let kernel = basis.SubMatrix(0, s.Length, n, s.Length - n)
    // the kernel is exact for a matrix that differs by rounding; |A S|/s_n stays below 1e3
    Estimate.within 1e-10 (kernel.MapIndexed(fun i _ v -> s[i] * v).L2Norm())

let coordinatesAreTheBestEncoder: Theorem<Encoder> =
    let width less item =
        Estimate.exact (StableWidths.ellipsoid (axes item.Ellipsoid) (item.Ellipsoid.Bits - less))

    let claim = Claim.atLeast encoders lost (width 0)

    {
        Entry = {
            entry
                "widths/stable-width-exact"
                Proved
                Tight
                "the stable width of an ellipsoid at n is its semi-axis n + 1"
                @"\delta_n\Big(\Big\{\sum_i\tfrac{x_i^2}{s_i^2}\le1\Big\}\Big)=s_{n+1}"
                "the lower bound for linear encoders, mixtures of the coordinates with noise: the longest vector of the ellipsoid with code 0, by singular values; the coordinates attain it."
                "For continuous encoders by the theorem of Borsuk and Ulam. The unit ball of H^1(0,1) in L^2: (1 + pi^2 n^2)^(-1/2)." with
                Source = added "11/28" "stable widths of ellipsoids"
        }
        Claim = claim
        Controls = [
            Control.bound "s_n in place of s_{n+1}" (width 1) claim
            Control.scaled 1.05 claim
        ]
    }

/// Finitely many reals and a number of bits.
type Separate = { Points: float list; Bits: int }

let private separate =
    gen {
        let! count = Gen.choose (2, 5)
        let! bits = Gen.choose (1, 4)
        let! points = Gen.listOfLength count (between -5.0 5.0)

        return {
            Separate.Points = points
            Bits = bits
        }
    }
    |> Arb.fromGen

/// Continuous decoders with values in a finite set are constant: the error of the best one.
let private constantDecoder (item: Separate) =
    item.Points
    |> List.map (fun c -> item.Points |> List.map (fun x -> abs (x - c)) |> List.max)
    |> List.min
    |> Estimate.rounded 2 10.0

let private entropyOf factor less (item: Separate) =
    Estimate.rounded
        3
        (10.0 * factor)
        (factor * EntropyNumbers.finiteLine (Array.ofList item.Points) (item.Bits - less))

let decodersIntoTheSetAsPrinted: Theorem<Separate> =
    let claim = Claim.atMost separate constantDecoder (entropyOf 3.0 0)

    {
        Entry =
            entry
                "widths/stable-width-codomain"
                (FalseAsStated "widths/stable-width-codomain/repaired")
                Loose
                "widths with decoders into the set itself are at most three entropy numbers, as printed"
                @"M_n:\mathbb R^n\to K,\qquad\delta_{32n}(K)\le3\,\epsilon_n(K)"
                "finite sets of reals: decoders are continuous, so constant, and the error is that of the best point; entropy numbers by dynamic programming."
                "K = {0, 1}: eps_1 = 0, but every decoder with values in K has error 1 for every n."
        Claim = claim
        Controls = [
            Control.bound "a hundred entropy numbers" (entropyOf 100.0 0) claim
            Control.bound "three entropy numbers at n - 1" (entropyOf 3.0 1) claim
        ]
    }

/// A point of a box, a decoder's value outside or inside, and how much larger than the box it may be.
type Decoded = {
    HalfSides: float list
    Reach: float
    Seed: int
}

let private decoded =
    gen {
        let! d = Gen.choose (1, 3)
        let! sides = Gen.listOfLength d (between 0.2 3.0)
        let! reach = between 0.5 3.0
        let! seed = Points.seeds

        return {
            Decoded.HalfSides = sides
            Reach = reach
            Seed = seed
        }
    }
    |> Arb.fromGen

let private errorAfter (inSet: float -> float -> float) (project: float -> float -> float) (item: Decoded) =
    let draw name reach =
        Draw.uniformsBetween -reach reach (Seed.split name (Seed.ofInt item.Seed)) item.HalfSides.Length

    let s = Array.ofList item.HalfSides
    let point = Array.map2 inSet s (draw "point" 1.0)

    let value =
        Array.map2 (fun side u -> project side (side * u)) s (draw "value" item.Reach)

    Estimate.rounded 10 20.0 (norm (Array.map2 (-) point value))

let private clamp (side: float) (u: float) = Math.Clamp(u, -side, side)
let private corner (side: float) (u: float) = if u < 0.0 then -side else side

let decodersIntoTheSpaceAreNoLossForConvexSets: Theorem<Decoded> =
    let inside (side: float) (u: float) = side * u
    let raw (_: float) (u: float) = u

    let claim = Claim.atMost decoded (errorAfter inside clamp) (errorAfter inside raw)

    {
        Entry =
            entry
                "widths/stable-width-codomain/repaired"
                (Repairs "widths/stable-width-codomain")
                Tight
                "widths take decoders into the space; for convex sets in Hilbert space those into the set do as well"
                @"M_n:\mathbb R^n\to X;\qquad K\text{ convex},\ f\in K\ \Rightarrow\ |f-P_Ku|\le|f-u|"
                "boxes: the error of a decoder's value after the nearest-point map of the box against the error before."
                "The nearest-point map of a convex set is 1-Lipschitz, so a stable decoder stays stable. With values in the space, delta_{32n} <= 3 eps_n is widths/stable-le-entropy."
        Claim = claim
        Controls = [
            Control.create "the corners of the box, not convex" {
                claim with
                    Measured = fun item _ -> errorAfter corner corner item
                    Bound = errorAfter corner raw
            }
            Control.scaled 0.9 claim
        ]
    }

/// k orthonormal points, a distortion, and a random linear map to R^m.
type Simplex = {
    Count: int
    Rows: int
    Epsilon: float
    Seed: int
}

let private simplices counts =
    gen {
        let! count = counts
        let! rows = Gen.choose (1, 6)
        let! eps = between 0.4 0.6
        let! seed = Points.seeds

        return {
            Count = count
            Rows = rows
            Epsilon = eps
            Seed = seed
        }
    }
    |> Arb.fromGen

let contractionsOfTheWholeSpaceAsPrinted: Theorem<Simplex> =
    let large = betweenLog 3.0 1e6 |> Gen.map int |> simplices

    let best item =
        let m = float (JohnsonLindenstrauss.dimension item.Count item.Epsilon)
        let k = float (item.Count - 1)
        Estimate.rounded 6 1.0 (sqrt (min m k / k))

    let bound factor item =
        Estimate.rounded 2 1.0 (factor * (1.0 - item.Epsilon))

    let claim = Claim.atLeast large best (bound 1.0)

    {
        Entry =
            entry
                "widths/jl-linear-contraction"
                (FalseAsStated "widths/jl-linear-contraction/repaired")
                Tight
                "some linear map of norm 1 on the whole space keeps the distances of k points up to 1 - eps, as printed"
                @"m>\frac{8\ln k}{\epsilon^2}\ \Rightarrow\ \exists A:X\to\mathbb R^m\text{ linear},\ |A|\le1,\ |Ax_i-Ax_j|\ge(1-\epsilon)|x_i-x_j|"
                "k orthonormal points, for which no linear contraction keeps more than sqrt(min(m, k-1)/(k-1)) of the shortest distance (the trace argument of the repaired form)."
                "eps = 1/2, k = 870: m = 217, but 217.25 is needed. What the proofs use is a map that is 1-Lipschitz on the points, extended by a nonlinear one."
        Claim = claim
        Controls = [
            Control.bound "0.8 (1 - eps)" (bound 0.8) claim
            Control.bound "0.5 (1 - eps)" (bound 0.5) claim
        ]
    }

let contractionsShrinkSomeDistance: Theorem<Simplex> =
    let small = Gen.choose (2, 12) |> simplices

    /// The least |A e_i - A e_j| / sqrt 2 for the first coordinates plus a little noise, divided by its norm.
    let least normalized item =
        let map =
            (Draw.normalMatrix (Seed.ofInt item.Seed) item.Rows item.Count)
                .MapIndexed(fun i j z -> (if i = j then 1.0 else 0.0) + item.Epsilon * z)

        let size = if normalized then map.L2Norm() else 1.0

        let distances =
            seq {
                for i in 1 .. item.Count - 1 do
                    for j in 0 .. i - 1 do
                        (map.Column i - map.Column j).L2Norm() / (size * sqrt 2.0)
            }

        Estimate.within 1e-12 (Seq.min distances)

    let bound item =
        let k = float (item.Count - 1)
        Estimate.rounded 6 1.0 (sqrt (min (float item.Rows) k / k))

    let claim = Claim.atMost small (least true) bound

    {
        Entry =
            entry
                "widths/jl-linear-contraction/repaired"
                (Repairs "widths/jl-linear-contraction")
                Tight
                "a linear contraction to R^m shrinks some distance of k orthonormal points to sqrt(m/(k-1))"
                @"Let $A$ be linear with $|A|\le1$, $x_1,\dots,x_k$ orthonormal: $\min_{i\ne j}\frac{|Ax_i-Ax_j|}{|x_i-x_j|}\le\sqrt{\frac{\min(m,k-1)}{k-1}}$. So the lemma (widths/jl) gives maps that are 1-Lipschitz on the points, and not linear contractions of the space."
                "random matrices near a coordinate projection, divided by their norm (singular values)."
                "The squared distances sum to k tr(A^T A) minus a square, on the k-1 dimensional space of differences. A map that is 1-Lipschitz on the points extends to the space without being linear (widths/kirszbraun)."
        Claim = claim
        Controls = [
            Control.create "without the norm" {
                claim with
                    Measured = fun item _ -> least false item
            }
            Control.scaled 0.5 claim
        ]
    }
