namespace NtkTheory.Numerics

/// The exponential and the logarithm next to 1, to a few units in the last place, by Kahan's quotients: the error of
/// the rounded power is the same above and below the line.
module NearOne =

    /// e^x - 1.
    let expMinusOne (x: float) =
        let power = exp x

        if power = 1.0 then x
        elif abs x > 1.0 then power - 1.0
        else (power - 1.0) * x / log power

    /// ln(1 + x), x > -1.
    let logOnePlus (x: float) =
        let sum = 1.0 + x
        if sum = 1.0 then x else log sum * x / (sum - 1.0)
