namespace NtkTheory.Models

/// Gradient descent on (z(theta) - y)^2 / 2 for a model of one weight, given by its value and slope, over any number
/// type with the usual operators: doubles or exact fractions.
module ScalarDescent =

    /// K = z'(theta)^2, the tangent kernel.
    let inline kernel ([<InlineIfLambda>] slope) theta =
        let s = slope theta
        s * s

    /// The weight after one step: theta - rate z'(theta) (z(theta) - y).
    let inline step ([<InlineIfLambda>] value) ([<InlineIfLambda>] slope) target rate theta =
        theta - rate * slope theta * (value theta - target)

    /// What z would be after the step if the kernel told everything: z - rate K (z - y). It is off by the second order
    /// in the rate.
    let inline linearStep ([<InlineIfLambda>] value) ([<InlineIfLambda>] slope) target rate theta =
        let z = value theta
        z - rate * kernel slope theta * (z - target)

    /// The weights after 0, 1, ..., `steps` steps.
    let inline path value slope target rate steps start =
        List.scan (fun theta _ -> step value slope target rate theta) start [ 1..steps ]
