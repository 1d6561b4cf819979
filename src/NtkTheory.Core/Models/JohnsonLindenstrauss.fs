namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Sampling

/// Random projections that are 1-Lipschitz on a finite set of points of a Hilbert space and shrink no distance by more
/// than a factor 1 - eps. Source: ORF 543 notes, lecture 11/28.
module JohnsonLindenstrauss =

    /// The bound 8 ln(k)/eps^2 that the dimension must exceed for k points.
    let bound count eps =
        if count < 1 then
            invalidArg (nameof count) $"There is one point or more, not {count}."

        if not (eps > 0.0) then
            invalidArg (nameof eps) $"The shrinkage is positive, not {eps}."

        8.0 * log (float count) / (eps * eps)

    /// The least whole dimension above the bound.
    let dimension count eps = int (floor (bound count eps)) + 1

    /// No linear map of norm at most 1 shrinks the distances of k orthonormal points by factors of 1 - eps or more
    /// in fewer than (k - 1)(1 - eps)^2 dimensions.
    let contractionDimension count eps =
        (float count - 1.0) * (1.0 - eps) ** 2.0

    /// 0, e_1, .., e_k of l_1^k: a map to a Hilbert space that lengthens no distance shrinks one by 1 - eps, whatever
    /// the dimension, eps = 1 - sqrt(k/(2 (k - 1))), as k points of a unit ball have a distance of at most
    /// sqrt(2 k/(k - 1)). For k >= 2; at k = 2 nothing is lost.
    let leastShrinkageOfCross count =
        if count < 2 then
            invalidArg (nameof count) $"There are two unit vectors or more, not {count}."

        1.0 - sqrt (float count / (2.0 * (float count - 1.0)))

    /// f+(s) = s + s^2/2 - ln(1 + s): the norm of a Gaussian vector in R^m exceeds (1 + s) sqrt(m) with probability
    /// at most exp(-m f+(s)).
    let upperExponent s = s + s * s / 2.0 - Math.Log(1.0 + s)

    /// f-(s) = -s + s^2/2 - ln(1 - s), likewise for (1 - s) sqrt(m) from below.
    let lowerExponent s = -s + s * s / 2.0 - Math.Log(1.0 - s)

    /// The s in (0, limit) with exponent(s) = value, by bisection: the exponents increase.
    let private solve (exponent: float -> float) limit value =
        let rec halve count low high =
            let middle = (low + high) / 2.0

            if count = 0 then
                middle
            elif exponent middle < value then
                halve (count - 1) middle high
            else
                halve (count - 1) low middle

        halve 100 0.0 limit

    /// The deviations s+ and s- at which both exponents reach the value.
    let deviations value =
        solve upperExponent (1.0 + value + 2.0 * sqrt value) value, solve lowerExponent 1.0 value

    /// A Gaussian map to R^m scaled by 1/(sqrt(m) (1 + s+)), m rows.
    let map seed rows columns sPlus =
        (Draw.normalMatrix seed rows columns: Matrix<float>)
            .Multiply(1.0 / (sqrt (float rows) * (1.0 + sPlus)))

    /// The least and the greatest |A x_i - A x_j| / |x_i - x_j| over pairs of different points (rows).
    let ratios (points: Matrix<float>) (map: Matrix<float>) =
        let image = points * map.Transpose()

        let all = [|
            for i in 0 .. points.RowCount - 1 do
                for j in 0 .. i - 1 do
                    let distance = (points.Row i - points.Row j).L2Norm()

                    if distance > 0.0 then
                        (image.Row i - image.Row j).L2Norm() / distance
        |]

        Array.min all, Array.max all
