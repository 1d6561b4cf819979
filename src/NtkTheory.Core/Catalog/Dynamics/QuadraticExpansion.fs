/// Quadratic models to first order in eps: lecture 11/2 of the notes.
module NtkTheory.Catalog.Dynamics.QuadraticExpansion

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.QuadraticData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

let internal lecture = notes "11/2"
let internal far = 150.0

let internal flowAt time item =
    vector (QuadraticModel.flow 1e-12 (model item) time).State

/// theta_eps at the end of the flow minus theta at eps = 0.
let internal shiftAt time item =
    let model = model item

    flowAt time item
    - (if time = far then
           QuadraticModel.zerothOrder model
       else
           QuadraticModel.zerothOrderAt model time)

let internal order' =
    "order in 1/eps over eps = 1/125 to 1/2000, with the flow integrated at tolerance 1e-12"

/// The order is -2 or better in 1/eps; `part` and `coefficient` say of what the expansion is.
let internal expansion extra time part coefficient =
    orderAtLeast 2.0 extra (fun item ->
        part item (shiftAt (time item) item)
        - (coefficient item: Vector<float>).Multiply item.Strength)

let internal orderThree claim =
    Control.bound "order 3" (fun _ -> Estimate.within 0.4 -3.0) claim

let private halfCurvature item =
    (QuadraticModel.curvatureAtLimit (model item)).Multiply -0.5

let firstOrderTermsCancelAtTheLimit: Theorem<Quadratic> =
    let claimOf factor =
        orderAtLeast 2.0 0 (fun item ->
            let phi = (model item).Features

            phi * phi.TransposeThisAndMultiply(shiftAt far item)
            - (phi * halfCurvature item).Multiply(factor * item.Strength))

    let claim = claimOf 1.0

    theorem
        (entry
            "quadratic/first-order-equation"
            Proved
            Exact
            (lecture "first-order equation")
            "the terms of order eps vanish at the limit of the flow"
            @"\sum_a\Psi_a\theta^F(\phi_a\cdot\theta^F-y_a)+\tfrac12\sum_a\phi_a\,(\theta^F)^T\Psi_a\theta^F+G\theta_I=0"
            $"G (theta_eps - theta_F) + (eps/2) sum phi_a q_a at the end of the flow: {order'}; residuals vanish as K is invertible."
            "With residuals left over the equation may have no solution: phi_1 = phi_2 = (1, 0), y = (0, 2), Psi_1 = ((0,1),(1,0)), Psi_2 = 0 asks for the component (0, 1) outside the range of G.")
        claim
        [ Control.create "q without the factor 1/2" (claimOf 2.0); orderThree claim ]

/// theta_F and -G^+ sum phi_a q_a/2 by pseudo-inverses, for any numbers of samples and parameters.
let private byPseudoInverse item =
    let model = model item
    let phi = model.Features

    let limit =
        model.Start
        + phi.Transpose().PseudoInverse()
          * (model.Labels - phi.TransposeThisAndMultiply model.Start)

    let q =
        vector (model.Curvatures |> Array.map (fun psi -> limit.DotProduct(psi * limit)))

    limit, (phi * phi.Transpose()).PseudoInverse() * (phi * q).Multiply -0.5

let firstOrderSolutionIsThePrintedOneForInterpolants: Theorem<Quadratic> =
    let name = "K invertible, so that the limit interpolates"

    let error item =
        let phi = (model item).Features
        let limit, first = byPseudoInverse item
        let shift = flowAt far item - limit
        phi.TransposeThisAndMultiply(shift - first.Multiply item.Strength)

    let claim = {
        orderAtLeast 2.0 0 error with
            Hypotheses = [ { isWellConditioned with Name = name } ]
    }

    // more samples than parameters: p = 1 or 2, N = p + 2
    let crowded =
        let shape item = {
            item with
                Samples = item.Parameters + 2
        }

        FsCheck.FSharp.Arb.fromGen (
            (instances 0).Generator
            |> FsCheck.FSharp.Gen.map (fun item ->
                shape {
                    item with
                        Parameters = 1 + item.Seed % 2
                        Strength = 0.01
                })
        )

    theorem
        (entry
            "quadratic/first-order-solution"
            Proved
            Exact
            (lecture "theta_I")
            "theta_I is -G^+ sum phi_a q_a/2 when the limit interpolates"
            @"\theta_I^{\mathrm{span}}=-G^+\sum_a\tfrac12\phi_a q_a=-\tfrac12\Phi K^{-1}q\quad\text{if }\Phi^T\theta^F=y"
            $"Phi^T of theta_eps - theta_F - eps theta_I: {order'}."
            "The notes state it from G theta_F = Phi y alone, but their derivation cancels Phi^T theta_F against y. Without interpolation it is false, which is a control: p = 1, phi = (1, 1), y = (0, 2), psi = (1, 0) has theta_I = -3/4, the formula gives -1/4; then theta_I = -G^{-1} sum (Psi_a theta_F r_a + phi_a q_a/2).")
        claim
        [ Control.without name crowded claim; orderThree claim ]

let deformedLabelsGiveTheSamePredictionsAsPrinted: Theorem<Quadratic> =
    let claimOf factor =
        orderAtLeast 2.0 0 (fun item ->
            let model = model item

            QuadraticModel.predict model (flowAt far item)
            - model.Labels
            - (halfCurvature item).Multiply(factor * item.Strength))

    theorem
        (entry
            "quadratic/label-deformation"
            (FalseAsStated "quadratic/label-deformation/repaired")
            Exact
            (lecture "label deformation")
            "the quadratic model predicts as the linear model on deformed labels, as printed"
            @"z_\epsilon(x_a)=y_a+\epsilon Y^I_a+O(\epsilon^2),\qquad Y^I=-q/2"
            $"predictions of both models on the samples: {order'}."
            "On the samples the quadratic model predicts y + O(eps^2), the linear model on deformed labels y + eps Y^I: only the linear parts of the predictions agree. The notes also print Y + Phi Y^I; the Phi is spurious.")
        (claimOf 1.0)
        [
            Control.create "Y^I = -q" (claimOf 2.0)
            Control.create "Y^I = q/2" (claimOf -1.0)
        ]

let deformedLabelsGiveTheSameLinearParts: Theorem<Quadratic> =
    let claimOf factor =
        expansion
            0
            (fun _ -> far)
            (fun item v -> (model item).Features.TransposeThisAndMultiply v)
            (fun item -> (halfCurvature item).Multiply(factor: float))

    let claim = claimOf 1.0

    theorem
        (entry
            "quadratic/label-deformation/repaired"
            (Repairs "quadratic/label-deformation")
            Exact
            (lecture "label deformation")
            "the linear part of the quadratic model predicts as the linear model on deformed labels"
            @"\phi_a\cdot\theta_\epsilon=y_a+\epsilon Y^I_a+O(\epsilon^2),\qquad Y^I=-q/2,\quad z_\epsilon(x)-\phi(x)\cdot\theta_\epsilon=\tfrac\epsilon2(\theta^F)^T\Psi(x)\theta^F+O(\epsilon^2)"
            $"linear parts on the samples: {order'}."
            "Parameters agree on the span of the features; full predictions differ by the quadratic term.")
        claim
        [ Control.create "Y^I = q/2" (claimOf -1.0); orderThree claim ]

let private projectedVelocity item basis =
    let model = model item
    let theta = flowAt item.Time item
    let curvature = testCurvature item
    let velocity = curvature * QuadraticModel.gradient model theta
    let columns: Matrix<float> = basis curvature model.Features
    let coefficients: Vector<float> = columns.PseudoInverse() * velocity
    velocity - columns * coefficients

let featureVelocityLiesInTheSpanOfTurnedFeatures: Theorem<Quadratic> =
    let claimOf order basis =
        orderAtLeast order 1 (fun item -> projectedVelocity item basis)

    let turned (psi: Matrix<float>) phi = psi * phi

    theorem
        (entry
            "quadratic/feature-velocity-span"
            Proved
            Exact
            (lecture "feature velocity")
            "to first order in eps the feature velocity lies in the span of Psi(x) phi_a"
            @"\operatorname{dist}\Big(\tfrac1\epsilon\tfrac{d}{dt}\phi^E(x),\ \operatorname{span}\{\Psi(x)\phi_a\}\Big)=O(\epsilon)"
            $"distance of Psi(x) grad L from the span: {order'}, here -1."
            "Only to first order: the gradient also has the parts eps Psi_a theta.")
        (claimOf 1.0 turned)
        [
            Control.create "distance of order eps^2" (claimOf 2.0 turned)
            Control.create "the span of the features themselves" (claimOf 1.0 (fun _ phi -> phi))
        ]

let flowAtZeroStrengthIsExponential: Theorem<Quadratic> =
    let measured item =
        (QuadraticModel.flow 1e-12 { model item with Strength = 0.0 } item.Time).State
        |> probe
        |> Estimate.within 1e-9

    let bound factor item =
        (QuadraticModel.zerothOrderAt (model item) (factor * item.Time)).ToArray()
        |> probe
        |> Estimate.within 1e-12

    let claim = {
        Claim.identity (instances 0) measured (bound 1.0) with
            Vary = vary
            Hypotheses = [ isWellConditioned ]
    }

    theorem
        (entry
            "quadratic/linear-flow"
            Proved
            Exact
            (lecture "linear flow")
            "at eps = 0 the flow decays exponentially"
            @"\theta^F_t-\theta^F_*=e^{-\gamma tG}(\theta_0-\theta^F_*)"
            "left: the integrated flow at tolerance 1e-12; right: the eigenbasis of K = Phi^T Phi, never of G, whose null space would be rounded into motion."
            "")
        claim
        [
            Control.create "e^{-2tG}" { claim with Bound = bound 2.0 }
            Control.create "e^{-tG/2}" { claim with Bound = bound 0.5 }
        ]

let all = [
    Theorem.pack firstOrderTermsCancelAtTheLimit
    Theorem.pack firstOrderSolutionIsThePrintedOneForInterpolants
    Theorem.pack deformedLabelsGiveTheSamePredictionsAsPrinted
    Theorem.pack deformedLabelsGiveTheSameLinearParts
    Theorem.pack featureVelocityLiesInTheSpanOfTurnedFeatures
    Theorem.pack flowAtZeroStrengthIsExponential
]
