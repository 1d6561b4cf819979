namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// The four measures of neural collapse (Papyan, Han and Donoho 2020), for features grouped by class.
module NeuralCollapse =

    let private globalMean (classes: Vector<float> list list) =
        let all = List.concat classes
        ClassMoments.weightedMean all.Head.Count (all |> List.map (fun v -> 1.0, v))

    /// mu_c - mu_G for each class.
    let centeredMeans classes =
        let center = globalMean classes

        ClassMoments.means classes
        |> List.map (fun (mean: Vector<float>) -> mean - center)

    /// Sigma_G = Avg_c (mu_c - mu_G)(mu_c - mu_G)^T.
    let betweenCovariance classes =
        let centered = centeredMeans classes

        centered
        |> List.map (fun v -> 1.0 / float centered.Length, v)
        |> ClassMoments.weightedSum centered.Head.Count

    /// Sigma_W = Avg_ic (h_ic - mu_c)(h_ic - mu_c)^T.
    let withinCovariance classes = ClassMoments.within classes

    /// Sigma_T = Avg_ic (h_ic - mu_G)(h_ic - mu_G)^T.
    let totalCovariance (classes: Vector<float> list list) =
        let center = globalMean classes

        classes
        |> List.map (List.map (fun (v: Vector<float>) -> v - center))
        |> ClassMoments.total

    /// NC1, tr(Sigma_W Sigma_G^+) / C: 0 at collapse.
    let variability (classes: Vector<float> list list) =
        ((withinCovariance classes) * (betweenCovariance classes).PseudoInverse()).Trace()
        / float classes.Length

    /// NC2, the cosines between centered class means, C x C: -1/(C-1) off the diagonal at collapse.
    let cosines classes : Matrix<float> =
        let rows =
            Matrix<float>.Build.DenseOfRowVectors(centeredMeans classes |> Seq.ofList)

        let unit = rows.NormalizeRows 2.0
        unit.TransposeAndMultiply unit

    /// The class whose mean is nearest to h.
    let nearestMean classes (h: Vector<float>) =
        ClassMoments.means classes
        |> List.indexed
        |> List.minBy (fun (_, mean: Vector<float>) -> (h - mean).L2Norm())
        |> fst

    /// The class whose centered mean has the largest inner product with h - mu_G: the linear classifier of NC3.
    let largestProduct classes (h: Vector<float>) =
        let shifted = h - globalMean classes

        centeredMeans classes
        |> List.indexed
        |> List.maxBy (fun (_, mean: Vector<float>) -> mean.DotProduct shifted)
        |> fst

    /// NC4, the Frobenius distance of classifier and centered means, each scaled to norm 1 (one row per class).
    let selfDuality classes (classifier: Matrix<float>) =
        let means: Matrix<float> =
            Matrix<float>.Build.DenseOfRowVectors(centeredMeans classes |> Seq.ofList)

        let unit (matrix: Matrix<float>) : Matrix<float> =
            matrix.Divide(Spectrum.frobenius matrix)

        Spectrum.frobenius (unit classifier - unit means)

    /// The C vertices e_c of the standard simplex, C x C.
    let simplexVertices count : Matrix<float> = Matrix<float>.Build.DenseIdentity count
