/// What the separator of largest margin is made of: lecture 11/14 of the notes.
module NtkTheory.Catalog.Dynamics.MarginGeometry

open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Catalog.Dynamics.SeparableData
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private proved id title statement number method remark = {
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

/// The relative error of the separator: see `MaxMargin`.
let private solverError item (found: Separator) =
    Estimate.gamma 200 * (1.0 + (radius item / found.Margin) ** 2.0)

let private found item = (separator item).Value

let private error item = solverError item (found item)

let private over biases measured bound =
    let counts = 2, 7

    {
        Claim.identity (instances biases counts (1, 3)) measured bound with
            Vary = vary
            Hypotheses = [ isSeparable ]
            Data = Some(dataUse biases counts)
            Describe = describe
    }

let private one _ = Estimate.exact 1.0

let private largestMarginOver chosen item =
    let separator = found item

    let margins =
        Array.map2 (fun a m -> if chosen a then m else 1.0) separator.Multipliers separator.FunctionalMargins

    Estimate.within (error item) (Array.max margins)

let pointsWithMultipliersLieOnTheMargin: Theorem<Labelled> =
    let claim = over either (largestMarginOver (fun a -> a <> 0.0)) one

    {
        Entry =
            proved
                "support-set"
                "the points with a multiplier lie on the margin"
                @"$S=\{i : a_i\ne0\}$ satisfies $y_i(\hat w\cdot x_i+b)=1$ for all $i\in S$."
                "support vectors"
                "left: the largest functional margin among the points with a multiplier, from an active-set solver; right: 1."
                "Misprint: the notes print S = {i : a_i = 0}, which is one of the controls. The converse fails: a point may lie on the margin with multiplier 0."
        Claim = claim
        Controls = [
            Control.create "printed: a_i = 0" {
                claim with
                    Measured = fun item _ -> largestMarginOver (fun a -> a = 0.0) item
            }
            Control.create "all points" {
                claim with
                    Measured = fun item _ -> largestMarginOver (fun _ -> true) item
            }
        ]
    }

/// 1 plus the part of w outside the span of the chosen signed points, relative to |w|.
let private outside (choose: (int * float) list -> int list) item =
    let separator = found item
    let z = signed item

    let support =
        separator.Multipliers
        |> Array.indexed
        |> Array.filter (fun (_, a) -> a > 0.0)
        |> List.ofArray

    let w = vector separator.Weights

    match choose support with
    | [] -> Estimate.exact 2.0
    | chosen ->
        let rows = Matrix<float>.Build.DenseOfRowArrays(chosen |> List.map (Array.get z))
        let projected: Vector<float> = rows.PseudoInverse() * (rows * w)
        // the pseudo-inverse loses as many digits as the condition number of the rows has
        let singular =
            rows.Svd(false).S.ToArray() |> Array.filter (fun x -> x > 1e-9 * rows.L2Norm())

        let condition = Array.max singular / Array.min singular
        Estimate.within (error item * (1.0 + condition)) (1.0 + (w - projected).L2Norm() / w.L2Norm())

let separatorLiesInTheSpanOfItsSupport: Theorem<Labelled> =
    let claim = over either (outside (List.map fst)) one

    {
        Entry =
            proved
                "representer"
                "the separator is a combination of support vectors"
                @"$\hat w\in\operatorname{span}\{x_i : a_i\ne0\}$."
                "representer"
                "left: 1 plus the part of w outside the span of the support, by the pseudo-inverse, over |w|; right: 1."
                ""
        Claim = claim
        Controls = [
            Control.create "the support without its last point" {
                claim with
                    Measured = fun item _ -> outside (fun support -> List.map fst support |> List.tail) item
            }
            Control.create "the empty set" {
                claim with
                    Measured = fun item _ -> outside (fun _ -> []) item
            }
        ]
    }

let private normWithout (keep: float * float -> bool) item =
    let points, labels = draw item
    let separator = found item
    let facts = Array.zip separator.Multipliers separator.FunctionalMargins

    let kept = [|
        for i in 0 .. labels.Length - 1 do
            if keep facts[i] then
                i
    |]

    let value =
        if kept.Length = 0 then
            0.0
        else
            let rows = Matrix<float>.Build.DenseOfRowVectors(kept |> Seq.map points.Row)

            match HardMargin.solve item.Bias rows (kept |> Array.map (Array.get labels)) with
            | Ok found -> norm found.Weights
            | Error _ -> nan

    nearly (2.0 * error item) value value

let easyPointsDoNotChangeTheSeparator: Theorem<Labelled> =
    let isEasy (_, margin) = margin > 1.0 + 1e-6

    let claim =
        over either (normWithout (isEasy >> not)) (fun item ->
            nearly (error item) (norm (found item).Weights) (norm (found item).Weights))

    {
        Entry =
            proved
                "easy-data"
                "points beyond the margin can be left out"
                @"Removing points with $y_i(\hat w\cdot x_i+b)>1$ does not change $\hat w$."
                "easy data"
                "left: |w| solved again without the points of functional margin above 1; right: |w|. As the old w stays feasible and the minimizer is unique, equal norms mean equal separators."
                ""
        Claim = claim
        Controls = [
            Control.create "the support points removed" {
                claim with
                    Measured = fun item _ -> normWithout (fun (a, _) -> a = 0.0) item
            }
            Control.scaled 2.0 claim
        ]
    }

let private prediction (weight: float -> float -> float) item =
    let points, labels = draw item
    let separator = found item

    let probe =
        vector (Draw.normals (Seed.ofInt item.Points.Seed |> Seed.split "probe") points.ColumnCount)

    let terms =
        Array.init labels.Length (fun i ->
            weight separator.Multipliers[i] labels[i] * points.Row(i).DotProduct probe)

    let scale = norm separator.Weights * probe.L2Norm()

    Estimate.within (error item * scale * (radius item / separator.Margin)) (Array.sum terms + separator.Bias),
    Estimate.within (error item * scale) (vector(separator.Weights).DotProduct probe + separator.Bias)

let predictionsNeedInnerProductsWithTheSupportOnly: Theorem<Labelled> =
    let claim =
        over either (prediction (fun a y -> a * y) >> fst) (prediction (fun a y -> a * y) >> snd)

    {
        Entry =
            proved
                "kernel-prediction"
                "predictions need only inner products with the support"
                @"$\hat w\cdot\tilde x+b=\sum_{i\in S}a_iy_i\,x_i\cdot\tilde x+b$."
                "kernel trick"
                "left: the sum over multipliers and inner products with a random point; right: the solver's weights against it."
                ""
        Claim = claim
        Controls = [
            Control.create "without the labels" {
                claim with
                    Measured = fun item _ -> fst (prediction (fun a _ -> a) item)
            }
            Control.create "without the multipliers" {
                claim with
                    Measured = fun item _ -> fst (prediction (fun _ y -> y) item)
            }
        ]
    }

let multipliersSumToTheSquaredNorm: Theorem<Labelled> =
    let sum item =
        nearly (error item) (Array.sum (found item).Multipliers) (Array.sum (found item).Multipliers)

    let squared power item =
        nearly (error item) (norm (found item).Weights ** power) (norm (found item).Weights ** power)

    let claim = over either sum (squared 2.0)

    {
        Entry = {
            proved
                "dual-norm"
                "the multipliers sum to |w|^2"
                @"$\sum_i a_i=|\hat w|^2$, with or without a bias."
                ""
                "left: the sum of the solver's multipliers; right: its weights' squared norm."
                "Multiply complementary slackness by a_i and sum; with a bias the sum of a_i y_i is 0." with
                Source = added "11/14" "sum of the multipliers"
        }
        Claim = claim
        Controls = [ Control.scaled 2.0 claim; Control.bound "|w|" (squared 1.0) claim ]
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
    Theorem.pack pointsWithMultipliersLieOnTheMargin
    Theorem.pack separatorLiesInTheSpanOfItsSupport
    Theorem.pack easyPointsDoNotChangeTheSeparator
    Theorem.pack predictionsNeedInnerProductsWithTheSupportOnly
    Theorem.pack multipliersSumToTheSquaredNorm
    Theorem.pack productWithDecayIsNegative
]
