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

    /// Delta* of the notes' Lemma 2 with the factor sqrt 2 that it needs: 2 sqrt 2 m sqrt(L_0) / (lambda_0 sqrt n).
    let displacementBound points (width: int) (lambda0: float) (initialLoss: float) =
        2.0 * sqrt 2.0 * float points * sqrt initialLoss
        / (lambda0 * sqrt (float width))
