namespace NtkTheory.Models

open NtkTheory.Numerics

/// The model alpha h(w) with h(w) = w + w^2 / 2, trained from w = 0 towards y > 0 by gradient flow on
/// (alpha h - y)^2 / (2 alpha^2) (Chizat, Oyallon and Bach 2019): for large alpha it follows its linearization.
module LazyScalar =

    /// alpha h(w(t)): it solves f' = (1 + 2 f / alpha)(y - f), so f = y (E - 1) / (E + 2y / alpha) with
    /// E = e^((1 + 2y / alpha) t).
    let output (alpha: float) (y: float) (time: float) =
        let rate = 1.0 + 2.0 * y / alpha
        let decay = exp (-rate * time)
        // divided by E, so that late times do not overflow
        -y * NearOne.expMinusOne (-rate * time) / (1.0 + 2.0 * y / alpha * decay)

    /// w(t), the positive root of w + w^2 / 2 = output / alpha.
    let weight alpha y time =
        let h = output alpha y time / alpha
        2.0 * h / (1.0 + sqrt (1.0 + 2.0 * h))

    /// The output of the linearized model, y (1 - e^(-t)).
    let linearized (y: float) (time: float) = -y * NearOne.expMinusOne -time
