/// Quadratic models to first order in eps: lecture 11/2 of the notes.
module NtkTheory.Catalog.Dynamics.QuadraticExpansion

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.QuadraticData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

let private lecture = notes "11/2"
let private far = 150.0

let private flowAt time item =
    vector (QuadraticModel.flow 1e-12 (model item) time).State

/// theta_eps at the end of the flow minus theta at eps = 0.
let private shiftAt time item =
    let model = model item

    flowAt time item
    - (if time = far then
           QuadraticModel.zerothOrder model
       else
           QuadraticModel.zerothOrderAt model time)

let private span item (v: Vector<float>) =
    v - QuadraticModel.orthogonal (model item) v

let private order' =
    "order in 1/eps over eps = 1/125 to 1/2000, with the flow integrated at tolerance 1e-12"

/// The order is -2 or better in 1/eps; `part` and `coefficient` say of what the expansion is.
let private expansion extra time part coefficient =
    orderAtLeast 2.0 extra (fun item ->
        part item (shiftAt (time item) item)
        - (coefficient item: Vector<float>).Multiply item.Strength)

let private orderThree claim =
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

let private limitFeatures factor order =
    orderAtLeast order 0 (fun item ->
        let model = model item
        let change = flowAt far item - model.Start
        let predicted = QuadraticModel.zerothOrder model - model.Start
        (testCurvature item * (change - predicted.Multiply(factor: float))).Multiply item.Strength)

let featuresEndAsPrinted: Theorem<Quadratic> =
    theorem
        (entry
            "quadratic/feature-limit"
            (FalseAsStated "quadratic/feature-limit/repaired")
            Exact
            (lecture "limit of the effective features")
            "the effective features end eps Psi(x)(theta_0 - theta_*) from where they began, as printed"
            @"\phi^E(x;\infty)-\phi^E(x;0)=\epsilon\,\Psi(x)(\theta_0-\theta_*)+O(\epsilon^2)"
            $"change of the features along the flow against the formula: {order'}."
            "The sign is opposite, as in quadratic/feature-evolution.")
        (limitFeatures -1.0 2.0)
        [
            Control.create "twice the printed change" (limitFeatures -2.0 2.0)
            Control.create "no change" (limitFeatures 0.0 2.0)
        ]

let featuresEndAtTheCurvatureTimesTheDisplacement: Theorem<Quadratic> =
    theorem
        (entry
            "quadratic/feature-limit/repaired"
            (Repairs "quadratic/feature-limit")
            Exact
            (lecture "limit of the effective features")
            "the effective features end eps Psi(x)(theta_F - theta_0) from where they began"
            @"\phi^E(x;\infty)=\phi^E(x;0)+\epsilon\,\Psi(x)(\theta^F-\theta_0)+O(\epsilon^2)"
            $"change of the features along the flow against the formula: {order'}."
            "")
        (limitFeatures 1.0 2.0)
        [
            Control.create "printed sign" (limitFeatures -1.0 2.0)
            Control.create "order 3" (limitFeatures 1.0 3.0)
        ]

/// theta_I(t) from the notes' equation, in which Psi_a (I - e^{-tG})(theta_0 - theta_*) stands for the change of the
/// features, by integration.
let private printedFirstOrder item =
    let model = model item
    let phi = model.Features
    let limit = QuadraticModel.zerothOrder model

    let field time (state: float[]) =
        let theta = QuadraticModel.zerothOrderAt model time
        let change = model.Start - theta
        let residual = phi.TransposeThisAndMultiply theta - model.Labels

        let forced =
            Array.mapi
                (fun a (psi: Matrix<float>) ->
                    (psi * change).Multiply residual[a]
                    + (phi.Column a).Multiply(theta.DotProduct(psi * theta) / 2.0))
                model.Curvatures
            |> Array.reduce (+)

        (-(phi * phi.TransposeThisAndMultiply(vector state)) - forced).ToArray()

    vector (OdeSolver.integrate 1e-9 field 0.0 item.Time (Array.zeroCreate limit.Count)).State

let private firstOrderFlow extra part coefficient = expansion extra _.Time part coefficient

let private whole _ (v: Vector<float>) = v

let private normalPart item v =
    QuadraticModel.orthogonal (model item) v

let private exactly item =
    QuadraticModel.firstOrderAt (model item) item.Time

let firstOrderFlowAsPrinted: Theorem<Quadratic> =
    let claim = firstOrderFlow 0 whole printedFirstOrder

    theorem
        (entry
            "quadratic/theta1-flow"
            (FalseAsStated "quadratic/theta1-flow/repaired")
            Exact
            (lecture "flow of theta_I")
            "the flow of the first-order coefficient, as printed"
            @"\dot\theta_I=-\sum_a\big[\phi_a\,\phi_a\cdot\theta_I+\Psi_a(I-e^{-tG})(\theta_0-\theta_*)(\phi_a\cdot\theta^F_t-y_a)+\tfrac12\phi_a(\theta^F_t)^T\Psi_a\theta^F_t\big]"
            $"theta_t - theta^F_t - eps theta_I(t), theta_I from the printed equation: {order'}."
            "The change of the features has the wrong sign and lacks Psi_a theta_0; Psi_a theta^F_t belongs there.")
        claim
        [
            Control.create
                "half of it"
                (firstOrderFlow 0 whole (fun item -> (printedFirstOrder item).Multiply 0.5))
            Control.create
                "the opposite sign"
                (firstOrderFlow 0 whole (fun item -> (printedFirstOrder item).Multiply -1.0))
        ]

let firstOrderFlowIsClosed: Theorem<Quadratic> =
    let claim = firstOrderFlow 0 whole exactly

    theorem
        (entry
            "quadratic/theta1-flow/repaired"
            (Repairs "quadratic/theta1-flow")
            Exact
            (lecture "flow of theta_I")
            "the flow of the first-order coefficient"
            @"\dot\theta_I=-\gamma\sum_a\big[\phi_a(\phi_a\cdot\theta_I)+\Psi_a\theta^F_t(\phi_a\cdot\theta^F_t-y_a)+\tfrac12\phi_a(\theta^F_t)^T\Psi_a\theta^F_t\big],\quad\theta_I(0)=0"
            $"theta_t - theta^F_t - eps theta_I(t), theta_I in closed form in the eigenbasis of K as a sum of exponentials: {order'}."
            "")
        claim
        [
            Control.create "the printed equation" (firstOrderFlow 0 whole printedFirstOrder)
            orderThree claim
        ]

let orthogonalFlowAsPrinted: Theorem<Quadratic> =
    let printed factor =
        firstOrderFlow 1 normalPart (fun item ->
            (normalPart item (printedFirstOrder item)).Multiply(factor: float))

    theorem
        (entry
            "quadratic/theta1-perp-flow"
            (FalseAsStated "quadratic/theta1-perp-flow/repaired")
            Exact
            (lecture "orthogonal part")
            "the orthogonal part of the first-order flow, as printed"
            @"\dot\theta_I^\perp=-\sum_a P\,\Psi_a(I-e^{-tG})(\theta_0-\theta_*)(\phi_a\cdot\theta^F_t-y_a)"
            $"P (theta_t - theta^F_t) - eps theta_I^perp(t) with the printed equation: {order'}."
            "As in quadratic/theta1-flow: wrong sign, and Psi_a theta_0 is missing.")
        (printed 1.0)
        [
            Control.create "half of it" (printed 0.5)
            Control.create "twice it" (printed 2.0)
        ]

let orthogonalFlowIsClosed: Theorem<Quadratic> =
    let claim = firstOrderFlow 1 normalPart (fun item -> normalPart item (exactly item))

    theorem
        (entry
            "quadratic/theta1-perp-flow/repaired"
            (Repairs "quadratic/theta1-perp-flow")
            Exact
            (lecture "orthogonal part")
            "the orthogonal part of the first-order flow"
            @"\dot\theta_I^\perp=-\gamma\sum_a P\,\Psi_a\theta^F_t\,(\phi_a\cdot\theta^F_t-y_a),\qquad P=I-\Phi K^{-1}\Phi^T"
            $"P (theta_t - theta^F_t) - eps theta_I^perp(t) in closed form: {order'}."
            "")
        claim
        [
            Control.create
                "the printed equation"
                (firstOrderFlow 1 normalPart (fun item -> normalPart item (printedFirstOrder item)))
            orderThree claim
        ]

let orthogonalPartHasAClosedLimit: Theorem<Quadratic> =
    let claimOf factor =
        expansion 1 (fun _ -> far) normalPart (fun item ->
            (QuadraticModel.firstOrderOrthogonalLimit (model item)).Multiply(factor: float))

    let claim = claimOf 1.0

    theorem
        (entry
            "quadratic/theta1-perp-limit"
            Proved
            Exact
            (added "11/2" "limit of the orthogonal part")
            "where the orthogonal part of theta_I ends"
            @"\theta_I^\perp(\infty)=-P\sum_a\Psi_a\Big[\sum_k\frac{U_{ak}\rho_k}{l_k}\theta^F+\sum_{k,j}\frac{U_{ak}\rho_k\rho_j}{l_j(l_k+l_j)}\Phi u_j\Big],\quad K=U\operatorname{diag}(l)U^T,\ \rho=U^T(\Phi^T\theta_0-y)"
            $"P (theta_eps - theta_F) - eps theta_I^perp at the end of the flow: {order'}."
            "The notes leave this question open.")
        claim
        [
            Control.create "no orthogonal part" (claimOf 0.0)
            Control.create "twice it" (claimOf 2.0)
        ]

let all = [
    Theorem.pack firstOrderTermsCancelAtTheLimit
    Theorem.pack firstOrderSolutionIsThePrintedOneForInterpolants
    Theorem.pack deformedLabelsGiveTheSamePredictionsAsPrinted
    Theorem.pack deformedLabelsGiveTheSameLinearParts
    Theorem.pack featureVelocityLiesInTheSpanOfTurnedFeatures
    Theorem.pack flowAtZeroStrengthIsExponential
    Theorem.pack featuresEndAsPrinted
    Theorem.pack featuresEndAtTheCurvatureTimesTheDisplacement
    Theorem.pack firstOrderFlowAsPrinted
    Theorem.pack firstOrderFlowIsClosed
    Theorem.pack orthogonalFlowAsPrinted
    Theorem.pack orthogonalFlowIsClosed
    Theorem.pack orthogonalPartHasAClosedLimit
]
