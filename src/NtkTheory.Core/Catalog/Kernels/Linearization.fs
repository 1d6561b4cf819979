/// Linear models of networks around their start: their forms, and Taylor's remainder.
module NtkTheory.Catalog.Kernels.Linearization

open System
open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private withPoint = {
    Setting.usual with
        Counts = 1, 1
        Activations = Displacement.smooth
        Sizes = 0.05, 5.0
}

/// f_0 through the gradient as a matrix against the sum over neurons.
let linearModelIsValuePlusGradient: Theorem<Setting> =
    let inner (setting: Setting) =
        let start, now = Displacement.moved false setting
        let point = (Setting.points setting).Row 0
        let gradient = TwoLayer.gradient start point

        let product =
            (gradient.PointwiseMultiply(now.Hidden - start.Hidden)).RowSums().Sum()

        let radius =
            Displacement.sumRadius setting (Displacement.outputMagnitude start now (point.ToRowMatrix()))

        Estimate.within radius ((TwoLayer.outputs start (point.ToRowMatrix()))[0] + product)

    let perNeuron slopeOf (setting: Setting) =
        let start, now = Displacement.moved false setting
        let points = (Setting.points setting).Row(0).ToRowMatrix()
        let sigma = Activation.value setting.Activation
        let t = TwoLayer.preactivations start points
        let v = TwoLayer.preactivations now points

        let term j a =
            a * (sigma t[j, 0] + slopeOf setting.Activation t[j, 0] * (v[j, 0] - t[j, 0]))

        let value = Array.sum (Array.mapi term start.Outer) / sqrt (float setting.Width)
        Estimate.within (Displacement.sumRadius setting (Displacement.outputMagnitude start now points)) value

    let claim =
        Setting.over withPoint (fun instances ->
            Claim.identity instances inner (perNeuron Activation.derivative))

    {
        Entry = {
            Id = "linearization/taylor-def"
            Title = "The linear model of a network is its value plus the inner product with the gradient"
            Statement =
                @"f_0(x;W) = f(x;W_0) + \langle \nabla f(x;W_0), W - W_0\rangle = m^{-1/2}\sum_j a_j\bigl(\sigma(t_j) + \sigma'(t_j)\, x\cdot(w_j - w_{0,j})\bigr),\quad t_j = w_{0,j}\cdot x"
            Source = Sources.lecture5 "Definition"
            Status = Proved
            Sharpness = Exact
            Method =
                "The m x d gradient contracted with the displacement against the sum over neurons, on random networks with smooth activations; radius by the rounding of both sums."
            Remark =
                "The printed display has sigma(v_0.x) in the second sum, where sigma'(v_0.x) is meant: the printed form is a control. At a kink lecture 5 takes the derivative 0, lecture 7 takes 1: an option of the model."
        }
        Claim = claim
        Controls = [
            Control.bound "printed: sigma in the place of sigma'" (perNeuron Activation.value) claim
            Control.bound "without the linear part" (perNeuron (fun _ _ -> 0.0)) claim
        ]
    }

/// The slides' form of the same, with the misprint sigma'(w_0) for sigma'(w_0 . x).
let expansionOfTheTwoLayerNetwork: Theorem<Setting> =
    let differences (setting: Setting) =
        let start, now = Displacement.moved true setting
        let points = Setting.points setting
        let h = 1e-5

        let at s =
            TwoLayer.outputs
                (TwoLayer.withHidden (start.Hidden + (now.Hidden - start.Hidden).Multiply(s: float)) start)
                points

        let slope = ((at h)[0] - (at -h)[0]) / (2.0 * h)
        // central differences: h^2/6 of the third derivative, and rounding of the outputs over h
        let size = (setting.Size + 1.0) ** 3.0

        let rounding =
            Displacement.sumRadius setting (Displacement.outputMagnitude start now points)
            / h

        Estimate.within (10.0 * h * h * size + rounding) slope

    let linear factor (setting: Setting) =
        let start, now = Displacement.moved true setting
        let points = Setting.points setting

        let value =
            (Linearization.outputs start now points)[0] - (TwoLayer.outputs start points)[0]

        Estimate.within
            (Displacement.sumRadius setting (Displacement.outputMagnitude start now points))
            (factor * value)

    let ranges = {
        withPoint with
            Activations = [ Tanh; Sigmoid; Sin; Softplus; Erf ]
            Sizes = 0.5, 2.0
    }

    let claim =
        Setting.over ranges (fun instances -> Claim.identity instances differences (linear 1.0))

    let atWeights (setting: Setting) =
        // sigma'(w_0) read as sigma' of the sum of the weights: the only number that the misprint offers
        let start, now = Displacement.moved true setting
        let points = Setting.points setting
        let slope = Activation.derivative setting.Activation
        let sums = start.Hidden.RowSums()

        let moves =
            TwoLayer.preactivations now points - TwoLayer.preactivations start points

        let value =
            Array.sum (Array.mapi (fun j a -> a * slope sums[j] * moves[j, 0]) start.Outer)

        Estimate.exact (value / sqrt (float setting.Width))

    {
        Entry = {
            Id = "linearization/expansion"
            Title = "The derivative of a network along a displacement is the linear part of its model"
            Statement =
                @"\tfrac{d}{ds} f(x; W_0 + s\Delta)\big|_{s=0} = m^{-1/2}\sum_j a_j \sigma'(w_{0,j}\cdot x)\, \Delta_j\cdot x"
            Source = Sources.slides "Linearization"
            Status = Proved
            Sharpness = Exact
            Method =
                "Central differences of the network with step 1e-5 against the closed form; radius 10 h^2 (1 + B)^3 for the third derivative, plus rounding over h."
            Remark =
                "The slides print sigma'(w_{0,j}) without the inner product with x; that reading is a control."
        }
        Claim = claim
        Controls = [
            Control.bound "printed: sigma'(w_0) without x" atWeights claim
            Control.bound "half of the linear part" (linear 0.5) claim
        ]
    }

/// A pair of arguments and an activation.
type Arguments = {
    Activation: Activation
    S: float
    R: float
}

let private arguments activations low high =
    let number =
        Gen.choose (int (100.0 * low), int (100.0 * high))
        |> Gen.map (fun k -> float k / 100.0)

    let make =
        gen {
            let! activation = Gen.elements activations
            let! s = number
            let! r = number

            return {
                Activation = activation
                S = s
                R = r
            }
        }

    let smaller one =
        seq {
            for s in List.distinct [ 0.0; round one.S ] do
                if s <> one.S then
                    { one with S = s }

            for r in List.distinct [ 1.0; round one.R ] do
                if r <> one.R && one.R <> 1.0 then
                    { one with R = r }
        }

    FsCheck.FSharp.Arb.fromGenShrink (make, smaller)

let private scalarRemainder one =
    let value = abs (Linearization.remainder one.Activation one.S one.R)
    let sigma = Activation.value one.Activation
    let slope = Activation.derivative one.Activation one.S

    let magnitude =
        abs (sigma one.S)
        + abs (sigma one.R)
        + (abs slope + 1.0) * (abs one.S + abs one.R + 1.0)

    Estimate.rounded 16 magnitude value

/// Taylor's remainder of a beta-smooth function.
let scalarRemainderIsQuadratic: Theorem<Arguments> =
    let bound factor one =
        Estimate.exact (factor * Activation.smoothness one.Activation * (one.R - one.S) ** 2.0)

    let claim = {
        Claim.atMost (arguments Displacement.smooth -5.0 5.0) scalarRemainder (bound 0.5) with
            Hypotheses = [
                Hypothesis.named "smooth activation" (fun one -> Activation.isSmooth one.Activation)
            ]
    }

    {
        Entry = {
            Id = "linearization/scalar-remainder"
            Title = "A beta-smooth function is within beta (r - s)^2 / 2 of its tangent"
            Statement = @"|\sigma(r) - \sigma(s) - \sigma'(s)(r-s)| \le \tfrac{\beta}{2}(r-s)^2"
            Source = Sources.lecture5 "proof of the proposition"
            Status = Proved
            Sharpness = Tight
            Method =
                "Both sides at random pairs for nine activations with their exact beta; z^2 attains the bound, the climb nears it for the rest."
            Remark = ""
        }
        Claim = claim
        Controls = [
            Control.scaled 0.95 claim
            Control.bound
                "cubic in place of quadratic"
                (fun one ->
                    Estimate.exact (0.5 * Activation.smoothness one.Activation * abs (one.R - one.S) ** 3.0))
                claim
            Control.without
                "smooth activation"
                (arguments [ Relu ] -1.0 1.0)
                (claim
                 |> fun c -> {
                     c with
                         Bound = fun one -> Estimate.exact (0.5 * (one.R - one.S) ** 2.0)
                 })
        ]
    }

/// The integral form of the remainder, of which the slides exchange r and z.
let remainderIsAnIntegral: Theorem<Arguments> =
    let integral integrand one =
        let second = (Activation.secondDerivative one.Activation).Value
        let rule = MathNet.Numerics.Integration.GaussLegendreRule(one.S, one.R, 64)

        let terms =
            Array.init 64 (fun i ->
                rule.GetWeight i
                * second (rule.GetAbscissa i)
                * integrand one (rule.GetAbscissa i))
        // 64 nodes on at most 10 units are exact to rounding for functions whose poles are pi/2 away:
        // rho^-128 with rho = 1.36 is 8e-18
        Estimate.within (1e-13 * (1.0 + Array.sumBy abs terms)) (abs (Array.sum terms))

    let claim =
        Claim.identity
            (arguments [ Tanh; Sigmoid; Sin; Softplus; Monomial 2; Monomial 3 ] -3.0 3.0)
            scalarRemainder
            (integral (fun one z -> one.R - z))

    {
        Entry = {
            Id = "linearization/integral-remainder"
            Title = "Taylor's remainder as an integral of the second derivative"
            Statement = @"\sigma(r) - \sigma(s) - \sigma'(s)(r-s) = \int_s^r \sigma''(z)(r-z)\,dz"
            Source = Sources.slides "Linearization quality"
            Status = Proved
            Sharpness = Exact
            Method = "The remainder against Gauss-Legendre quadrature with 64 nodes."
            Remark =
                "Misprint: the slides have r and s exchanged in the integrand, (s - z) for (r - z). With z^3, s = 0, r = 1 that gives 2 for 1; it is a control. The bound that follows is not affected."
        }
        Claim = claim
        Controls = [
            Control.bound "printed: the integrand (s - z)" (integral (fun one z -> one.S - z)) claim
            Control.bound "without the factor (r - z)" (integral (fun _ _ -> 1.0)) claim
        ]
    }

let private depthDegrades = {
    Id = "linearization/depth-degrades"
    Title = "With many layers the linear model is worse"
    Statement =
        @"\text{The error of the linear model grows with depth at fixed width and radius (qualitative).}"
    Source = Sources.slides "Linearization quality"
    Status = Cited
    Sharpness = Loose
    Method = ""
    Remark = "The source gives no constants."
}

/// The statements of this file.
let all = [
    Theorem.pack linearModelIsValuePlusGradient
    Theorem.pack expansionOfTheTwoLayerNetwork
    Theorem.pack scalarRemainderIsQuadratic
    Theorem.pack remainderIsAnIntegral
    Stated(depthDegrades, "no bound is stated, so nothing is computed")
]
