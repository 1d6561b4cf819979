namespace NtkTheory.Analysis

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Models

/// The loss ||u - y||^2 / (2n) of a wide network step by step, beside what the theory says.
type TrainingCurve = {
    Width: int
    LearningRate: float
    /// The network itself.
    Network: float[]
    /// Its linearization at the start, with the kernel of the finite network.
    Linearized: float[]
    /// The same start with the kernel of infinite width.
    InfiniteWidth: float[]
    /// (1 - eta lambda_min / 2)^k of the start: the theorem's bound.
    Bound: float[]
    /// ||W - W_0||_F after the last step.
    Distance: float
}

/// Following a training.
module TrainingCurve =

    /// The curve of the network of the first run.
    let create (setting: Setting) execution backend width =
        let network = Setting.network setting width 0
        let run = TrainingGuarantees.descend setting network
        let n = Setting.count setting
        let rate = TrainingGuarantees.step setting

        let column (values: float[]) : Matrix<float> =
            Matrix<float>.Build.Dense(values.Length, 1, Array.copy values)

        let start = column (TwoLayer.outputs network setting.Points)
        let times = [ for k in 0 .. run.Losses.Length - 1 -> Descent(rate, k) ]

        // ||u - y||^2 / 2 divided by n afterwards: the step is that of the sum
        let losses spectrum =
            KernelDynamics.losses HalfSum times spectrum start (column setting.Labels)
            |> List.map (fun loss -> loss / float n)
            |> Array.ofList

        let factor = 1.0 - 0.5 * rate * Setting.lambda setting

        {
            Width = width
            LearningRate = rate
            Network = run.Losses |> Array.map (fun loss -> loss / float n)
            Linearized =
                losses (KernelSpectrum.ofGramBy execution backend (Setting.finiteGram setting network))
            InfiniteWidth = losses setting.Spectrum
            Bound = Array.init run.Losses.Length (fun k -> run.Losses[0] / float n * pown factor k)
            Distance = GradientDescent.distance run
        }
