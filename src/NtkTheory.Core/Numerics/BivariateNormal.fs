namespace NtkTheory.Numerics

open System
open MathNet.Numerics
open MathNet.Numerics.Integration

/// Probabilities and first moments of two standard normal variables of correlation rho.
module BivariateNormal =

    let private density z = exp (-0.5 * z * z) / sqrt Math.Tau

    /// P(Z <= z).
    let cdf z =
        0.5 * SpecialFunctions.Erfc(-z / sqrt 2.0)

    let private rule = GaussLegendreRule(-1.0, 1.0, 20)

    /// The integral over a panel.
    let private panel (f: float -> float) low high =
        let half, middle = 0.5 * (high - low), 0.5 * (high + low)
        let mutable sum = 0.0

        for k in 0 .. rule.Order - 1 do
            sum <- sum + rule.GetWeight k * f (middle + half * rule.GetAbscissa k)

        half * sum

    /// Ends of panels from an angle to a quarter turn, each three times as far from 0 as the one before: the integrand
    /// has an essential singularity at 0.
    let private ends angle =
        Seq.unfold (fun at -> if at < 1e-9 then None else Some(at, at / 3.0)) (0.5 * Math.PI)
        |> Seq.takeWhile (fun at -> at > angle)
        |> Seq.rev
        |> Seq.append [ angle ]
        |> List.ofSeq

    /// P(Z1 <= h, Z2 <= k): the probability without correlation and the integral of its derivative in rho, which is the
    /// density at (h, k), over rho = cos t (Plackett 1954; Drezner and Wesolowsky 1990). The exponent is written without
    /// the cancellation of 1 - cos t.
    let lower h k rho =
        let sign = if rho < 0.0 then -1.0 else 1.0
        let apart = h - sign * k

        let derivative t =
            let half = sin (0.5 * t)
            let sine = sin t

            exp (-0.5 * (apart * apart + 4.0 * sign * h * k * half * half) / (sine * sine))
            / Math.Tau

        let integral =
            ends (acos (min 1.0 (abs rho)))
            |> List.pairwise
            |> List.sumBy (fun (low, high) -> panel derivative low high)

        max 0.0 (cdf h * cdf k + sign * integral)

    /// E[Z1; Z1 > h, Z2 < k] (Rosenbaum 1961).
    let firstMoment h k rho =
        let spread = sqrt ((1.0 - rho) * (1.0 + rho))

        // a deviation of 0 leaves the sign of the numerator
        let ratio top =
            if spread > 0.0 then top / spread
            elif top = 0.0 then 0.0
            else infinity * float (sign top)

        density h * cdf (ratio (k - rho * h))
        - rho * density k * cdf (-(ratio (h - rho * k)))
