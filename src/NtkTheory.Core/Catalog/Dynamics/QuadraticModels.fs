/// Identities of quadratic models at one point of parameter space: lecture 11/2 of the notes.
module NtkTheory.Catalog.Dynamics.QuadraticModels

open System
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.QuadraticData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

let private values (v: Vector<float>) = v.ToArray()

/// Some hundred roundings of terms of a size below 100.
let private rounded value = nearly 1e-11 (1.0 + abs value) value

let private identity extra measured bound = {
    Claim.identity (instances extra) (measured >> rounded) (bound >> rounded) with
        Vary = vary
        Hypotheses = [ isWellConditioned ]
}

let private bounded breaks bound claim =
    Control.bound breaks (bound >> rounded) claim

let private point = someVector "theta"
let private along = someVector "direction"
let private lecture = notes "11/2"

let private gram item =
    let phi = (model item).Features in phi * phi.Transpose()

let interpolantsSolveTheNormalEquations: Theorem<Quadratic> =
    let labels (shift: float) item : Vector<float> =
        ((model item).Features.TransposeThisAndMultiply(point item)).Add shift

    let measured item =
        gram item * point item |> values |> probe

    let bound shift item =
        (model item).Features * labels shift item |> values |> probe

    let claim = identity 0 measured (bound 0.0)

    theorem
        (entry
            "quadratic/linear-normal-equations"
            Proved
            Exact
            (lecture "normal equations")
            "parameters of zero loss solve the normal equations"
            @"\Phi^T\theta=y\ \Rightarrow\ G\theta=\Phi y,\qquad G=\Phi\Phi^T"
            "left: G theta at a random theta; right: Phi y with the labels that theta fits. Compared through a fixed projection."
            "The converse is false: phi = (1, 1), y = (0, 2) in one dimension has theta = 1 as solution of the normal equation and loss 1.")
        claim
        [
            bounded "labels that theta does not fit" (bound 0.5) claim
            Control.scaled 1.1 claim
        ]

/// f(theta) = exp(a.theta), in one or two dimensions.
type Exponential = { Slope: float list; Theta: float list }

let quadraticModelsAreTaylorExpansions: Theorem<Exponential> =
    let generator =
        gen {
            let! d = Gen.choose (1, 2)
            let! slope = Gen.listOfLength d (between 0.3 1.5)
            let! theta = Gen.listOfLength d (between -1.0 1.0)
            return { Slope = slope; Theta = theta }
        }

    let shrink item =
        seq {
            if item.Slope.Length > 1 then
                yield {
                    Slope = [ item.Slope.Head ]
                    Theta = [ item.Theta.Head ]
                }

            for t in simpler item.Theta.Head do
                if t <> 0.0 then
                    yield {
                        item with
                            Theta = t :: item.Theta.Tail
                    }
        }

    let exponent item =
        List.fold2 (fun s a b -> s + a * b) 0.0 item.Slope item.Theta

    let length (v: float list) = norm (Array.ofList v)

    let measured item =
        let x = exponent item
        Estimate.rounded 16 (exp (abs x)) (abs (exp x - 1.0 - x - x * x / 2.0))

    let bound power item =
        let third = length item.Slope ** 3.0 * exp (max 0.0 (exponent item))
        let value = third * length item.Theta ** power / 6.0 in
        Estimate.rounded 16 value value

    let claim =
        Claim.atMost (Arb.fromGenShrink (generator, shrink)) measured (bound 3.0)

    theorem
        (entry
            "quadratic/taylor-remainder"
            Proved
            Tight
            (lecture "quadratic model")
            "the quadratic model is the second-order Taylor expansion, up to a cubic remainder"
            @"|f(\theta)-T_2(\theta)|\le\tfrac16\sup_{s\in[0,1]}\|D^3f(s\theta)\|\,|\theta|^3"
            "f = exp(a.theta), whose third derivative has norm |a|^3 exp(a.theta); attained as theta tends to 0 along a. Radius: 16 roundings of the terms that cancel."
            "")
        claim
        [
            Control.scaled 0.4 claim
            Control.bound "the fourth power of |theta|" (bound 4.0) claim
        ]

/// Symmetric differences of a quadratic polynomial are its derivative, whatever the step.
let private derivativeOfPrediction item direction =
    let model = model item
    let z = QuadraticModel.predict model
    (z (point item + direction) - z (point item - direction)).Divide 2.0

let effectiveFeaturesAreTheGradientOfTheOutput: Theorem<Quadratic> =
    let measured item =
        derivativeOfPrediction item (along item) |> values |> probe

    let bound factor item =
        let model = model item

        let features =
            QuadraticModel.effectiveFeatures
                {
                    model with
                        Strength = factor * model.Strength
                }
                (point item)

        features.TransposeThisAndMultiply(along item) |> values |> probe

    let claim = identity 0 measured (bound 1.0)

    theorem
        (entry
            "quadratic/effective-features"
            Proved
            Exact
            (lecture "effective features")
            "the gradient of a quadratic model is phi(x) + eps Psi(x) theta"
            @"\nabla_\theta z(x)=\phi^E(x)=\phi(x)+\epsilon\,\Psi(x)\theta"
            "left: symmetric differences along a random direction, exact for quadratic polynomials; right: the formula. Psi symmetric."
            "A Psi that is not symmetric enters through (Psi + Psi^T)/2.")
        claim
        [
            bounded "eps/2 in place of eps" (bound 0.5) claim
            bounded "phi(x) alone" (bound 0.0) claim
        ]

let gradientOfTheLossIsFeaturesTimesResiduals: Theorem<Quadratic> =
    // the loss is a quartic along a line: five points give its derivative exactly
    let measured item =
        let model = model item

        let at s =
            QuadraticModel.loss model (point item + (along item).Multiply(s: float))

        (8.0 * (at 0.5 - at -0.5) - (at 1.0 - at -1.0)) / 6.0

    let bound (features: QuadraticModel -> Vector<float> -> Matrix<float>) item =
        let model = model item
        let residual = QuadraticModel.predict model (point item) - model.Labels
        (features model (point item) * residual).DotProduct(along item)

    let claim = identity 0 measured (bound QuadraticModel.effectiveFeatures)

    theorem
        (entry
            "quadratic/loss-gradient"
            Proved
            Exact
            (lecture "formula (1)")
            "the gradient of the loss of a quadratic model"
            @"\nabla L(\theta)=\sum_a(\phi_a+\epsilon\Psi_a\theta)\big(\phi_a\cdot\theta+\tfrac\epsilon2\theta^T\Psi_a\theta-y_a\big)"
            "left: the five-point formula along a random direction, exact for quartic polynomials; right: the formula."
            "")
        claim
        [
            bounded "features without the term in eps" (bound (fun model _ -> model.Features)) claim
            Control.scaled 2.0 claim
        ]

let limitAtZeroStrengthSolvesTheNormalEquations: Theorem<Quadratic> =
    let measured item =
        let still = { model item with Strength = 0.0 }

        gram item * vector (QuadraticModel.flow 1e-12 still 150.0).State
        |> values
        |> probe

    let bound item =
        (let m = model item in m.Features * m.Labels |> values |> probe)

    let claim = {
        Claim.identity
            (instances 0)
            (fun item -> nearly 1e-9 (1.0 + abs (measured item)) (measured item))
            (bound >> rounded) with
            Vary = vary
            Hypotheses = [ isWellConditioned ]
            Effort = { Instances = 0.2; Draws = 1.0 }
    }

    theorem
        (entry
            "quadratic/zeroth-order"
            Proved
            Exact
            (lecture "zeroth order")
            "at eps = 0 gradient flow ends at a solution of the normal equations"
            @"G\theta^F=\Phi y,\qquad \theta^F=\theta_0+\Phi K^{-1}(y-\Phi^T\theta_0)"
            "left: G theta at time 150 of the integrated flow (K above 1/5: e^-30 is left); right: Phi y. Radius 1e-9 from the integration at tolerance 1e-12."
            "")
        claim
        [
            Control.scaled 1.01 claim
            Control.bound "Phi y/2" (fun item -> rounded (bound item / 2.0)) claim
        ]

let orthogonalPartsDoNotEnterTheFirstOrderEquation: Theorem<Quadratic> =
    let measured shift item =
        let model = model item

        gram item * (QuadraticModel.firstOrderSpan model + shift model (along item))
        |> values
        |> probe

    let bound item =
        let model = model item

        (model.Features * QuadraticModel.curvatureAtLimit model).Multiply -0.5
        |> values
        |> probe

    let claim = identity 1 (measured QuadraticModel.orthogonal) bound

    theorem
        (entry
            "quadratic/span-only"
            Proved
            Exact
            (lecture "theta_I on the span of the features")
            "the first-order equation fixes theta_I on the span of the features only"
            @"G(\theta_I+n)=-\tfrac12\sum_a\phi_a q_a\quad\text{for all } n\perp\phi_1,\dots,\phi_N,\qquad q_a=(\theta^F)^T\Psi_a\theta^F"
            "theta_I on the span by a linear solve, plus a random vector orthogonal to the features."
            "What the flow adds orthogonally: quadratic/theta1-perp-limit.")
        claim
        [
            measuring "any vector added, not only orthogonal ones" (measured (fun _ v -> v) >> rounded) claim
            Control.scaled 2.0 claim
        ]

let kernelIsTheProductOfEffectiveFeatures: Theorem<Quadratic> =
    let moved item =
        vector (QuadraticModel.flow 1e-10 (model item) item.Time).State

    let measured item =
        let model = model item
        let theta = moved item
        let z = QuadraticModel.predict model

        let slope j =
            let unit = theta.Multiply 0.0
            unit[j] <- 1.0
            (z (theta + unit) - z (theta - unit)).Divide 2.0

        Seq.init item.Parameters slope
        |> Seq.sumBy (fun s -> s[0] * s[item.Samples - 1])

    let bound at item =
        let features = QuadraticModel.effectiveFeatures (model item) (at item)
        (features.Column 0).DotProduct(features.Column(item.Samples - 1))

    let claim = identity 0 measured (bound moved)

    theorem
        (entry
            "quadratic/ntk-all-times"
            Proved
            Exact
            (lecture "tangent kernel")
            "along the flow the tangent kernel is the product of effective features"
            @"\Theta_t(x,x')=\nabla_\theta z(x)\cdot\nabla_\theta z(x')=\phi^E_t(x)\cdot\phi^E_t(x')"
            "left: gradients by symmetric differences, exact for quadratic polynomials, at the integrated theta_t; right: the formula at the same point. First and last sample."
            "To first order in eps theta_t may be replaced by the flow at eps = 0.")
        claim
        [
            bounded "the kernel at the start" (bound (fun item -> (model item).Start)) claim
            bounded
                "the kernel without eps"
                (fun item ->
                    (let phi = (model item).Features in
                     (phi.Column 0).DotProduct(phi.Column(item.Samples - 1))))
                claim
        ]

/// Nodes and weights of Gauss-Legendre on [0, t]; the velocities are smooth at the scale 1/5 of the time.
let private velocityIntegral item factor =
    let model = model item
    let rule = MathNet.Numerics.Integration.GaussLegendreRule(0.0, item.Time, 20)

    Array.map2
        (fun s w ->
            (QuadraticModel.gradient model (vector (QuadraticModel.flow 1e-11 model s).State)).Multiply(-w))
        rule.Abscissas
        rule.Weights
    |> Array.reduce (+)
    |> fun moved -> (testCurvature item * moved).Multiply(factor * item.Strength)

let featureVelocityIsCurvatureTimesVelocity: Theorem<Quadratic> =
    let measured item =
        let model = model item
        let reached = vector (QuadraticModel.flow 1e-11 model item.Time).State

        (testCurvature item * reached - testCurvature item * model.Start).Multiply item.Strength
        |> values
        |> probe

    // quadrature and integration both leave less than 1e-8
    let near value = Estimate.within 1e-8 value

    let claim = {
        Claim.identity (instances 0) (measured >> near) (fun item ->
            near (velocityIntegral item 1.0 |> values |> probe)) with
            Vary = vary
            Hypotheses = [ isWellConditioned ]
            Effort = { Instances = 0.15; Draws = 1.0 }
    }

    theorem
        (entry
            "quadratic/feature-velocity"
            Proved
            Exact
            (lecture "feature velocity")
            "effective features move with velocity eps Psi(x) d theta/dt"
            @"\frac{d}{dt}\phi^E(x)=\epsilon\,\Psi(x)\,\frac{d\theta}{dt}=-\epsilon\,\Psi(x)\,\nabla L(\theta_t)"
            "in integrated form: the change of the features over [0, t] against Gauss-Legendre quadrature (20 nodes) of the right side along the flow."
            "Exact; with the flow at eps = 0 in place of theta the error is of order eps^2.")
        claim
        [
            Control.scaled 2.0 claim
            Control.bound
                "the opposite sign"
                (fun item -> near (velocityIntegral item -1.0 |> values |> probe))
                claim
        ]

let all = [
    Theorem.pack interpolantsSolveTheNormalEquations
    Theorem.pack quadraticModelsAreTaylorExpansions
    Theorem.pack effectiveFeaturesAreTheGradientOfTheOutput
    Theorem.pack gradientOfTheLossIsFeaturesTimesResiduals
    Theorem.pack limitAtZeroStrengthSolvesTheNormalEquations
    Theorem.pack orthogonalPartsDoNotEnterTheFirstOrderEquation
    Theorem.pack featureVelocityIsCurvatureTimesVelocity
    Theorem.pack kernelIsTheProductOfEffectiveFeatures
]
