/// Hessians and gradients of classifiers (lecture of 10/5).
module NtkTheory.Catalog.Architecture.Classifiers

open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// Label gradients with softmax weights from small whole numbers: C classes, n examples each, D parameters.
type Examples = { C: int; N: int; D: int; Seed: int }

let private examples =
    let generator =
        gen {
            let! c = Gen.choose (2, 4)
            let! n = Gen.choose (1, 3)
            let! d = Gen.choose (1, 3)
            let! seed = Shapes.seeds
            return { C = c; N = n; D = d; Seed = seed }
        }

    let shrink i =
        seq {
            for c in Shapes.smaller 2 i.C do
                yield { i with C = c }

            for n in Shapes.smaller 1 i.N do
                yield { i with N = n }

            for d in Shapes.smaller 1 i.D do
                yield { i with D = d }
        }

    Arb.fromGenShrink (generator, shrink)

let private tables (i: Examples) =
    let seed = Seed.ofInt i.Seed

    let table cell =
        Array.init i.C (fun c -> Array.init i.N (cell c))

    let prediction c k : Vector<float> =
        let seed = Seed.at (c * i.N + k) (Seed.split "p" seed)

        let v: Vector<float> =
            Vector<float>.Build.Dense(i.C, fun j -> float (1 + Draw.below 6 (int64 j) seed))

        v.Divide(v.Sum())

    let jacobian c k : Matrix<float> =
        let seed = Seed.at (c * i.N + k) (Seed.split "J" seed)
        Matrix<float>.Build.Dense(i.C, i.D, fun a b -> float (Draw.below 5 (int64 (a * i.D + b)) seed - 2))

    table jacobian, table prediction

let private trace (m: Matrix<float>) =
    let value = m.Trace()
    Estimate.rounded 400 (1.0 + abs value) value

let private gaussNewtonTrace i =
    tables i ||> Softmax.gaussNewton |> trace

/// The second moment of gradients with the true labels, all examples alike.
let private trueLabelMoment i =
    let g = tables i ||> Softmax.labelGradients

    [
        for c in 0 .. i.C - 1 do
            for k in 0 .. i.N - 1 do
                1.0 / float (i.C * i.N), (g.Gradients[c] |> Array.item c |> Array.item k)
    ]
    |> ClassMoments.weightedSum i.D
    |> trace

let private labelAverage i =
    let g = tables i ||> Softmax.labelGradients

    [
        for c in 0 .. i.C - 1 do
            for label in 0 .. i.C - 1 do
                for k in 0 .. i.N - 1 do
                    1.0 / float (i.C * i.C * i.N), (g.Gradients[c] |> Array.item label |> Array.item k)
    ]
    |> ClassMoments.weightedSum i.D
    |> trace

let private weightedMoment i =
    tables i ||> Softmax.labelGradients |> GradientMoments.total |> trace

/// G = Avg g g^T with the true labels, as printed.
let gaussNewtonIsTheMomentOfTrueGradients =
    let claim = Claim.identity examples gaussNewtonTrace trueLabelMoment

    {
        Entry = {
            page
                "classifiers/G-second-moment"
                "The Gauss-Newton matrix as a second moment, as printed"
                @"G = Avg_{i,c} g_{ic} g_{ic}^T, g_{ic} = \nabla_\theta \ell(f(x_{ic}), y_{ic})."
                (orfAfter "Papyan 2019" "10/5" "G as second moment")
                "Left: tr Avg J^T (diag p - p p^T) J. Right: the trace of the printed moment." with
                Status = FalseAsStated "classifiers/G-second-moment/repaired"
                Remark =
                    "For f = (ln 2, 0), y = 1: G_11 = 2/9 and g g^T = 1/9. The label index c' was probably lost; a plain average over c' fails too (5/18)."
        }
        Claim = claim
        Controls = [
            Control.bound "labels averaged alike" labelAverage claim
            Control.bound "twice the printed moment" (trueLabelMoment >> Estimate.scale 2.0) claim
        ]
    }

/// G is the moment over labels with softmax weights.
let gaussNewtonIsTheMomentOfLabelGradients =
    let claim = Claim.identity examples gaussNewtonTrace weightedMoment

    {
        Entry = {
            page
                "classifiers/G-second-moment/repaired"
                "The Gauss-Newton matrix is the second moment of label gradients with softmax weights"
                @"G = \sum_{i,c,c'} w_{icc'} g_{icc'} g_{icc'}^T, w_{icc'} = p_{c'}(x_{ic})/(nC), g_{icc'} = J_{ic}^T (p - e_{c'})."
                (added "10/5")
                "Left: tr Avg J^T (diag p - p p^T) J. Right: the trace of the weighted moment." with
                Status = Repairs "classifiers/G-second-moment"
        }
        Claim = claim
        Controls = [
            Control.bound "the printed true labels" trueLabelMoment claim
            Control.bound "labels averaged alike" labelAverage claim
        ]
    }

let private assembledTrace averaging i =
    tables i
    ||> Softmax.labelGradients
    |> GradientMoments.decompose averaging
    |> GradientMoments.assembled
    |> trace

/// The decomposition with plain averages, as printed.
let plainDecompositionAddsUp =
    let claim = Claim.identity examples weightedMoment (assembledTrace Plain)

    {
        Entry = {
            page
                "classifiers/G-decomposition"
                "The three-level decomposition of G, as printed"
                @"$G = G_{class} + G_{cross} + G_{within} + G_{c=c'}$ with w-weighted sums but plain averages $g_{cc'} = Avg_i g_{icc'}, g_c = Avg_{c' \ne c} g_{cc'}$."
                (orfAfter "Papyan 2019" "10/5" "Decomposition of G")
                "Left: the trace of G. Right: the sum of the traces of the parts with plain averages." with
                Status = FalseAsStated "classifiers/G-decomposition/repaired"
                Remark =
                    "The averages must carry the weights of the sums: for C = n = 2 with p = 1/2, 3/4 and 1/2, 1/2 the plain parts add to 125/512 against G = 15/64. There are index slips in G_within as well."
        }
        Claim = claim
        Controls = [
            Control.bound
                "without the correct labels"
                (fun i ->
                    let parts = tables i ||> Softmax.labelGradients |> GradientMoments.decompose Plain
                    trace (parts.Class + parts.Cross + parts.Within))
                claim
            Control.bound
                "without the within part"
                (fun i ->
                    let parts = tables i ||> Softmax.labelGradients |> GradientMoments.decompose Plain
                    trace (parts.Class + parts.Cross + parts.Correct))
                claim
        ]
    }

/// With weighted averages the parts add up.
let weightedDecompositionAddsUp =
    let claim = Claim.identity examples weightedMoment (assembledTrace Weighted)

    {
        Entry = {
            page
                "classifiers/G-decomposition/repaired"
                "The three-level decomposition of G with weighted means"
                @"With W_{cc'} = \sum_i w_{icc'}, g_{cc'} = \sum_i (w_{icc'}/W_{cc'}) g_{icc'}, W_c = \sum_{c' \ne c} W_{cc'}, g_c = \sum_{c' \ne c} (W_{cc'}/W_c) g_{cc'}: G = \sum_c W_c g_c g_c^T + \sum_{c \ne c'} W_{cc'} (g_{cc'} - g_c)(..)^T + \sum w_{icc'} (g_{icc'} - g_{cc'})(..)^T + \sum w_{icc} g_{icc} g_{icc}^T."
                (added "10/5")
                "Left: the trace of G. Right: the sum of the traces of the parts." with
                Status = Repairs "classifiers/G-decomposition"
                Remark = "Ranks: class at most C, cross at most C(C - 2), both together at most C(C - 1)."
        }
        Claim = claim
        Controls = [
            Control.bound "plain averages, as printed" (assembledTrace Plain) claim
            Control.bound
                "without the cross part"
                (fun i ->
                    let parts =
                        tables i ||> Softmax.labelGradients |> GradientMoments.decompose Weighted

                    trace (parts.Class + parts.Within + parts.Correct))
                claim
        ]
    }

/// The plain second moment over i, c, c' and its parts, each averaged over its own indices.
let private deltaParts factor i =
    let g = tables i ||> Softmax.labelGradients
    let c = float i.C
    let alike pairs = 1.0 / pairs

    let uniform = {
        g with
            Weights =
                g.Weights
                |> Array.mapi (fun a ->
                    Array.mapi (fun b ->
                        Array.map (fun _ ->
                            if a = b then
                                factor c (alike (c * float i.N)) true
                            else
                                factor c (alike (c * (c - 1.0) * float i.N)) false)))
    }

    let parts = GradientMoments.decompose Plain uniform
    trace (GradientMoments.assembled parts)

/// Delta decomposition as printed, without factors.
let backpropagatedMomentAddsUpPlainly =
    let claim = Claim.identity examples labelAverage (deltaParts (fun _ w _ -> w))

    {
        Entry = {
            page
                "classifiers/Delta-decomposition"
                "The decomposition of backpropagated gradients, as printed"
                @"$\Delta = \Delta_{class} + \Delta_{cross} + \Delta_{within} + \Delta_{c=c'}$ with $\Delta = Avg_{icc'}$ and each part averaged over its own indices."
                (orfAfter "Papyan 2020" "10/5" "Structure of backpropagated gradients")
                "Left: the trace of Avg over i, c, c'. Right: the sum of the printed parts." with
                Status = FalseAsStated "classifiers/Delta-decomposition/repaired"
                Remark =
                    "The parts with c' different from c carry (C - 1)/C of the average and the rest 1/C: the printed sum counts them fully (71/18 against 23/3 in the golden example). Delta_cross uses delta_c, not delta_{c'}."
        }
        Claim = claim
        Controls = [
            Control.bound "factors 1/2 and 1/2" (deltaParts (fun _ w _ -> w / 2.0)) {
                claim with
                    Instances = examples |> Arb.filter (fun i -> i.C > 2)
            }
            Control.bound
                "a half of every part but the correct one"
                (deltaParts (fun _ w correct -> if correct then w else w / 2.0))
                claim
        ]
    }

/// With the factors it holds.
let backpropagatedMomentAddsUpWithItsShares =
    let shares c w correct =
        if correct then w / c else w * (c - 1.0) / c

    let claim = Claim.identity examples labelAverage (deltaParts shares)

    {
        Entry = {
            page
                "classifiers/Delta-decomposition/repaired"
                "The decomposition of backpropagated gradients with its shares"
                @"$Avg_{icc'} \delta\delta^T = \frac{C-1}{C}(\Delta_{class} + \Delta_{cross} + \Delta_{within}) + \frac1C \Delta_{c=c'}$, each part averaged over its own indices, $\Delta_{cross}$ around $\delta_c$."
                (added "10/5")
                "Left: the trace of Avg over i, c, c'. Right: the parts with their shares." with
                Status = Repairs "classifiers/Delta-decomposition"
        }
        Claim = claim
        Controls = [
            Control.bound "printed: without the shares" (deltaParts (fun _ w _ -> w)) claim
            Control.bound
                "the shares exchanged"
                (deltaParts (fun c w correct -> if correct then w * (c - 1.0) / c else w / c))
                {
                    claim with
                        Instances = examples |> Arb.filter (fun i -> i.C > 2)
                }
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack gaussNewtonIsTheMomentOfTrueGradients
    Theorem.pack gaussNewtonIsTheMomentOfLabelGradients
    Theorem.pack plainDecompositionAddsUp
    Theorem.pack weightedDecompositionAddsUp
    Theorem.pack backpropagatedMomentAddsUpPlainly
    Theorem.pack backpropagatedMomentAddsUpWithItsShares
]
