/// Kernels of deep networks of infinite width.
module NtkTheory.Catalog.Kernels.DeepKernels

open System
open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Catalog.Kernels.KernelForms

/// The tangent kernel of a deep network as a sum over its layers.
let deepKernelIsTheSumOfItsLayers: Theorem<Cosine> =
    let naive u =
        (sqrt (1.0 - u * u) + u * (Math.PI - acos u)) / Math.PI, (Math.PI - acos u) / Math.PI

    let layers one =
        let depth =
            match one.Activation with
            | Monomial h -> h
            | _ -> 1

        let levels =
            List.scan (fun (sigma, _) _ -> naive (min 1.0 sigma)) (one.U, 1.0) [ 1..depth ]

        let below l =
            levels
            |> List.skip (l + 1)
            |> List.fold (fun product (_, dot) -> product * dot) 1.0

        let value = List.sum [ for l in 0..depth -> fst levels[l] * below l ]
        Estimate.within 1e-9 value

    let recursion part one =
        let depth =
            match one.Activation with
            | Monomial h -> h
            | _ -> 1

        let value = part (List.last (DeepRelu.kernels depth (Angle.ofCosine one.U)))
        Estimate.within 1e-13 value

    let claim =
        Claim.identity (cosines [ Monomial 1; Monomial 2; Monomial 3 ] -95 95) layers (recursion _.Theta)

    {
        Entry =
            Sources.exact
                (Sources.lecture7 "Remark. Multi-layer kernel")
                "kernel/multilayer-sum"
                "The tangent kernel of a deep network is the sum over its layers"
                @"\langle\nabla f(x),\nabla f(x')\rangle = \sum_l\langle\nabla_l f(x),\nabla_l f(x')\rangle;\quad \text{ReLU, width}\to\infty:\ \Theta_h = \sum_{l\le h}\Sigma_l\prod_{k=l+1}^h\dot\Sigma_k,\quad \Theta_h=\Theta_{h-1}\dot\Sigma_h+\Sigma_h"
                "The explicit sum over layers with the textbook formulas against the recursion of the model, which carries 1 - Sigma, for one to three hidden layers (the exponent in the instance)."
                ""
        Claim = claim
        Controls = [
            Control.bound "the last layer alone" (recursion _.Sigma) claim
            Control.bound "without the last layer" (recursion (fun k -> k.Theta - k.Sigma)) claim
        ]
    }

/// A pair of preactivations in a layer: variance, correlation, and the variances of biases and weights.
type Layer = {
    Activation: Activation
    Variance: float
    Cosine: float
    Bias: float
    Weight: float
}

let private layers activations =
    let make =
        gen {
            let! activation = Gen.elements activations
            let! variance = Gen.elements [ 0.25; 0.5; 1.0; 1.6 ]
            let! cosine = Gen.choose (-9, 10)
            let! bias = Gen.elements [ 0.0; 0.1; 0.5 ]
            let! weight = Gen.elements [ 1.0; 1.5; 2.0 ]

            return {
                Activation = activation
                Variance = variance
                Cosine = float cosine / 10.0
                Bias = bias
                Weight = weight
            }
        }

    make
    |> Shrinking.towards (fun layer -> [
        { layer with Variance = 1.0 }
        { layer with Bias = 0.0 }
        { layer with Weight = 1.0 }
    ])

/// E[s(u) s(v)] by summing over wide networks is costly; polar coordinates on the plane of the two points give
/// it by two one-dimensional quadratures.
let private throughPlane layer =
    let sigma = Activation.value layer.Activation
    let root = sqrt layer.Variance
    let angle = acos (max -1.0 (min 1.0 layer.Cosine))
    let rule = GaussianExpectation.rule []
    let directions = 64

    // E over the plane = E over the radius (Rayleigh) of the mean over directions; the trapezoidal rule over a
    // circle is spectrally accurate for smooth functions
    let ring radius =
        let at k =
            let phi = Math.Tau * float k / float directions
            sigma (root * radius * cos phi) * sigma (root * radius * cos (phi - angle))

        Seq.sum (Seq.init directions at) / float directions

    // the Rayleigh density r e^(-r^2/2) is sqrt(2 pi) r times the normal density on r > 0
    GaussianExpectation.mean rule (fun r -> if r > 0.0 then sqrt Math.Tau * r * ring r else 0.0)

/// One step of the recursion.
let covariancesFollowTheLayerRecursion: Theorem<Layer> =
    let measured layer =
        let value = throughPlane layer
        // at four standard deviations, of weight 3e-4, 64 directions still leave about 1e-6
        Estimate.within (1e-8 * (1.0 + abs value)) (layer.Bias + layer.Weight * value)

    let recursion weightOf layer =
        let covariance = {
            Kaa = layer.Variance
            Kbb = layer.Variance
            Kab = layer.Variance * layer.Cosine
        }

        let above =
            KernelRecursion.next { Cb = layer.Bias; Cw = weightOf layer } layer.Activation covariance

        Estimate.within (1e-10 * (1.0 + abs above.Kab)) above.Kab

    let claim = {
        Claim.identity (layers [ Tanh; Erf; Sin; Cos; Sigmoid; Gelu; Softplus ]) measured (recursion _.Weight) with
            Effort = { Instances = 0.4; Draws = 1.0 }
    }

    {
        Entry =
            Sources.exact
                (Sources.orf "Lecture 7" "recap")
                "nngp/recursion"
                "Covariances of a deep network of infinite width follow K' = C_b + C_w E_K[s s]"
                @"K^{(1)} = C_b+\tfrac{C_w}{n_0}\langle x,x'\rangle,\qquad K^{(\ell+1)}_{\alpha\beta} = C_b+C_w\,E_{K^{(\ell)}}[\sigma(z_\alpha)\sigma(z_\beta)]"
                "The expectation in polar coordinates of the plane (Rayleigh radius, 64 directions) against the model's recursion (closed forms or plane quadrature)."
                "The display of 9/21 has K^(L) on both sides; the left one must read K^(l+1)."
        Claim = claim
        Controls = [
            Control.bound "2 C_w in place of C_w" (recursion (fun layer -> 2.0 * layer.Weight)) claim
            Control.bound "without the weights' variance" (recursion (fun _ -> 1.0)) claim
        ]
    }

/// The susceptibilities.
let parallelSusceptibilityIsTheSlopeOfTheVariance: Theorem<Layer> =
    let slope layer =
        // Richardson on central differences of K' = C_b + C_w E s^2 in K
        let variance k =
            Criticality.map { Cb = layer.Bias; Cw = layer.Weight } layer.Activation k

        let central h =
            (variance (layer.Variance + h) - variance (layer.Variance - h)) / (2.0 * h)

        let h = 0.02 * layer.Variance
        let value = (4.0 * central (0.5 * h) - central h) / 3.0
        Estimate.within (1e-6 * (1.0 + abs value)) value

    let susceptibility chi factor layer =
        Estimate.within 1e-10 (factor * chi layer.Weight layer.Activation layer.Variance)

    let claim =
        Claim.identity
            (layers [ Tanh; Erf; Sin; Sigmoid; Gelu; Softplus; Silu; Relu ])
            slope
            (susceptibility Criticality.chiParallel 1.0)

    {
        Entry =
            Sources.exact
                (Sources.orf "Lecture 7" "recap")
                "nngp/criticality"
                "The parallel susceptibility is the derivative of the variance recursion"
                @"\chi_\parallel = \tfrac{C_w}{2}E_K[(\sigma^2)''(z)] = \frac{dK'}{dK},\qquad \chi_\perp = C_w\,E_K[\sigma'(z)^2];\qquad \text{critical: }\chi_\parallel=\chi_\perp=1"
                "Central differences of K' = C_b + C_w E s(z)^2 with one step of Richardson against (C_w / (2K)) E[sigma^2 (z^2/K - 1)], which needs no second derivative."
                "The scan prints chi_perp without the derivative; C_w E s^2 would give K, not 1, for ReLU at C_w = 2. ReLU is critical at C_w = 2, C_b = 0."
        Claim = claim
        Controls = [
            Control.bound "chi_perp in its place" (susceptibility Criticality.chiPerp 1.0) {
                claim with
                    // for ReLU the two are equal
                    Instances = layers [ Tanh; Sin; Gelu ]
            }
            Control.bound "without the 1/2" (susceptibility Criticality.chiParallel 2.0) claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack deepKernelIsTheSumOfItsLayers
    Theorem.pack covariancesFollowTheLayerRecursion
    Theorem.pack parallelSusceptibilityIsTheSlopeOfTheVariance
]
