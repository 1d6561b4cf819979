namespace NtkTheory.Analysis

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Models
open NtkTheory.Numerics

/// The training of a network with one hidden layer of which only the hidden layer moves.
type DescentRun = {
    /// ||u - y||^2 / 2 before each step and after the last; ends early when it is no longer finite or has grown
    /// beyond a million times its start.
    Losses: float[]
    Start: TwoLayer
    End: TwoLayer
}

/// Full-batch gradient descent on ||u - y||^2 / 2, two matrix products a step.
module GradientDescent =

    /// Memory that the steps share.
    type private Work = {
        Points: Matrix<float>
        /// Preactivations, then the slopes times the residuals, n x m.
        Layer: MatrixView
        Outputs: float[]
        Residuals: float[]
    }

    let private work (points: Matrix<float>) width = {
        Points = points
        Layer = MatrixView.rowMajor points.RowCount width (Array.zeroCreate (points.RowCount * width))
        Outputs = Array.zeroCreate points.RowCount
        Residuals = Array.zeroCreate points.RowCount
    }

    let private rowOutput (network: TwoLayer) (value: float -> float) (layer: MatrixView) i =
        let width = network.Outer.Length
        let mutable sum = 0.0

        match network.Activation with
        | Relu ->
            for j in 0 .. width - 1 do
                sum <- sum + network.Outer[j] * max 0.0 layer.Data[i * width + j]
        | _ ->
            for j in 0 .. width - 1 do
                sum <- sum + network.Outer[j] * value layer.Data[i * width + j]

        sum / sqrt (float width)

    /// Replaces preactivations by m^(-1/2) a_j s'(z) r_i.
    let private toSlopes (network: TwoLayer) (slope: float -> float) (work: Work) i =
        let width = network.Outer.Length
        let data = work.Layer.Data
        let factor = work.Residuals[i] / sqrt (float width)

        match network.Activation with
        | Relu ->
            for j in 0 .. width - 1 do
                let at = i * width + j
                data[at] <- if data[at] >= 0.0 then factor * network.Outer[j] else 0.0
        | _ ->
            for j in 0 .. width - 1 do
                let at = i * width + j
                data[at] <- factor * network.Outer[j] * slope data[at]

    let private evaluate execution (network: TwoLayer) (labels: float[]) work =
        let value = Activation.value network.Activation
        let weights = MatrixView.transpose (MatrixView.ofMatrix network.Hidden)
        Gemm.assign execution 1.0 (MatrixView.ofMatrix work.Points) weights work.Layer

        Execution.run execution labels.Length (fun i ->
            work.Outputs[i] <- rowOutput network value work.Layer i
            work.Residuals[i] <- work.Outputs[i] - labels[i])

        0.5 * Array.sumBy (fun r -> r * r) work.Residuals

    /// Moves the weights, in place, against the gradient that `evaluate` has prepared.
    let private move execution rate (network: TwoLayer) work =
        let slope = Activation.derivativeWith network.AtKink network.Activation
        Execution.run execution work.Residuals.Length (fun i -> toSlopes network slope work i)

        Gemm.accumulate
            execution
            -rate
            (MatrixView.transpose work.Layer)
            (MatrixView.ofMatrix work.Points)
            (MatrixView.ofMatrix network.Hidden)

    /// At most `steps` steps from a network, which is left as it is.
    let run execution rate steps (points: Matrix<float>) labels (start: TwoLayer) =
        let moving = {
            start with
                Hidden = start.Hidden.Clone()
        }

        let work = work points (TwoLayer.width start)
        let losses = Collections.Generic.List<float>()
        losses.Add(evaluate execution moving labels work)
        let limit = 1e6 * losses[0]

        while losses.Count <= steps && losses[losses.Count - 1] <= limit do
            move execution rate moving work
            losses.Add(evaluate execution moving labels work)

        {
            Losses = losses.ToArray()
            Start = start
            End = moving
        }

    /// Whether training came to nothing: it ran away, or ended no better than a network of outputs 0 (a ReLU network
    /// that has jumped too far is dead and stays there).
    let failed steps (labels: float[]) run =
        let ofZero = 0.5 * Array.sumBy (fun y -> y * y) labels
        run.Losses.Length <= steps || not (Array.last run.Losses < 0.99 * ofZero)

    /// ||W - W_0||_F.
    let distance run =
        Spectrum.frobenius (run.End.Hidden - run.Start.Hidden)
