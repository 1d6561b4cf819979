/// The flow of quadratic models to first order in eps: lecture 11/2 of the notes.
module NtkTheory.Catalog.Dynamics.QuadraticFlow

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.QuadraticData
open NtkTheory.Catalog.Dynamics.QuadraticExpansion
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

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
    Theorem.pack featuresEndAsPrinted
    Theorem.pack featuresEndAtTheCurvatureTimesTheDisplacement
    Theorem.pack firstOrderFlowAsPrinted
    Theorem.pack firstOrderFlowIsClosed
    Theorem.pack orthogonalFlowAsPrinted
    Theorem.pack orthogonalFlowIsClosed
    Theorem.pack orthogonalPartHasAClosedLimit
]
