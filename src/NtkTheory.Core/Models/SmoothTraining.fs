namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra

/// Gradient flow of a network with a frozen outer layer, on the mean loss (1/2m) ||z - y||^2 over m points.
module SmoothTraining =

    /// The flow by Runge-Kutta steps of the given length: the network after each step, the start first.
    let flow gamma (points: Matrix<float>) labels length steps (start: TwoLayer) =
        let rate = -gamma / float points.RowCount

        let slope hidden =
            (TwoLayer.lossGradient (TwoLayer.withHidden hidden start) points labels).Multiply(rate: float)

        let step (network: TwoLayer) =
            let w = network.Hidden
            let k1: Matrix<float> = slope w
            let k2: Matrix<float> = slope (w + k1.Multiply(0.5 * length))
            let k3: Matrix<float> = slope (w + k2.Multiply(0.5 * length))
            let k4: Matrix<float> = slope (w + k3.Multiply(length: float))
            let move = (k1 + k2.Multiply 2.0 + k3.Multiply 2.0 + k4).Multiply(length / 6.0)
            TwoLayer.withHidden (w + move) network

        Seq.init steps ignore |> Seq.scan (fun now () -> step now) start

    /// (1/2m) ||z - y||^2.
    let meanLoss network (points: Matrix<float>) labels =
        TwoLayer.loss network points labels / float points.RowCount

    /// Delta* of the notes' Lemma 2 as printed: 2 m sqrt(L_0) / (lambda_0 sqrt n), for m points and n neurons.
    let displacementAsPrinted points (width: int) (lambda0: float) (initialLoss: float) =
        2.0 * float points * sqrt initialLoss / (lambda0 * sqrt (float width))

    /// The same with the factor sqrt 2 that it needs: while K >= lambda_0 / 2 no neuron goes further.
    let displacementBound points width lambda0 initialLoss =
        sqrt 2.0 * displacementAsPrinted points width lambda0 initialLoss

    /// 2 m Delta: how far the kernel of m unit points moves in operator norm if no neuron moves by more than Delta, for
    /// |sigma'|, |sigma''| <= 1 and outer weights of at most 1.
    let kernelChangeBound points (delta: float) = 2.0 * float points * delta

    /// e^(-gamma lambda_0 t / m) L_0, which the loss stays below while K >= lambda_0 / 2.
    let lossBound gamma points (lambda0: float) (initialLoss: float) time =
        exp (-gamma * lambda0 * time / float points) * initialLoss

    /// The notes' e^(-gamma lambda_0 t / (2m)) L_0, true with half of the rate.
    let lossBoundAsPrinted gamma points lambda0 initialLoss time =
        lossBound (0.5 * gamma) points lambda0 initialLoss time
