namespace NtkTheory.Models

open System
open NtkTheory.Numerics

/// Gaussian processes of deep networks of infinite width: K' = C_b + C_w E[s(u) s(v)] for jointly normal u, v.
module Nngp =

    /// E f(z) for z of the given variance.
    let private mean activation variance f =
        let root = sqrt variance
        let kinks = Activation.kinks activation
        GaussianExpectation.mean (GaussianExpectation.rule kinks) (fun z -> f (root * z))

    /// E f(sqrt a u) g(sqrt b v) at the correlation rho: sums over the plane where the poles of the scaled functions
    /// stay far enough from it (variances up to 2.5), otherwise nested panels.
    let private product f kinks a b rho =
        let first z = f (sqrt a * z)
        let second z = f (sqrt b * z)

        if List.isEmpty kinks && max a b <= 2.5 then
            DualKernel.plane first second (Angle.ofCosine rho)
        else
            GaussianExpectation.bivariate (first, kinks) (second, kinks) rho (1.0 - abs rho)

    /// The covariance matrix (K_xx, K_xy, K_yy) of the next layer: closed forms for ReLU, erf and the identity,
    /// otherwise quadrature over the plane.
    let next activation bias weight (kxx: float, kxy: float, kyy: float) =
        let expectation =
            match activation with
            | Erf -> fun a c b -> 2.0 / Math.PI * asin (2.0 * c / sqrt ((1.0 + 2.0 * a) * (1.0 + 2.0 * b)))
            | Identity -> fun _ c _ -> c
            | Relu -> fun a c b -> sqrt (a * b) * ArcCosine.degreeOne (Angle.ofCosine (c / sqrt (a * b)))
            | _ ->
                let sigma = Activation.value activation
                let kinks = Activation.kinks activation

                fun a c b -> product sigma kinks a b (max -1.0 (min 1.0 (c / sqrt (a * b))))

        bias + weight * expectation kxx kxx kxx,
        bias + weight * expectation kxx kxy kyy,
        bias + weight * expectation kyy kyy kyy

    /// The variance of the next layer.
    let variance activation bias weight k =
        let sigma = Activation.value activation
        bias + weight * mean activation k (fun z -> sigma z ** 2.0)

    /// C_w E[s'(u) s'(v)], the factor of the tangent kernel; closed form for erf.
    let derivative activation weight (kxx: float, kxy: float, kyy: float) =
        match activation with
        | Erf ->
            weight * 4.0
            / Math.PI
            / sqrt ((1.0 + 2.0 * kxx) * (1.0 + 2.0 * kyy) - 4.0 * kxy * kxy)
        | Relu -> weight * ArcCosine.degreeZero (Angle.ofCosine (kxy / sqrt (kxx * kyy)))
        | _ ->
            let slope = Activation.derivative activation
            let kinks = Activation.kinks activation
            let rho = max -1.0 (min 1.0 (kxy / sqrt (kxx * kyy)))
            weight * product slope kinks kxx kyy rho

    /// chi_parallel = (C_w / 2) E[(s^2)''(z)] and chi_perp = C_w E[s'(z)^2] at the variance K. Where s' jumps at 0
    /// and s(0) = 0, as for ReLU, the product s s'' is taken without its point mass, which is 0 there.
    let susceptibilities activation weight k =
        let sigma = Activation.value activation
        let slope = Activation.derivative activation

        let second =
            Activation.secondDerivative activation |> Option.defaultValue (fun _ -> 0.0)

        let perp = mean activation k (fun z -> slope z ** 2.0)
        let curved = mean activation k (fun z -> sigma z * second z)
        weight * (perp + curved), weight * perp
