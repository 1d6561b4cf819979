/// Where the residual of the margin flow ends, and for which data, losses and classifiers: lecture 11/14.
module NtkTheory.Catalog.Dynamics.MarginLimits

open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Catalog.Dynamics.SeparableData
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private entry id title statement number status method remark = {
    Id = $"margin/{id}"
    Title = title
    Statement = statement
    Source = notes "11/14" number
    Status = status
    Sharpness = Exact
    Method = method
    Remark = remark
}

/// Two points on the margin of the separator (1/c, 0): c (1, -low) and c (1, high), turned by an angle.
type Pair = {
    /// 0 gives the first point the whole weight: the data are degenerate.
    Low: float
    High: float
    Scale: float
    Turn: float
}

let private pairs =
    let generator =
        gen {
            let! low = Gen.oneof [ Gen.constant 0.0; between 0.3 2.0 ]
            let! high = between 0.3 2.0
            let! scale = between 0.5 2.0
            let! turn = Gen.elements [ 0.0; 0.5; 1.0; 2.0 ]

            return {
                Low = low
                High = high
                Scale = scale
                Turn = turn
            }
        }

    let shrink pair =
        seq {
            for scale in simplerPositive pair.Scale do
                yield { pair with Scale = scale }

            for high in simplerPositive pair.High do
                yield { pair with High = high }

            if pair.Turn > 0.0 then
                yield { pair with Turn = 0.0 }
        }

    Arb.fromGenShrink (generator, shrink)

let private rotated pair (x, y) =
    let c, s = cos pair.Turn, sin pair.Turn
    [| c * x - s * y; s * x + c * y |]

let private onMargin pair = [|
    rotated pair (pair.Scale, -pair.Scale * pair.Low)
    rotated pair (pair.Scale, pair.Scale * pair.High)
|]

let private describePair pair =
    onMargin pair
    |> Array.map (fun z -> $"(%.4g{z[0]}, %.4g{z[1]})")
    |> String.concat " and "
    |> (+) "z = "

let private indicator holds =
    Estimate.exact (if holds then 1.0 else 0.0)

/// 1 if Newton's method finds w~ with e^{-z_i.w~} a positive dual solution, else 0.
let private limitExists pair =
    let hat = rotated pair (1.0 / pair.Scale, 0.0)

    indicator (MarginFlow.limitVector 1e-3 (onMargin pair) hat).IsSome

/// 1 if the multipliers, from the linear system sum a_i z_i = w, are all positive, else 0.
let private isNondegenerate pair =
    let rows = Matrix<float>.Build.DenseOfRowArrays(onMargin pair)

    let multipliers =
        rows.Transpose().Solve(vector (rotated pair (1.0 / pair.Scale, 0.0)))

    indicator (multipliers.Minimum() > 1e-3 * multipliers.Maximum())

/// Whether the two points are at an acute angle.
let private isAcute pair =
    onMargin pair |> Array.reduce (Array.map2 (*)) |> Array.sum > 0.0

let private pairClaim bound = {
    Claim.identity pairs limitExists bound with
        Describe = describePair
}

let limitVectorExistsForIndependentSupport: Theorem<Pair> =
    let claim = pairClaim (fun _ -> Estimate.exact 1.0)

    {
        Entry =
            entry
                "limit-vector"
                "as printed: independent points on the margin have a limit vector"
                @"If the points of $S=\{i : z_i\cdot\hat w=1\}$ are linearly independent, there is $\tilde w$ with $e^{-z_i\cdot\tilde w}=a_i$ for $i\in S$."
                "limit vector"
                (FalseAsStated "margin/limit-vector/repaired")
                "left: 1 if Newton's method on F(w) = sum_S exp(-z_i.w) + w_hat.w converges, else 0, on two independent points on the margin; right: 1."
                "z = (1,0), (1,1): both lie on the margin, a = (1, 0), and no exponential is 0. Independence does not matter; all multipliers must be positive."
        Claim = claim
        Controls = [
            Control.bound "exactly at acute angles" (isAcute >> indicator) claim
            Control.bound "exactly at obtuse angles" (isAcute >> not >> indicator) claim
        ]
    }

let limitVectorExistsIfAllMultipliersArePositive: Theorem<Pair> =
    let claim = pairClaim isNondegenerate

    {
        Entry =
            entry
                "limit-vector/repaired"
                "a limit vector exists exactly if all multipliers on the margin can be positive"
                @"There is $\tilde w$ with $e^{-z_i\cdot\tilde w}=a_i$, $i\in S$, for some dual solution $a$ if and only if one has $a_i>0$ for all $i\in S=\{i : z_i\cdot\hat w=1\}$."
                "limit vector"
                (Repairs "margin/limit-vector")
                "left: 1 if Newton's method finds the limit vector, else 0; right: 1 if the multipliers of two independent points, from the linear system, are positive, else 0."
                "Strict complementarity in the relative interior."
        Claim = claim
        Controls = [
            Control.bound "printed: always" (fun _ -> Estimate.exact 1.0) claim
            Control.bound "exactly at acute angles" (isAcute >> indicator) claim
        ]
    }

/// Functional margins at most this above 1 count as 1: two orders above the solver's error at the margins allowed.
let private onMarginTolerance = 1e-7

let private gapOver (chosen: float -> bool) item =
    Estimate.within 1e-8 ((found item).FunctionalMargins |> Array.filter chosen |> Array.min)

let private hasOthers =
    Hypothesis.named "some point lies off the margin" (fun item ->
        (found item).FunctionalMargins
        |> Array.exists (fun m -> m > 1.0 + onMarginTolerance))

let pointsOffTheSupportHaveALargerMargin: Theorem<Labelled> =
    let isOff margin = margin > 1.0 + onMarginTolerance
    let data = instances SeparableData.origin (2, 7) (1, 3)

    let claim = {
        Claim.atLeast data (gapOver isOff) (fun _ -> Estimate.exact (1.0 + onMarginTolerance / 2.0)) with
            Vary = vary
            Hypotheses = [ isSeparable; hasOthers ]
            Data = Some(dataUse SeparableData.origin (2, 7))
            Describe = describe
    }

    {
        Entry = {
            entry
                "nonsupport-gap"
                "the points off the support keep a functional margin above 1"
                @"$\theta=\min_{i\notin S}z_i\cdot\hat w>1$ for $S=\{i : z_i\cdot\hat w=1\}$."
                "gap of the other points"
                Proved
                "left: the least functional margin among the points whose margin exceeds 1 by 1e-7; right: 1 + 5e-8. Radius 1e-8 for the active-set solver."
                "Misprint: the notes take the minimum over S, where it is 1; it is one of the controls. The proof needs theta > 1." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.create "printed: i in S" {
                claim with
                    Measured = fun item _ -> gapOver (isOff >> not) item
            }
            Control.create "all points" {
                claim with
                    Measured = fun item _ -> gapOver (fun _ -> true) item
            }
        ]
    }

/// Labelled points, a start of the flow and two times.
type Residual = {
    Data: Labelled
    LogStart: float
    LogEnd: float
}

let private residuals late =
    let data = instances SeparableData.origin (2, 5) (2, 3)

    let generator =
        gen {
            let! item = data.Generator
            let! first = between 1.0 3.0
            let! second = late

            return {
                Data = item
                LogStart = first
                LogEnd = second
            }
        }

    let shrink residual =
        seq {
            for smaller in data.Shrinker residual.Data do
                yield { residual with Data = smaller }
        }

    Arb.fromGenShrink (generator, shrink)

/// The separator, the limit vector on its support, and the other points with their margins.
let private asymptotics item =
    match separator item with
    | Some separator when separator.Margin > 0.1 * radius item ->
        let z = signed item
        let margins = separator.FunctionalMargins

        let onSupport, others =
            Array.indexed z
            |> Array.partition (fun (i, _) -> margins[i] <= 1.0 + onMarginTolerance)

        let far = others |> Array.map (fun (i, row) -> row, margins[i])

        if far |> Array.exists (fun (_, m) -> m < 1.05) then
            None
        else
            MarginFlow.limitVector 1e-2 (Array.map snd onSupport) separator.Weights
            |> Option.map (fun limit -> separator.Weights, limit, far)
    | _ -> None

let private isStrict =
    Hypothesis.named
        "separable, all multipliers on the margin positive, other margins above 1.05"
        (fun residual -> (asymptotics residual.Data).IsSome)

let private start residual =
    Draw.normals (Seed.ofInt residual.Data.Points.Seed |> Seed.split "start") residual.Data.Points.Dimension

/// w(t) - w_hat log t - w~ with its error.
let private residualAt residual logTime =
    let hat, limit, _ = (asymptotics residual.Data).Value

    let reached =
        MarginFlow.at 1e-11 (signed residual.Data) hat (start residual) logTime

    let rho = Array.map3 (fun w h l -> w - logTime * h - l) reached.State hat limit
    rho, 10.0 * reached.AccumulatedError + 1e-12 * (1.0 + norm reached.State)

let private squaredAt residual logTime =
    let rho, error = residualAt residual logTime
    Estimate.within (2.0 * error * norm rho + error * error) (norm rho ** 2.0)

let private budget factor residual =
    let _, limit, others = (asymptotics residual.Data).Value

    let dot a b =
        Array.fold2 (fun s x y -> s + x * y) 0.0 a b

    let term (z, theta) =
        exp (-dot limit z + (1.0 - theta) * residual.LogStart) / (theta - 1.0)

    let first = squaredAt residual residual.LogStart
    let sum = 2.0 / System.Math.E * Array.sumBy term others
    Estimate.add (Estimate.scale factor first) (nearly 1e-6 sum sum)

let residualStaysBounded: Theorem<Residual> =
    let claim = {
        Claim.atMost (residuals (between 4.0 30.0)) (fun r -> squaredAt r r.LogEnd) (budget 1.0) with
            Hypotheses = [ isStrict ]
            Effort = { Instances = 0.5; Draws = 1.0 }
            Describe = fun r -> $"{describe r.Data}, log t0 = %g{r.LogStart}, log t = %g{r.LogEnd}"
    }

    {
        Entry = {
            entry
                "residual-bounded"
                "what the flow leaves of w after the logarithm stays bounded"
                @"With $r(t)=w(t)-\hat w\log t-\tilde w$ and all multipliers on the margin positive, for $t\ge t_0>0$: $|r(t)|^2\le|r(t_0)|^2+\frac2e\sum_{i\notin S}e^{-\tilde w\cdot z_i}\frac{t_0^{1-\theta_i}}{\theta_i-1}$, $\theta_i=z_i\cdot\hat w$."
                "the residual is bounded"
                Proved
                "left: the flow from a random start integrated in log t; right: the same at t_0 and the sum. Radii from the accumulated error of the integration."
                "The notes integrate t^{-theta} from 0, where it diverges: start at t_0 > 0. Exponential loss only." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.bound
                "half of |r(t_0)|^2, no sum"
                (fun r -> Estimate.scale 0.5 (squaredAt r r.LogStart))
                claim
            Control.bound "half of |r(t_0)|^2, and the sum" (budget 0.5) claim
        ]
    }

let private along hat v =
    let scale = (Array.map2 (*) hat v |> Array.sum) / norm hat ** 2.0
    Array.map (fun h -> scale * h) hat

/// The part of w~ + r that is orthogonal to the separator, over |w_hat|, at a time when r has settled.
let private constant (keep: float[] -> float[] -> float[]) residual =
    let hat, limit, _ = (asymptotics residual.Data).Value
    // the other points' pull decays like t^{-0.05} at the least: at log t = 600 it is below 1e-13
    let rho, error = residualAt residual 600.0
    let total = Array.map2 (+) rho limit
    Estimate.within (2.0 * error / norm hat) (norm (keep hat total) / norm hat)

let private across hat v = Array.map2 (-) v (along hat v)

/// The residual relaxes inside the span of the support like t^{-rate}, the rate at least the least multiplier times the
/// least squared singular value of the support: above 0.05 nothing is left of it at log t = 600.
let private isSettled =
    Hypothesis.named "the residual has settled by log t = 600" (fun residual ->
        let hat, limit, _ = (asymptotics residual.Data).Value

        let dot a b =
            Array.fold2 (fun s x y -> s + x * y) 0.0 a b

        let support =
            signed residual.Data
            |> Array.filter (fun z -> dot hat z <= 1.0 + onMarginTolerance)

        let singular = Matrix<float>.Build.DenseOfRowArrays(support).Svd(false).S.ToArray()

        let least =
            singular |> Array.filter (fun x -> x > 1e-9 * Array.max singular) |> Array.min

        let multiplier = support |> Array.map (fun z -> exp (-dot limit z)) |> Array.min
        multiplier * least * least > 0.05)

let directionErrorTimesLogTimeHasALimit: Theorem<Residual> =
    let measured residual =
        let hat, limit, _ = (asymptotics residual.Data).Value

        let reached =
            MarginFlow.at 1e-11 (signed residual.Data) hat (start residual) residual.LogEnd

        let error = residual.LogEnd * MarginFlow.directionError reached.State hat
        let rest = Array.map2 (fun w h -> w - residual.LogEnd * h) reached.State hat
        // sin of the angle has |rho| / (|hat| s) as its next relative term, and the angle's cube is smaller still
        let next = 2.0 * (norm rest + norm limit) / (norm hat * residual.LogEnd)
        Estimate.within (error * next + 1e-9) error

    let isTurned =
        Hypothesis.named "the limit has a part across the separator" (fun residual ->
            let hat, limit, _ = (asymptotics residual.Data).Value
            let total = Array.map2 (+) limit (start residual)
            norm (across hat total) > 0.1 * norm total)

    let claim = {
        Claim.identity (residuals (between 2000.0 3000.0)) measured (constant across) with
            Hypotheses = [ isStrict; isSettled; isTurned ]
            Effort = { Instances = 0.2; Draws = 1.0 }
            Describe = fun r -> $"{describe r.Data}, log t = %g{r.LogEnd}"
    }

    {
        Entry = {
            entry
                "direction-constant"
                "the direction error times log t tends to an explicit constant"
                @"If all multipliers on the margin are positive, $\lim_{t\to\infty}\log t\,\Bigl|\frac{w}{|w|}-\frac{\hat w}{|\hat w|}\Bigr|=\frac{|(I-\hat w\hat w^\top/|\hat w|^2)(\tilde w+r_\infty)|}{|\hat w|}$."
                ""
                Proved
                "left: log t times the direction error at log t of 2000 to 3000, with the next term of the expansion as its radius; right: the residual at log t = 600, where it has settled."
                "" with
                Source = added "11/14" "constant of the direction rate"
        }
        Claim = claim
        Controls = [ Control.scaled 2.0 claim; Control.scaled 0.5 claim ]
    }

let all = [
    Theorem.pack limitVectorExistsForIndependentSupport
    Theorem.pack limitVectorExistsIfAllMultipliersArePositive
    Theorem.pack pointsOffTheSupportHaveALargerMargin
    Theorem.pack residualStaysBounded
    Theorem.pack directionErrorTimesLogTimeHasALimit
]
