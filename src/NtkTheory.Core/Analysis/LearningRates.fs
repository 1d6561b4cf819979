namespace NtkTheory.Analysis

open NtkTheory.Models

/// Learning rates of gradient descent on ||u - y||^2 / 2; times n for the mean loss ||u - y||^2 / (2n).
type LearningRates = {
    Points: int
    /// lambda_max of the limit kernel.
    LambdaMax: float
    /// 2 / lambda_max: a model whose kernel does not move diverges from here on.
    Stable: float
    /// 2 / (lambda_min + lambda_max): where the slowest and the fastest direction shrink alike.
    Best: float
    /// 4 / lambda_max: up to here a two-layer linear network catapults to a flatter place.
    CatapultEnd: float
    /// The width of the network that was trained.
    Width: int
    Steps: int
    /// A rate at which its training still ended better than the outputs 0, and the larger one beside it at which it
    /// did not; the second is infinite where every rate that was tried succeeded.
    MeasuredEdge: float * float
}

/// Learning rates by the spectrum and by trial.
module LearningRates =

    /// Trials between a rate that holds and one that diverges.
    let private bisections = 5

    let private edge (setting: Setting) width stable =
        let network = Setting.network setting width 0
        let steps = setting.Options.Steps

        let runsAway rate =
            GradientDescent.run setting.Execution rate steps setting.Points setting.Labels network
            |> GradientDescent.failed steps setting.Labels

        let rec rise rate trials =
            if trials = 0 then rate / 1.5, infinity
            elif runsAway rate then rate / 1.5, rate
            else rise (1.5 * rate) (trials - 1)

        let rec close trials (low, high) =
            if trials = 0 || high = infinity then
                low, high
            else
                let middle = sqrt (low * high)

                close (trials - 1) (if runsAway middle then low, middle else middle, high)

        rise (0.5 * stable) 12 |> close bisections

    /// The rates of a setting, the edge measured on a network of the given width.
    let create (setting: Setting) width =
        let stable = KernelDynamics.largestStableStep HalfSum setting.Spectrum

        {
            Points = Setting.count setting
            LambdaMax = KernelSpectrum.largest setting.Spectrum
            Stable = stable
            Best = 2.0 / (KernelSpectrum.largest setting.Spectrum + max 0.0 setting.Smallest.Value)
            CatapultEnd = 2.0 * stable
            Width = width
            Steps = setting.Options.Steps
            MeasuredEdge = edge setting width stable
        }
