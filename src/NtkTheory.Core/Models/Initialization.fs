namespace NtkTheory.Models

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
