namespace NtkTheory.Numerics

open System
open System.Numerics

/// The gamma function of complex arguments.
module ComplexGamma =

    /// B_2k / (2k (2k - 1)) for k = 1 .. 8: the coefficients of Stirling's series.
    let private stirling = [|
        1.0 / 12.0
        -1.0 / 360.0
        1.0 / 1260.0
        -1.0 / 1680.0
        1.0 / 1188.0
        -691.0 / 360360.0
        1.0 / 156.0
        -3617.0 / 122400.0
    |]

    /// ln Gamma(z) for Re z > 0, the branch that is real on the axis: moved up to Re z >= 12, where the first
    /// omitted term of Stirling's series is below 2e-17.
    let rec logGamma (z: Complex) : Complex =
        if z.Real <= 0.0 then
            raise (ArgumentOutOfRangeException(nameof z, "the real part must be positive"))
        elif z.Real < 12.0 then
            logGamma (z + Complex.One) - Complex.Log z
        else
            let inverse = Complex.One / z
            let square = inverse * inverse

            let series =
                Array.foldBack
                    (fun (c: float) (rest: Complex) -> Complex(c, 0.0) + square * rest)
                    stirling
                    Complex.Zero

            (z - Complex(0.5, 0.0)) * Complex.Log z - z
            + Complex(0.5 * log Math.Tau, 0.0)
            + inverse * series
