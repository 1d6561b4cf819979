/// Where training with the limit kernel ends.
module NtkTheory.Catalog.Kernels.FlowLimits

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Catalog.Kernels.FlowProblem

let private invertible =
    Hypothesis.named "lambda_min(k_SS) >= 0.001" (fun setting ->
        (Spectrum.smallest (problem setting).Kernel).Value >= 1e-3)

/// Kernel values against the condition number of at most a few thousand.
let private conditioned (setting: Setting) value =
    Estimate.within (1e-10 * float setting.Points.Count * (1.0 + abs value)) value

let private limitOf startOf (setting: Setting) =
    let p = problem setting
    let start, here = startOf p
    conditioned setting (KernelFlow.limit p.Kernel p.Section p.Labels start here)

let private atZero (p: Problem) = Array.map (fun _ -> 0.0) p.Start, 0.0

/// Where the flow ends.
let predictionTendsToTheInterpolant: Theorem<Setting> =
    let late (setting: Setting) =
        let p = problem setting
        // e^-40 of what is left is below rounding
        let time = 40.0 / (Spectrum.smallest p.Kernel).Value
        conditioned setting (KernelFlow.predict p.Kernel p.Section p.Labels p.Start p.StartHere time)

    let solved withStart (setting: Setting) =
        let p = problem setting

        let target =
            if withStart then
                Array.map2 (-) p.Labels p.Start
            else
                p.Labels

        let weights = p.Kernel.Cholesky().Solve(Vector<float>.Build.Dense target)
        conditioned setting (p.StartHere + Vector<float>.Build.Dense(p.Section).DotProduct weights)

    let claim = {
        Setting.over ranges (fun instances -> Claim.identity instances late (solved true)) with
            Hypotheses = [ invertible ]
            Data = Setting.onData ranges dataConditions
    }

    {
        Entry = {
            entry
                "flow/limit"
                "The flow ends at the interpolant of least distance from the start"
                @"k_{SS}\ \text{invertible}:\quad f_\infty(x) = f_0(x)+k_S(x)\,k_{SS}^{-1}(y-f_0(S))" with
                Method =
                    "The closed form at t = 40 / lambda_min (matrix exponential) against a Cholesky solution."
                Remark =
                    "For singular k_SS the inverse is the pseudo-inverse, and the part of the residual in the null space stays for ever."
        }
        Claim = claim
        Controls = [
            Control.bound "without f_0 on the data" (solved false) claim
            Control.scaled 1.01 claim
        ]
    }

/// Kernel ridge regression in the limit of no ridge.
let flowEndsAtRidgelessRegression: Theorem<Setting> =
    let ridge amount (setting: Setting) =
        let p = problem setting

        let alpha = KernelRidge.dual amount p.Kernel (Vector<float>.Build.Dense p.Labels)

        let value = KernelRidge.value (Vector<float>.Build.Dense p.Section) alpha
        // (K + e)^-1 differs from K^-1 by at most e / lambda_min^2 <= 1e6 e
        Estimate.within (1e-12 * 1e6 * float setting.Points.Count + 1e-10 * (1.0 + abs value)) value

    let claim = {
        Setting.over ranges (fun instances -> Claim.identity instances (ridge 1e-12) (limitOf atZero)) with
            Hypotheses = [ invertible ]
            Data = Setting.onData ranges dataConditions
    }

    {
        Entry = {
            entry
                "flow/krr-equivalence"
                "From f_0 = 0 the flow ends at ridgeless kernel regression"
                @"f_0=0:\quad f_\infty(x) = \lim_{\lambda\downarrow0}k_S(x)(k_{SS}+\lambda I)^{-1}y" with
                Method = "Dual ridge regression with ridge 1e-12 against the limit through eigenvectors."
                Remark =
                    "'Just kernel ridge regression' is meant without a ridge, as an earlier slide says: for the points (1, 0), (0, 1), (3/5, 4/5) with labels 1, -1, 1/2 a ridge of 0.1 gives at (4/5, 3/5) the value 0.58115 for 0.78732."
        }
        Claim = claim
        Controls = [
            Control.create "ridge 0.1" {
                claim with
                    Measured = fun setting _ -> ridge 0.1 setting
            }
            Control.bound "from f_0 not 0" (limitOf (fun p -> p.Start, p.StartHere)) claim
        ]
    }

/// The posterior mean of a Gaussian process, by conditioning on one observation after another.
let flowEndsAtThePosteriorMean: Theorem<Setting> =
    let posterior withMean (setting: Setting) =
        let gram = GramMatrix.tangent (Setting.points setting)
        let p = problem setting
        let n = p.Labels.Length

        let mean =
            Array.append
                (if withMean then
                     p.Start
                 else
                     Array.map (fun _ -> 0.0) p.Start)
                [| p.StartHere |]

        let covariance = gram.ToArray()

        for k in 0 .. n - 1 do
            let column = Array.init (n + 1) (fun i -> covariance[i, k] / covariance[k, k])
            let surprise = p.Labels[k] - mean[k]
            let row = Array.init (n + 1) (fun j -> covariance[k, j])

            for i in 0..n do
                mean[i] <- mean[i] + column[i] * surprise

                for j in 0..n do
                    covariance[i, j] <- covariance[i, j] - column[i] * row[j]

        conditioned setting mean[n]

    let claim = {
        Setting.over ranges (fun instances ->
            Claim.identity instances (posterior true) (limitOf (fun p -> p.Start, p.StartHere))) with
            Hypotheses = [ invertible ]
            Data = Setting.onData ranges dataConditions
    }

    {
        Entry = {
            entry
                "flow/gp-mean"
                "The flow ends at the posterior mean of the Gaussian process with prior mean f_0"
                @"f_\infty(x) = E[g(x)\mid g(x_i)=y_i],\quad g\sim GP(f_0,k)" with
                Method =
                    "Conditioning on one observation after another (no matrix is inverted) against the limit through eigenvectors."
                Remark = "True of the mean only: the posterior covariance of trained networks is another."
        }
        Claim = claim
        Controls = [
            Control.create "prior mean 0 on the data" {
                claim with
                    Measured = fun setting _ -> posterior false setting
            }
            Control.scaled 1.01 claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack predictionTendsToTheInterpolant
    Theorem.pack flowEndsAtRidgelessRegression
    Theorem.pack flowEndsAtThePosteriorMean
]
