/// Ridge regression in the space of a kernel.
module NtkTheory.Catalog.Kernels.RidgeRegression

open System
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Catalog.Kernels.KernelProblem

let private orf = Sources.orf "10/31"

/// Of four features, so that the kernel is singular on more points.
let private phi = features 4

let private kernel (setting: Setting) =
    let phi = phi setting in phi.TransposeThisAndMultiply phi

let private primal factor (setting: Setting) =
    KernelRidge.primal (factor * setting.Size) (phi setting) (labels setting)

let private dual factor (setting: Setting) =
    KernelRidge.dual (factor * setting.Size) (kernel setting) (labels setting)

/// The objective at weights, a sum of squares of numbers that its own size bounds.
let private objective (setting: Setting) (theta: Vector<float>) =
    let residual = labels setting - (phi setting).TransposeThisAndMultiply theta

    let value =
        0.5 * residual.DotProduct residual + 0.5 * setting.Size * theta.DotProduct theta

    summed 64 (4.0 * value) value

/// A small random step away from the minimizer.
let private elsewhere setting =
    objective setting (primal 1.0 setting + (normal "step" 4 setting).Multiply 1e-3)

let private sized =
    Hypothesis.named "labels not 0" (fun setting -> (labels setting).L2Norm() > 0.1)

/// The primal solution.
let primalSolutionMinimizes: Theorem<Setting> =
    let measured factor setting =
        objective setting (primal factor setting)

    let claim = {
        Setting.atMost ranges (measured 1.0) elsewhere with
            Hypotheses = [ sized ]
    }

    {
        Entry = {
            Sources.exact
                (orf "Option 1")
                "ridge/primal"
                "The primal solution (Phi Phi' + lambda I)^(-1) Phi Y minimizes the ridge objective"
                @"\lambda>0:\quad \arg\min_\theta\tfrac12\|Y-\Phi^\top\theta\|^2+\tfrac\lambda2\|\theta\|^2 = (\Phi\Phi^\top+\lambda I)^{-1}\Phi Y"
                "Four features of 2 to 6 points: the objective at the solution against that at random weights 0.001 away from it, where it is larger by 5e-7 of the ridge at the least."
                "Phi holds one column per point. lambda > 0 is needed, or Phi Phi' invertible. |theta|^2 = |f|^2 holds for the theta of least norm, which this is." with
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

/// How residuals are counted.
type Loss =
    | Squared
    | Absolute
    /// ln(1 + e^(-y f)).
    | Logistic

/// A regression with any loss.
type LossProblem = { Loss: Loss; Setting: Setting }

let private lossProblems =
    let ranges = { ranges with Counts = 2, 5 }

    let make =
        gen {
            let! loss = Gen.elements [ Squared; Absolute; Logistic ]
            let! setting = Setting.generator ranges
            return { Loss = loss; Setting = setting }
        }

    make
    |> Shrinking.towards (fun problem ->
        { problem with Loss = Squared }
        :: [
            for setting in Setting.shrink problem.Setting do
                if setting.Points.Count >= 2 then
                    { problem with Setting = setting }
        ])

/// The minimizer lies in the span of the sections.
let minimizerLiesInTheSpan: Theorem<LossProblem> =
    let count = 8

    let lossOf problem (y: float) (f: float) =
        match problem.Loss with
        | Squared -> 0.5 * (f - y) * (f - y)
        | Absolute -> abs (f - y)
        | Logistic -> Activation.value Softplus (-y * f)

    let objective problem (theta: Vector<float>) =
        let setting = problem.Setting
        let fit = (features count setting).TransposeThisAndMultiply theta
        let losses = Seq.map2 (lossOf problem) (labels setting) fit |> Seq.sum
        let value = losses + 0.5 * setting.Size * theta.DotProduct theta
        // values of functions are sums of 8 terms of size |theta|, and losses grow at most like their squares
        summed 256 (4.0 * (value + theta.DotProduct theta)) value

    // the minimizer of the squared loss, and for odd seeds one more function beside it
    let weights problem =
        let setting = problem.Setting
        let best = KernelRidge.primal setting.Size (features count setting) (labels setting)

        if setting.Seed % 2 = 0 then
            best
        else
            best + normal "beside" count setting

    let projected dropped (problem: LossProblem) (theta: Vector<float>) =
        let all = features count problem.Setting
        let some = all.SubMatrix(0, count, 0, all.ColumnCount - dropped)
        let basis = some.QR(Factorization.QRMethod.Thin).Q
        basis * basis.TransposeThisAndMultiply theta

    let measured pick problem =
        let theta = weights problem in objective problem (pick problem theta)

    let inSpan problem theta = projected 0 problem theta
    let fewer problem theta = projected 1 problem theta
    let across problem (theta: Vector<float>) = theta - projected 0 problem theta

    let claim =
        Claim.atMost lossProblems (measured inSpan) (fun problem -> objective problem (weights problem))

    let breaking name pick =
        Control.create name {
            claim with
                Measured = fun problem _ -> measured pick problem
        }

    {
        Entry = {
            Sources.exact
                (orf "Option 2")
                "krr/representer"
                "The minimizer over the whole space lies in the span of the kernel sections at the data"
                @"\arg\min_{f\in\mathcal H_K}\sum_i\ell(f(x_i),y_i)+\tfrac\lambda2\|f\|^2 \in \mathrm{span}\{K(x_i,\cdot)\}\quad\text{for every loss }\ell"
                "A space of eight features and 2 to 5 points, with the squared, absolute and logistic loss: the projection of a function on the span of the sections (QR) has no larger objective than the function; the functions are the ridge solution, alone and with a random function added. Equality in the span."
                "The projection keeps the values at the data, as f(x_i) = <f, K(x_i, .)>, and shortens the rest." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            breaking "the span of all sections but one" fewer
            breaking "the part across the span" across
        ]
    }

/// The dual solution.
let dualSolutionIsStationary: Theorem<Setting> =
    let ofDual (setting: Setting) (alpha: Vector<float>) =
        KernelRidge.objective setting.Size (kernel setting) (labels setting) alpha

    let step (setting: Setting) =
        normal "step" setting.Points.Count setting

    /// The objective after a step less the objective before, and a bound of the numbers in it.
    let rise factor (setting: Setting) =
        let alpha = dual factor setting
        let value = ofDual setting (alpha + step setting) - ofDual setting alpha
        let norm = Spectrum.frobenius (kernel setting)

        let size =
            (labels setting).L2Norm() + norm * (alpha.L2Norm() + (step setting).L2Norm())

        solved setting.Points.Count (1.0 + norm / setting.Size) (4.0 * size * size) value

    // without a linear term: half of the Hessian's form K^2 + lambda K
    let curvature factor (setting: Setting) =
        let delta = step setting
        let moved = kernel setting * delta

        let value =
            0.5 * (moved.DotProduct moved + factor * setting.Size * delta.DotProduct moved)

        summed 64 (4.0 * value) value

    let claim = Setting.identity ranges (rise 1.0) (curvature 1.0)

    {
        Entry =
            Sources.exact
                (orf "alpha_*")
                "krr/dual"
                "The dual solution (K + lambda I)^(-1) y is stationary, and every stationary point has its fit"
                @"\nabla_\alpha\bigl(\tfrac12\|y-K\alpha\|^2+\tfrac\lambda2\alpha^\top K\alpha\bigr) = -K(y-(K+\lambda I)\alpha) = 0\iff\alpha\in(K+\lambda I)^{-1}y+\ker K,\qquad f_* = K(K+\lambda I)^{-1}y"
                "Four features of 2 to 6 points, so that K may be singular: what the objective gains from alpha to alpha + delta, for random delta, against (1/2)(|K delta|^2 + lambda delta' K delta). Equal iff the gradient vanishes, and 0 only for delta in the kernel of K, which changes no fit."
                "The notes' 'gradient = 0 iff alpha = (K + lambda I)^(-1) y' needs an invertible K: for K = ones(2), y = (1, 0), lambda = 1 the point (1/3, 0) is stationary too, with the same fit."
        Claim = claim
        Controls = [
            Control.create "alpha for half of the ridge" {
                claim with
                    Measured = fun setting _ -> rise 0.5 setting
            }
            Control.bound "twice the ridge in the curvature" (curvature 2.0) claim
        ]
    }

/// Primal and dual agree.
let primalAndDualAgree: Theorem<Setting> =
    // one number that sees every weight
    let along (setting: Setting) (theta: Vector<float>) =
        let norm = Spectrum.frobenius (kernel setting)
        let functional = normal "functional" 4 setting

        functional.DotProduct theta
        |> solved 6 (1.0 + norm / setting.Size) (functional.L2Norm() * theta.L2Norm())

    let measured setting = along setting (primal 1.0 setting)

    let bound factor setting =
        along setting (phi setting * dual factor setting)

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
                "Four features of 2 to 6 points: the primal weights by Cholesky's factorization of a 4 x 4 matrix, those of the dual by the eigenvectors of an n x n one, seen through a random linear functional."
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
