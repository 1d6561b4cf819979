/// Features by class, neural collapse, sharpness and catapults (lecture of 10/5).
module NtkTheory.Catalog.Architecture.Collapse

open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// Whole features h_ic of one class after another, all of one dimension.
type Features = { Classes: int list list list }

let private features sizes =
    let generator =
        gen {
            let! d = Gen.choose (1, 3)
            let! c = Gen.choose (2, 4)
            let! common = Gen.choose (1, 4)
            let! counts = Gen.listOfLength c (sizes common)
            let! numbers = Gen.listOfLength (d * List.sum counts) (Gen.choose (-5, 5))
            let rows = List.chunkBySize d numbers
            let starts = List.scan (+) 0 counts |> List.truncate c

            return {
                Classes = List.map2 (fun start n -> rows |> List.skip start |> List.truncate n) starts counts
            }
        }

    let shrink i =
        seq {
            if i.Classes.Length > 2 then
                yield { Classes = i.Classes.Tail }

            for c in 0 .. i.Classes.Length - 1 do
                for smaller in Shapes.shorter 1 i.Classes[c] do
                    yield {
                        Classes = List.updateAt c smaller i.Classes
                    }
        }

    Arb.fromGenShrink (generator, shrink)

let private equal = features Gen.constant

let private unequal = features (fun common -> Gen.choose (1, common + 2))

let private vectors i : Vector<float> list list =
    i.Classes
    |> List.map (List.map (fun h -> Vector<float>.Build.DenseOfEnumerable(h |> Seq.map float)))

let private trace (m: Matrix<float>) =
    let value = m.Trace()
    Estimate.rounded 400 (100.0 + abs value) value

let private isBalanced i =
    i.Classes |> List.map List.length |> List.distinct |> List.length = 1

let private balanced = Hypothesis.named "classes of equal size" isBalanced

/// H = between + within.
let featureMomentSplitsIntoBetweenAndWithin =
    let parts between within i =
        let v = vectors i

        trace (
            (ClassMoments.between ClassMoments.Equal v).Multiply(between: float)
            + (ClassMoments.within v).Multiply(within: float)
        )

    let claim = {
        Claim.identity equal (vectors >> ClassMoments.total >> trace) (parts 1.0 1.0) with
            Hypotheses = [ balanced ]
    }

    {
        Entry = {
            page
                "classifiers/H-decomposition"
                "The feature moment splits into between and within classes"
                @"$Avg_{ic} h h^T = Avg_c h_c h_c^T + Avg_{ic} (h - h_c)(h - h_c)^T$ for classes of equal size; with sizes $n_c$ the first average carries weights $n_c/N$."
                (orfAfter "Papyan 2020" "10/5" "Structure of activations")
                "Left: the trace of the second moment of whole features. Right: the traces of the two parts." with
                Remark =
                    "With unequal sizes the plain average over classes fails: {1, 3}, {5} gives 35/3 against 91/6."
        }
        Claim = claim
        Controls = [
            Control.without "classes of equal size" unequal claim
            Control.bound "the between part alone" (parts 1.0 0.0) claim
        ]
    }

/// Sigma_T = Sigma_G + Sigma_W.
let totalCovarianceSplits =
    let sum within i =
        let v = vectors i

        trace (
            NeuralCollapse.betweenCovariance v
            + (NeuralCollapse.withinCovariance v).Multiply(within: float)
        )

    let claim = {
        Claim.identity equal (vectors >> NeuralCollapse.totalCovariance >> trace) (sum 1.0) with
            Hypotheses = [ balanced ]
    }

    {
        Entry = {
            page
                "classifiers/nc-total-covariance"
                "The total covariance is between plus within classes"
                @"$\Sigma_T = \Sigma_G + \Sigma_W$ for classes of equal size, $\Sigma_G = Avg_c (\mu_c - \mu_G)(\mu_c - \mu_G)^T, \Sigma_W = Avg_{ic} (h - \mu_c)(h - \mu_c)^T$."
                (orfAfter "Papyan, Han and Donoho 2020" "10/5" "Neural collapse")
                "Left: the trace of the covariance around the global mean. Right: the traces of the parts." with
                Remark = "With unequal sizes Sigma_G must weight classes by size."
        }
        Claim = claim
        Controls = [
            Control.without "classes of equal size" unequal claim
            Control.bound "without the within part" (sum 0.0) claim
        ]
    }

/// Number of classes and a common feature in tenths that the simplex is shifted by.
type Simplex = { C: int; Shift: int }

let private simplices =
    let generator =
        gen {
            let! c = Gen.choose (2, 12)
            let! shift = Gen.choose (-20, 20)
            return { C = c; Shift = shift }
        }

    Arb.fromGenShrink (generator, (fun i -> Shapes.smaller 2 i.C |> Seq.map (fun c -> { i with C = c })))

let private vertexClasses i : Vector<float> list list =
    (NeuralCollapse.simplexVertices i.C).EnumerateRows()
    |> Seq.map (fun v -> [ v.Add(float i.Shift / 10.0) ])
    |> List.ofSeq

let private cosine i =
    (NeuralCollapse.cosines (vertexClasses i))[0, 1]
    |> Estimate.rounded (10 * i.C + 60) 2.0

/// Centered class means are orthogonal, as printed.
let collapsedMeansAreOrthogonal =
    let claim = Claim.identity simplices cosine (fun _ -> Estimate.exact 0.0)

    {
        Entry = {
            page
                "classifiers/neural-collapse-etf"
                "Collapsed class means, as printed"
                @"At collapse the class means approach simplex vertices: mutually orthogonal and of the same magnitude."
                (orfAfter "Papyan, Han and Donoho 2020" "10/5" "Neural collapse (2)")
                "Left: the cosine of the first two centered means of the vertices of a simplex, shifted by a common vector. Right: 0." with
                Status = FalseAsStated "classifiers/neural-collapse-etf/repaired"
                Remark =
                    "Means centered at the global mean have cosine -1/(C - 1) (for two classes they are opposite); orthogonal are the uncentered vertices of the standard simplex only, which collapse does not imply."
        }
        Claim = claim
        Controls = [
            Control.bound "cosine -1/C" (fun i -> Estimate.exact (-1.0 / float i.C)) claim
            Control.bound "cosine 1/(C - 1)" (fun i -> Estimate.exact (1.0 / float (i.C - 1))) claim
        ]
    }

/// cosine -1/(C-1).
let collapsedMeansFormASimplex =
    let claim =
        Claim.identity simplices cosine (fun i -> Estimate.rounded 2 1.0 (-1.0 / float (i.C - 1)))

    {
        Entry = {
            page
                "classifiers/neural-collapse-etf/repaired"
                "Centered collapsed means have cosine -1/(C-1)"
                @"The centered means at collapse form a simplex: equal norms, cosines $-1/(C-1)$, Gram matrix proportional to $\delta_{cd} - 1/C$."
                (added "10/5")
                "Left: the cosine of centered means of shifted simplex vertices. Right: -1/(C-1)." with
                Status = Repairs "classifiers/neural-collapse-etf"
        }
        Claim = claim
        Controls = [
            Control.bound "orthogonal, as printed" (fun _ -> Estimate.exact 0.0) claim
            Control.bound "cosine -1/C" (fun i -> Estimate.exact (-1.0 / float i.C)) claim
        ]
    }

/// A simplex of C classes with one point to classify, and how much the first mean is longer (in tenths).
type Query = { C: int; Stretch: int; Seed: int }

let private queries stretches =
    let generator =
        gen {
            let! c = Gen.choose (2, 6)
            let! stretch = stretches
            let! seed = Shapes.seeds

            return {
                C = c
                Stretch = stretch
                Seed = seed
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun i -> Shapes.smaller 0 i.Seed |> Seq.map (fun s -> { i with Seed = s }))
    )

let private stretched i : Vector<float> list list =
    (NeuralCollapse.simplexVertices i.C).EnumerateRows()
    |> Seq.mapi (fun c v -> [
        (if c = 0 then
             v.Multiply(1.0 + float i.Stretch / 10.0)
         else
             v)
    ])
    |> List.ofSeq

let private query i : Vector<float> =
    Vector<float>.Build.DenseOfArray(Draw.normals (Seed.ofInt i.Seed) i.C)

/// Nearest class mean = largest inner product with centered means.
let nearestMeanIsTheLinearClassifierAtCollapse =
    let claim = {
        Claim.identity
            (queries (Gen.constant 0))
            (fun i -> Estimate.exact (float (NeuralCollapse.nearestMean (stretched i) (query i))))
            (fun i -> Estimate.exact (float (NeuralCollapse.largestProduct (stretched i) (query i)))) with
            Hypotheses = [ Hypothesis.named "centered means of equal norm" (fun i -> i.Stretch = 0) ]
    }

    {
        Entry =
            page
                "classifiers/nc3"
                "At collapse the nearest class mean is the linear classifier"
                @"If all |\mu_c - \mu_G| are equal, argmin_c |h - \mu_c| = argmax_c \langle \mu_c - \mu_G, h - \mu_G\rangle for every h."
                (orfAfter "Papyan, Han and Donoho 2020" "10/5" "Neural collapse (3)")
                "Left: the nearest mean of a random point. Right: the largest inner product with centered means."
        Claim = claim
        Controls = [
            Control.without "centered means of equal norm" (queries (Gen.constant 60)) claim
            Control.create "the farthest mean" {
                claim with
                    Measured =
                        fun i _ ->
                            Estimate.exact (float (NeuralCollapse.nearestMean (stretched i) (-(query i))))
            }
        ]
    }

/// Scale of a classifier in tenths.
type Classifier = { C: int; TenthsScale: int }

/// NC4 at collapse up to scale.
let selfDualityHoldsUpToScale =
    let instances =
        gen {
            let! c = Gen.choose (2, 6)
            let! scale = Gen.choose (1, 90)
            return { C = c; TenthsScale = scale }
        }
        |> Gen.filter (fun i -> i.TenthsScale <> 10)
        |> Arb.fromGen

    let classes i = vertexClasses { C = i.C; Shift = 3 }

    let classifier i : Matrix<float> =
        let centered = NeuralCollapse.centeredMeans (classes i)
        (Matrix<float>.Build.DenseOfRowVectors(Seq.ofList centered)).Multiply(float i.TenthsScale / 10.0)

    let measured i =
        NeuralCollapse.selfDuality (classes i) (classifier i) |> Estimate.within 1e-12

    let plain i =
        let means: Matrix<float> =
            Matrix<float>.Build.DenseOfRowVectors(Seq.ofList (NeuralCollapse.centeredMeans (classes i)))

        Spectrum.frobenius (classifier i - means) |> Estimate.within 1e-12

    let claim = Claim.atMost instances measured (fun _ -> Estimate.exact 1e-9)

    {
        Entry = {
            page
                "classifiers/nc4"
                "At collapse the classifier is the matrix of centered means, up to scale"
                @"$\|W/\|W\|_F - M/\|M\|_F\|_F = 0$ for $W$ proportional to $M = (\mu_c - \mu_G)_c$ with a positive factor."
                (orfAfter "Papyan, Han and Donoho 2020" "10/5" "Neural collapse (4)")
                "Left: the distance of the normalized matrices for a scaled classifier at exact collapse. Right: 1e-9, a rounding allowance." with
                Sharpness = Exact
                Remark =
                    "The printed W_c = mu_c - mu_G (without normalization) is a control: only directions agree."
        }
        Claim = claim
        Controls = [
            Control.create "printed: without normalization" {
                claim with
                    Measured = fun i _ -> plain i
            }
            Control.create "the opposite sign" {
                claim with
                    Measured =
                        fun i _ ->
                            Estimate.within 1e-12 (NeuralCollapse.selfDuality (classes i) (-(classifier i)))
            }
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack featureMomentSplitsIntoBetweenAndWithin
    Theorem.pack totalCovarianceSplits
    Stated(
        {
            page
                "classifiers/nc1"
                "Variability collapse"
                @"$NC1 = tr(\Sigma_W \Sigma_G^+)/C$, which tends to $0$ at collapse."
                (orfAfter "Papyan, Han and Donoho 2020" "10/5" "Neural collapse (1)")
                "" with
                Status = Definition
        },
        "NeuralCollapse.variability"
    )
    Theorem.pack collapsedMeansAreOrthogonal
    Theorem.pack collapsedMeansFormASimplex
    Theorem.pack nearestMeanIsTheLinearClassifierAtCollapse
    Theorem.pack selfDualityHoldsUpToScale
]
