/// Where gradient flow of diagonal networks ends: lecture 11/9 of the notes.
module NtkTheory.Catalog.Dynamics.ImplicitBias

open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.InterpolationData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

/// The radius is that of the flow's end: the projection's direction has a norm of at most sqrt(d).
let private flowLimit item =
    let reached = DiagonalFlow.limit 1e-7 1e-10 1e6 (network item)
    Estimate.within (sqrt (float reached.Beta.Length) * reached.Radius) (probe reached.Beta)

let gradientFlowEndsAtTheMinimizerOfThePotential: Theorem<Interpolation> =
    let alphas = betweenLog 0.2 2.0
    let exactly value = nearly 1e-11 (1.0 + abs value) value
    let bound item = exactly (probe (minimizer item).Beta)

    let claim = {
        Claim.identity (instances alphas (1, 3) (2, 5)) flowLimit bound with
            Vary = vary
            Hypotheses = [ isIndependent ]
            Data = Some(dataUse alphas (1, 3))
            Describe = describe
            Effort = { Instances = 0.3; Draws = 1.0 }
    }

    let atAlpha factor item =
        exactly (
            probe
                (minimizer {
                    item with
                        Alpha = factor * item.Alpha
                })
                    .Beta
        )

    {
        Entry = {
            Id = "implicit-bias/q-alpha"
            Title = "gradient flow of a diagonal network minimizes Q_alpha among the interpolants"
            Statement =
                @"\lim_{t\to\infty}\beta(t)=\arg\min_{X\beta=y}\sum_i\alpha^2\theta_{0,i}^2\,q\Big(\frac{\beta_i}{\alpha^2\theta_{0,i}^2}\Big),\quad \beta=\theta_+^2-\theta_-^2,\ \theta_\pm(0)=\alpha\theta_0,\ \theta_{0,i}\ne0"
            Source = notes "11/9" "Theorem (implicit bias of diagonal networks)"
            Status = Proved
            Sharpness = Exact
            Method =
                "left: the flow of all 2d parameters, integrated by an implicit scheme until no residual exceeds 1e-10, with a radius from the errors of its steps and that residual; right: damped Newton on the concave dual in R^N, beta = c sinh(X^T nu), certified by X beta = y and by Q - D = 0. Compared through a fixed projection of beta."
            Remark =
                "The notes print the constraint as X^T beta = y; X beta = y is meant. A coordinate with theta0_i = 0 stays at zero, so the statement fails there: X = (1, 2), theta0 = (1, 0) ends at beta = (1, 0)."
        }
        Claim = claim
        Controls = [
            Control.create "the potential of twice the alpha" { claim with Bound = atAlpha 2.0 }
            Control.create "the least weighted l2 norm for every alpha" { claim with Bound = atAlpha 1e3 }
        ]
    }
