namespace NtkTheory.Models

open MathNet.Numerics
open MathNet.Numerics.Distributions
open NtkTheory.Sampling

/// The law of the outer weights at the start.
[<RequireQualifiedAccess; StructuredFormatDisplay("{Name}")>]
type OuterLaw =
    /// -1 or 1 with equal probability.
    | Signs
    /// Uniform on [-1, 1].
    | Uniform

    /// The law in words.
    member this.Name =
        match this with
        | OuterLaw.Signs -> "signs"
        | OuterLaw.Uniform -> "uniform on [-1, 1]"

/// Laws of the weights at the start.
module Initialization =

    /// Independent outer weights.
    let draw law seed count =
        match law with
        | OuterLaw.Signs -> Draw.signs seed count
        | OuterLaw.Uniform -> Draw.uniformsBetween -1.0 1.0 seed count

    /// E a^2, the factor that the outer weights put before the tangent kernel.
    let secondMoment law =
        match law with
        | OuterLaw.Signs -> 1.0
        | OuterLaw.Uniform -> 1.0 / 3.0

    /// E a^4.
    let fourthMoment law =
        match law with
        | OuterLaw.Signs -> 1.0
        | OuterLaw.Uniform -> 0.2

    /// P(|u(0)| >= s) for the output at a unit point of m ReLU neurons with outer weights 1 or -1: given that K of them
    /// are active it is N(0, K / m), and K is binomial.
    let outputTail width (level: float) =
        let active = Binomial(0.5, width)

        let given k =
            if k = 0 then
                (if level <= 0.0 then 1.0 else 0.0)
            else
                SpecialFunctions.Erfc(level * sqrt (float width / (2.0 * float k)))

        Seq.sumBy (fun k -> active.Probability k * given k) (seq { 0..width })

    /// 2 e^(-s^2 / 2), a bound of it for every width.
    let outputTailBound (level: float) = 2.0 * exp (-0.5 * level * level)

    /// E ||y - u(0)||^2 = ||y||^2 + n / 2 over n unit points, for every width.
    let meanSquaredResidual count (labelSquare: float) = labelSquare + 0.5 * float count
