/// What the separator of largest margin is made of: lecture 11/14 of the notes.
module NtkTheory.Catalog.Dynamics.MarginGeometry

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Catalog.Dynamics.PointMargin
open NtkTheory.Catalog.Dynamics.SeparableData
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

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

let all = [
    Theorem.pack pointsWithMultipliersLieOnTheMargin
    Theorem.pack separatorLiesInTheSpanOfItsSupport
    Theorem.pack easyPointsDoNotChangeTheSeparator
    Theorem.pack predictionsNeedInnerProductsWithTheSupportOnly
    Theorem.pack multipliersSumToTheSquaredNorm
]
