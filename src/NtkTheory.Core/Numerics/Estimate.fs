namespace NtkTheory.Numerics

open System

/// A number with a bound on its error: the true value lies in [Value - Radius, Value + Radius].
[<Struct>]
type Estimate = {
    /// The computed number.
    Value: float
    /// How wrong it may be, in the same unit; zero for an exact number, infinite for an unknown one.
    Radius: float
}

/// Arithmetic on numbers that know their error.
module Estimate =

    /// Half the distance from 1 to the next double: the relative error of one rounding, 2^-53.
    let unitRoundoff = Math.ScaleB(1.0, -53)

    /// Higham's gamma_k = k u / (1 - k u), the relative error of k roundings in a row (Accuracy and
    /// Stability of Numerical Algorithms, lemma 3.1).
    let gamma (operations: int) =
        let ku = float operations * unitRoundoff
        ku / (1.0 - ku)

    /// A number that is not rounded at all.
    let exact value = { Value = value; Radius = 0.0 }

    /// A number and its radius.
    let within radius value = { Value = value; Radius = radius }

    /// A number reached by `operations` roundings of terms no larger than `scale` in sum of magnitudes.
    let rounded operations scale value =
        within (gamma operations * abs scale) value

    /// The smallest number that it may stand for.
    let lower estimate = estimate.Value - estimate.Radius

    /// The largest number that it may stand for.
    let upper estimate = estimate.Value + estimate.Radius

    /// The same error, the other sign.
    let negate estimate = {
        estimate with
            Value = -estimate.Value
    }

    /// Sum; the radii add, and the rounding of the sum itself joins them.
    let add a b =
        let sum = a.Value + b.Value
        within (a.Radius + b.Radius + unitRoundoff * abs sum) sum

    /// Difference, with the radii added.
    let subtract a b = add a (negate b)

    /// Product by a number that is exact.
    let scale factor estimate =
        let product = factor * estimate.Value
        within (abs factor * estimate.Radius + unitRoundoff * abs product) product

    /// Product of two enclosures.
    let multiply a b =
        let product = a.Value * b.Value

        let radius = abs a.Value * b.Radius + abs b.Value * a.Radius + a.Radius * b.Radius

        within (radius + unitRoundoff * abs product) product

    /// Magnitude; the radius is kept, as | |x| - |y| | <= |x - y|.
    let magnitude estimate = {
        estimate with
            Value = abs estimate.Value
    }

    /// Whether it is a number at all: neither value nor radius is NaN.
    let isNumber estimate =
        not (Double.IsNaN estimate.Value || Double.IsNaN estimate.Radius)
