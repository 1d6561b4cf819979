/// Linear models of networks around their start: definitions, and the bounds for smooth activations.
module NtkTheory.Catalog.Kernels.Linearization

open System
open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private smooth = [ Tanh; Sigmoid; Sin; Cos; Softplus; Erf; Gelu; Silu; Monomial 2 ]

let private withPoint = {
    Setting.usual with
        Counts = 1, 1
        Activations = smooth
        Sizes = 0.05, 5.0
}

let private bounded =
    Hypothesis.named Condition.unitInputs (fun setting ->
        (Setting.points setting).RowNorms 2.0
        |> Seq.forall (fun norm -> norm <= 1.0 + 1e-12))

let private hasSmoothActivation =
    Hypothesis.named "smooth activation" (fun (setting: Setting) -> Activation.isSmooth setting.Activation)

let private longInputs ranges =
    Setting.arbitrary {
        ranges with
            Geometries = [ Gaussian ]
            Dimensions = 8, 16
    }

/// Another network at distance `Size`, in a random direction or along the first point.
let private moved along (setting: Setting) =
    let start = Setting.network setting
    let rows, columns = start.Hidden.RowCount, start.Hidden.ColumnCount
    let seed = Seed.split "move" (Setting.seed setting)

    let direction =
        if along then
            let sizes = Draw.normals seed rows
            let point = (Setting.points setting).Row 0

            MathNet.Numerics.LinearAlgebra.Matrix<float>.Build.Dense(
                rows,
                columns,
                fun j i -> sizes[j] * point[i]
            )
        else
            Draw.normalMatrix seed rows columns

    start,
    TwoLayer.withHidden (start.Hidden + direction.Multiply(setting.Size / direction.FrobeniusNorm())) start

/// Radius of a sum over the neurons: gamma over the terms of the outputs and of the linear model.
let private sumRadius (setting: Setting) magnitude =
    Estimate.gamma (4 * setting.Width + 4 * setting.Points.Dimension + 16)
    * magnitude

let private outputMagnitude (start: TwoLayer) (now: TwoLayer) points =
    let sigma = Activation.value start.Activation
    let z0 = TwoLayer.preactivations start points
    let z1 = TwoLayer.preactivations now points
    let slope = Activation.derivative start.Activation
    let scale = 1.0 / sqrt (float (TwoLayer.width start))
    // the linear model's terms are |sigma(z0)| + |sigma'(z0)| (|z0| + |z1|), and preactivations themselves round
    let term j i =
        abs (sigma z0[j, i])
        + abs (sigma z1[j, i])
        + (abs (slope z0[j, i]) + 1.0) * (1.0 + abs z0[j, i] + abs z1[j, i])

    scale
    * Seq.sum (
        seq {
            for j in 0 .. z0.RowCount - 1 -> Seq.max (seq { for i in 0 .. z0.ColumnCount - 1 -> term j i })
        }
    )

/// f_0 through the gradient as a matrix against the sum over neurons.
let linearModelIsValuePlusGradient: Theorem<Setting> =
    let inner (setting: Setting) =
        let start, now = moved false setting
        let point = (Setting.points setting).Row 0
        let gradient = TwoLayer.gradient start point

        let product =
            (gradient.PointwiseMultiply(now.Hidden - start.Hidden)).RowSums().Sum()

        let radius = sumRadius setting (outputMagnitude start now (point.ToRowMatrix()))
        Estimate.within radius ((TwoLayer.outputs start (point.ToRowMatrix()))[0] + product)

    let perNeuron slopeOf (setting: Setting) =
        let start, now = moved false setting
        let points = (Setting.points setting).Row(0).ToRowMatrix()
        let sigma = Activation.value setting.Activation
        let t = TwoLayer.preactivations start points
        let v = TwoLayer.preactivations now points

        let term j a =
            a * (sigma t[j, 0] + slopeOf setting.Activation t[j, 0] * (v[j, 0] - t[j, 0]))

        let value = Array.sum (Array.mapi term start.Outer) / sqrt (float setting.Width)
        Estimate.within (sumRadius setting (outputMagnitude start now points)) value

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
        let start, now = moved true setting
        let points = Setting.points setting
        let h = 1e-5

        let at s =
            TwoLayer.outputs
                (TwoLayer.withHidden (start.Hidden + (now.Hidden - start.Hidden).Multiply(s: float)) start)
                points

        let slope = ((at h)[0] - (at -h)[0]) / (2.0 * h)
        // central differences: h^2/6 of the third derivative, and rounding of the outputs over h
        let size = (setting.Size + 1.0) ** 3.0
        let rounding = sumRadius setting (outputMagnitude start now points) / h
        Estimate.within (10.0 * h * h * size + rounding) slope

    let linear factor (setting: Setting) =
        let start, now = moved true setting
        let points = Setting.points setting

        let value =
            (Linearization.outputs start now points)[0] - (TwoLayer.outputs start points)[0]

        Estimate.within (sumRadius setting (outputMagnitude start now points)) (factor * value)

    let ranges = {
        withPoint with
            Activations = [ Tanh; Sigmoid; Sin; Softplus; Erf ]
            Sizes = 0.5, 2.0
    }

    let claim =
        Setting.over ranges (fun instances -> Claim.identity instances differences (linear 1.0))

    let atWeights (setting: Setting) =
        // sigma'(w_0) read as sigma' of the sum of the weights: the only number that the misprint offers
        let start, now = moved true setting
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
        Claim.atMost (arguments smooth -5.0 5.0) scalarRemainder (bound 0.5) with
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

/// The error of the network at the worst displacement found, by real outputs of the moved network.
let private worstError (setting: Setting) =
    let start = Setting.network setting
    let points = Setting.points setting
    let point = points.Row 0
    let norm = point.L2Norm()
    let t = (TwoLayer.preactivations start points).Column(0).ToArray()

    let errorOf sign =
        let u, _ =
            SmoothWorstCase.largest setting.Activation sign t start.Outer (setting.Size * norm) 12

        let move =
            MathNet.Numerics.LinearAlgebra.Vector<float>.Build
                .Dense(u)
                .OuterProduct(point.Divide(norm * norm))

        let now = TwoLayer.withHidden (start.Hidden + move) start

        Estimate.within
            (sumRadius setting (outputMagnitude start now points))
            (abs (Array.head (Linearization.errors start now points)))

    List.maxBy _.Value [ errorOf 1.0; errorOf -1.0 ]

let private smoothBound power (setting: Setting) =
    let beta = Activation.smoothness setting.Activation
    Estimate.exact (Linearization.smoothBound beta 1.0 setting.Size 1 / float setting.Width ** power)

/// The quality of the linear model for smooth activations.
let smoothLinearizationErrorIsQuadratic: Theorem<Setting> =
    let claim = {
        Setting.over withPoint (fun instances -> Claim.atMost instances worstError (smoothBound 0.5)) with
            Hypotheses = [ bounded; hasSmoothActivation ]
            Data = Setting.onData withPoint [ Condition.unitRows ]
    }

    {
        Entry = {
            Id = "linearization/smooth"
            Title =
                "Smooth networks are within beta B^2 / (2 sqrt m) of their linear model on a ball of radius B"
            Statement =
                @"\|x\|\le 1,\ |a_j|\le 1,\ \sigma'\ \beta\text{-Lipschitz}:\quad \sup_{\|W-W_0\|_F\le B} |f(x;W)-f_0(x;W)| \le \frac{\beta B^2}{2\sqrt m}"
            Source = Sources.slides "Linearization quality"
            Status = Proved
            Sharpness = Tight
            Method =
                "The worst displacement on the ball is sought by ascent (only displacements along x matter), the network is moved there and f - f_0 evaluated: an attained value. z^2 attains the bound; tanh comes to 0.86-0.999 of it as m grows."
            Remark =
                "Not applicable where sigma' is not Lipschitz (ReLU) or |x| > 1 (then multiply by |x|^2)."
        }
        Claim = claim
        Controls = [
            Control.scaled 0.9 claim
            Control.bound "1/m in place of 1/sqrt m" (smoothBound 1.0) claim
            Control.without Condition.unitInputs (longInputs withPoint) claim
        ]
    }

let private unscaledError (setting: Setting) =
    let start, now = moved true setting

    let sizes =
        Draw.uniformsBetween -2.0 2.0 (Seed.split "outer sizes" (Setting.seed setting)) setting.Width

    let resized network = { network with Outer = sizes }
    let points = Setting.points setting
    let magnitude = 2.0 * outputMagnitude start now points
    let root = sqrt (float setting.Width)

    (Linearization.errors (resized start) (resized now) points)[0]
    |> fun error -> Estimate.within (sumRadius setting magnitude * root) (root * abs error)

let private unscaledBound power (setting: Setting) =
    let sizes =
        Draw.uniformsBetween -2.0 2.0 (Seed.split "outer sizes" (Setting.seed setting)) setting.Width

    let norm = (Setting.points setting).Row(0).L2Norm()
    let largest = sizes |> Seq.map abs |> Seq.max

    Estimate.rounded
        8
        1.0
        (0.5
         * Activation.smoothness setting.Activation
         * largest
         * norm ** power
         * setting.Size
         * setting.Size)

/// The proposition of lecture 5, for any outer weights and any norm of x.
let unscaledSmoothErrorIsQuadratic: Theorem<Setting> =
    let ranges = {
        withPoint with
            Geometries = [ Gaussian; Sphere ]
            Dimensions = 1, 9
    }

    let claim = {
        Setting.over ranges (fun instances -> Claim.atMost instances unscaledError (unscaledBound 2.0)) with
            Hypotheses = [ hasSmoothActivation ]
    }

    {
        Entry = {
            Id = "linearization/smooth-unscaled"
            Title = "Unscaled smooth networks are within beta |a| |x|^2 |V - V_0|^2 / 2 of their linear model"
            Statement =
                @"F = \sum_j a_j\sigma(v_j\cdot x):\quad |F(x;V)-F_0(x;V)| \le \tfrac{\beta}{2}\,\|a\|_\infty \|x\|^2 \|V-V_0\|_F^2"
            Source = Sources.lecture5 "Proposition"
            Status = Proved
            Sharpness = Tight
            Method =
                "Random displacements along x, outer weights uniform on [-2, 2], points of any norm; equality for z^2 and one neuron."
            Remark = "Not applicable where sigma' is not Lipschitz."
        }
        Claim = claim
        Controls = [
            Control.scaled 0.8 claim
            Control.bound "|x| in place of |x|^2" (unscaledBound 1.0) claim
        ]
    }

/// For which activations the linear model is <grad f(x; W0), W>.
let homogeneousModelsHaveNoConstantPart: Theorem<Setting> =
    let constantPart (setting: Setting) =
        let start, now = moved false setting
        let points = Setting.points setting
        let gradient = TwoLayer.gradient start (points.Row 0)
        let product = (gradient.PointwiseMultiply now.Hidden).RowSums().Sum()
        Estimate.within (sumRadius setting (outputMagnitude start now points)) product

    let model (setting: Setting) =
        let start, now = moved false setting
        let points = Setting.points setting

        Estimate.within
            (sumRadius setting (outputMagnitude start now points))
            (Array.head (Linearization.outputs start now points))

    let ranges = {
        withPoint with
            Activations = [ Relu; LeakyRelu 0.1; Abs; Identity ]
    }

    let claim = {
        Setting.over ranges (fun instances -> Claim.identity instances constantPart model) with
            Hypotheses = [
                Hypothesis.named "homogeneous activation" (fun (s: Setting) ->
                    Activation.homogeneity s.Activation = Some 1.0)
            ]
    }

    let linearPart (setting: Setting) =
        let start, now = moved false setting
        let points = Setting.points setting
        Estimate.exact ((Linearization.outputs start now points)[0] - (TwoLayer.outputs start points)[0])

    {
        Entry = {
            Id = "linearization/relu-homogeneous"
            Title = "For ReLU the linear model is the inner product of gradient and weights"
            Statement =
                @"\sigma(ct)=c\,\sigma(t)\ (c>0):\quad f_{W_0}(x;W) = \langle \nabla f(x;W_0), W\rangle,\ \text{as}\ \sigma(t)=\sigma'(t)\,t"
            Source = Sources.slides "Linearization"
            Status = Proved
            Sharpness = Exact
            Method =
                "The contraction of the gradient with the weights against the linear model, for ReLU, leaky ReLU, |z| and z."
            Remark =
                "Not applicable to activations that are not positively homogeneous of degree 1: for tanh the two differ by sigma(t) - sigma'(t) t."
        }
        Claim = claim
        Controls = [
            Control.without
                "homogeneous activation"
                (Setting.arbitrary {
                    withPoint with
                        Activations = [ Tanh; Sigmoid ]
                })
                claim
            Control.bound "the displacement in place of the weights" linearPart claim
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
    Theorem.pack smoothLinearizationErrorIsQuadratic
    Theorem.pack unscaledSmoothErrorIsQuadratic
    Theorem.pack homogeneousModelsHaveNoConstantPart
    Stated(depthDegrades, "no bound is stated, so nothing is computed")
]
