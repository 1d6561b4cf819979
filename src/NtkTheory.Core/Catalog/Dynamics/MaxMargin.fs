/// The hard-margin separator: lecture 11/14 of the notes.
module NtkTheory.Catalog.Dynamics.MaxMargin

open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Catalog.Dynamics.SeparableData
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

let private over biases measured bound =
    let counts, dimensions = (2, 7), (1, 3)

    {
        Claim.identity (instances biases counts dimensions) measured bound with
            Vary = vary
            Hypotheses = [ isSeparable ]
            Data = Some(dataUse biases counts)
            Describe = describe
    }

let private subsetsUpTo size n =
    [ 1 .. (1 <<< n) - 1 ]
    |> List.map (fun mask -> [|
        for i in 0 .. n - 1 do
            if (mask >>> i) &&& 1 = 1 then
                i
    |])
    |> List.filter (fun subset -> subset.Length <= size)

/// The least w, with its bias, for which the constraints of the subset are equalities.
let private onSubset bias (points: Matrix<float>) (labels: float[]) (subset: int[]) =
    let k = subset.Length

    let z =
        Matrix<float>.Build.Dense(k, points.ColumnCount, fun i j -> labels[subset[i]] * points[subset[i], j])

    let size = if bias then k + 1 else k

    let entry i j =
        if i < k && j < k then z.Row(i).DotProduct(z.Row j)
        elif i < k then labels[subset[i]]
        elif j < k then labels[subset[j]]
        else 0.0

    let right = vector (Array.init size (fun i -> if i < k then 1.0 else 0.0))

    let solution: Vector<float> =
        (Matrix<float>.Build.Dense(size, size, entry)).PseudoInverse() * right

    z.TransposeThisAndMultiply(solution.SubVector(0, k)), (if bias then solution[k] else 0.0)

let private geometricMargin (points: Matrix<float>) (labels: float[]) (w: Vector<float>, b) =
    let least =
        (points * w).ToArray()
        |> Array.mapi (fun i s -> labels[i] * (s + b))
        |> Array.min

    if w.L2Norm() > 0.0 then least / w.L2Norm() else -infinity

/// The largest geometric margin over all directions: it is attained where some of the nearest points are equally
/// near, so the directions of all small subsets are tried.
let private largestMargin item =
    let points, labels = draw item
    let size = points.ColumnCount + (if item.Bias then 1 else 0)

    subsetsUpTo size labels.Length
    |> List.map (onSubset item.Bias points labels >> geometricMargin points labels)
    |> List.max

let leastNormGivesTheLargestMargin: Theorem<Labelled> =
    let measured item =
        nearly (solverError item (found item)) 1.0 (largestMargin item)

    let bound item =
        nearly (solverError item (found item)) 1.0 (1.0 / norm (found item).Weights)

    let claim = over either measured bound

    {
        Entry = {
            Id = "margin/qp-equivalence"
            Title = "the largest margin is 1/|w| for the least w of functional margin 1"
            Statement =
                @"\max_{w,b} \min_i \frac{y_i(w\cdot x_i+b)}{|w|} = \frac1{|\hat w|},\quad \hat w=\arg\min\{\tfrac12|w|^2 : y_i(w\cdot x_i+b)\ge1\}"
            Source = notes "11/14" "max margin as a quadratic program"
            Status = Proved
            Sharpness = Exact
            Method =
                "left: the geometric margin maximized over the directions fixed by every subset of at most d (d + 1 with a bias) points; right: an active-set solver (nearest point of a polytope, Wolfe). Radius: 200 roundings amplified by the square of longest point / margin."
            Remark =
                "Points that are not separable have no such w; the solver then returns convex weights that cancel the signed points."
        }
        Claim = claim
        Controls = [
            Control.scaled 2.0 claim
            Control.bound
                "1/|w|^2 instead of 1/|w|"
                (fun item -> nearly (solverError item (found item)) 1.0 ((found item).Margin ** 2.0))
                claim
        ]
    }

let private dual item scale =
    let points, labels = draw item
    let multipliers = (found item).Multipliers |> Array.map (fun a -> scale * a)

    let image =
        points.TransposeThisAndMultiply(vector (Array.map2 (*) multipliers labels))

    Array.sum multipliers - image.DotProduct image / 2.0

let primalAndDualOptimaOfTheSeparatorAgree: Theorem<Labelled> =
    let error item =
        solverError item (found item) * norm (found item).Weights ** 2.0

    let measured item =
        Estimate.within (error item) (Array.sumBy (fun w -> w * w) (found item).Weights / 2.0)

    let claim =
        over either measured (fun item -> Estimate.within (error item) (dual item 1.0))

    {
        Entry = {
            Id = "margin/kkt"
            Title = "the conditions of Karush, Kuhn and Tucker certify the separator"
            Statement =
                @"\hat w=\sum_i a_i y_i x_i,\ \sum_i a_i y_i=0\ (\text{with a bias}),\ a\ge0,\ a_i\,(y_i(\hat w\cdot x_i+b)-1)=0 \iff \tfrac12|\hat w|^2=\sum_i a_i-\tfrac12\Big|\sum_i a_i y_i x_i\Big|^2"
            Source = notes "11/14" "KKT conditions"
            Status = Proved
            Sharpness = Exact
            Method =
                "left: the primal objective of a w scaled until its least functional margin is 1, so feasible; right: the dual objective of nonnegative multipliers. Weak duality puts the right below the left at every feasible pair; equality is the four conditions at once."
            Remark =
                "w and b are unique; the multipliers are unique only if the points on the margin are independent."
        }
        Claim = claim
        Controls = [
            Control.bound
                "dual objective at twice the multipliers"
                (fun item -> Estimate.within (error item) (dual item 2.0))
                claim
            Control.bound
                "dual objective at half the multipliers"
                (fun item -> Estimate.within (error item) (dual item 0.5))
                claim
        ]
    }
