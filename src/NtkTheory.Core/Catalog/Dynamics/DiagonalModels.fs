/// Diagonal networks and their flow: lecture 11/9 of the notes.
module NtkTheory.Catalog.Dynamics.DiagonalModels

open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.InterpolationData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private entry id title statement source method remark = {
    Id = $"implicit-bias/{id}"
    Title = title
    Statement = statement
    Source = source
    Status = Proved
    Sharpness = Exact
    Method = method
    Remark = remark
}

let private alphas = betweenLog 0.2 2.0

let private over counts dimensions measured bound = {
    Claim.identity (instances alphas counts dimensions) measured bound with
        Vary = vary
        Describe = describe
}

/// Numbers of the instance's own, in R^count.
let private drawn name count (item: Interpolation) =
    Draw.normals (Seed.ofInt item.Points.Seed |> Seed.split name) count

let private dimension (item: Interpolation) = item.Points.Dimension

/// theta_+ and theta_-, one after the other, and an input.
let private parameters (item: Interpolation) =
    drawn "parameters" (2 * dimension item) item

let private input (item: Interpolation) = drawn "input" (dimension item) item

/// beta = theta_+^2 - plus or minus theta_-^2 against the input, term by term.
let private predictor sign item (theta: float[]) =
    let d = dimension item

    input item
    |> Array.mapi (fun i x -> x * (theta[i] * theta[i] + sign * theta[d + i] * theta[d + i]))
    |> Array.sum

/// Some dozens of roundings of terms of size |x| |theta|^2.
let private sized item theta value =
    Estimate.rounded 64 (norm (input item) * norm theta ** 2.0) value

let private quadratic second strength (item: Interpolation) =
    let x = input item
    let d = dimension item
    let diagonal = Array.append x (x |> Array.map (fun v -> second * v))

    let model = {
        Features = Matrix<float>.Build.Dense(2 * d, 1)
        Curvatures = [| Matrix<float>.Build.DenseOfDiagonalArray diagonal |]
        Labels = vector [| 0.0 |]
        Start = vector (Array.zeroCreate (2 * d))
        Strength = strength
    }

    let theta = parameters item
    let predictions = QuadraticModel.predict model (vector theta)
    sized item theta predictions[0]

let diagonalNetworksAreQuadraticModels: Theorem<Interpolation> =
    let bound (item: Interpolation) =
        let theta = parameters item in sized item theta (predictor -1.0 item theta)

    let claim = over (1, 1) (1, 5) (quadratic -1.0 2.0) bound

    theorem
        (entry
            "model-as-quadratic"
            "a diagonal network is the quadratic model of the blocks diag(x) and -diag(x)"
            @"\langle\theta_+^2-\theta_-^2,x\rangle=\tfrac\varepsilon2\,\theta^T\Psi(x)\,\theta,\quad \theta=(\theta_+,\theta_-),\ \varepsilon=2,\ \Psi(x)=\begin{pmatrix}\mathrm{diag}(x)&0\\0&-\mathrm{diag}(x)\end{pmatrix}"
            (notes "11/9" "diagonal networks")
            "left: the general quadratic model at a random parameter, without linear features; right: the predictor itself."
            "Misprint: the notes print diag(x) in both blocks, which gives theta_+^2 + theta_-^2 and is one of the controls.")
        claim
        [
            measuring "printed: diag(x) in both blocks" (quadratic 1.0 2.0) claim
            measuring "epsilon = 1" (quadratic -1.0 1.0) claim
        ]

/// The prediction of the parameters that the rule makes of a vector.
let private represented (rule: float -> float * float) item =
    let halves = drawn "beta" (dimension item) item |> Array.map rule
    let theta = Array.append (Array.map fst halves) (Array.map snd halves)
    sized item theta (predictor -1.0 item theta)

let everyLinearFunctionIsADiagonalNetwork: Theorem<Interpolation> =
    let bound (item: Interpolation) =
        let beta = drawn "beta" (dimension item) item
        Estimate.rounded 64 (norm beta * norm (input item)) (vector(beta).DotProduct(vector (input item)))

    let roots b = sqrt (max b 0.0), sqrt (max -b 0.0)
    let claim = over (1, 1) (1, 5) (represented roots) bound

    theorem
        (entry
            "expressivity"
            "every linear function is a diagonal network"
            @"\beta=\theta_+^2-\theta_-^2 \text{ for } \theta_+^2=\max(\beta,0),\ \theta_-^2=\max(-\beta,0)"
            (notes "11/9" "expressivity")
            "left: the prediction of the parameters that the roots give; right: beta.x."
            "")
        claim
        [
            measuring "theta_- = 0" (represented (fun b -> sqrt (max b 0.0), 0.0)) claim
            measuring "without the roots" (represented (fun b -> max b 0.0, max -b 0.0)) claim
        ]

/// The prediction at a start whose second half is a multiple of the first.
let private atStart factor (item: Interpolation) =
    let start = (network item).Start |> Array.map (fun t -> item.Alpha * t)
    let theta = Array.append start (start |> Array.map (fun t -> factor * t))
    // equal halves cancel without rounding
    Estimate.within (if factor = 1.0 then 0.0 else 1e-13) (predictor -1.0 item theta)

let balancedStartsPredictZero: Theorem<Interpolation> =
    let claim = over (1, 1) (1, 5) (atStart 1.0) (fun _ -> Estimate.exact 0.0)

    theorem
        (entry
            "balanced-init"
            "a balanced start is the zero function"
            @"\theta_+(0)=\theta_-(0)=\alpha\theta_0 \implies \beta(0)=0"
            (notes "11/9" "initialization")
            "left: the prediction at the start on a random input; right: 0."
            "")
        claim
        [
            measuring "theta_-(0) = 0" (atStart 0.0) claim
            measuring "theta_-(0) half of theta_+(0)" (atStart 0.5) claim
        ]

/// theta_+^2 - theta_-^2.
let private betaOf d (theta: float[]) =
    Array.init d (fun i -> theta[i] * theta[i] - theta[d + i] * theta[d + i])

let private loss item theta =
    betaOf (dimension item) theta
    |> DiagonalFlow.residual (network item)
    |> Array.sumBy (fun r -> r * r / 2.0)

/// (1 + |X| (|theta| + 1)^2)^2, above the loss and its slopes within 1 of theta.
let private slopeSize item theta =
    (1.0 + Spectrum.frobenius (network item).Inputs * (norm theta + 1.0) ** 2.0)
    ** 2.0

/// -dL/dtheta_k by central differences of steps h and h/2, extrapolated: without truncation, L being of degree 4.
let private descent (item: Interpolation) =
    let theta = parameters item

    let central h k =
        let at shift =
            loss item (theta |> Array.mapi (fun i t -> if i = k then t + shift else t))

        (at h - at -h) / (2.0 * h)

    let slope k =
        (4.0 * central 0.25 k - central 0.5 k) / 3.0

    Estimate.rounded (512 * theta.Length) (slopeSize item theta) (-probe(Array.init theta.Length slope))

let private fieldAs plus minus (item: Interpolation) =
    let theta = parameters item
    let d = dimension item
    let network = network item
    let residual = DiagonalFlow.residual network (betaOf d theta)
    let slope = network.Inputs.TransposeThisAndMultiply(vector residual)

    let field =
        theta
        |> Array.mapi (fun k t -> (if k < d then plus else minus) * slope[k % d] * t)

    Estimate.rounded (64 * theta.Length) (slopeSize item theta) (probe field)

let gradientFlowOfADiagonalNetwork: Theorem<Interpolation> =
    let claim = over (1, 3) (1, 4) descent (fieldAs -2.0 2.0)

    theorem
        (entry
            "flow-ode"
            "gradient flow multiplies every parameter at the rate of its coordinate"
            @"\dot\theta_\pm=\mp2\,(X^Tr)\odot\theta_\pm,\quad r=X\beta-y,\ L=\tfrac12|r|^2"
            (notes "11/9" "Lemma 1")
            "left: minus the gradient of the loss by central differences, extrapolated once and so exact for a polynomial of degree 4; right: the closed form. Compared through a fixed projection."
            "For the loss |r|^2 the time scale doubles.")
        claim
        [
            Control.bound "the same sign for both halves" (fieldAs -2.0 -2.0) claim
            Control.bound "factor 4, as for the loss |r|^2" (fieldAs -4.0 4.0) claim
        ]

/// A time up to 1 of the instance's own.
let private time (item: Interpolation) =
    let seed = Seed.ofInt item.Points.Seed |> Seed.split "time"
    exp (-3.0 * Draw.uniformAt 0L seed)

/// How far a relative error of the parameters moves the projection of beta: 4 W, W = diag(c cosh s), coordinate by
/// coordinate, and the direction has entries below 1.
let private moved network (beta: float[]) error =
    let weights =
        Array.map2 (fun c (b: float) -> sqrt (c * c + b * b)) (DiagonalNetwork.scales network) beta

    4.0 * error * Array.sum weights

let private flowAt factor (item: Interpolation) =
    let network = network item
    let reached = DiagonalFlow.betaAt 1e-7 network (factor * time item)
    Estimate.within (2.0 * moved network reached.State reached.AccumulatedError) (probe reached.State)

/// c sinh(factor X^T int_0^t r), the integral along the explicitly integrated parameters.
let private fromResiduals factor scale (item: Interpolation) =
    let network = network item
    let d, n = dimension item, network.Labels.Length

    let field _ (state: float[]) =
        let r = DiagonalFlow.residual network (betaOf d state)
        let slope = network.Inputs.TransposeThisAndMultiply(vector r)

        let theta =
            Array.init (2 * d) (fun k -> (if k < d then -2.0 else 2.0) * slope[k % d] * state[k])

        Array.append theta r

    let start = network.Start |> Array.map (fun t -> item.Alpha * t)

    let reached =
        OdeSolver.integrate 1e-8 field 0.0 (time item) (Array.concat [ start; start; Array.zeroCreate n ])

    let s =
        network.Inputs.TransposeThisAndMultiply(vector reached.State[2 * d ..]).Multiply(factor).ToArray()

    let beta =
        Array.map2 (fun c s -> scale * c * sinh s) (DiagonalNetwork.scales network) s
    // errors of the integral reach s through the rows of X; twice that, as the parameters' own errors feed it
    let error =
        abs factor
        * Spectrum.frobenius network.Inputs
        * sqrt (float n)
        * reached.AccumulatedError

    Estimate.within (2.0 * moved network beta error) (probe beta)

let betaIsAHyperbolicSineOfTheIntegratedResidual: Theorem<Interpolation> =
    let claim = {
        over (1, 2) (2, 4) (flowAt 1.0) (fromResiduals -4.0 1.0) with
            Effort = { Instances = 0.3; Draws = 1.0 }
    }

    theorem
        (entry
            "sinh-solution"
            "beta is c times the hyperbolic sine of the integrated residuals"
            @"\beta(t)=2\alpha^2\theta_0^2\odot\sinh\Big(-4X^T\int_0^tr\Big)"
            (notes "11/9" "Lemma 2")
            "left: beta along the flow of all parameters by an implicit scheme, up to time 1; right: the formula with the integral of the residuals along an explicit integration. Radii from the errors of the steps."
            "Misprint: Lemma 3 of the notes drops the factor 2 of 2 alpha^2 at its end, which is one of the controls.")
        claim
        [
            Control.bound "printed: alpha^2 in place of 2 alpha^2" (fromResiduals -4.0 0.5) claim
            Control.bound "-2 in place of -4" (fromResiduals -2.0 1.0) claim
        ]

let private fromDual factor (item: Interpolation) =
    let network = network item
    let reached = DiagonalFlow.dualAt 1e-7 network (factor * time item)

    let beta =
        DiagonalNetwork.betaOfDual network.Inputs (DiagonalNetwork.scales network) (vector reached.State)
    // errors are relative to 1 + |nu|, and reach s through the rows of X
    let error =
        Spectrum.frobenius network.Inputs
        * (1.0 + norm reached.State)
        * sqrt (float network.Labels.Length)

    Estimate.within (2.0 * moved network beta (error * reached.AccumulatedError)) (probe beta)

let theFlowClosesInTheDualVariables: Theorem<Interpolation> =
    let claim = {
        over (1, 2) (2, 4) (flowAt 1.0) (fromDual 1.0) with
            Effort = { Instances = 0.3; Draws = 1.0 }
    }

    theorem
        (entry
            "dual-flow"
            "the flow closes in N dual variables, as gradient ascent"
            @"\nu=-4\int_0^tr:\quad \dot\nu=4\,(y-X(c\odot\sinh(X^T\nu)))=4\,\nabla D(\nu),\quad \beta=c\odot\sinh(X^T\nu),\ c=2\alpha^2\theta_0^2"
            (added "11/9" "the flow in the dual variables")
            "left: beta along the flow of all 2d parameters; right: beta of the integrated dual variables. Radii from the errors of the steps."
            "D(nu) = nu.y - sum_i c_i (cosh (X^T nu)_i - 1) is concave: the dual flow drives no two solutions apart, and its maximum is the minimizer of Q_alpha.")
        claim
        [
            Control.bound "factor 2 in place of 4" (fromDual 0.5) claim
            Control.bound "factor 8 in place of 4" (fromDual 2.0) claim
        ]

let private fitted beta (item: Interpolation) =
    let network = network item
    let image = network.Inputs * vector (beta item)

    Estimate.rounded
        512
        (Spectrum.frobenius network.Inputs * norm (beta item) + 1.0)
        (probe (image.ToArray()))

let theMinimizerInterpolates: Theorem<Interpolation> =
    let bound (item: Interpolation) =
        Estimate.exact (probe (network item).Labels)

    let scales = betweenLog 1e-6 1e6

    let claim = {
        Claim.identity (instances scales (1, 3) (2, 5)) (fitted (fun item -> (minimizer item).Beta)) bound with
            Vary = vary
            Hypotheses = [ isIndependent ]
            Data = Some(dataUse scales (1, 3))
            Describe = describe
    }

    theorem
        (entry
            "interpolates"
            "the limit interpolates for every finite scale of the start"
            @"X\beta_\alpha=y\quad(0<\alpha<\infty)"
            (notes "11/9" "remark after the theorem")
            "left: the predictions of the minimizer of Q_alpha on the inputs, alpha from 10^-6 to 10^6, through a fixed projection; right: the labels."
            "In between the limits of l1 and l2, beta_alpha moves continuously with alpha.")
        claim
        [
            measuring "the start, beta = 0" (fitted (fun item -> Array.zeroCreate (dimension item))) claim
            measuring
                "half of the minimizer"
                (fitted (fun item -> (minimizer item).Beta |> Array.map ((*) 0.5)))
                claim
        ]

let private timesLoss (power: float) item =
    let network = network item
    let reached = DiagonalFlow.betaAt 1e-7 network (time item)
    let r = norm (DiagonalFlow.residual network reached.State)

    let error =
        Spectrum.frobenius network.Inputs
        * 2.0
        * moved network reached.State reached.AccumulatedError

    let scale = 4.0 * time item ** power
    Estimate.within (scale * error * (2.0 * r + error)) (scale * r * r)

let theLossFallsLikeOneOverTime: Theorem<Interpolation> =
    let scales = betweenLog 1e-4 2.0

    let bound (item: Interpolation) =
        let q = (minimizer item).Potential in nearly 1e-11 q q

    let claim = {
        Claim.atMost (instances scales (1, 2) (2, 4)) (timesLoss 1.0) bound with
            Vary = vary
            Hypotheses = [ isIndependent ]
            Describe = describe
            Effort = { Instances = 0.6; Draws = 1.0 }
    }

    theorem
        {
            entry
                "loss-rate"
                "the loss is at most Q_alpha of the limit over eight times the time"
                @"L(t)\le\frac{Q_\alpha(\beta_\infty)}{8\,t}"
                (added "11/9" "rate of the loss")
                "left: 8 t L(t) along the flow of all parameters, with the errors of its steps; right: the potential of the minimizer."
                "d/dt of the Bregman divergence of Q_alpha from an interpolant is -8 L; any interpolant may stand for the limit. The 8 is sharp as alpha tends to 0." with
                Sharpness = Tight
        }
        claim
        [ Control.scaled 0.2 claim; measuring "8 t^0.2 L(t)" (timesLoss 0.2) claim ]

let all = [
    Theorem.pack diagonalNetworksAreQuadraticModels
    Theorem.pack everyLinearFunctionIsADiagonalNetwork
    Theorem.pack balancedStartsPredictZero
    Theorem.pack gradientFlowOfADiagonalNetwork
    Theorem.pack betaIsAHyperbolicSineOfTheIntegratedResidual
    Theorem.pack theFlowClosesInTheDualVariables
    Theorem.pack theMinimizerInterpolates
    Theorem.pack theLossFallsLikeOneOverTime
]
