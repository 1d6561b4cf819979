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
                @"E \Theta(x, x) = 2 (L+1) |x|^2 / n_0 for every width and depth, atomless symmetric weights of variance 2/n_{k-1} "
                + @"and x \ne 0, derivatives by the normalized weights \hat W."
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

/// Every theorem of the topic.
let all = [
    Theorem.pack diagonalKernelCountsLayersWithoutTheOutput
    Theorem.pack diagonalKernelCountsEveryWeightMatrix
]
