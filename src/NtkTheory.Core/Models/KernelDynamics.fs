namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// How a squared loss of n points is normalized.
type LossScale =
    /// ||u - y||^2 / 2.
    | HalfSum
    /// ||u - y||^2 / (2n).
    | HalfMean

/// How far training has gone.
type TrainingTime =
    /// Gradient flow after a time.
    | Flow of time: float
    /// Gradient descent after a number of steps.
    | Descent of learningRate: float * steps: int

/// Training of a model whose kernel does not move, in closed form in the eigenbasis: networks of infinite width,
/// or any network's linearization at its start.
module KernelDynamics =

    let private divisor scale spectrum =
        match scale with
        | HalfSum -> 1.0
        | HalfMean -> float (KernelSpectrum.size spectrum)

    /// The learning rate from which gradient descent diverges: 2 / lambda_max, times n for the mean loss.
    let largestStableStep scale spectrum =
        2.0 * divisor scale spectrum / KernelSpectrum.largest spectrum

    /// What is left of the residual along an eigenvector: e^(-t lambda) or (1 - eta lambda)^k.
    let private factor time value =
        match time with
        | Flow time -> exp (-time * value)
        | Descent(rate, steps) -> pown (1.0 - rate * value) steps

    /// (1 - factor) / lambda without cancellation; t or eta k at 0.
    let private response time value =
        match time with
        | Flow time when time * value = 0.0 -> time
        | Flow time -> -NearOne.expMinusOne(-time * value) / value
        | Descent(rate, steps) when rate * value = 0.0 -> rate * float steps
        | Descent(rate, steps) when abs (rate * value) < 0.5 ->
            -NearOne.expMinusOne(float steps * NearOne.logOnePlus (-rate * value)) / value
        | Descent _ -> (1.0 - factor time value) / value

    /// The outputs at the n points, n x c: y + factor(K) (u0 - y).
    let outputs scale time spectrum (start: Matrix<float>) (targets: Matrix<float>) : Matrix<float> =
        let unit = divisor scale spectrum

        targets
        + KernelSpectrum.apply (fun value -> factor time (value / unit)) spectrum (start - targets)

    /// The outputs at q new points, q x c, from their q x n kernel with the n points and the outputs at the start
    /// at both: f0(x) + k(x) (1 - factor(K)) K^-1 (y - u0).
    let predictions scale time spectrum cross (startThere: Matrix<float>) (start: Matrix<float>) targets =
        let unit = divisor scale spectrum

        let coefficients: Matrix<float> =
            KernelSpectrum.apply (fun value -> response time (value / unit) / unit) spectrum (targets - start)

        startThere + (cross: Matrix<float>) * coefficients

    /// The loss after each time, from the residual at the start.
    let losses scale (times: TrainingTime list) spectrum (start: Matrix<float>) (targets: Matrix<float>) =
        let unit = divisor scale spectrum
        let along = KernelSpectrum.coordinates spectrum (start - targets)

        let weights =
            Array.init along.RowCount (fun i -> let row = along.Row i in row.DotProduct row)

        let loss time =
            Array.map2
                (fun value weight ->
                    let left = factor time (value / unit)
                    left * left * weight)
                spectrum.Values
                weights
            |> Array.sum

        times |> List.map (fun time -> 0.5 * loss time / unit)
