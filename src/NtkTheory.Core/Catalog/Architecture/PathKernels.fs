/// The tangent kernel of random ReLU nets by paths (lecture of 11/30), one input.
module NtkTheory.Catalog.Architecture.PathKernels

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// A net at He initialization and one input with whole coordinates.
type AtOneInput = {
    Widths: int list
    Law: WeightLaw
    X: int list
}

let private net i = { Widths = i.Widths; Law = i.Law }

let private exactPoint i = i.X |> List.map Rational.ofInt

let private point i = i.X |> List.map float |> Array.ofList

let private shrink fewest i =
    seq {
        for widths in Seq.append (Shapes.shorter fewest i.Widths) (Shapes.lower 1 i.Widths) do
            if List.head widths = i.X.Length then
                yield { i with Widths = widths }

        for x in Shapes.lower 0 i.X do
            if List.exists ((<>) 0) x then
                yield { i with X = x }

        if i.X.Length > 1 then
            yield {
                i with
                    X = [ 1 ]
                    Widths = 1 :: List.tail i.Widths
            }
    }

let private instances law depths widest =
    let generator =
        gen {
            let! widths = Shapes.widths depths widest
            let! x = Shapes.point (List.head widths)
            return { Widths = widths; Law = law; X = x }
        }

    Arb.fromGenShrink (generator, shrink (fst depths))

/// |x|^2 / n_0.
let private meanSquare i =
    float (List.sumBy (fun t -> t * t) i.X) / float i.X.Length

/// `matrices` 2 |x|^2 / n_0 for the number of weight matrices that a function of the depth gives.
let private diagonal matrices i =
    let value = 2.0 * matrices (float i.Widths.Length) * meanSquare i
    Estimate.rounded 4 value value

let private batch = 64

/// Half-open interval of relative precision: 25 standard errors of the median of means fit in it.
let private spread i = {
    Variance =
        (let mean = PathMoments.ntkMean (net i) (exactPoint i)
         let second = PathMoments.ntkSecond (net i) (exactPoint i)
         Rational.toFloat (second - mean * mean) / float batch)
    Tail = Tail.FiniteVariance
    Resolution = 0.2
}

let private averaged i seed =
    let x = point i
    let value = HeSample.mean (net i) batch seed (fun sample -> HeSample.ntk sample x x)
    // 2 roundings per product and sum over each layer, on terms that are all positive
    let operations = 4 * List.sum i.Widths + batch + 8
    Estimate.rounded operations value value

let private nets = instances Normal (2, 3) 5

let private effort = { Instances = 0.05; Draws = 0.5 }

let private meanClaim matrices = {
    Claim.expectation spread nets averaged (diagonal matrices) with
        Effort = effort
        Hypotheses = [
            Hypothesis.named "a nonzero input" (fun i -> List.exists ((<>) 0) i.X)
            Hypothesis.named "an atomless law of the weights" (fun i -> WeightLaw.isAtomless i.Law)
        ]
}

let private diagonalMethod =
    "Left: the mean over batches of 64 random Gaussian nets of the sum over all L + 1 weight matrices of "
    + "(2/n_{k-1}) |x^{(k-1)}|^2 |\delta^{(k)}|^2, by a forward and a backward pass. The variance of one net is exact, from "
    + "transfer matrices for the second moment; the tail is judged by medians of means."

/// The printed mean 2 L |x|^2 / n_0 forgets one of the L + 1 weight matrices.
let diagonalKernelCountsLayersWithoutTheOutput: Theorem<AtOneInput> =
    let claim = meanClaim (fun matrices -> matrices - 1.0)

    {
        Entry = {
            Id = "paths/ntk-diagonal-mean"
            Title = "The mean of the diagonal tangent kernel, as printed"
            Statement =
                @"E \Theta(x, x) = 2 L |x|^2 / n_0 for \Theta = \sum_{k=1}^{L+1} \sum_{ij} (\partial z/\partial \hat W^{(k)}_{ij})^2, "
                + @"a ReLU net of L hidden layers, W^{(k)} = \sqrt{2/n_{k-1}} \hat W^{(k)}."
            Source = orf "11/30" "Lemma (on-diagonal NTK)"
            Status = FalseAsStated "paths/ntk-diagonal-mean/repaired"
            Sharpness = Exact
            Method = diagonalMethod
            Remark =
                "Off by one layer: the sum runs over L + 1 weight matrices and each contributes 2|x|^2/n_0. At L = 1, "
                + "widths (2, 3), x = (1, 1) the mean is 4, not 2."
        }
        Claim = claim
        Controls = [
            Control.bound "a weight matrix too many" (diagonal (fun matrices -> matrices + 1.0)) claim
            Control.scaled 3.0 claim
        ]
    }

/// Each of the L + 1 weight matrices contributes 2 |x|^2 / n_0.
let diagonalKernelCountsEveryWeightMatrix: Theorem<AtOneInput> =
    let claim = meanClaim id

    {
        Entry = {
            Id = "paths/ntk-diagonal-mean/repaired"
            Title = "Every weight matrix contributes 2|x|^2/n_0 to the mean of the diagonal tangent kernel"
            Statement =
                @"$E \Theta(x, x) = 2 (L+1) |x|^2 / n_0$ for every width and depth, atomless symmetric weights of variance $2/n_{k-1}$ "
                + @"and $x \ne 0$, derivatives by the normalized weights $\hat W$."
            Source = added "11/30"
            Status = Repairs "paths/ntk-diagonal-mean"
            Sharpness = Exact
            Method = diagonalMethod
            Remark =
                "The proposition of the same lecture with d|x|^2/n_0 agrees for d = L + 1 and a ReLU on the output (factor 1/2)."
        }
        Claim = claim
        Controls = [
            Control.bound "the printed 2 L |x|^2 / n_0" (diagonal (fun matrices -> matrices - 1.0)) claim
            Control.bound "a weight matrix too many" (diagonal (fun matrices -> matrices + 1.0)) claim
        ]
    }

let private secondMoment i =
    PathMoments.ntkSecond (net i) (exactPoint i) |> Rational.estimate

/// (E Theta)^2 times a factor per hidden layer.
let private meanSquareTimes factor i =
    let mean = 2.0 * float i.Widths.Length * meanSquare i

    let value =
        i.Widths.Tail |> List.fold (fun p n -> p * factor (float n)) (mean * mean)

    Estimate.rounded (4 * i.Widths.Length + 8) value value

/// E Theta^2 <= (E Theta)^2 prod (1 + 5/n_l).
let diagonalKernelHasABoundedSecondMoment =
    let claim = {
        Claim.atMost (instances Normal (1, 6) 30) secondMoment (meanSquareTimes (fun n -> 1.0 + 5.0 / n)) with
            Hypotheses = [ Hypothesis.named "Gaussian weights" (fun i -> i.Law = Normal) ]
    }

    {
        Entry = {
            page
                "paths/ntk-diagonal-moments"
                "The second moment of the diagonal kernel is at most its squared mean times a product over layers"
                @"(E \Theta)^2 \le E \Theta^2 \le (E \Theta)^2 \prod_{l=1}^L (1 + 5/n_l) \le (E \Theta)^2 e^\beta for Gaussian weights: the notes' constant is C_1 = 1 with d = L + 1."
                (orf "11/30" "Proposition 3")
                "Left: the exact second moment by transfer matrices over pairs of layers, in fractions. Right: the closed mean and product." with
                Sharpness = Tight
                Remark =
                    "Equality without hidden layers. For laws of fourth moment above 3 replace 5 by 2 mu_4 - 1: Laplace weights at widths (2, 3) violate 5."
        }
        Claim = claim
        Controls = [
            Control.bound "no fluctuation at all" (meanSquareTimes (fun _ -> 1.0)) claim
            Control.without "Gaussian weights" (instances Laplace (2, 2) 3) claim
            Control.bound "2 in place of 5" (meanSquareTimes (fun n -> 1.0 + 2.0 / n)) claim
        ]
    }

/// A net, one input, a number of data points and a failure probability in hundredths.
type Tail = {
    Shape: AtOneInput
    M: int
    Percent: int
}

let private tails =
    let generator =
        gen {
            let! shape = (instances Normal (1, 3) 6).Generator
            let! m = Gen.choose (1, 5)
            let! percent = Gen.elements [ 2; 5; 10; 20 ]

            return {
                Shape = shape
                M = m
                Percent = percent
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun i ->
            (instances Normal (1, 3) 6).Shrinker i.Shape
            |> Seq.map (fun s -> { i with Shape = s }))
    )

let private delta i = float i.Percent / 100.0

let private drawn (i: Tail) seed =
    let x = point i.Shape
    Estimate.exact (HeSample.ntk (HeSample.draw (net i.Shape) seed) x x)

let private fluctuation i =
    (i.Shape.Widths.Tail |> List.fold (fun p n -> p * (1.0 + 5.0 / float n)) 1.0)
    - 1.0

let private chebyshev excess deviations i =
    let mean = 2.0 * float i.Shape.Widths.Length * meanSquare i.Shape
    Estimate.rounded 40 mean ((1.0 + deviations i * sqrt (excess i)) * mean)

let private tailEffort = { Instances = 0.25; Draws = 1.0 }

/// Chebyshev on the diagonal kernel.
let diagonalKernelRarelyExceedsItsMean =
    let exponential i =
        exp (i.Shape.Widths.Tail |> List.sumBy (fun n -> 5.0 / float n)) - 1.0

    let claim = {
        Claim.probably
            (fun i -> delta i / float i.M)
            tails
            drawn
            (chebyshev exponential (fun i -> sqrt (float i.M / delta i))) with
            Effort = tailEffort
    }

    {
        Entry = {
            page
                "paths/variance-chebyshev"
                "The diagonal kernel rarely exceeds its mean"
                @"P(\Theta_{aa} \ge (1 + \sqrt{m/\delta} \sqrt{e^\beta - 1}) 2(L+1)|x_a|^2/n_0) \le \delta/m for Gaussian weights."
                (orf "11/30" "Chebyshev step")
                "Left: the kernel of a fresh net per draw. Right: the bound, violations counted by an exact binomial tail at delta/m." with
                Sharpness = Loose
                Remark = "With d = L + 1 and C_1 = 1 in the notes' constants."
        }
        Claim = claim
        Controls = [
            Control.failing 0.3 "half of the mean" {
                claim with
                    Bound = fun i -> Estimate.exact (meanSquare i.Shape)
            }
            Control.failing 0.05 "without the square root of m / delta and of the fluctuation" {
                claim with
                    Kind = Probabilistic(fun _ -> 0.01)
                    Bound = chebyshev exponential (fun _ -> 0.0)
            }
        ]
    }

let private drawnTrace (i: Tail) seed =
    let sample = HeSample.draw (net i.Shape) seed
    // the point itself, then its coordinates rotated, m inputs of the same norm
    let x = point i.Shape

    let turned k =
        Array.init x.Length (fun j -> x[(j + k) % x.Length])

    Estimate.exact (Seq.sumBy (fun k -> let y = turned k in HeSample.ntk sample y y) (seq { 0 .. i.M - 1 }))

/// The trace of the kernel matrix exceeds R with probability at most delta.
let traceOfTheKernelRarelyExceedsItsMean =
    let bound factor i =
        Estimate.scale (float i.M) (chebyshev fluctuation (fun i -> factor * sqrt (1.0 / delta i)) i)

    let claim = {
        Claim.probably delta tails drawnTrace (bound 1.0) with
            Effort = tailEffort
    }

    {
        Entry = {
            page
                "paths/trace-tail"
                "The trace of the kernel matrix rarely exceeds its mean"
                @"P(Tr K \ge (1 + \sqrt{(\prod (1 + 5/n_l) - 1)/\delta}) E Tr K) \le \delta, E Tr K = (2(L+1)/n_0) \sum_a |x_a|^2; hence \lambda_{max} \le R with probability 1 - \delta."
                (added "11/30")
                "Left: the trace over m inputs of a fresh Gaussian net per draw. Right: R; standard deviations add at most, so no factor m enters." with
                Sharpness = Loose
                Remark =
                    "For widths (2, 10, 10), two unit inputs and delta = 1/10, R = 27.2 against the notes' 41.2."
        }
        Claim = claim
        Controls = [
            Control.failing 0.3 "half of the mean trace" {
                claim with
                    Kind = Probabilistic(fun _ -> 0.2)
                    Bound = bound 0.0 >> Estimate.scale 0.5
            }
            Control.failing 0.05 "no deviation from the mean trace" {
                claim with
                    Kind = Probabilistic(fun _ -> 0.01)
                    Bound = bound 0.0
            }
        ]
    }

/// Every theorem of the topic.
let all = [
    Theorem.pack diagonalKernelCountsLayersWithoutTheOutput
    Theorem.pack diagonalKernelCountsEveryWeightMatrix
    Theorem.pack diagonalKernelHasABoundedSecondMoment
    Theorem.pack diagonalKernelRarelyExceedsItsMean
    Theorem.pack traceOfTheKernelRarelyExceedsItsMean
]
