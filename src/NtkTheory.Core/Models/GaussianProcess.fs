namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra

/// What a Gaussian process says of q new points.
type Posterior = {
    /// q x c, one column per target.
    Mean: Matrix<float>
    /// q variances of the function, without the noise of an observation.
    Variance: float[]
}

/// Posteriors of a centered Gaussian process with independent noise (Rasmussen and Williams 2006, chapter 2).
module GaussianProcess =

    /// The process conditioned on n x c targets observed with noise of the given variance.
    let fit noise spectrum targets =
        KernelRegression.fit noise spectrum targets

    /// The posterior at q points: their q x n kernel with the n observed ones, and the q prior variances.
    let posterior (cross: Matrix<float>) (prior: float[]) (fit: KernelRegression) =
        let along: Matrix<float> = cross * fit.Spectrum.Vectors
        let floor = KernelSpectrum.floor fit.Spectrum

        let explained i =
            let mutable sum = 0.0

            for k in 0 .. along.ColumnCount - 1 do
                let value = max 0.0 fit.Spectrum.Values[k] + fit.Ridge

                if fit.Ridge > 0.0 || value > floor then
                    sum <- sum + along[i, k] * along[i, k] / value

            sum

        {
            Mean = KernelRegression.predict cross fit
            // rounding may carry what is 0 below it
            Variance = prior |> Array.mapi (fun i variance -> max 0.0 (variance - explained i))
        }

    /// ln p(Y | X) of the targets, summed over the columns; minus infinity where K + noise I is singular.
    let logEvidence (fit: KernelRegression) =
        if not (KernelRegression.isInvertible fit) then
            -infinity
        else
            let n = KernelSpectrum.size fit.Spectrum

            let logDeterminant =
                fit.Spectrum.Values
                |> Array.sumBy (fun value -> log (max 0.0 value + fit.Ridge))

            let quadratic = fit.Targets.PointwiseMultiply(fit.Coefficients).RowSums().Sum()

            -0.5 * quadratic
            - 0.5 * float fit.Targets.ColumnCount * (logDeterminant + float n * log Math.Tau)
