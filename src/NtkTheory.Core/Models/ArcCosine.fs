namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra

/// The arc-cosine kernels of Cho and Saul (2009) of degrees 0 and 1, and the kernels made of them.
module ArcCosine =

    /// sin a - a cos a = the sum over k of (-1)^(k+1) 2k a^(2k+1) / (2k+1)!; by the series below 1, where the
    /// difference would lose digits.
    let private sineMinus a =
        if a > 1.0 then
            sin a - a * cos a
        else
            let rec sum total term k =
                // term is (-1)^(k+1) a^(2k+1) / (2k+1)!
                let next = total + 2.0 * float k * term

                if next = total then
                    total
                else
                    sum next (-term * a * a / (float (2 * k + 2) * float (2 * k + 3))) (k + 1)

            sum 0.0 (a * a * a / 6.0) 1

    /// k0 = E[1(w.x >= 0) 1(w.x' >= 0)] = (pi - angle) / (2 pi), to a few units in the last place.
    let degreeZero (angle: Angle) = angle.Supplement / Math.Tau

    /// k1 = E[(w.x)_+ (w.x')_+] for unit vectors = (sin angle + (pi - angle) cos angle) / (2 pi), of relative
    /// error 1e-15 at all angles.
    let degreeOne (angle: Angle) = sineMinus angle.Supplement / Math.Tau

    /// 1/2 - k1, without cancellation for nearly parallel vectors.
    let degreeOneDefect (angle: Angle) =
        0.5 * Angle.defect angle - sineMinus angle.Theta / Math.Tau

    /// The tangent kernel of the first layer, (x.x') k0, for vectors of any norm.
    let tangent (x: Vector<float>) (y: Vector<float>) =
        x.DotProduct y * degreeZero (Angle.between x y)

    /// E[(w.x)_+ (w.x')_+] = |x| |x'| k1, for vectors of any norm.
    let feature (x: Vector<float>) (y: Vector<float>) =
        x.L2Norm() * y.L2Norm() * degreeOne (Angle.between x y)

    /// Taylor coefficients of k0 in u = cos angle around a centre inside (-1, 1). The slope is (1 - u^2)^(-1/2) / (2 pi),
    /// whose coefficients y obey (1 - c^2)(n + 1) y_(n+1) = c (2n + 1) y_n + n y_(n-1).
    let degreeZeroTaylor centre degree =
        let rest = (1.0 - centre) * (1.0 + centre)
        let slopes = Array.zeroCreate (degree + 1)
        slopes[0] <- 1.0 / (Math.Tau * sqrt rest)

        for n in 0 .. degree - 1 do
            let before = if n = 0 then 0.0 else float n * slopes[n - 1]
            slopes[n + 1] <- (centre * float (2 * n + 1) * slopes[n] + before) / (rest * float (n + 1))

        Array.init (degree + 1) (fun k ->
            if k = 0 then
                degreeZero (Angle.ofCosine centre)
            else
                slopes[k - 1] / float k)

    /// The same of u k0: u is the centre plus the distance from it.
    let tangentTaylor centre degree =
        let own = degreeZeroTaylor centre degree
        Array.init (degree + 1) (fun k -> centre * own[k] + (if k = 0 then 0.0 else own[k - 1]))

    /// Taylor coefficients of k0 in u = cos angle: 1/4 and those of arcsin(u) / (2 pi).
    let degreeZeroSeries degree = degreeZeroTaylor 0.0 degree

    /// Taylor coefficients of u k0: those of k0 moved up by one degree.
    let tangentSeries degree = tangentTaylor 0.0 degree

    /// Taylor coefficients of k1: its derivative in u is k0, and k1(0) = 1/(2 pi).
    let degreeOneSeries degree =
        let slopes = degreeZeroSeries (max 0 (degree - 1))
        Array.init (degree + 1) (fun k -> if k = 0 then 1.0 / Math.Tau else slopes[k - 1] / float k)
