namespace NtkTheory.Analysis

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Statistics

/// Theorems on how fast something vanishes as the width grows: fitted orders beside claimed ones.
module RateGuarantees =

    /// The order in which a positive quantity, given by a width and a run, falls with the width, over at least five
    /// widths and the given number of runs at each.
    let private fitted (setting: Setting) runs smallest largest (quantity: int -> int -> float) =
        let widths =
            [ 64; 128; 256; 512; 1024; 2048; 4096; 8192 ]
            |> List.filter (fun width ->
                width >= smallest && width <= min largest (Setting.largestWidth setting))

        let point width =
            setting.Execution.Cancellation.ThrowIfCancellationRequested()
            let values = [ for run in 0 .. runs - 1 -> quantity width run ]
            let mean = List.average values
            let spread = values |> List.sumBy (fun v -> (v - mean) * (v - mean))

            {
                Scale = float width
                Mean = mean
                StandardError = sqrt (spread / float ((runs - 1) * runs))
            }

        let points = widths |> List.map point

        if points.Length >= 5 && points |> List.forall (fun p -> p.Mean > 0.0) then
            Some(-0.5, LogLogFit.order 0.01 (runs - 1) points)
        else
            None

    let private line id title conclusion failing (order: (float * Estimate) option) = {
        Id = id
        Part = ""
        Title = title
        Condition = ""
        Failing = failing
        Demanded = nan
        Conclusion = conclusion
        Telling = true
        Observed = None
        Order = order
        Remark =
            "the fitted order has an interval of 99 %; the claim is an order of at most -1/2 for wide enough networks, and an interval above that says that these are not wide enough for these data"
    }

    /// The law of large numbers for the kernel: the distance falls as m^(-1/2).
    let kernel (setting: Setting) =
        let distance width run =
            Setting.distanceToLimit setting (Setting.network setting width run)

        line
            "kernel/slln"
            "the finite kernel tends to its limit in the order $m^{-1/2}$"
            "fitted order of the Frobenius distance in the width, over widths 64 to 4096, 24 networks each"
            []
            (fitted setting 24 64 4096 distance)

    /// How far the neuron that moves most has gone, as the width grows.
    let featureLearning (setting: Setting) =
        let steps = min 10 setting.Options.Steps

        let moved width run =
            let trained =
                GradientDescent.run
                    setting.Execution
                    (TrainingGuarantees.step setting)
                    steps
                    setting.Points
                    setting.Labels
                    (Setting.network setting width run)

            TwoLayer.displacement trained.Start trained.End

        line
            "ntk/no-feature-learning"
            "no neuron moves far: at most in the order $m^{-1/2}$"
            $"fitted order of the largest move of a neuron in {steps} steps, over widths 256 to 4096, 6 networks each"
            []
            (fitted setting 6 256 4096 moved)

    /// A block of rows and columns of a matrix.
    let private block top height left width (matrix: Matrix<float>) =
        matrix.SubMatrix(top, height, left, width)

    /// The distance of trained networks with outputs 0 at the start from the closed form of their kernel of infinite
    /// width, at the points after the first `kept`, for a width and a run.
    let private distanceToKernel (setting: Setting) kept steps =
        let left = Setting.count setting - kept
        let points = block 0 kept 0 setting.Points.ColumnCount setting.Points
        let others = block kept left 0 setting.Points.ColumnCount setting.Points
        let labels = Array.truncate kept setting.Labels
        let zeros rows : Matrix<float> = Matrix<float>.Build.Dense(rows, 1)
        let rate = TrainingGuarantees.step setting

        let limit =
            KernelDynamics.predictions
                HalfSum
                (Descent(rate, steps))
                (KernelSpectrum.ofGram (block 0 kept 0 kept setting.Gram))
                (block kept left 0 kept setting.Gram)
                (zeros left)
                (zeros kept)
                (Matrix<float>.Build.Dense(kept, 1, Array.copy labels))

        fun width run ->
            let trained =
                TwoLayer.symmetrised
                    (Setting.seed setting run)
                    setting.Options.Activation
                    width
                    points.ColumnCount
                |> GradientDescent.run setting.Execution rate steps points labels

            (Vector<float>.Build.Dense(TwoLayer.outputs trained.End others) - limit.Column 0).L2Norm()

    /// Whether trained networks predict as their kernel of infinite width, at points that were left out.
    let equivalence (setting: Setting) =
        let n = Setting.count setting
        let left = max 1 (n / 10)
        let steps = min 20 setting.Options.Steps

        let failing = [
            if n - left < 2 then
                $"it wants three points at least, as one is left out, and there are {n}"
        ]

        line
            "ntk/arora-equivalence"
            "trained networks predict as their kernel does, up to the order $m^{-1/2}$"
            $"fitted order of the distance of the predictions at {left} points left out, after {steps} steps from outputs 0, over widths 256 to 4096, 6 networks each"
            failing
            (if failing.IsEmpty then
                 fitted setting 6 256 4096 (distanceToKernel setting (n - left) steps)
             else
                 None)
