/// The minimizer of Q_alpha between the least l1 and the least weighted l2 norm: lecture 11/9 of the notes.
module NtkTheory.Catalog.Dynamics.PotentialLimits

open System
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.Integration
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.InterpolationData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private entry id title statement source sharpness method remark = {
    Id = $"implicit-bias/{id}"
    Title = title
    Statement = statement
    Source = source
    Status = Proved
    Sharpness = sharpness
    Method = method
    Remark = remark
}

/// The integral of asinh(s/2), entire after s = 2 sinh u: 64 nodes leave no truncation on [0, 10].
let private qByQuadrature z =
    let rule = GaussLegendreRule(0.0, Math.Asinh(z / 2.0), 64)

    Array.map2 (fun u w -> w * 2.0 * u * cosh u) rule.Abscissas rule.Weights
    |> Array.sum

/// How far q lies below a number, against the bound on that; infinite where it lies above.
let private share above bound z =
    // 64 nodes, each with some roundings of terms that are positive; q is at most z^2/4
    let size = if z < 1.0 then z * z / 4.0 else abs above + 1.0
    let gap = Estimate.rounded 256 size (above - qByQuadrature z)

    if Estimate.upper gap < 0.0 then
        { gap with Value = infinity }
    else
        Estimate.scale (1.0 / bound) gap

let private larger a b =
    if Estimate.lower a > Estimate.lower b then a else b

/// The larger share of the two upper bounds on q: below 1 the one for small z is compared, above also the other.
let private shares shift divisor z =
    let small = share (z * z / 4.0) (z ** 4.0 / divisor) z

    if z < 1.0 then
        small
    else
        larger small (share (z * log z - z + 2.0 - shift) (min 2.0 (2.0 / z)) z)

let qLiesBetweenItsExpansions: Theorem<float> =
    let arguments =
        let shrink z =
            simplerPositive z |> Seq.ofList |> Seq.filter (fun z -> z >= 0.05)

        Arb.fromGenShrink (betweenLog 0.05 1e3, shrink)

    let claim = Claim.atMost arguments (shares 0.0 192.0) (fun _ -> Estimate.exact 1.0)

    theorem
        (entry
            "q-bounds"
            "q lies between its expansions at zero and at infinity"
            @"0\le\tfrac{z^2}4-q(z)\le\tfrac{z^4}{192},\qquad 0\le(z\log z-z+2)-q(z)\le\min(2,2/z)\quad(z>0)"
            (added "11/9" "bounds on q")
            Tight
            "left: the larger of the two differences over its bound, infinite where one is negative, q by Gauss-Legendre quadrature of asinh(s/2); right: 1. Below z = 1 only the first is compared."
            "1/192 is attained as z tends to 0, and is the next coefficient of q.")
        claim
        [
            Control.scaled 0.9 claim
            measuring "z log z - z + 1 in place of z log z - z + 2" (shares 1.0 192.0) claim
            measuring "z^4/384 in place of z^4/192" (shares 0.0 384.0) claim
        ]

/// A problem, and the weight of the potential that tends to zero.
type Approach = {
    Problem: Interpolation
    /// lambda over the least eigenvalue of X diag(c) X^T.
    Lambda: float
}

let private distance (x: float[]) y = norm (Array.map2 (-) x y)

/// argmin |X beta - y|^2 + lambda Q: beta = c sinh(X^T nu) with nu = (2/lambda)(y - X beta), by Newton's method in nu.
let private regularized lambda (network: DiagonalNetwork) =
    let scales = DiagonalNetwork.scales network
    let labels = vector network.Labels

    let step (nu: Vector<float>) =
        let beta = DiagonalNetwork.betaOfDual network.Inputs scales nu
        let weights = Array.map2 (fun c (b: float) -> sqrt (c * c + b * b)) scales beta

        let rooted: Matrix<float> =
            network.Inputs.MapIndexed(fun _ i x -> x * sqrt weights[i])

        let identity: Matrix<float> = Matrix<float>.Build.DenseIdentity labels.Count

        let hessian: Matrix<float> =
            rooted * rooted.Transpose() + identity.Multiply(lambda / 2.0)

        let gradient: Vector<float> =
            labels - network.Inputs * vector beta - nu.Multiply(lambda / 2.0)

        let move: Vector<float> = hessian.Solve gradient
        let delta = network.Inputs.TransposeThisAndMultiply(move).InfinityNorm()
        // the damping under which the concave dual grows, as for lambda = 0
        nu + move.Multiply(if delta < 1e-8 then 1.0 else log (1.0 + delta) / delta)

    let nu =
        Seq.fold (fun nu _ -> step nu) (Vector<float>.Build.Dense labels.Count) (seq { 1..15 })

    DiagonalNetwork.betaOfDual network.Inputs scales nu

let private approaches alphas =
    let problems = instances alphas (1, 2) (2, 4)

    let generator =
        Arb.toGen problems
        |> Gen.map (fun problem -> { Problem = problem; Lambda = 1e-3 })

    let shrink approach =
        Arb.toShrink problems approach.Problem
        |> Seq.map (fun problem -> { approach with Problem = problem })

    Arb.fromGenShrink (generator, shrink)

let vanishingRegularizationFindsTheMinimizer: Theorem<Approach> =
    let ladder = {
        Scales = [ 1e-6; 4e-6; 1.6e-5; 6.4e-5; 2.56e-4 ]
        At = fun approach scale -> { approach with Lambda = scale }
        Replicates = 1
    }

    let measured approach _ =
        let limit = (minimizer approach.Problem).Beta
        let network = network approach.Problem
        let c = DiagonalNetwork.scales network
        let rooted: Matrix<float> = network.Inputs.MapIndexed(fun _ i x -> x * sqrt c[i])
        let least = (Spectrum.smallest (rooted * rooted.Transpose())).Value
        let found = regularized (approach.Lambda * least) network
        nearly 1e-11 (norm limit) (distance found limit)

    // lambda is below 3e-4 of the dual's curvature, which is by how much the next term of the expansion bends a slope
    let order value _ = Estimate.within 3e-3 value

    let claim = {
        Claim.rate ladder Equals (approaches (betweenLog 0.5 2.0)) measured (order 1.0) with
            Effort = { Instances = 0.3; Draws = 1.0 }
            Hypotheses = [
                Hypothesis.named isIndependent.Name (fun approach -> isIndependent.Holds approach.Problem)
            ]
            Describe = fun approach -> describe approach.Problem
    }

    theorem
        (entry
            "lambda-to-zero"
            "with vanishing weight of the potential the regularized minimizer tends to the limit of the flow"
            @"\arg\min_\beta|X\beta-y|^2+\lambda Q_\alpha(\beta)\to\lim_{t\to\infty}\beta(t)\quad\text{at order 1 as }\lambda\to0"
            (notes "11/9" "ridge form")
            Exact
            "left: the distance of the regularized minimizer, by Newton's method in its N multipliers, from the minimizer among the interpolants, over lambda from 10^-6 to 2.6 10^-4 of the least curvature of the dual; right: order 1."
            "For X = (1, 2), y = 1, alpha = 1 the distance over lambda tends to 0.022236.")
        claim
        [
            Control.bound "order 2" (order 2.0) claim
            Control.bound "order 1/2" (order 0.5) claim
        ]

let private l1 (beta: float[]) = Array.sumBy abs beta

let rec private choose k (items: int list) =
    match items with
    | _ when k = 0 -> [ [] ]
    | [] -> []
    | first :: rest -> (choose (k - 1) rest |> List.map (fun more -> first :: more)) @ choose k rest

/// The interpolant of least l1 norm, among those with as many nonzeros as there are equations: a vertex attains it.
let private leastL1 (network: DiagonalNetwork) =
    let n, d = network.Inputs.RowCount, network.Inputs.ColumnCount

    let onSupport support =
        let columns =
            Matrix<float>.Build.DenseOfColumnVectors(support |> Seq.map network.Inputs.Column)

        let values: Vector<float> = columns.Solve(vector network.Labels)
        let beta = Array.zeroCreate d
        support |> List.iteri (fun k i -> beta[i] <- values[k])
        beta

    choose n [ 0 .. d - 1 ]
    |> List.map onSupport
    |> List.filter (l1 >> Double.IsFinite)
    |> List.minBy l1

let private excess (item: Interpolation) =
    let beta, least = (minimizer item).Beta, leastL1 (network item)
    Estimate.within (1e-10 * (1.0 + l1 beta)) (l1 beta - l1 least)

let private excessBound (item: Interpolation) =
    let network = network item
    let weight = network.Start |> Array.sumBy (fun t -> t * t)
    let least = leastL1 network

    let entropy b t =
        if b = 0.0 then
            0.0
        else
            abs b * (log (abs b / (t * t)) - 1.0)

    let value =
        ((1.0 + 2.0 * item.Alpha ** 2.0) * weight
         + Array.sum (Array.map2 entropy least network.Start))
        / (2.0 * log (1.0 / item.Alpha))

    nearly 1e-10 (1.0 + abs value) value

let private over alphas relation measured bound = {
    Claim.create Deterministic relation (instances alphas (1, 2) (2, 4)) measured bound with
        Vary = vary
        Hypotheses = [ isIndependent ]
        Data = Some(dataUse alphas (1, 2))
        Describe = describe
}

let smallStartsFindTheLeastL1Norm: Theorem<Interpolation> =
    let claim =
        over (betweenLog 1e-4 0.5) AtMost (fun item _ -> excess item) excessBound

    theorem
        (entry
            "l1-minimiser"
            "the excess of the l1 norm is at most of order 1/log(1/alpha)"
            @"|\beta_\alpha|_1-|\beta_{1}|_1\le\frac{(1+2\alpha^2)\sum_i\theta_{0,i}^2+\sum_i|\beta_{1,i}|\big(\log\frac{|\beta_{1,i}|}{\theta_{0,i}^2}-1\big)}{2\log(1/\alpha)},\quad \alpha<1,\ \beta_1\in\arg\min_{X\beta=y}|\beta|_1"
            (notes "11/9" "the rich limit")
            Loose
            "left: the l1 norm of the minimizer of Q_alpha minus the least one, by enumeration of the vertices; right: the closed form."
            "The true order is polynomial where the linear program is not degenerate: alpha^{2(1-s)}, s the largest magnitude of the dual off the support.")
        claim
        [
            Control.bound "beta_alpha is of least l1 norm itself" (fun _ -> Estimate.exact 0.0) claim
            Control.bound
                "at most alpha^4/100"
                (fun item -> nearly 1e-12 1.0 (item.Alpha ** 4.0 / 100.0))
                claim
        ]

/// One equation with coefficients -1 and 1: all interpolants of its signs have the least l1 norm |y|.
let private signsOnly (item: Interpolation) =
    let network = network item

    let row =
        network.Inputs.Row(0).ToArray()
        |> Array.map (fun x -> if x < 0.0 then -1.0 else 1.0)

    {
        network with
            Inputs = Matrix<float>.Build.DenseOfRowArrays [ row ]
            Labels = [| network.Labels[0] |]
            // never even: the controls differ in that
            Start =
                Draw.uniformsBetween 0.5 2.0 (Seed.ofInt item.Points.Seed |> Seed.split "start") row.Length
    }

let private tied (item: Interpolation) =
    match DiagonalNetwork.minimizer (signsOnly item) with
    | Ok found -> nearly 1e-11 1.0 (probe found.Beta)
    | Error _ -> failwith "one equation that is not zero has a solution"

let private splitBy (weight: float -> float) item =
    let network = signsOnly item
    let weights = network.Start |> Array.map weight
    let total = Array.sum weights

    let beta =
        Array.map2 (fun w x -> x * network.Labels[0] * w / total) weights (network.Inputs.Row(0).ToArray())

    nearly 1e-12 1.0 (probe beta)

let tiesAreBrokenByEntropy: Theorem<Interpolation> =
    let alphas = betweenLog 1e-6 1e3

    let claim = {
        Claim.identity (instances alphas (1, 1) (2, 5)) tied (splitBy (fun t -> t * t)) with
            Vary = vary
            Describe = describe
    }

    theorem
        (entry
            "l1-tie-break"
            "among interpolants of least l1 norm the flow takes that of least entropy relative to theta0^2"
            @"\text{For }X=(\pm1,\dots,\pm1)\text{ every split of }y\text{ with the signs of }X\text{ has least }|\beta|_1;\ \beta_\alpha=\arg\min\sum_i|\beta_i|\log\frac{|\beta_i|}{\theta_{0,i}^2}=\frac{y\,X\odot\theta_0^2}{\sum_i\theta_{0,i}^2}\text{ for every }\alpha"
            (added "11/9" "ties of the l1 norm")
            Exact
            "left: the minimizer of Q_alpha for one equation with coefficients -1 and 1, alpha from 10^-6 to 10^3; right: the split by theta0^2. Compared through a fixed projection."
            "For other faces of minimizers the split by entropy is the limit as alpha tends to 0.")
        claim
        [
            Control.bound "an even split" (splitBy (fun _ -> 1.0)) claim
            Control.bound "the split by theta0" (splitBy id) claim
        ]

/// D X^T (X D X^T)^-1 y for D = diag(weights).
let private leastL2 (network: DiagonalNetwork) (weights: float[]) =
    let weighted: Matrix<float> = network.Inputs.MapIndexed(fun _ i x -> x * weights[i])
    let gram: Matrix<float> = weighted * network.Inputs.Transpose()
    let multipliers: Vector<float> = gram.Solve(vector network.Labels)
    weighted.TransposeThisAndMultiply(multipliers).ToArray()

let private distanceFrom weight (item: Interpolation) =
    let network = network item
    let beta = (minimizer item).Beta
    let least = leastL2 network (network.Start |> Array.map weight)
    let parts = Array.map3 (fun b l t -> (b - l) / t) beta least network.Start
    // both sides are known to 1e-11 of their size, theta0 being above 1/2
    let error = 4e-11 * (norm beta + norm least)
    Estimate.within (error * (2.0 * norm parts + error)) (norm parts ** 2.0)

let largeStartsFindTheLeastWeightedL2Norm: Theorem<Interpolation> =
    let bound (item: Interpolation) =
        let network = network item

        let value =
            Array.map2 (fun b t -> b ** 4.0 / t ** 6.0) (minimizer item).Beta network.Start
            |> Array.sum

        let share = value / (48.0 * item.Alpha ** 4.0)
        nearly 1e-10 share share

    let claim =
        over (betweenLog 0.3 10.0) AtMost (fun item _ -> distanceFrom (fun t -> t * t) item) bound

    theorem
        (entry
            "l2-minimiser"
            "the minimizer is within order alpha^-2 of the least weighted l2 norm"
            @"\sum_i\frac{(\beta_\alpha-\beta_2)_i^2}{\theta_{0,i}^2}\le\frac1{48\,\alpha^4}\sum_i\frac{\beta_{\alpha,i}^4}{\theta_{0,i}^6},\quad \beta_2=DX^T(XDX^T)^{-1}y,\ D=\mathrm{diag}(\theta_0^2)"
            (notes "11/9" "the lazy limit")
            Loose
            "left: the minimizer of Q_alpha by dual Newton against the closed form of beta_2; right: the bound."
            "The distance itself is of order alpha^-4.")
        claim
        [
            measuring "the unweighted least norm" (distanceFrom (fun _ -> 1.0)) claim
            measuring "weights theta0 in place of theta0^2" (distanceFrom id) claim
        ]

let all = [
    Theorem.pack qLiesBetweenItsExpansions
    Theorem.pack vanishingRegularizationFindsTheMinimizer
    Theorem.pack smallStartsFindTheLeastL1Norm
    Theorem.pack tiesAreBrokenByEntropy
    Theorem.pack largeStartsFindTheLeastWeightedL2Norm
]
