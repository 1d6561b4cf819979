namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra

/// Second moments of vectors that are grouped by class, and their parts.
module ClassMoments =

    /// The D x D outer product of a vector with itself.
    let outer (v: Vector<float>) : Matrix<float> = v.OuterProduct v

    let private zero (dimension: int) : Matrix<float> =
        Matrix<float>.Build.Dense(dimension, dimension)

    /// The sum of weight times v v^T.
    let weightedSum dimension (terms: (float * Vector<float>) seq) : Matrix<float> =
        Seq.fold (fun (sum: Matrix<float>) (w: float, v) -> sum + (outer v).Multiply w) (zero dimension) terms

    /// The weighted mean of vectors; zero where the weights vanish.
    let weightedMean (dimension: int) (terms: (float * Vector<float>) seq) : Vector<float> =
        let total = Seq.sumBy fst terms
        let zero: Vector<float> = Vector<float>.Build.Dense dimension

        if total = 0.0 then
            zero
        else
            Seq.fold
                (fun (sum: Vector<float>) (w: float, v: Vector<float>) -> sum + v.Multiply(w / total))
                zero
                terms

    /// Avg v v^T over all vectors of all classes, each list a class.
    let total (classes: Vector<float> list list) =
        let all = List.concat classes
        weightedSum all.Head.Count (all |> List.map (fun v -> 1.0 / float all.Length, v))

    /// The mean of each class.
    let means (classes: Vector<float> list list) =
        classes
        |> List.map (fun vectors -> weightedMean vectors.Head.Count (vectors |> List.map (fun v -> 1.0, v)))

    /// How classes are weighted in an average over classes.
    type ClassWeights =
        /// Each class the same.
        | Equal
        /// Each class by its number of vectors.
        | BySize

    let private classWeight weights (classes: Vector<float> list list) (members: Vector<float> list) =
        match weights with
        | Equal -> 1.0 / float classes.Length
        | BySize -> float members.Length / float (List.sumBy List.length classes)

    /// Between classes: Avg_c h_c h_c^T over class means.
    let between weights (classes: Vector<float> list list) =
        List.map2 (fun members mean -> classWeight weights classes members, mean) classes (means classes)
        |> weightedSum classes.Head.Head.Count

    /// Within classes: Avg_ic (h_ic - h_c)(h_ic - h_c)^T, over all vectors alike.
    let within (classes: Vector<float> list list) =
        let centered =
            List.map2
                (fun members (mean: Vector<float>) ->
                    members |> List.map (fun (v: Vector<float>) -> v - mean))
                classes
                (means classes)

        total centered

/// Gradients g_icc' that an example i of class c would have with label c', each with a weight.
type LabelGradients = {
    /// Weights[c][c'][i].
    Weights: float[][][]
    /// Gradients[c][c'][i], all of one dimension.
    Gradients: Vector<float>[][][]
}

/// The parts of a second moment of label gradients.
type GradientParts = {
    Class: Matrix<float>
    Cross: Matrix<float>
    Within: Matrix<float>
    /// The gradients at the true labels, c = c'.
    Correct: Matrix<float>
}

/// How the class means inside a decomposition are taken.
type Averaging =
    /// With the weights of the second moment itself.
    | Weighted
    /// Each example and each wrong label alike.
    | Plain

/// The decomposition of the Gauss-Newton matrix of classifiers into class, cross-class, within-class and
/// correct-label parts (Papyan 2019).
module GradientMoments =

    let private classes (g: LabelGradients) = g.Weights.Length

    let private dimension g =
        let first: Vector<float> = g.Gradients |> Array.head |> Array.head |> Array.head
        first.Count

    let private pairs g = [
        for c in 0 .. classes g - 1 do
            for c' in 0 .. classes g - 1 do
                c, c'
    ]

    let private terms g (c: int, label: int) =
        let weights, gradients = g.Weights[c][label], g.Gradients[c][label]
        List.init weights.Length (fun i -> weights[i], gradients[i])

    /// The sum of w_icc' g_icc' g_icc'^T over everything.
    let total g =
        pairs g |> List.collect (terms g) |> ClassMoments.weightedSum (dimension g)

    let private alike averaging weight =
        match averaging with
        | Weighted -> weight
        | Plain -> 1.0

    /// g_cc', the mean over examples.
    let private pairMean averaging g pair =
        terms g pair
        |> List.map (fun (w, v) -> alike averaging w, v)
        |> ClassMoments.weightedMean (dimension g)

    let private pairWeight g pair = terms g pair |> List.sumBy fst

    /// The parts; they add up to the total when the means are weighted.
    let decompose averaging g =
        let d = dimension g

        let wrong c =
            pairs g |> List.filter (fun (a, c') -> a = c && c' <> c)

        let mean =
            pairs g |> List.map (fun pair -> pair, pairMean averaging g pair) |> Map.ofList

        let classMean c =
            wrong c
            |> List.map (fun pair -> alike averaging (pairWeight g pair), mean[pair])
            |> ClassMoments.weightedMean d

        let centers = Array.init (classes g) classMean
        let off = pairs g |> List.filter (fun (c, c') -> c <> c')

        {
            Class =
                List.init (classes g) (fun c -> List.sumBy (pairWeight g) (wrong c), centers[c])
                |> ClassMoments.weightedSum d
            Cross =
                off
                |> List.map (fun (c, c') -> pairWeight g (c, c'), mean[c, c'] - centers[c])
                |> ClassMoments.weightedSum d
            Within =
                off
                |> List.collect (fun pair -> terms g pair |> List.map (fun (w, v) -> w, v - mean[pair]))
                |> ClassMoments.weightedSum d
            Correct =
                List.init (classes g) (fun c -> terms g (c, c))
                |> List.concat
                |> ClassMoments.weightedSum d
        }

    /// The sum of the four parts.
    let assembled parts =
        parts.Class + parts.Cross + parts.Within + parts.Correct
