namespace NtkTheory.Models

open System
open MathNet.Numerics.RootFinding
open NtkTheory.Numerics

/// The variances of biases and weights: b ~ N(0, C_b), W ~ N(0, C_w / fan-in).
type Hyperparameters = { Cb: float; Cw: float }

/// The variance map K -> C_b + C_w E s(sqrt K Z)^2 of one activation, its slopes and its critical points.
module Criticality =

    /// Distance between nodes for functions of sqrt K z with singularities at distance 1 or more: the trapezoidal
    /// rule errs by e^(-2 pi distance / step), 1e-19 here.
    let private step k = 0.125 / max 1.0 (sqrt k)

    let private trapezoid k (f: float -> float) =
        let h = step k
        let count = int (ceil (GaussianExpectation.reach / h))
        let density z = exp (-0.5 * z * z) / sqrt Math.Tau

        let mutable sum = f 0.0 * density 0.0

        for i in 1..count do
            let z = h * float i
            sum <- sum + density z * (f z + f -z)

        h * sum

    /// E f(Z) for a function of sqrt K z: panels where the activation has kinks, else the trapezoidal rule.
    let expectation activation k (f: float -> float) =
        match Activation.kinks activation with
        | [] -> trapezoid k f
        | kinks -> GaussianExpectation.mean (GaussianExpectation.rule kinks) f

    /// E s(z)^2 at variance K >= 0.
    let secondMoment activation k =
        let s = Activation.value activation
        expectation activation k (fun z -> s (sqrt k * z) ** 2.0)

    /// C_b + C_w E s(z)^2.
    let map { Cb = cb; Cw = cw } activation k = cb + cw * secondMoment activation k

    /// chi_parallel = dK'/dK = C_w E[s^2 (z^2/K - 1)] / (2K), K > 0: the form without second derivatives.
    let chiParallel cw activation k =
        let s = Activation.value activation

        cw / (2.0 * k)
        * expectation activation k (fun z -> s (sqrt k * z) ** 2.0 * (z * z - 1.0))

    /// chi_perp = dK'_ab/dK_ab on the diagonal = C_w E s'(z)^2.
    let chiPerp cw activation k =
        let s' = Activation.derivative activation
        cw * expectation activation k (fun z -> s' (sqrt k * z) ** 2.0)

    /// E[s s''], which is (chi_parallel - chi_perp) / C_w; by the difference of those, so that kinks count.
    let curvature activation k =
        chiParallel 1.0 activation k - chiPerp 1.0 activation k

    /// The fixed points of the variance map in [low, high], increasing, by bisection between sign changes of
    /// map K - K on `count` geometric steps (0 < low).
    let fixedPoints parameters activation low high count =
        let residual k = map parameters activation k - k
        let ratio = (high / low) ** (1.0 / float count)
        let grid = List.init (count + 1) (fun i -> low * ratio ** float i)

        List.pairwise grid
        |> List.filter (fun (a, b) -> residual a * residual b <= 0.0 && residual a <> 0.0)
        |> List.map (fun (a, b) -> Brent.FindRoot(residual, a, b, 1e-15, 200))

    /// The half-stable critical point: K > 0 with E[s s''] = 0 in [low, high] (opposite signs at the ends), then
    /// C_w = 1 / E s'^2 and C_b = K - C_w E s^2, so that K is fixed and both slopes are 1.
    let criticalPoint activation low high =
        let k = Brent.FindRoot(curvature activation, low, high, 1e-15, 200)
        let cw = 1.0 / chiPerp 1.0 activation k

        struct (k,
                {
                    Cb = k - cw * secondMoment activation k
                    Cw = cw
                })

    /// K^(1) .. K^(count) of the variance map.
    let trajectory parameters activation start count =
        Seq.unfold (fun k -> Some(k, map parameters activation k)) start
        |> Seq.take count
        |> List.ofSeq
