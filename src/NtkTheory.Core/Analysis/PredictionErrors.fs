namespace NtkTheory.Analysis

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// How well a kernel ridge regression predicts points that it has not seen.
type PredictionErrors = {
    Kernel: string
    /// Chosen by the leave-one-out error from a grid.
    Ridge: float
    /// The root of the mean square leave-one-out residual, in the label's unit; of one-hot targets for classes.
    LeaveOneOut: float
    /// The part of the points whose class is met when they are left out; NaN for numbers.
    LeaveOneOutAccuracy: float
    /// The same for k folds left out as a whole: accuracy for classes, R^2 for numbers.
    FoldScore: float
}

/// Prediction errors without a refit.
module PredictionErrors =

    /// exp(-|x - x'|^2 / median): the radial kernel with the median squared distance as its scale.
    let radialGram execution (points: Matrix<float>) : Matrix<float> =
        let products = Product.gram execution points
        let squares = products.Diagonal()

        let squared i j =
            max 0.0 (squares[i] + squares[j] - 2.0 * products[i, j])

        let distances =
            [|
                for i in 0 .. points.RowCount - 1 do
                    for j in i % 7 .. 7 .. i - 1 -> squared i j
            |]
            |> Array.sort

        let middle =
            if distances.Length = 0 then
                1.0
            else
                distances[distances.Length / 2]

        let scale = if middle > 0.0 then middle else 1.0
        products.MapIndexed(fun i j _ -> if i = j then 1.0 else exp (-(squared i j) / scale))

    /// x.x' + 1: ridge regression on the raw features with an intercept.
    let linearGram execution (points: Matrix<float>) : Matrix<float> = (Product.gram execution points).Add 1.0

    /// The residuals of each point by the fit without its fold: of a fold B they solve G_BB e_B = alpha_B, with
    /// G = (K + ridge I)^-1.
    let foldResiduals execution (folds: int[]) (fit: KernelRegression) : Matrix<float> =
        let v = fit.Spectrum.Vectors

        let roots =
            fit.Spectrum.Values
            |> Array.map (fun value -> 1.0 / sqrt (max 0.0 value + fit.Ridge))

        let half = v.MapIndexed(fun _ k entry -> entry * roots[k])
        let result = fit.Coefficients.Clone()

        for members in folds |> Array.indexed |> Array.groupBy snd |> Array.map (snd >> Array.map fst) do
            let rows = Matrix<float>.Build.DenseOfRowVectors(members |> Array.map half.Row)

            let alpha =
                Matrix<float>.Build.DenseOfRowVectors(members |> Array.map fit.Coefficients.Row)

            let residuals: Matrix<float> = (Product.gram execution rows).Cholesky().Solve alpha
            members |> Array.iteri (fun at i -> result.SetRow(i, residuals.Row at))

        result

    let private score (subject: Subject) (residuals: Matrix<float>) =
        match subject.Task with
        | Classification _ ->
            OneHot.accuracy (Subject.classes subject) (OneHot.decode (subject.Targets - residuals))
        | Regression ->
            let square (m: Matrix<float>) =
                Spectrum.frobenius m * Spectrum.frobenius m

            1.0 - square residuals / square subject.Targets

    /// The errors of one kernel, whose spectrum is given.
    let create execution (options: AnalysisOptions) (subject: Subject) name spectrum =
        let fit =
            KernelRegression.withBestRidge (KernelRegression.ridges spectrum) spectrum subject.Targets

        let n = Subject.count subject
        let seed = Seed.ofInt options.Seed |> Seed.split "folds"
        let places = Draw.permutation seed n
        let folds = Array.zeroCreate<int> n
        places |> Array.iteri (fun rank i -> folds[i] <- rank % options.Folds)

        {
            Kernel = name
            Ridge = fit.Ridge
            LeaveOneOut = sqrt (KernelRegression.leaveOneOutError fit)
            LeaveOneOutAccuracy =
                match subject.Task with
                | Regression -> nan
                | Classification _ -> score subject (KernelRegression.leaveOneOutResiduals fit)
            FoldScore = score subject (foldResiduals execution folds fit)
        }
