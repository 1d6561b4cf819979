/// Fluctuation-dissipation relations of stochastic gradient descent: lecture 11/16 of the notes.
module NtkTheory.Catalog.Dynamics.Fluctuation

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.SgdData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

let private sigma item =
    (SgdStationary.stationaryCovariance (problem item)).Value

/// The solve loses the conditioning of H (100) and of the contraction (100): 1e4 times some hundred roundings.
let private within scale value =
    nearly (Estimate.gamma 200 * 1e4) scale value

/// The mean of C~ over the stationary law by enumeration of all batches: gradients are affine in theta, so the
/// mean over a law of mean theta* and covariance Sigma needs the gradients at theta* and along each axis.
let private enumeratedSecondMoment item =
    let sgd = problem item
    let star = SgdStationary.minimizer sgd
    let p = star.Count
    let still = SgdStationary.batches sgd star

    let moved =
        Array.init p (fun j ->
            let shifted = star.Clone()
            shifted[j] <- shifted[j] + 1.0
            SgdStationary.batches sgd shifted)

    let s = sigma item

    still
    |> Array.mapi (fun k (probability, g) ->
        let slopes =
            Matrix<float>.Build.DenseOfColumnVectors(moved |> Array.map (fun batch -> snd batch[k] - g))

        (g.OuterProduct g + slopes * s * slopes.Transpose()).Multiply(probability: float))
    |> Array.reduce (+)

let gradientAlignsWithHalfTheNoise: Theorem<Sgd> =
    let measured item =
        let value = (SgdStationary.hessian (problem item) * sigma item).Trace()
        within value value

    let bound factor item =
        let value = factor * (problem item).StepSize * (enumeratedSecondMoment item).Trace()
        within value value

    let claim = {
        Claim.identity instances measured (bound 0.5) with
            Vary = vary
            Hypotheses = [ isWellConditioned; isNoisy; isStable ]
    }

    {
        Entry = {
            Id = "sgd/fdr-alignment"
            Title =
                "in the stationary law, the mean of theta.grad L is half the step size times the mean trace of the second moment"
            Statement =
                @"\langle\theta\cdot\nabla L(\theta)\rangle=\tfrac\eta2\,\langle\operatorname{tr}\tilde C(\theta)\rangle\ge0,\qquad \tilde C=[\![\nabla L^B(\nabla L^B)^T]\!]"
            Source = notes "11/16" "fluctuation-dissipation relation"
            Status = Proved
            Sharpness = Exact
            Method =
                "left: tr(H Sigma), Sigma from the linear equation for stationary second moments; right: the second moment of the batch gradient by enumeration of all batches at theta* and along the axes. No sampling."
            Remark = "Exact at every step size for which the second moments are stable; least squares."
        }
        Claim = claim
        Controls = [
            Control.create "eta in place of eta/2" { claim with Bound = bound 1.0 }
            Control.bound
                "the covariance at the minimum in place of the mean second moment"
                (fun item ->
                    let sgd = problem item

                    let value =
                        sgd.StepSize / 2.0
                        * (SgdStationary.covariance sgd (SgdStationary.minimizer sgd)).Trace()

                    within value value)
                claim
        ]
    }
