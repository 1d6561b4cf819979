namespace NtkTheory.Models

open System
open NtkTheory.Numerics

/// The covariance of two centered Gaussian numbers u and v.
[<Struct>]
type Covariance = { Kaa: float; Kbb: float; Kab: float }

/// E s(u) s(v) for jointly Gaussian u and v: in closed form where one is known, by quadrature for every
/// activation, and by Mehler's series with a computable bound of what it leaves out.
module DualActivation =

    let private correlation k =
        if k.Kaa = 0.0 || k.Kbb = 0.0 then
            0.0
        else
            Math.Clamp(k.Kab / sqrt (k.Kaa * k.Kbb), -1.0, 1.0)

    let private scale k = sqrt (k.Kaa * k.Kbb)

    let private angle k = Angle.ofCosine (correlation k)

    let private relu k = scale k * ArcCosine.degreeOne (angle k)

    /// E |u| |v| = (2/pi) sqrt(Kaa Kbb) (sqrt(1 - rho^2) + rho asin rho) = 2 E r(u) r(v) + 2 E r(u) r(-v).
    let private absolute k =
        2.0 * (relu k + relu { k with Kab = -k.Kab })

    /// E sign(u) sign(v) = (2/pi) asin rho.
    let private signs k =
        (angle k).Supplement * 2.0 / Math.PI - 1.0

    let private step k =
        if k.Kaa = 0.0 && k.Kbb = 0.0 then 1.0
        elif k.Kaa = 0.0 || k.Kbb = 0.0 then 0.5
        else ArcCosine.degreeZero (angle k)

    /// The share of the identity and of the absolute value in a leaky ReLU.
    let private leaky slope =
        (1.0 + slope) / 2.0, (1.0 - slope) / 2.0

    let private damped k =
        exp (-0.5 * (k.Kaa + k.Kbb - 2.0 * abs k.Kab))

    /// e^(-(Kaa + Kbb)/2) sinh Kab without overflow, and without cancellation for small Kab.
    let private sines k =
        if abs k.Kab < 1.0 then
            exp (-0.5 * (k.Kaa + k.Kbb)) * sinh k.Kab
        else
            float (sign k.Kab) * damped k * (1.0 - exp (-2.0 * abs k.Kab)) / 2.0

    /// e^(-(Kaa + Kbb)/2) cosh Kab without overflow.
    let private cosines k =
        damped k * (1.0 + exp (-2.0 * abs k.Kab)) / 2.0

    /// det(I + K).
    let private determinant k =
        (1.0 + k.Kaa) * (1.0 + k.Kbb) - k.Kab * k.Kab

    /// E u^n v^n: the sum over j = n - 2m of n!^2 / (4^m m!^2 j!) (Kaa Kbb)^m Kab^j.
    let private monomial degree k =
        let factorial n =
            Seq.fold (fun product i -> product * float i) 1.0 (seq { 1..n })

        Seq.sum (
            seq {
                for m in 0 .. degree / 2 do
                    let j = degree - 2 * m
                    let ways = factorial degree / (2.0 ** float m * factorial m)
                    ways * ways / factorial j * pown (k.Kaa * k.Kbb) m * pown k.Kab j
            }
        )

    /// E Phi(u) Phi(v) = 1/4 + asin(Kab / sqrt((1 + Kaa)(1 + Kbb))) / (2 pi).
    let private normalCdfs k =
        0.25 + asin (k.Kab / sqrt ((1.0 + k.Kaa) * (1.0 + k.Kbb))) / Math.Tau

    /// E phi(u) phi(v) for the normal density phi.
    let private densities k = 1.0 / (Math.Tau * sqrt (determinant k))

    /// E u v Phi(u) Phi(v), by Stein's lemma in u and then in v.
    let private gelu k =
        let p = densities k

        k.Kab * normalCdfs k
        + k.Kaa * p * (k.Kbb - k.Kab * k.Kab / (1.0 + k.Kaa))
        + k.Kab * k.Kab * p / (1.0 + k.Kbb)

    let private geluDerivative k =
        let p = densities k

        normalCdfs k
        + k.Kab * p * (1.0 / (1.0 + k.Kaa) + 1.0 / (1.0 + k.Kbb) + 1.0 / determinant k)

    /// E (e^u - 1)(e^v - 1) over u, v < 0: e^(alpha u + beta v) tilts the law by the covariance (Cameron, Martin).
    let private belowBoth k =
        let a, b, rho = sqrt k.Kaa, sqrt k.Kbb, correlation k

        let tilted alpha beta =
            exp (0.5 * (alpha * k.Kaa + beta * k.Kbb) + alpha * beta * k.Kab)
            * BivariateNormal.lower
                (-(alpha * k.Kaa + beta * k.Kab) / a)
                (-(alpha * k.Kab + beta * k.Kbb) / b)
                rho

        tilted 1.0 1.0 - tilted 1.0 0.0 - tilted 0.0 1.0 + tilted 0.0 0.0

    /// E (e^u - 1) over u < 0 for variance K.
    let private below variance =
        exp (0.5 * variance) * BivariateNormal.cdf -(sqrt variance) - 0.5

    /// E u (e^v - 1) over u > 0 > v.
    let private across k =
        let a, b, rho = sqrt k.Kaa, sqrt k.Kbb, correlation k

        let tilted beta =
            let h, j = -beta * k.Kab / a, -beta * b
            let above = BivariateNormal.cdf j - BivariateNormal.lower h j rho

            exp (0.5 * beta * k.Kbb)
            * (beta * k.Kab * above + a * BivariateNormal.firstMoment h j rho)

        tilted 1.0 - tilted 0.0

    let private flip k = {
        Kaa = k.Kbb
        Kbb = k.Kaa
        Kab = k.Kab
    }

    /// For standard deviations up to about 30: beyond, e^(variance) overflows.
    let private elu k =
        if k.Kaa = 0.0 || k.Kbb = 0.0 then
            0.0
        else
            relu k + across k + across (flip k) + belowBoth k

    let private eluDerivative k =
        if k.Kaa = 0.0 && k.Kbb = 0.0 then 1.0
        elif k.Kaa = 0.0 then 1.0 + below k.Kbb
        elif k.Kbb = 0.0 then 1.0 + below k.Kaa
        else 1.0 + below k.Kaa + below k.Kbb + belowBoth k

    /// E s(u) s(v) in closed form, for the activations that have one.
    let closedForm activation : (Covariance -> float) option =
        match activation with
        | Relu -> Some relu
        | LeakyRelu slope ->
            let line, fold = leaky slope
            Some(fun k -> line * line * k.Kab + fold * fold * absolute k)
        | Erf ->
            Some(fun k ->
                2.0 / Math.PI
                * asin (2.0 * k.Kab / sqrt ((1.0 + 2.0 * k.Kaa) * (1.0 + 2.0 * k.Kbb))))
        | Sin -> Some sines
        | Cos -> Some cosines
        | Exp -> Some(fun k -> exp (0.5 * (k.Kaa + k.Kbb) + k.Kab))
        | Bump -> Some(fun k -> 1.0 / sqrt (determinant k))
        | Step -> Some step
        | Abs -> Some absolute
        | Monomial degree -> Some(monomial degree)
        | Identity -> Some _.Kab
        | Gelu -> Some gelu
        | Elu -> Some elu
        | Tanh
        | Sigmoid
        | Softplus
        | Silu -> None

    /// E s'(u) s'(v) in closed form, for the activations that have one; None for the step, whose derivative is a
    /// point mass.
    let closedDerivative activation : (Covariance -> float) option =
        match activation with
        | Relu -> Some step
        | LeakyRelu slope ->
            let line, fold = leaky slope
            Some(fun k -> line * line + fold * fold * signs k)
        | Erf ->
            Some(fun k ->
                4.0
                / Math.PI
                / sqrt ((1.0 + 2.0 * k.Kaa) * (1.0 + 2.0 * k.Kbb) - 4.0 * k.Kab * k.Kab))
        | Sin -> Some cosines
        | Cos -> Some sines
        | Exp -> closedForm Exp
        | Bump -> Some(fun k -> k.Kab / determinant k ** 1.5)
        | Abs -> Some signs
        | Monomial degree -> Some(fun k -> float (degree * degree) * monomial (degree - 1) k)
        | Identity -> Some(fun _ -> 1.0)
        | Gelu -> Some geluDerivative
        | Elu -> Some eluDerivative
        | Step
        | Tanh
        | Sigmoid
        | Softplus
        | Silu -> None

    /// E f(u) g(v) for analytic functions by the trapezoidal rule on the square |z| <= 11 with distance 1/8 for
    /// variances up to 1 and 1/8 over the standard deviation beyond: errors e^(-2 pi 8 d) for singularities at
    /// distance d of the line, as for tanh (d = pi/2) below 1e-30.
    let trapezoid (f: float -> float) (g: float -> float) k =
        let h = 0.125 / sqrt (max 1.0 (max k.Kaa k.Kbb))
        let count = int (ceil (GaussianExpectation.reach / h))
        let density z = exp (-0.5 * z * z) / sqrt Math.Tau
        let nodes = Array.init (2 * count + 1) (fun i -> h * float (i - count))
        let weights = nodes |> Array.map (fun z -> h * density z)
        let along = if k.Kaa = 0.0 then 0.0 else k.Kab / sqrt k.Kaa
        let across = sqrt (max 0.0 (k.Kbb - along * along))
        let mutable sum = 0.0

        for i in 0 .. nodes.Length - 1 do
            let mutable inner = 0.0

            for j in 0 .. nodes.Length - 1 do
                inner <- inner + weights[j] * g (along * nodes[i] + across * nodes[j])

            sum <- sum + weights[i] * f (sqrt k.Kaa * nodes[i]) * inner

        sum

    let private panels activation (f: float -> float) k =
        let rho = correlation k
        let kinks = Activation.kinks activation
        let at variance z = f (sqrt variance * z)
        GaussianExpectation.bivariate (at k.Kaa, kinks) (at k.Kbb, kinks) rho (1.0 - abs rho)

    let private numerical activation f k =
        if List.isEmpty (Activation.kinks activation) then
            trapezoid f f k
        else
            panels activation f k

    /// E s(u) s(v) by quadrature, for every activation (kinks at 0).
    let quadrature activation k =
        numerical activation (Activation.value activation) k

    /// E s'(u) s'(v) by quadrature.
    let derivativeQuadrature activation k =
        numerical activation (Activation.derivative activation) k

    /// E s(u) s(v), in closed form if there is one.
    let value activation =
        closedForm activation |> Option.defaultValue (quadrature activation)

    /// E s'(u) s'(v), in closed form if there is one.
    let derivative activation =
        closedDerivative activation
        |> Option.defaultValue (derivativeQuadrature activation)

    /// E f(u) f(v) for any function by Mehler's series up to the given degree: the sum of rho^k c_k(Kaa) c_k(Kbb)
    /// over the Hermite coefficients of z -> f(sqrt K z). What is left out is at most |rho|^(degree + 1) times
    /// the roots of what the coefficients lack of E f(u)^2 and E f(v)^2 (Cauchy, Schwarz and Parseval).
    let mehler (f: float -> float, kinks) degree k =
        let side variance =
            let at z = f (sqrt variance * z)
            let coefficients = Hermite.coefficients degree (at, kinks)

            let total =
                GaussianExpectation.mean (GaussianExpectation.rule kinks) (fun z -> at z * at z)

            let kept = coefficients |> Array.sumBy (fun c -> c * c)
            coefficients, max 0.0 (total - kept) + Estimate.gamma 2000 * total, total

        let left, leftRest, leftTotal = side k.Kaa
        let right, rightRest, rightTotal = side k.Kbb
        let rho = correlation k

        let sum = Seq.foldBack2 (fun a b rest -> a * b + rho * rest) left right 0.0

        let truncation = abs rho ** float (degree + 1) * sqrt (leftRest * rightRest)
        let rounding = Estimate.gamma 2000 * sqrt (leftTotal * rightTotal)
        Estimate.within (truncation + rounding) sum
