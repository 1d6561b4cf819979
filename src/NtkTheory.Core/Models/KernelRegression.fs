namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// A kernel ridge regression of n points on c targets each.
type KernelRegression = {
    Spectrum: KernelSpectrum
    /// n x c.
    Targets: Matrix<float>
    /// What is added to the diagonal of the Gram matrix; 0 for the interpolant of least norm.
    Ridge: float
    /// n x c: (K + ridge I)^-1 Y, by the pseudo-inverse where the ridge is 0.
    Coefficients: Matrix<float>
}

/// The minimizer of ||f(X) - Y||^2 + ridge ||f||_H^2, its leave-one-out errors in closed form, and the ridge that
/// makes them least.
module KernelRegression =

    /// 1 / (lambda + ridge); without a ridge 0 for what cannot be told from 0.
    let private inverse ridge spectrum =
        let floor = KernelSpectrum.floor spectrum

        if ridge > 0.0 then
            fun value -> 1.0 / (max 0.0 value + ridge)
        else
            fun value -> if value > floor then 1.0 / value else 0.0

    /// The regression on n x c targets; a negative ridge is refused.
    let fit ridge spectrum (targets: Matrix<float>) =
        if not (ridge >= 0.0) then
            invalidArg (nameof ridge) $"A ridge is 0 or more, not {ridge}."

        {
            Spectrum = spectrum
            Targets = targets
            Ridge = ridge
            Coefficients = KernelSpectrum.apply (inverse ridge spectrum) spectrum targets
        }

    /// The predictions, q x c, from the q x n kernel between new points and those of the fit.
    let predict (cross: Matrix<float>) regression : Matrix<float> = cross * regression.Coefficients

    /// The predictions at the points of the fit, n x c: Y - ridge times the coefficients.
    let fitted regression =
        KernelSpectrum.apply
            (fun value -> value * inverse regression.Ridge regression.Spectrum value)
            regression.Spectrum
            regression.Targets

    /// Whether the leave-one-out formula holds: K + ridge I can be inverted in double precision.
    let isInvertible regression =
        let spectrum = regression.Spectrum

        KernelSpectrum.size spectrum > 0
        && spectrum.Values[0] + regression.Ridge > KernelSpectrum.floor spectrum

    /// The residuals y_i - f_(-i)(x_i) of the n fits that leave one point out, n x c, without a refit: the
    /// coefficients over the diagonal of (K + ridge I)^-1 (Wahba 1990, section 4.2).
    let leaveOneOutResiduals regression : Matrix<float> =
        if not (isInvertible regression) then
            invalidArg
                (nameof regression)
                "Leaving points out in closed form needs a ridge, as the Gram matrix is singular in double precision."

        let spectrum = regression.Spectrum
        let diagonal = KernelSpectrum.diagonal (inverse regression.Ridge spectrum) spectrum
        regression.Coefficients.MapIndexed(fun i _ value -> value / diagonal[i])

    /// The predictions at each point by the fit without it, n x c.
    let leaveOneOut regression : Matrix<float> =
        regression.Targets - leaveOneOutResiduals regression

    /// The mean square of the leave-one-out residuals over points and targets; infinite where K + ridge I is
    /// singular.
    let leaveOneOutError regression =
        if isInvertible regression then
            let residuals = leaveOneOutResiduals regression
            let norm = Spectrum.frobenius residuals
            norm * norm / float (max 1 (residuals.RowCount * residuals.ColumnCount))
        else
            infinity

    /// Ridges from 1e-12 to 10 times the mean eigenvalue, three in a decade.
    let ridges (spectrum: KernelSpectrum) =
        let mean =
            Array.sumBy (max 0.0) spectrum.Values
            / float (max 1 (KernelSpectrum.size spectrum))

        [ for k in -36 .. 3 -> mean * 10.0 ** (float k / 3.0) ]

    /// Of the given ridges the one whose leave-one-out error is least, the larger one where two are equal.
    let withBestRidge (ridges: float list) spectrum targets =
        ridges
        |> List.sortDescending
        |> List.map (fun ridge -> fit ridge spectrum targets)
        |> List.minBy leaveOneOutError

/// Classes as targets of a regression.
module OneHot =

    /// n x classes: 1 in the column of the label, 0 elsewhere; labels are 0 .. classes - 1.
    let encode classes (labels: int[]) : Matrix<float> =
        Matrix<float>.Build.Dense(labels.Length, classes, fun i j -> if labels[i] = j then 1.0 else 0.0)

    /// The column of the largest entry of each row, the first where two are equal.
    let decode (scores: Matrix<float>) =
        Array.init scores.RowCount (fun i -> (scores.Row i).MaximumIndex())

    /// The part of the labels that are met.
    let accuracy (labels: int[]) (predicted: int[]) =
        if labels.Length = 0 then
            nan
        else
            float (Array.fold2 (fun hits a b -> if a = b then hits + 1 else hits) 0 labels predicted)
            / float labels.Length
