namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// How far the kernel of the outer layer, (1/n) times the sum over n neurons of s s' with s_i = sigma(w.x_i), is from
/// its mean: the parameters of Bernstein's inequality for matrices.
module FeatureConcentration =

    /// Mean and standard deviation of sigma(z)^2 for standard normal z: what a neuron's kernel does where all unit
    /// points merge, so that sqrt(n) |K - E K| / m tends to the deviation times |N(0, 1)|.
    let squareMoments activation =
        let kinks = Activation.kinks activation
        let sigma = Activation.value activation

        let mean power =
            GaussianExpectation.mean (GaussianExpectation.rule kinks) (fun z -> sigma z ** power)

        let first = mean 2.0
        first, sqrt (max 0.0 (mean 4.0 - first * first))

    /// E s s' and E (s s')^2 for points of the plane and an activation that is bounded and analytic within pi/2 of the
    /// line: trapezoidal sums with step 1/4 and |w_k| <= 9, which err by less than 1e-15 (as DualKernel.plane).
    let planeMoments activation (points: Matrix<float>) : Matrix<float> * Matrix<float> =
        let sigma = Activation.value activation
        let m = points.RowCount
        let nodes = Array.init 73 (fun i -> 0.25 * float (i - 36))

        let weights =
            nodes |> Array.map (fun z -> 0.25 * exp (-0.5 * z * z) / sqrt Math.Tau)

        let first = Array2D.zeroCreate<float> m m
        let second = Array2D.zeroCreate<float> m m

        let add weight (s: float[]) =
            let square = Array.sumBy (fun v -> v * v) s

            for i in 0 .. m - 1 do
                for j in 0..i do
                    let term = weight * s[i] * s[j]
                    first[i, j] <- first[i, j] + term
                    // (s s')^2 is |s|^2 s s'
                    second[i, j] <- second[i, j] + square * term

        for a in 0..72 do
            for b in 0..72 do
                Array.init m (fun i -> sigma (nodes[a] * points[i, 0] + nodes[b] * points[i, 1]))
                |> add (weights[a] * weights[b])

        let symmetric (half: float[,]) : Matrix<float> =
            Matrix<float>.Build.Dense(m, m, fun i j -> half[max i j, min i j])

        symmetric first, symmetric second

    /// U = ||E (s s')^2 - (E s s')^2|| / n, the variance parameter of the sum of the centred summands.
    let varianceProxy activation width points =
        let first, second = planeMoments activation points
        let value = Spectrum.operatorNorm (second - first * first)
        let m = float (points: Matrix<float>).RowCount

        Estimate.within (value.Radius + 1e-13 * m * m) value.Value
        |> Estimate.scale (1.0 / float width)

    /// The t at which Bernstein's 2 m exp(-(t^2 / 2) / (m |E K| / n + m t / (3n))) is delta: with probability 1 - delta
    /// the kernel of n neurons with |sigma| <= 1 on m points is that near to its mean.
    let deviation count width (meanNorm: float) (delta: float) =
        let share = float count / float width
        let level = log (2.0 * float count / delta)
        let linear = level * share / 3.0
        linear + sqrt (linear * linear + 2.0 * level * share * meanNorm)
