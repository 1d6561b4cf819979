namespace NtkTheory.Statistics

open NtkTheory.Numerics

/// A mean at one scale.
type ScalePoint = {
    /// The scale, positive.
    Scale: float
    /// The mean of the replicates there, positive.
    Mean: float
    /// Its standard error; zero where the measurement is not random.
    StandardError: float
}

/// The order of growth of a quantity in a scale: the slope of its logarithm in the logarithm of the scale.
module LogLogFit =

    let private logNoise point = point.StandardError / point.Mean

    /// Weighted least squares: the slope and its standard error for the given weights and noise.
    let private slope (points: ScalePoint list) (weights: float list) =
        let x = points |> List.map (fun p -> log p.Scale)
        let y = points |> List.map (fun p -> log p.Mean)
        let total = List.sum weights
        let centre = List.fold2 (fun s w v -> s + w * v) 0.0 weights x / total
        let spread = List.fold2 (fun s w v -> s + w * (v - centre) ** 2.0) 0.0 weights x
        let factors = List.map2 (fun w v -> w * (v - centre) / spread) weights x
        let value = List.fold2 (fun s c v -> s + c * v) 0.0 factors y

        let variance =
            List.fold2 (fun s c p -> s + (c * logNoise p) ** 2.0) 0.0 factors points

        value, sqrt variance

    /// Weights that respect unequal noise: the inverse of each point's own variance plus that common to all,
    /// so that one very exact point does not carry the line alone.
    let private weights points =
        let variances = points |> List.map (fun p -> logNoise p ** 2.0)
        let common = List.average variances

        if common = 0.0 then
            List.map (fun _ -> 1.0) points
        else
            variances |> List.map (fun v -> 1.0 / (v + common))

    let private fit points = slope points (weights points)

    /// The order over the upper half of the ladder. Its radius is statistical (Student's quantile at the level)
    /// plus the drift of the slope from the lower half to the upper: where a correction decays as a power and at
    /// least halves from one half to the next, what remains of it beyond the ladder is no more than that.
    let order level degreesOfFreedom (points: ScalePoint list) =
        let half = points.Length / 2
        let upper, error = fit (List.skip half points)
        let lower, _ = fit (List.take (points.Length - half) points)

        let critical =
            if error = 0.0 then
                0.0
            else
                Mean.studentCritical level degreesOfFreedom

        Estimate.within (critical * error + abs (upper - lower)) upper
