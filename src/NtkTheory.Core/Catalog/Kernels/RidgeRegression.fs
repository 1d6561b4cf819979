/// Ridge regression in the space of a kernel.
module NtkTheory.Catalog.Kernels.RidgeRegression

open System
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private orf = Sources.orf "10/31"

/// `Size` is the ridge.
let private ranges = {
    Setting.usual with
        Counts = 2, 6
        Dimensions = 1, 4
        Widths = 1, 1
        Sizes = 0.05, 10.0
}

let private near value =
    Estimate.within (1e-9 * (1.0 + abs value)) value

let private labels setting =
    Vector<float>.Build.Dense(Setting.labels setting)

/// Four cosines of random projections, 4 x n.
let private features (setting: Setting) : Matrix<float> =
    let directions: Matrix<float> =
        Draw.normalMatrix (Seed.split "features" (Setting.seed setting)) 4 setting.Points.Dimension

    (directions * (Setting.points setting).Transpose()).Map(fun t -> cos t)

let private objective (setting: Setting) (theta: Vector<float>) =
    let residual = labels setting - (features setting).Transpose() * theta
    0.5 * residual.DotProduct residual + 0.5 * setting.Size * theta.DotProduct theta

let private primal factor (setting: Setting) =
    KernelRidge.primal (factor * setting.Size) (features setting) (labels setting)

let private dual factor (setting: Setting) =
    let phi = features setting
    KernelRidge.dual (factor * setting.Size) (phi.TransposeThisAndMultiply phi) (labels setting)

/// A small random step away from the minimizer.
let private elsewhere setting =
    let step =
        Vector<float>.Build.Dense(Draw.normals (Seed.split "step" (Setting.seed setting)) 4)

    near (objective setting (primal 1.0 setting + step.Multiply 1e-3))

let private sized =
    Hypothesis.named "labels not 0" (fun setting -> (labels setting).L2Norm() > 0.1)

/// The primal solution.
let primalSolutionMinimizes: Theorem<Setting> =
    let measured factor setting =
        near (objective setting (primal factor setting))

    let claim = {
        Setting.atMost ranges (measured 1.0) elsewhere with
            Hypotheses = [ sized ]
    }

    {
        Entry = {
            Sources.exact
                (orf "Option 1")
                "ridge/primal"
                "The primal solution (Phi Phi^T + lambda I)^(-1) Phi Y minimizes the ridge objective"
                @"\lambda>0:\quad \arg\min_\theta\tfrac12\|Y-\Phi^\top\theta\|^2+\tfrac\lambda2\|\theta\|^2 = (\Phi\Phi^\top+\lambda I)^{-1}\Phi Y"
                "The objective at the solution against that at random points 0.001 away from it."
                "|theta|^2 = |f|^2 holds for the theta of least norm." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.create "half of the ridge" {
                claim with
                    Measured = fun setting _ -> measured 0.5 setting
            }
            Control.create "twice the ridge" {
                claim with
                    Measured = fun setting _ -> measured 2.0 setting
            }
        ]
    }

/// The minimizer lies in the span of the sections.
let minimizerLiesInTheSpan: Theorem<Setting> =
    let measured factor setting =
        near (objective setting (features setting * dual factor setting))

    let claim = {
        Setting.atMost ranges (measured 1.0) elsewhere with
            Hypotheses = [ sized ]
    }

    {
        Entry = {
            Sources.exact
                (orf "Option 2")
                "krr/representer"
                "The minimizer over the whole space lies in the span of the kernel sections at the data"
                @"\arg\min_{f\in\mathcal H_K}\sum_i\ell(f(x_i),y_i)+\tfrac\lambda2\|f\|^2 \in \mathrm{span}\{K(x_i,\cdot)\}"
                "The objective of the combination of sections with the dual coefficients against random functions near the minimizer over all of the feature space."
                "" with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.create "half of the ridge" {
                claim with
                    Measured = fun setting _ -> measured 0.5 setting
            }
            Control.create "twice the ridge" {
                claim with
                    Measured = fun setting _ -> measured 2.0 setting
            }
        ]
    }

/// The dual solution.
let dualSolutionIsStationary: Theorem<Setting> =
    let fit (setting: Setting) =
        let phi = features setting
        let fitted = phi.Transpose() * (phi * dual 1.0 setting)
        near fitted[0]

    let residual factor (setting: Setting) =
        near ((labels setting)[0] - factor * setting.Size * (dual 1.0 setting)[0])

    let claim = Setting.identity ranges fit (residual 1.0)

    {
        Entry =
            Sources.exact
                (orf "alpha_*")
                "krr/dual"
                "The dual solution (K + lambda I)^(-1) y has the fit y - lambda alpha"
                @"f_* = K(K+\lambda I)^{-1}y,\qquad \nabla_\alpha = -K(y-K\alpha)+\lambda K\alpha = 0"
                "The fit K alpha against y - lambda alpha."
                "'gradient = 0 iff alpha = (K + lambda I)^(-1) y' needs an invertible K: for K = ones(2), y = (1, 0), lambda = 1 the point (1/3, 0) is stationary too, with the same fit."
        Claim = claim
        Controls = [
            Control.bound "without the ridge" (residual 0.0) claim
            Control.bound "twice the ridge" (residual 2.0) claim
        ]
    }

/// Primal and dual agree.
let primalAndDualAgree: Theorem<Setting> =
    let measured setting = near ((primal 1.0 setting).L2Norm())

    let bound factor setting =
        near ((features setting * dual factor setting).L2Norm())

    let claim = {
        Setting.identity ranges measured (bound 1.0) with
            Hypotheses = [ sized ]
    }

    {
        Entry =
            Sources.exact
                (orf "Option 2")
                "krr/push-through"
                "Primal and dual solutions are the same function"
                @"(\Phi\Phi^\top+\lambda I)^{-1}\Phi = \Phi(\Phi^\top\Phi+\lambda I)^{-1},\qquad \theta=\Phi\alpha"
                "Norms of both weight vectors."
                ""
        Claim = claim
        Controls = [
            Control.bound "twice the ridge in the dual" (bound 2.0) claim
            Control.bound "half of it" (bound 0.5) claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack primalSolutionMinimizes
    Theorem.pack minimizerLiesInTheSpan
    Theorem.pack dualSolutionIsStationary
    Theorem.pack primalAndDualAgree
]
