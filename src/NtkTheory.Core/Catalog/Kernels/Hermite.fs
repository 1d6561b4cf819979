/// Hermite expansions of activations under the normal law.
module NtkTheory.Catalog.Kernels.Hermite

open System
open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

/// The function z -> sigma(Scale z + Shift), looked at from a degree on.
type Shifted = {
    Activation: Activation
    Scale: float
    Shift: float
    Degree: int
}

let private shifted activations scales shifts =
    let make =
        gen {
            let! activation = Gen.elements activations
            let! scale = Gen.elements scales
            let! shift = Gen.elements shifts
            let! degree = Gen.choose (0, 10)

            return {
                Activation = activation
                Scale = scale
                Shift = shift
                Degree = degree
            }
        }

    make
    |> Shrinking.towards (fun one -> [
        { one with Scale = 1.0 }
        { one with Shift = 0.0 }
        { one with Degree = one.Degree / 2 }
    ])

let private nonPolynomial = [ Relu; Erf; Sin; Cos; Exp; Abs; Step; Gelu; Tanh; Sigmoid; Softplus; Silu ]

let private every = nonPolynomial @ [ Identity; Monomial 2; Monomial 3 ]

let private asFunction one =
    let f = Activation.value one.Activation

    let kinks =
        Activation.kinks one.Activation
        |> List.map (fun k -> (k - one.Shift) / one.Scale)

    (fun z -> f (one.Scale * z + one.Shift)), kinks

let private isNotPolynomial =
    Hypothesis.named "not a polynomial" (fun one -> (Activation.polynomialDegree one.Activation).IsNone)

/// Parseval's identity.
let hermiteCoefficientsCarryTheSecondMoment: Theorem<Shifted> =
    let degree = 40

    let secondMoment width one =
        let f, kinks = asFunction one
        let rule = GaussianExpectation.rule kinks
        let value = GaussianExpectation.mean rule (fun z -> f (width * z) ** 2.0)
        // 44 panels of 16 nodes, analytic inside: rounding of the sum, and what lies beyond |z| = 11
        Estimate.within (Estimate.gamma 800 * value + GaussianExpectation.truncation 100.0 4.0) value

    let squares weight one =
        let f, kinks = asFunction one
        let c = Hermite.coefficients degree (f, kinks)
        let value = Array.sum (Array.mapi (fun k v -> weight k * v * v) c)
        let slope = Activation.derivative one.Activation

        let energy =
            GaussianExpectation.mean (GaussianExpectation.rule kinks) (fun z ->
                (one.Scale * slope (one.Scale * z + one.Shift)) ** 2.0)

        let spent = Array.sum (Array.mapi (fun k v -> float k * v * v) c)
        // the sum over k of k c_k^2 is E f'^2, so what is left of it over degree + 1 bounds the tail
        Estimate.within (max 0.0 (energy - spent) / float (degree + 1) + 1e-11 * (1.0 + value)) value

    let lipschitz = every |> List.filter ((<>) Step)
    let instances = shifted lipschitz [ 0.5; 1.0; 1.5 ] [ 0.0; 0.3; -1.0 ]
    let claim = Claim.identity instances (secondMoment 1.0) (squares (fun _ -> 1.0))

    {
        Entry = {
            Id = "hermite/expansion"
            Title =
                "An activation is the sum of its Hermite polynomials, and their squares sum to its second moment"
            Statement =
                @"\sigma = \sum_k \frac{c_k}{\sqrt{k!}}\mathrm{He}_k,\ c_k = E[\sigma(Z)\mathrm{He}_k(Z)]/\sqrt{k!}:\quad \sum_k c_k^2 = E\,\sigma(Z)^2"
            Source = Sources.orf "10/10" "Hermite expansion"
            Status = Proved
            Sharpness = Exact
            Method =
                "Second moment by Gauss-Legendre panels against 41 coefficients; the tail is bounded by what is left of E f'^2 = sum k c_k^2."
            Remark =
                "The notes give the weight e^(-x^2), which is wrong for a standard normal weight vector; that weight is a control."
        }
        Claim = claim
        Controls = [
            Control.create "printed: the weight e^(-x^2)" {
                claim with
                    Measured = fun one _ -> secondMoment (sqrt 0.5) one
            }
            Control.bound
                "without the coefficient of degree 1"
                (squares (fun k -> if k = 1 then 0.0 else 1.0))
                claim
        ]
    }

let private vanishing = 1e-10

let private coefficientsOf one =
    Hermite.coefficients 14 (asFunction one)

/// The notes' claim that no coefficient of a function that is not a polynomial vanishes.
let noCoefficientOfANonPolynomialVanishes: Theorem<Shifted> =
    let zeros one =
        coefficientsOf one
        |> Array.truncate 9
        |> Array.filter (fun c -> abs c < vanishing)
        |> Array.length
        |> float
        |> Estimate.exact

    let claim = {
        Claim.atMost (shifted nonPolynomial [ 0.5; 1.0; 2.0 ] [ 0.0; 0.5; -1.0 ]) zeros (fun _ ->
            Estimate.exact 0.0) with
            Hypotheses = [ isNotPolynomial ]
    }

    {
        Entry = {
            Id = "hermite/nonpoly-all-nonzero"
            Title = "As printed: no Hermite coefficient of a function that is not a polynomial is zero"
            Statement = @"\sigma\ \text{not a polynomial}\ \Rightarrow\ \sigma_k\ne0\ \forall k"
            Source = Sources.orf "10/10" "Hermite expansion"
            Status = FalseAsStated "hermite/nonpoly-all-nonzero/repaired"
            Sharpness = Loose
            Method =
                "How many of the coefficients of degrees 0 ... 8 are below 1e-10 (quadrature errs by less than 1e-12)."
            Remark =
                "Even functions have no odd coefficients, odd ones no even ones; ReLU has c_3 = c_5 = ... = 0, sigmoid and step no even ones from degree 2 on, GELU and softplus no odd ones from degree 3 on. Of the usual activations only exp has all."
        }
        Claim = claim
        Controls = [
            Control.without
                "not a polynomial"
                (shifted [ Identity; Monomial 2; Monomial 3 ] [ 1.0 ] [ 0.0; 0.5 ])
                claim
            Control.create "no coefficient of ReLU is zero" {
                claim with
                    Instances = shifted [ Relu ] [ 1.0; 2.0 ] [ 0.0 ]
            }
        ]
    }

/// The repaired claim.
let coefficientsOfANonPolynomialDoNotEnd: Theorem<Shifted> =
    let nonzero one =
        let c = coefficientsOf one

        c[one.Degree + 1 .. one.Degree + 4]
        |> Array.filter (fun v -> abs v >= vanishing)
        |> Array.length
        |> float
        |> Estimate.exact

    let instances = shifted nonPolynomial [ 1.0; 1.5 ] [ 0.0; 0.5; -1.0 ]

    let claim = {
        Claim.atLeast instances nonzero (fun _ -> Estimate.exact 1.0) with
            Hypotheses = [ isNotPolynomial ]
    }

    {
        Entry = {
            Id = "hermite/nonpoly-all-nonzero/repaired"
            Title = "Infinitely many Hermite coefficients of a function that is not a polynomial are not zero"
            Statement =
                @"\sigma\in L^2(\gamma)\ \text{not a polynomial}\ \Rightarrow\ \#\{k : c_k\ne0\} = \infty"
            Source = Sources.orf "10/10" "Hermite expansion"
            Status = Repairs "hermite/nonpoly-all-nonzero"
            Sharpness = Tight
            Method =
                "For twelve activations, scaled and shifted: among any four degrees in a row up to 14 one coefficient at least exceeds 1e-10. (The theorem does not say how soon: this is evidence on these degrees.)"
            Remark =
                "For positive definiteness of a Gram matrix with antipodal points infinitely many even and infinitely many odd ones are needed."
        }
        Claim = claim
        Controls = [
            Control.without
                "not a polynomial"
                (shifted [ Identity; Monomial 2; Monomial 3 ] [ 1.0 ] [ 0.0; 0.5 ])
                claim
            Control.bound "all four are not zero" (fun _ -> Estimate.exact 4.0) claim
        ]
    }

/// An activation and the cosine of two unit points.
type Correlated = {
    Activation: Activation
    Cosine: float
}

let private correlated low high =
    let make =
        gen {
            let! activation = Gen.elements every
            let! cosine = Gen.choose (low, high)

            return {
                Activation = activation
                Cosine = float cosine / 100.0
            }
        }

    make |> Shrinking.towards (fun one -> [ { one with Cosine = 0.5 } ])

/// Mehler's formula for expectations of products.
let productsOfActivationsArePowerSeriesInTheCosine: Theorem<Correlated> =
    let degree = 40

    let product (one: Correlated) =
        let value = DualKernel.value one.Activation (Angle.ofCosine one.Cosine)
        Estimate.within (1e-13 * (1.0 + abs value)) value

    let series power (one: Correlated) =
        let c = DualKernel.coefficients degree one.Activation
        let value = Array.sum (Array.mapi (fun k v -> v * v * power one.Cosine k) c)
        let moment = DualKernel.value one.Activation (Angle.ofTheta 0.0)

        let tail =
            abs one.Cosine ** float (degree + 1)
            * max 0.0 (moment - Array.sumBy (fun v -> v * v) c)

        Estimate.within (tail + 1e-11 * (1.0 + moment)) value

    let claim =
        Claim.identity (correlated -90 90) product (series (fun u k -> u ** float k))

    {
        Entry = {
            Id = "hermite/mehler"
            Title =
                "E[sigma(w.x) sigma(w.x')] is the power series of the cosine with the squared Hermite coefficients"
            Statement =
                @"\|x\|=\|x'\|=1:\quad E[\mathrm{He}_j(w\cdot x)\mathrm{He}_k(w\cdot x')] = \delta_{jk}\,k!\,(x\cdot x')^k,\qquad E[\sigma(w\cdot x)\sigma(w\cdot x')] = \sum_k c_k^2\,(x\cdot x')^k"
            Source = Sources.orf "10/10" "proof of positive definiteness"
            Status = Proved
            Sharpness = Exact
            Method =
                "Closed forms or plane quadrature against 41 coefficients; tail at most |u|^41 (E sigma^2 - sum c_k^2)."
            Remark =
                "Points of other norms need sigma rescaled. The notes go on from this to 0 = sum c_alpha (x_alpha.x_beta)^k, which needs c_k to be nonzero."
        }
        Claim = claim
        Controls = [
            Control.bound "|u|^k in place of u^k" (series (fun u k -> abs u ** float k)) claim
            Control.bound "u^(k+1) in place of u^k" (series (fun u k -> u ** float (k + 1))) claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack hermiteCoefficientsCarryTheSecondMoment
    Theorem.pack noCoefficientOfANonPolynomialVanishes
    Theorem.pack coefficientsOfANonPolynomialDoNotEnd
    Theorem.pack productsOfActivationsArePowerSeriesInTheCosine
]
