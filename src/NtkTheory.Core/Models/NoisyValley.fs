namespace NtkTheory.Models

/// Stochastic gradient descent at the bottom of a valley: the loss sum_i lambda_i theta_i^2, curvatures that change
/// along the valley with slopes g_i, gradient noise of covariance alpha H, H = diag(2 lambda_i). Source: ORF 543
/// notes, lecture 11/16.
type NoisyValley = {
    /// lambda_i.
    Curvatures: float[]
    /// g_i = d lambda_i / dw, w the coordinate along the valley.
    Slopes: float[]
    /// alpha.
    Noise: float
    /// eta.
    StepSize: float
}

/// Stationary mean squares, and the drift along the valley that they cause.
module NoisyValley =

    /// The mean of theta_i^2, alpha eta/(2 (1 - eta lambda_i)) of theta -> (1 - 2 eta lambda) theta + eta sqrt(2 alpha lambda) noise;
    /// infinity where eta lambda_i >= 1, and 0 where lambda_i = 0, as then there is no noise.
    let meanSquares valley =
        let at lambda =
            let share = 1.0 - valley.StepSize * lambda

            if lambda = 0.0 then 0.0
            elif share <= 0.0 then infinity
            else valley.Noise * valley.StepSize / (2.0 * share)

        valley.Curvatures |> Array.map at

    /// The lower bound alpha eta/2 of the mean squares.
    let leastMeanSquare valley = valley.Noise * valley.StepSize / 2.0

    /// The mean change of tr H = 2 sum_i lambda_i in a step: w moves by -eta sum_j g_j theta_j^2.
    let traceDrift valley =
        let moved =
            Array.fold2 (fun sum g square -> sum + g * square) 0.0 valley.Slopes (meanSquares valley)

        -2.0 * valley.StepSize * moved * Array.sum valley.Slopes

    /// Its leading order in eta, -alpha eta^2 (sum_i g_i)^2.
    let leadingTraceDrift valley =
        -valley.Noise * (valley.StepSize * Array.sum valley.Slopes) ** 2.0
