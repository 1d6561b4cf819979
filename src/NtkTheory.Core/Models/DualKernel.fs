namespace NtkTheory.Models

open System
open NtkTheory.Numerics

/// Expectations of products of an activation at two correlated standard normal variables, as functions of the
/// angle between the points: E[s(w.x) s(w.x')] for unit points.
module DualKernel =

    /// E f(u) g(v) for standard normal u, v whose correlation is the cosine of the angle: trapezoidal sums over the plane with step 1/4 and |z| <= 9: for functions analytic within pi/2 of the
    /// line the error is e^(-2 pi (pi/2) 4) = 7e-18, and what lies beyond weighs 2e-18 for bounded functions.
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

    /// E[s(u) s(v)] for standard normal u, v whose correlation is the cosine of the angle: closed forms where
    /// there are some, to a few units in the last place, otherwise quadrature to about 1e-14.
    let value activation (angle: Angle) =
        let rho = Angle.cosine angle

        match activation with
        | Relu -> relu angle
        | Step -> ArcCosine.degreeZero angle
        | Abs -> 2.0 * (relu angle + relu (turned angle))
        | LeakyRelu slope -> (1.0 + slope * slope) * relu angle - 2.0 * slope * relu (turned angle)
        | Identity -> rho
        | Exp -> exp (1.0 + rho)
        | Erf -> 2.0 / Math.PI * asin (2.0 * rho / 3.0)
        | Sin -> sinh rho / Math.E
        | Cos -> cosh rho / Math.E
        | Monomial degree ->
            Hermite.coefficients degree (Activation.value activation, [])
            |> Seq.mapi (fun k c -> c * c * rho ** float k)
            |> Seq.sum
        | Elu ->
            let own = Activation.value Elu, [ 0.0 ]

            GaussianExpectation.bivariate
                own
                own
                rho
                (Angle.defect (if rho < 0.0 then turned angle else angle))
        | smooth -> plane (Activation.value smooth) (Activation.value smooth) angle

    /// E[s'(u) s'(v)]: the factor of x.x' in the tangent kernel.
    let derivative activation (angle: Angle) =
        let rho = Angle.cosine angle

        match activation with
        | Relu -> ArcCosine.degreeZero angle
        | Abs -> 2.0 * (ArcCosine.degreeZero angle - ArcCosine.degreeZero (turned angle))
        | LeakyRelu slope ->
            (1.0 + slope * slope) * ArcCosine.degreeZero angle
            + 2.0 * slope * ArcCosine.degreeZero (turned angle)
        | Step -> nan
        | Identity -> 1.0
        | Exp -> exp (1.0 + rho)
        | Erf -> 4.0 / Math.PI / sqrt (9.0 - 4.0 * rho * rho)
        | Sin -> cosh rho / Math.E
        | Cos -> sinh rho / Math.E
        | Elu ->
            let own = Activation.derivative Elu, [ 0.0 ]

            GaussianExpectation.bivariate
                own
                own
                rho
                (Angle.defect (if rho < 0.0 then turned angle else angle))
        | smooth -> plane (Activation.derivative smooth) (Activation.derivative smooth) angle

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

            1.0 - Seq.max (Seq.init points.RowCount row)

        coefficients
        |> Array.mapi (fun k c -> c * c * max 0.0 (dominance k))
        |> Array.sum
