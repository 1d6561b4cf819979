/// Kernels and regression problems on a few points.
module NtkTheory.Catalog.Kernels.KernelProblem

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// `Size` is the ridge.
let ranges = {
    Setting.usual with
        Counts = 2, 6
        Dimensions = 1, 4
        Widths = 1, 1
        Sizes = 0.05, 10.0
}

/// A vector of the given name, normal, from the setting's seed.
let normal name count (setting: Setting) : Vector<float> =
    Vector<float>.Build.Dense(Draw.normals (Seed.split name (Setting.seed setting)) count)

/// A number per point.
let labels setting : Vector<float> =
    Vector<float>.Build.Dense(Setting.labels setting)

/// Cosines of random projections, one row per feature and one column per point.
let features count (setting: Setting) : Matrix<float> =
    let directions: Matrix<float> =
        Draw.normalMatrix (Seed.split "features" (Setting.seed setting)) count setting.Points.Dimension

    (directions * (Setting.points setting).Transpose()).Map(fun t -> cos t)

/// The Gram matrix of the Gaussian kernel.
let gaussianGram setting =
    GramMatrix.ofKernel (KernelRidge.gaussian 1.0) (Setting.points setting)

/// Points so far apart that the least eigenvalue of their Gaussian Gram matrix is no tiny number.
let apart =
    Hypothesis.named "points at distance 0.3 at least" (fun setting ->
        let p = Setting.points setting

        Seq.allPairs [ 0 .. p.RowCount - 1 ] [ 0 .. p.RowCount - 1 ]
        |> Seq.forall (fun (i, j) -> i >= j || (p.Row i - p.Row j).L2Norm() >= 0.3))

/// What a sum of `terms` products of total magnitude `scale` may be off by.
let summed terms scale value =
    Estimate.within (Estimate.gamma (terms + 16) * (1.0 + scale)) value

/// A number read off the solution of a system of so many equations, linear in it, of magnitude up to `scale`: solvers
/// err backwards by a few roundings an equation (Higham, theorems 10.4 and 20.3), times the condition number.
let solved equations (condition: float) scale value =
    Estimate.within (Estimate.gamma (8 * equations + 64) * condition * (1.0 + scale)) value
