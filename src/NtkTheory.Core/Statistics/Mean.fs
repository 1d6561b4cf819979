namespace NtkTheory.Statistics

open MathNet.Numerics
open MathNet.Numerics.Statistics

/// How far the mean of independent draws may lie from its expectation, at a two-sided error level.
module Mean =

    /// The standard normal quantile that is exceeded in magnitude with the given probability.
    let normalCritical level =
        sqrt 2.0 * SpecialFunctions.ErfcInv level

    /// The quantile of Student's law that is exceeded in magnitude with the given probability; by bisection
    /// on the exact tail I_x(dof/2, 1/2), x = dof / (dof + t^2).
    let studentCritical level degreesOfFreedom =
        let dof = float degreesOfFreedom

        let tail t =
            SpecialFunctions.BetaRegularized(0.5 * dof, 0.5, dof / (dof + t * t))

        let rec bracket high =
            if tail high > level then bracket (2.0 * high) else high

        let rec halve low high =
            let middle = 0.5 * (low + high)

            if high - low <= 1e-12 * high then high
            elif tail middle > level then halve middle high
            else halve low middle

        halve 0.0 (bracket 1.0)

    /// For draws that are Gaussian, or averages of very many: the normal quantile times the standard error.
    let gaussianRadius level variance draws =
        normalCritical level * sqrt (variance / float draws)

    /// Bernstein's inequality for draws within `range` of their mean: the t at which
    /// 2 exp(-n t^2 / (2 (variance + range t / 3))) equals the level.
    let bernsteinRadius level variance range draws =
        let n = float draws
        let exponent = log (2.0 / level)
        let linear = exponent * range / (3.0 * n)
        linear + sqrt (linear * linear + 2.0 * exponent * variance / n)

    /// Blocks for the median of means and the radius in standard errors of the mean. A block's mean exceeds
    /// its expectation by t block errors with probability at most p = 1/(1+t^2) (Cantelli), and the median of
    /// an odd number of blocks does so only if half of them do: an exact binomial tail.
    let medianOfMeansPlan level draws =
        let candidate blocks =
            let allowed = Binomial.lowerLimit (0.5 * level) blocks ((blocks + 1) / 2)
            blocks, sqrt ((1.0 / allowed - 1.0) * float blocks)

        [ for blocks in 1..2 .. min draws 301 -> candidate blocks ] |> List.minBy snd

    /// The median of the means of equal blocks; draws that do not fill a block are left out.
    let medianOfMeans blocks (values: float[]) =
        let size = values.Length / blocks

        values
        |> Array.truncate (size * blocks)
        |> Array.chunkBySize size
        |> Array.map Array.average
        |> ArrayStatistics.MedianInplace
