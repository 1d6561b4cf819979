namespace NtkTheory.Models

open MathNet.Numerics
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// How many of m standard normal weight vectors lie near the hyperplane of a point, |v.x| <= tau |x|.
module NearHyperplane =

    /// The number of rows of the m x d weights near the hyperplane of x; all of them for x = 0.
    let count (tau: float) (weights: Matrix<float>) (x: Vector<float>) =
        let reach = tau * x.L2Norm()
        weights * x |> Seq.filter (fun t -> abs t <= reach) |> Seq.length

    /// The probability of one neuron, erf(tau / sqrt 2), for x other than 0.
    let probability (tau: float) = SpecialFunctions.Erf(tau / sqrt 2.0)

    /// m tau + sqrt((m / 2) ln(1 / delta)), which the count exceeds with probability at most delta.
    let threshold width (tau: float) (delta: float) =
        let m = float width
        m * tau + sqrt (0.5 * m * log (1.0 / delta))

    /// The exact probability that the count exceeds a level, for x other than 0.
    let tail width tau (level: float) =
        BinomialTail.atLeast width (probability tau) (int (floor level) + 1)
