/// Networks moved away from their start, with what their outputs may be off by.
module NtkTheory.Catalog.Kernels.Displacement

open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// The activations with a Lipschitz derivative.
let smooth = [ Tanh; Sigmoid; Sin; Cos; Softplus; Erf; Gelu; Silu; Monomial 2 ]

/// Another network at distance `Size`, in a random direction or along the first point.
let moved along (setting: Setting) =
    let start = Setting.network setting
    let rows, columns = start.Hidden.RowCount, start.Hidden.ColumnCount
    let seed = Seed.split "move" (Setting.seed setting)

    let direction =
        if along then
            let sizes = Draw.normals seed rows
            let point = (Setting.points setting).Row 0

            MathNet.Numerics.LinearAlgebra.Matrix<float>.Build.Dense(
                rows,
                columns,
                fun j i -> sizes[j] * point[i]
            )
        else
            Draw.normalMatrix seed rows columns

    start,
    TwoLayer.withHidden (start.Hidden + direction.Multiply(setting.Size / Spectrum.frobenius direction)) start

/// Radius of a sum over the neurons: gamma over the terms of the outputs and of the linear model.
let sumRadius (setting: Setting) magnitude =
    Estimate.gamma (4 * setting.Width + 4 * setting.Points.Dimension + 16)
    * magnitude

/// The size of the terms that are summed in the outputs of both networks and in the linear model, at the
/// point where they are largest.
let outputMagnitude (start: TwoLayer) (now: TwoLayer) points =
    let sigma = Activation.value start.Activation
    let z0 = TwoLayer.preactivations start points
    let z1 = TwoLayer.preactivations now points
    let slope = Activation.derivative start.Activation
    let scale = 1.0 / sqrt (float (TwoLayer.width start))
    // the linear model's terms are |sigma(z0)| + |sigma'(z0)| (|z0| + |z1|), and preactivations themselves round
    let term j i =
        abs (sigma z0[j, i])
        + abs (sigma z1[j, i])
        + (abs (slope z0[j, i]) + 1.0) * (1.0 + abs z0[j, i] + abs z1[j, i])

    scale
    * Seq.sum (
        seq {
            for j in 0 .. z0.RowCount - 1 -> Seq.max (seq { for i in 0 .. z0.ColumnCount - 1 -> term j i })
        }
    )
