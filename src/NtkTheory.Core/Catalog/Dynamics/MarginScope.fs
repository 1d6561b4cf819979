/// For which losses and classifiers the flow finds the separator: lecture 11/14 of the notes.
module NtkTheory.Catalog.Dynamics.MarginScope

open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Numerics

/// A flow with an exact solution, looked at where log t, or the margin of the one point, is `Scale`.
type ExactFlow = {
    /// Orthogonal points (p, 0), (0, q), or the one point (p, q).
    P: float
    Q: float
    Logistic: bool
    Scale: float
}

let private flows low high =
    let generator =
        gen {
            let! p = between 0.5 1.0
            let! q = between low high
            let! logistic = Gen.elements [ true; false ]

            return {
                P = p
                Q = q
                Logistic = logistic
                Scale = 0.0
            }
        }

    let shrink flow =
        seq {
            for p in simplerPositive flow.P do
                if p >= 0.5 then
                    yield { flow with P = p }

            for q in simplerPositive flow.Q do
                if q >= low then
                    yield { flow with Q = q }

            if flow.Logistic then
                yield { flow with Logistic = false }
        }

    Arb.fromGenShrink (generator, shrink)

let private ladder scales = {
    Scales = scales
    At = fun flow scale -> { flow with Scale = scale }
    Replicates = 1
}

let private order value _ = Estimate.exact value

let private entry id title statement status method remark = {
    Id = $"margin/{id}"
    Title = title
    Statement = statement
    Source = notes "11/14" "scope of the theorem"
    Status = status
    Sharpness = Tight
    Method = method
    Remark = remark
}

/// z.w of a point of norm a at log t = s, from w(0) = 0. Exponential loss: log(1 + a^2 t). Logistic loss:
/// u + e^u = 1 + a^2 t, where u differs from log(a^2 t) by u e^{-u}: below rounding from s = 50 on.
let private exponentialTail flow a =
    let logTime = flow.Scale + 2.0 * log a

    if flow.Logistic then
        logTime
    else
        logTime + log (1.0 + exp -logTime)

/// z.w for the loss 1/u, u^2 du/dt = a^2, in units of t^{1/3}.
let private powerTail flow a =
    (3.0 * a * a + exp -flow.Scale) ** (1.0 / 3.0)

let private imbalance (solution: ExactFlow -> float -> float) flow _ =
    let along a = solution flow a / a
    Estimate.exact (abs (along flow.Q / along flow.P * flow.Q / flow.P - 1.0))

let exponentialTailsTurnTheFlowToTheSeparator: Theorem<ExactFlow> =
    let describe flow =
        $"z = (%g{flow.P}, 0), (0, %g{flow.Q}), logistic {flow.Logistic}"

    let times = ladder [ 50.0; 100.0; 200.0; 400.0; 800.0; 1600.0 ]

    let claim = {
        Claim.rate times Equals (flows 2.0 3.0) (imbalance exponentialTail) (order -1.0) with
            Describe = describe
    }

    {
        Entry =
            entry
                "loss-class"
                "losses with an exponential tail turn the flow to the separator at rate 1/log t"
                @"For $\ell(u)=e^{-u}$ or $\log(1+e^{-u})$ and the points $(p,0)$, $(0,q)$: $\frac{w_2}{w_1}=\frac pq\,(1+\Theta(1/\log t))$, where $p/q$ is the separator's ratio."
                Proved
                "left: the relative difference of w_2/w_1 from p/q along log t = 50 ... 1600, from the exact solutions log(1 + a^2 t) and u + e^u = 1 + a^2 t; right: order -1 in log t."
                "The notes say any loss of the family; their proof uses the exponential tail. For the loss 1/u, one of the controls, the ratio tends to 2^{-1/3} on (1,0), (0,2) instead of 1/2."
        Claim = claim
        Controls = [
            Control.create "the loss 1/u" {
                claim with
                    Measured = imbalance powerTail
            }
            Control.bound "order -2" (order -2.0) claim
        ]
    }

/// u(tau) = (e^{2 p tau}, e^{2 q tau}) solves the flow of f = u_1^2 p + u_2^2 q on the one point (p, q) from (1, 1),
/// tau the integral of e^{-f}. The tau at which f equals the scale, by bisection.
let private parametersAt flow =
    let f tau =
        flow.P * exp (4.0 * flow.P * tau) + flow.Q * exp (4.0 * flow.Q * tau)

    let rec bisect low high count =
        let middle = 0.5 * (low + high)

        if count = 0 then
            middle
        elif f middle > flow.Scale then
            bisect low middle (count - 1)
        else
            bisect middle high (count - 1)

    // f(0) = p + q is below every scale of the ladder, and f exceeds q e^{4 q tau}
    let tau = bisect 0.0 (log (flow.Scale / flow.Q) / (4.0 * flow.Q)) 80
    [| exp (2.0 * flow.P * tau); exp (2.0 * flow.Q * tau) |]

let private unit v =
    let size = norm v
    v |> Array.map (fun x -> x / size)

let private margins = ladder [ 1e2; 1e3; 1e4; 1e5; 1e6; 1e7 ]

let private distanceToSeparator flow _ =
    let beta = parametersAt flow |> Array.map (fun u -> u * u) |> unit
    Estimate.exact (norm (Array.map2 (-) beta (unit [| flow.P; flow.Q |])))

let private describePoint flow =
    $"x = (%g{flow.P}, %g{flow.Q}), u(0) = (1, 1)"

let homogeneousClassifiersFindTheSeparator: Theorem<ExactFlow> =
    let claim = {
        Claim.rate margins AtMost (flows 1.5 3.0) distanceToSeparator (order -0.5) with
            Describe = describePoint
    }

    {
        Entry =
            entry
                "homogeneous"
                "as printed: the theorem works for any homogeneous classifier"
                @"For $f(x;u)=u_1^2x_1+u_2^2x_2$ and one point $x$, the predictor $\beta=(u_1^2,u_2^2)$ of the flow of the exponential loss tends to the direction of the separator $x/|x|$, at least like a power of the margin."
                (FalseAsStated "margin/homogeneous/repaired")
                "left: the distance of beta/|beta| from x/|x| along margins 10^2 ... 10^7, exactly: u_i = e^{2 x_i tau}; right: an order of -1/2 or below in the margin."
                "The predictor turns to the largest coordinate: beta_2 = beta_1^{q/p}, so the direction tends to (0, 1). In the space of u that is the direction of largest margin."
        Claim = claim
        Controls = [
            Control.bound "order -1" (order -1.0) claim
            Control.bound "order -2" (order -2.0) claim
        ]
    }

/// How far u is from a KKT point of min |u|^2/2 with f >= 1: u_i = lambda 2 x_i u_i, least squares in lambda.
let private kktResidual flow _ =
    let u = unit (parametersAt flow)
    let gradient = [| 2.0 * flow.P * u[0]; 2.0 * flow.Q * u[1] |]
    let lambda = (Array.map2 (*) u gradient |> Array.sum) / norm gradient ** 2.0
    Estimate.exact (norm (Array.map2 (fun a g -> a - lambda * g) u gradient))

let homogeneousClassifiersTendToKktPoints: Theorem<ExactFlow> =
    let rateOf flow = (flow.P - flow.Q) / (2.0 * flow.Q)

    let claim = {
        Claim.rate margins Equals (flows 1.5 3.0) kktResidual (fun flow -> Estimate.exact (rateOf flow)) with
            Describe = describePoint
    }

    {
        Entry =
            entry
                "homogeneous/repaired"
                "the parameters of a homogeneous classifier tend in direction to a KKT point"
                @"For $f=u_1^2x_1+u_2^2x_2$, $0<x_1<x_2$ and $u(0)=(1,1)$, $u/|u|$ tends to a KKT point of $\min\tfrac12|u|^2$, $f(x;u)\ge1$, with residual of order $f^{-(x_2-x_1)/(2x_2)}$."
                (Repairs "margin/homogeneous")
                "left: the part of u/|u| that is no multiple of grad f, along margins 10^2 ... 10^7, exactly; right: its order (x_1 - x_2) / (2 x_2)."
                "The general statement for homogeneous networks is recalled from Lyu and Li (2020); here it is checked on the notes' own kind of example. A KKT point need not be a global optimum: from u(0) = (1, 0) the flow stays at (1, 0)."
        Claim = claim
        Controls = [
            Control.scaled 2.0 claim
            Control.bound "order -1/2 at every point" (order -0.5) claim
        ]
    }

let all = [
    Theorem.pack exponentialTailsTurnTheFlowToTheSeparator
    Theorem.pack homogeneousClassifiersFindTheSeparator
    Theorem.pack homogeneousClassifiersTendToKktPoints
]
