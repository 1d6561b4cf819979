namespace NtkTheory.Models

open System
open MathNet.Numerics
open NtkTheory.Numerics

/// A function applied to each neuron's preactivation.
[<StructuredFormatDisplay("{Name}")>]
type Activation =
    /// max(z, 0).
    | Relu
    /// z for z >= 0, slope z for z < 0.
    | LeakyRelu of slope: float
    /// The error function.
    | Erf
    | Sin
    | Cos
    | Exp
    /// exp(-z^2 / 2).
    | Bump
    /// 1 for z >= 0, otherwise 0.
    | Step
    | Abs
    /// z^degree, degree at least 1.
    | Monomial of degree: int
    | Identity
    /// z Phi(z) with the normal distribution function Phi.
    | Gelu
    | Tanh
    /// 1 / (1 + e^-z).
    | Sigmoid
    /// ln(1 + e^z).
    | Softplus
    /// z / (1 + e^-z), also called swish.
    | Silu
    /// z for z >= 0, e^z - 1 for z < 0.
    | Elu

    /// The activation in words.
    member this.Name =
        match this with
        | LeakyRelu slope -> $"leaky-relu {slope}"
        | Monomial degree -> $"z^{degree}"
        | Relu -> "relu"
        | Erf -> "erf"
        | Sin -> "sin"
        | Cos -> "cos"
        | Exp -> "exp"
        | Bump -> "gaussian"
        | Step -> "step"
        | Abs -> "abs"
        | Identity -> "identity"
        | Gelu -> "gelu"
        | Tanh -> "tanh"
        | Sigmoid -> "sigmoid"
        | Softplus -> "softplus"
        | Silu -> "silu"
        | Elu -> "elu"

    override this.ToString() = this.Name

/// Whether sigma(-z) = sigma(z), sigma(-z) = -sigma(z), or neither.
type Parity =
    | Even
    | Odd
    | Mixed

/// What is known of the activations: values, derivatives, constants.
module Activation =

    let private logistic z = 1.0 / (1.0 + exp -z)

    let private normalDensity z = exp (-0.5 * z * z) / sqrt Math.Tau

    let private normalCdf z =
        0.5 * SpecialFunctions.Erfc(-z / sqrt 2.0)

    /// ln(1 + e^z) without overflow, and with full precision for large negative z.
    let private softplus z =
        max z 0.0 + NearOne.logOnePlus (exp -(abs z))

    /// The function itself.
    let value activation : float -> float =
        match activation with
        | Relu -> fun z -> max z 0.0
        | LeakyRelu slope -> fun z -> if z >= 0.0 then z else slope * z
        | Erf -> SpecialFunctions.Erf
        | Sin -> sin
        | Cos -> cos
        | Exp -> exp
        | Bump -> fun z -> exp (-0.5 * z * z)
        | Step -> fun z -> if z >= 0.0 then 1.0 else 0.0
        | Abs -> abs
        | Monomial degree -> fun z -> pown z degree
        | Identity -> id
        | Gelu -> fun z -> z * normalCdf z
        | Tanh -> tanh
        | Sigmoid -> logistic
        | Softplus -> softplus
        | Silu -> fun z -> z * logistic z
        | Elu -> fun z -> if z >= 0.0 then z else exp z - 1.0

    /// The derivative, with the given value at a kink at 0: 0 is the element of Clarke's differential of least
    /// norm for ReLU, 1 the value that makes it the indicator of z >= 0.
    let derivativeWith (atZero: float) activation : float -> float =
        let broken low high =
            fun z ->
                if z > 0.0 then high
                elif z < 0.0 then low
                else atZero

        match activation with
        | Relu -> broken 0.0 1.0
        | LeakyRelu slope -> broken slope 1.0
        | Erf -> fun z -> 2.0 / sqrt Math.PI * exp (-z * z)
        | Sin -> cos
        | Cos -> fun z -> -sin z
        | Exp -> exp
        | Bump -> fun z -> -z * exp (-0.5 * z * z)
        | Step -> fun _ -> 0.0
        | Abs -> broken -1.0 1.0
        | Monomial degree -> fun z -> float degree * pown z (degree - 1)
        | Identity -> fun _ -> 1.0
        | Gelu -> fun z -> normalCdf z + z * normalDensity z
        | Tanh -> fun z -> 1.0 / (cosh z * cosh z)
        | Sigmoid -> fun z -> logistic z * logistic -z
        | Softplus -> logistic
        | Silu -> fun z -> logistic z * (1.0 + z * logistic -z)
        | Elu -> fun z -> if z >= 0.0 then 1.0 else exp z

    /// The derivative with the right-hand value at a kink: for ReLU the indicator of z >= 0.
    let derivative activation = derivativeWith 1.0 activation

    /// The second derivative away from kinks; None where it has a point mass (a jump of the derivative or of
    /// the function).
    let secondDerivative activation : (float -> float) option =
        match activation with
        | Relu
        | LeakyRelu _
        | Abs
        | Step -> None
        | Erf -> Some(fun z -> -4.0 / sqrt Math.PI * z * exp (-z * z))
        | Sin -> Some(fun z -> -sin z)
        | Cos -> Some(fun z -> -cos z)
        | Exp -> Some exp
        | Bump -> Some(fun z -> (z * z - 1.0) * exp (-0.5 * z * z))
        | Monomial degree when degree < 2 -> Some(fun _ -> 0.0)
        | Monomial degree -> Some(fun z -> float (degree * (degree - 1)) * pown z (degree - 2))
        | Identity -> Some(fun _ -> 0.0)
        | Gelu -> Some(fun z -> (2.0 - z * z) * normalDensity z)
        | Tanh -> Some(fun z -> -2.0 * tanh z / (cosh z * cosh z))
        | Sigmoid -> Some(fun z -> logistic z * logistic -z * (logistic -z - logistic z))
        | Softplus -> Some(fun z -> logistic z * logistic -z)
        | Silu -> Some(fun z -> logistic z * logistic -z * (2.0 - z * tanh (0.5 * z)))
        | Elu -> Some(fun z -> if z >= 0.0 then 0.0 else exp z)

    /// The points where the function or one of its derivatives jumps.
    let kinks activation =
        match activation with
        | Relu
        | LeakyRelu _
        | Abs
        | Step
        | Elu -> [ 0.0 ]
        | _ -> []

    /// beta, the Lipschitz constant of the derivative; infinite where there is none.
    let smoothness activation =
        match activation with
        | Relu
        | LeakyRelu _
        | Abs
        | Step
        | Exp -> infinity
        | Erf -> 2.0 / sqrt Math.PI * sqrt (2.0 / Math.E)
        | Sin
        | Cos
        | Bump
        | Elu -> 1.0
        | Identity
        | Monomial 1 -> 0.0
        | Monomial 2 -> 2.0
        | Monomial _ -> infinity
        | Gelu -> 2.0 / sqrt Math.Tau
        | Tanh -> 4.0 / (3.0 * sqrt 3.0)
        | Sigmoid -> 1.0 / (6.0 * sqrt 3.0)
        | Softplus -> 0.25
        | Silu -> 0.5

    /// The Lipschitz constant of the function; infinite where there is none.
    let lipschitz activation =
        match activation with
        | LeakyRelu slope -> max 1.0 (abs slope)
        | Erf -> 2.0 / sqrt Math.PI
        | Bump -> exp -0.5
        | Step
        | Exp -> infinity
        | Monomial degree when degree > 1 -> infinity
        | Sigmoid -> 0.25
        // the derivative is largest where the second one vanishes, at z = sqrt 2
        | Gelu -> derivative Gelu (sqrt 2.0)
        // and here at the root 2.39935728052 of z tanh(z/2) = 2
        | Silu -> derivative Silu 2.39935728052
        | _ -> 1.0

    /// The degree k with sigma(c z) = c^k sigma(z) for all c > 0, where there is one.
    let homogeneity activation =
        match activation with
        | Step -> Some 0.0
        | Relu
        | LeakyRelu _
        | Abs
        | Identity -> Some 1.0
        | Monomial degree -> Some(float degree)
        | _ -> None

    /// The symmetry about 0.
    let parity activation =
        match activation with
        | Erf
        | Sin
        | Tanh
        | Identity -> Odd
        | Cos
        | Abs
        | Bump -> Even
        | Monomial degree -> if degree % 2 = 0 then Even else Odd
        | _ -> Mixed

    /// The degree of a polynomial; None for the others.
    let polynomialDegree activation =
        match activation with
        | Identity -> Some 1
        | Monomial degree -> Some degree
        | _ -> None

    /// Whether the derivative is Lipschitz.
    let isSmooth activation = smoothness activation < infinity

    /// Every activation, with one example of those that have a parameter.
    let all = [
        Relu
        LeakyRelu 0.1
        Erf
        Sin
        Cos
        Exp
        Bump
        Step
        Abs
        Monomial 2
        Monomial 3
        Identity
        Gelu
        Tanh
        Sigmoid
        Softplus
        Silu
        Elu
    ]
