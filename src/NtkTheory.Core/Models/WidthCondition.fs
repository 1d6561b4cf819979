namespace NtkTheory.Models

/// How wide a network must be for the theorems to apply: every condition with its constants, in neurons. No width is
/// enough, and the answer infinite, where lambda is 0 or less; without points any width is, and the answer 0.
module WidthCondition =

    /// The width that a condition asks for on n points, away from the degenerate cases.
    let private onPoints count lambda (width: float -> float) =
        if count = 0 then 0.0
        elif not (lambda > 0.0) then infinity
        else width (float count)

    /// Over the fourth power of lambda, one after another: the power itself may be too small for a double.
    let private overFourth (lambda: float) (value: float) =
        value / lambda / lambda / lambda / lambda

    /// Du et al. 2019, Lemma 3.1 with Hoeffding's constants: 8 n^2 ln(n(n+1)/delta) / lambda^2 gives
    /// ||H^dis - H^cts||_F <= lambda / 4 with probability 1 - delta.
    let concentration count (lambda: float) (delta: float) =
        onPoints count lambda (fun n -> 8.0 * n * n / (lambda * lambda) * log (n * (n + 1.0) / delta))

    /// Song and Yang 2019: the smallest eigenvalue alone stays above 3 lambda / 4 from
    /// (n / lambda) ln(n / delta) / 0.034238 neurons on (matrix Chernoff).
    let chernoff count (lambda: float) (delta: float) =
        onPoints count lambda (fun n -> n / lambda * log (n / delta) / 0.034238)

    /// The learning rate lambda / (4 n^2) of Song's Theorem 7.
    let songLearningRate count (lambda: float) =
        lambda / (4.0 * float count * float count)

    /// The radius lambda / (64 n) in which its neurons stay.
    let songRadius count (lambda: float) = lambda / (64.0 * float count)

    /// The width from which weights move less than that radius: 65536 n^3 ||y - u(0)||^2 / lambda^4.
    let songWeights count (lambda: float) (residualSquared: float) =
        onPoints count lambda (fun n -> 65536.0 * n ** 3.0 * residualSquared |> overFourth lambda)

    /// The width from which few neurons can flip: (640 n / lambda) ln(3 n^2 / delta).
    let songPatterns count (lambda: float) (delta: float) =
        onPoints count lambda (fun n -> 640.0 * n / lambda * log (3.0 * n * n / delta))

    /// With probability 1 - delta the residual at the start is at most ||y|| + sqrt(2 n ln(2n / delta)).
    let initialResidual count (labelNorm: float) (delta: float) =
        let n = float count

        if count = 0 then
            labelNorm
        else
            labelNorm + sqrt (2.0 * n * log (2.0 * n / delta))

    /// Song's Theorem 7 with explicit constants, the three failures each a third of delta: the largest of the
    /// widths for the weights, the patterns and the start.
    let song count lambda labelNorm delta =
        let third = delta / 3.0
        let residual = initialResidual count labelNorm third

        [
            songWeights count lambda (residual * residual)
            songPatterns count lambda third
            concentration count lambda third
        ]
        |> List.max

    /// Song's Lemma 6 as repaired, with R = lambda / (8n): gradient flow moves no neuron as far as R where
    /// 2 sqrt n ||y - u(0)|| / (sqrt m lambda) < R, that is from 256 n^3 ||y - u(0)||^2 / lambda^4 neurons on; the
    /// events of Lemma 1 and of Lemma 2, n^2 exp(-mR/10), and the start fail with a third of delta each.
    let bootstrap count lambda labelNorm delta =
        let third = delta / 3.0
        let n = float count
        let residual = initialResidual count labelNorm third

        [
            256.0 * n ** 3.0 * residual * residual / lambda ** 4.0
            80.0 * n / lambda * log (n * n / third)
            concentration count lambda third
        ]
        |> List.max

    /// The condition for smooth activations as printed: n > 16 m^2 L_0 / lambda_0^2 (m points, n neurons).
    let smoothAsPrinted points (lambda0: float) (initialLoss: float) =
        onPoints points lambda0 (fun m -> 16.0 * m * m * initialLoss / (lambda0 * lambda0))

    /// What the printed radii Delta* = 2 m sqrt(L_0) / (lambda_0 sqrt n) < Delta = lambda_0 / (8m) amount to:
    /// n > 256 m^4 L_0 / lambda_0^4.
    let smoothFromPrintedRadii points (lambda0: float) (initialLoss: float) =
        onPoints points lambda0 (fun m -> 256.0 * m ** 4.0 * initialLoss |> overFourth lambda0)

    /// The condition that the repaired proof gives, with Delta = lambda_0 / (4m):
    /// n > 128 m^4 L_0 / lambda_0^4.
    let smooth points (lambda0: float) (initialLoss: float) =
        onPoints points lambda0 (fun m -> 128.0 * m ** 4.0 * initialLoss |> overFourth lambda0)
