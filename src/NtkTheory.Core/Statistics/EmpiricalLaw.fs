namespace NtkTheory.Statistics

/// Draws against a distribution function.
module EmpiricalLaw =

    /// The Dvoretzky-Kiefer-Wolfowitz band with Massart's constant: the empirical distribution function of
    /// `draws` independent draws stays within it everywhere, but for the given probability.
    let band level draws =
        sqrt (log (2.0 / level) / (2.0 * float draws))

    /// The Kolmogorov distance between the draws and a law. Both may have atoms: between two draws the empirical
    /// function is flat, so the largest gap lies at a draw, on reaching it (F(x) against the full step) or just
    /// before (F(x-) against the step below).
    let distance (cdf: float -> float) (draws: float[]) =
        let sorted = Array.sort draws
        let n = float sorted.Length
        let mutable worst = 0.0

        for i in 0 .. sorted.Length - 1 do
            let x = sorted[i]

            if i = 0 || sorted[i - 1] < x then
                worst <- max worst (cdf (System.Math.BitDecrement x) - float i / n)

            if i = sorted.Length - 1 || sorted[i + 1] > x then
                worst <- max worst (float (i + 1) / n - cdf x)

        worst
