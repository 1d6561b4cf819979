namespace NtkTheory.Numerics

/// Probabilists' Hermite polynomials, orthogonal under the weight e^(-z^2/2).
module Hermite =

    /// He_k(z) / sqrt(k!) for k = 0 .. degree, by the three-term recurrence
    /// sqrt(k+1) h_(k+1) = z h_k - sqrt(k) h_(k-1).
    let normalized degree (z: float) =
        let values = Array.zeroCreate (degree + 1)
        values[0] <- 1.0

        if degree > 0 then
            values[1] <- z

        for k in 1 .. degree - 1 do
            values[k + 1] <- (z * values[k] - sqrt (float k) * values[k - 1]) / sqrt (float (k + 1))

        values

    /// c_k = E[f(Z) He_k(Z)] / sqrt(k!) for k = 0 .. degree, for a function with the given kinks.
    let coefficients degree (f: float -> float, kinks) =
        let rule = GaussianExpectation.ruleOfWidth 0.5 kinks
        let sums = Array.zeroCreate (degree + 1)

        for i in 0 .. rule.Nodes.Length - 1 do
            let weight = rule.Weights[i] * f rule.Nodes[i]
            let values = normalized degree rule.Nodes[i]

            for k in 0..degree do
                sums[k] <- sums[k] + weight * values[k]

        sums

    /// The function with the given coefficients: the sum of c_k He_k(z) / sqrt(k!).
    let synthesize (coefficients: float[]) z =
        Array.map2 (*) coefficients (normalized (coefficients.Length - 1) z)
        |> Array.sum
