namespace NtkTheory.Models

open System
open NtkTheory.Numerics

/// Expectations of products of an activation at two correlated standard normal variables, as functions of the
/// angle between the points: E[s(w.x) s(w.x')] for unit points.
module DualKernel =

    /// E f(u) g(v) for standard normal u, v whose correlation is the cosine of the angle: trapezoidal sums over the
    /// plane with step 1/4 and |z| <= 9. For functions analytic within pi/2 of the line the error is e^(-2 pi (pi/2) 4) = 7e-18, and what lies beyond weighs 2e-18 for bounded functions.
    let plane (f: float -> float) (g: float -> float) (angle: Angle) =
        let rho = Angle.cosine angle
        let sine = sin (min angle.Theta angle.Supplement)
        let nodes = Array.init 73 (fun i -> 0.25 * float (i - 36))

        let weights =
            nodes |> Array.map (fun z -> 0.25 * exp (-0.5 * z * z) / sqrt Math.Tau)

        let mutable total = 0.0

        for i in 0..72 do
            let mutable inner = 0.0

            for j in 0..72 do
                inner <- inner + weights[j] * g (rho * nodes[i] + sine * nodes[j])

            total <- total + weights[i] * f nodes[i] * inner

        total

    let private turned (angle: Angle) = {
        Theta = angle.Supplement
        Supplement = angle.Theta
    }

    let private relu = ArcCosine.degreeOne

    /// For ReLU-like activations through angles, which keep the digits of nearly parallel and nearly antipodal points;
    /// for those with another closed form by that; else by quadrature, to about 1e-14.
    let private expectation closed (f: float -> float) activation (angle: Angle) =
        let rho = Angle.cosine angle
        let nearest = if rho < 0.0 then turned angle else angle

        match closed activation, Activation.kinks activation with
        | Some value, _ -> value { Kaa = 1.0; Kbb = 1.0; Kab = rho }
        | None, [] -> plane f f angle
        | None, kinks -> GaussianExpectation.bivariate (f, kinks) (f, kinks) rho (Angle.defect nearest)

    /// E[s(u) s(v)] for standard normal u, v whose correlation is the cosine of the angle.
    let value activation (angle: Angle) =
        match activation with
        | Relu -> relu angle
        | Step -> ArcCosine.degreeZero angle
        | Abs -> 2.0 * (relu angle + relu (turned angle))
        | LeakyRelu slope -> (1.0 + slope * slope) * relu angle - 2.0 * slope * relu (turned angle)
        | _ -> expectation DualActivation.closedForm (Activation.value activation) activation angle

    /// E[s'(u) s'(v)]: the factor of x.x' in the tangent kernel; 0 for the step, whose derivative is 0 away from its
    /// jump.
    let derivative activation (angle: Angle) =
        match activation with
        | Relu -> ArcCosine.degreeZero angle
        | Step -> 0.0
        | Abs -> 2.0 * (ArcCosine.degreeZero angle - ArcCosine.degreeZero (turned angle))
        | LeakyRelu slope ->
            (1.0 + slope * slope) * ArcCosine.degreeZero angle
            + 2.0 * slope * ArcCosine.degreeZero (turned angle)
        | _ -> expectation DualActivation.closedDerivative (Activation.derivative activation) activation angle

    /// Hermite coefficients c_0 .. c_degree of an activation.
    let coefficients degree activation =
        Hermite.coefficients degree (Activation.value activation, Activation.kinks activation)

    /// The Gram matrix of E[s(w.x_i) s(w.x_j)] for unit points.
    let gram activation points =
        GramMatrix.ofKernel (fun x y -> value activation (Angle.between x y)) points

    /// The certificate lambda_min >= the sum over k of c_k^2 max(0, 1 - max_i sum over j <> i of |x_i.x_j|^k)
    /// (Gershgorin on each Hadamard power); any number of coefficients gives a valid lower bound.
    let certificate (coefficients: float[]) (points: MathNet.Numerics.LinearAlgebra.Matrix<float>) =
        let products = points.TransposeAndMultiply points

        let dominance k =
            let row i =
                Seq.sum (
                    seq {
                        for j in 0 .. points.RowCount - 1 do
                            if j <> i then
                                (abs products[i, j]) ** float k
                    }
                )

            1.0 - Seq.fold max 0.0 (Seq.init points.RowCount row)

        coefficients
        |> Array.mapi (fun k c -> c * c * max 0.0 (dominance k))
        |> Array.sum
