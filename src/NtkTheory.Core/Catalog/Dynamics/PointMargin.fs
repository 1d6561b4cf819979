/// The margin of one point, and an inequality of one number: lecture 11/14 of the notes.
module NtkTheory.Catalog.Dynamics.PointMargin

open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Numerics
open NtkTheory.Sampling

let proved id title statement number method remark = {
    Id = $"margin/{id}"
    Title = title
    Statement = statement
    Source = notes "11/14" number
    Status = Proved
    Sharpness = Exact
    Method = method
    Remark = remark
}

/// A hyperplane and a labelled point, made from a seed.
type Side = {
    Dimension: int
    Label: float
    /// The factor by which weights and bias are multiplied.
    Factor: float
    Seed: int
}

let private sides labels factors =
    let generator =
        gen {
            let! dimension = Gen.choose (1, 4)
            let! label = Gen.elements labels
            let! factor = factors
            let! seed = Points.seeds

            return {
                Dimension = dimension
                Label = label
                Factor = factor
                Seed = seed
            }
        }

    let shrink side =
        seq {
            for dimension in fewer 1 side.Dimension do
                yield { side with Dimension = dimension }

            for seed in fewer 0 side.Seed do
                yield { side with Seed = seed }
        }

    Arb.fromGenShrink (generator, shrink)

let private positive = betweenLog 0.1 10.0

/// Weights, bias and point of a side.
let private parts side =
    let draws = Draw.normals (Seed.ofInt side.Seed) (2 * side.Dimension + 1)
    let d = side.Dimension
    vector draws[.. d - 1], draws[d], vector draws[d + 1 ..]

let private score side =
    let w, b, x = parts side
    side.Label * (w.DotProduct x + b) / w.L2Norm()

/// The distance of the point to the hyperplane by projection on it: what is left after an orthonormal basis of
/// the hyperplane's directions, from the QR factorization of the normal, is taken out.
let private distance side =
    let w, b, x = parts side
    let basis = w.ToColumnMatrix().QR(Factorization.QRMethod.Full).Q
    let offset: Vector<float> = x + w.Multiply(b / w.DotProduct w)
    let across = basis.SubMatrix(0, side.Dimension, 1, side.Dimension - 1)

    let along: Vector<float> =
        if side.Dimension = 1 then
            offset
        else
            offset - across * across.TransposeThisAndMultiply offset

    // about ten roundings a coordinate, at the size of the offset
    Estimate.rounded (20 * side.Dimension) (offset.L2Norm() + x.L2Norm()) (along.L2Norm())

let private isCorrect =
    Hypothesis.named "the point lies on the side of its label" (fun side -> score side >= 0.0)

let private rounded side value =
    let w, b, x = parts side
    Estimate.rounded (20 * side.Dimension) (x.L2Norm() + abs b / w.L2Norm()) value

let functionalMarginOverNormIsTheDistance: Theorem<Side> =
    let both = sides [ -1.0; 1.0 ] positive

    let claim = {
        Claim.identity both distance (fun side -> rounded side (score side)) with
            Hypotheses = [ isCorrect ]
    }

    {
        Entry =
            proved
                "distance"
                "the functional margin over |w| is the distance to the boundary"
                @"For a point on the side of its label, $\frac{y\,(w\cdot x+b)}{|w|}=\min\{|x-p| : w\cdot p+b=0\}$."
                "geometric margin"
                "left: the point minus a point of the hyperplane, with an orthonormal basis of the hyperplane's directions (QR of the normal) projected out; right: the quotient."
                "On the wrong side the quotient is minus the distance."
        Claim = claim
        Controls = [
            Control.without isCorrect.Name both claim
            Control.bound
                "without dividing by |w|"
                (fun side ->
                    let w, _, _ = parts side
                    rounded side (score side * w.L2Norm()))
                claim
        ]
    }

let geometricMarginIsScaleInvariant: Theorem<Side> =
    let scaled side =
        let w, b, x = parts side
        let w: Vector<float> = w.Multiply side.Factor
        rounded side (side.Label * (w.DotProduct x + side.Factor * b) / w.L2Norm())

    let isPositive =
        Hypothesis.named "a positive factor" (fun side -> side.Factor > 0.0)

    let both = sides [ -1.0; 1.0 ]

    let claim = {
        Claim.identity (both positive) scaled (fun side -> rounded side (score side)) with
            Hypotheses = [ isPositive ]
    }

    {
        Entry =
            proved
                "scale-invariance"
                "the geometric margin does not change with the scale of (w, b)"
                @"For $C>0$, $\frac{y(Cw\cdot x+Cb)}{|Cw|}=\frac{y(w\cdot x+b)}{|w|}$."
                "scale invariance"
                "both sides in double precision, the left from scaled weights and bias."
                ""
        Claim = claim
        Controls = [
            Control.without isPositive.Name (both (Gen.map (fun c -> -c) positive)) claim
            Control.create "the functional margin" {
                claim with
                    Measured =
                        fun side _ ->
                            let w, b, x = parts side
                            rounded side (side.Label * side.Factor * (w.DotProduct x + b))
            }
        ]
    }

let productWithDecayIsNegative: Theorem<float> =
    let numbers = Arb.fromGenShrink (between -6.0 6.0, simpler >> Seq.ofList)
    // one exponential, one difference and one product: three roundings and the library's one
    let product sign z =
        Estimate.rounded 6 (abs z * (exp (sign * z) + 1.0)) (z * (exp (sign * z) - 1.0))

    let claim = Claim.atMost numbers (product -1.0) (fun _ -> Estimate.exact 0.0)

    {
        Entry = {
            proved
                "sign-inequality"
                "z (e^{-z} - 1) is never positive"
                @"$z\,(e^{-z}-1)\le0$ for every real $z$."
                "step of the proof that the residual is bounded"
                "double precision with six roundings of the terms."
                "Misprint: the notes print z (e^z - 1) <= 0, which is false for every z but 0 and is one of the controls; the proof uses e^{-z}." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.create "printed: e^z" {
                claim with
                    Measured = fun z _ -> product 1.0 z
            }
            Control.bound "-z^2/2 in place of 0" (fun z -> Estimate.rounded 3 (z * z) (-z * z / 2.0)) claim
        ]
    }

let all = [
    Theorem.pack functionalMarginOverNormIsTheDistance
    Theorem.pack geometricMarginIsScaleInvariant
    Theorem.pack productWithDecayIsNegative
]
