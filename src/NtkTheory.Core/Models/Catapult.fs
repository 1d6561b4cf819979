namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// A two-layer ReLU network on one input whose gates stay as they were at the start:
/// z = sum_i s_i v_i (u_i.x) / sqrt(m d). Source: ORF 543 notes, lecture 11/7.
type GatedNetwork = {
    /// x, in R^d.
    Input: float[]
    /// u_i, m rows in R^d.
    InnerWeights: float[][]
    /// v, in R^m.
    OuterWeights: float[]
    /// 1 where u_i(0).x >= 0, else 0.
    Gates: float[]
}

/// Output and tangent kernel of the network on its one input.
[<Struct>]
type CatapultState = { Output: float; Kernel: float }

/// How gradient descent ends.
type CatapultEnd =
    | Converged
    | Diverged
    /// Neither within the steps allowed.
    | Undecided

/// Gradient descent on (z - y)^2/2 of a gated network: the network itself, and its exact recursion in two numbers.
module Catapult =

    let private dot (a: float[]) (b: float[]) =
        Array.fold2 (fun s p q -> s + p * q) 0.0 a b

    /// A network whose gates are those of its weights: m >= 1 rows u_i in R^d, d >= 1, and as many v_i.
    let create (input: float[]) (inner: float[][]) (outer: float[]) =
        if input.Length = 0 then
            invalidArg (nameof input) "The input has one coordinate or more, not 0."

        if outer.Length = 0 || inner.Length <> outer.Length then
            invalidArg
                (nameof outer)
                $"There are as many outer weights as rows of inner weights, 1 or more, not {outer.Length} for {inner.Length}."

        for u in inner do
            if u.Length <> input.Length then
                invalidArg
                    (nameof inner)
                    $"Each row of inner weights has {input.Length} numbers, not {u.Length}."

        {
            Input = input
            InnerWeights = inner
            OuterWeights = outer
            Gates = inner |> Array.map (fun u -> if dot u input >= 0.0 then 1.0 else 0.0)
        }

    let private rootOfSize network =
        sqrt (float network.OuterWeights.Length * float network.Input.Length)

    /// kappa = |x|^2/(m d).
    let kappa network =
        dot network.Input network.Input
        / (float network.OuterWeights.Length * float network.Input.Length)

    /// z.
    let output network =
        let terms =
            Array.map2 (fun u v -> v * dot u network.Input) network.InnerWeights network.OuterWeights

        dot network.Gates terms / rootOfSize network

    /// (dz/du_i, dz/dv_i) = s_i (v_i x, u_i.x) / sqrt(m d).
    let gradients network =
        let root = rootOfSize network

        let inner =
            Array.map2
                (fun s v -> Array.map (fun x -> s * v * x / root) network.Input)
                network.Gates
                network.OuterWeights

        let outer =
            Array.map2 (fun s u -> s * dot u network.Input / root) network.Gates network.InnerWeights

        inner, outer

    /// |grad z|^2, from the gradients themselves.
    let kernel network =
        let inner, outer = gradients network
        Array.sumBy (fun g -> dot g g) inner + dot outer outer

    /// The gradient as one column, u_1, .., u_m, v.
    let private jacobian network : Matrix<float> =
        let inner, outer = gradients network
        Matrix<float>.Build.DenseOfColumnArrays(Array.append (Array.concat inner) outer)

    /// grad z (grad z)^T, the Gauss-Newton part of the Hessian of the loss, on all m (d + 1) weights.
    let gaussNewton network =
        let j = jacobian network in j * j.Transpose()

    /// The Hessian of (z - y)^2/2 on all weights: the Gauss-Newton part and r times the Hessian of z, whose only entries
    /// are the mixed ones s_i x/sqrt(m d) of u_i and v_i.
    let lossHessian y network =
        let d, m = network.Input.Length, network.OuterWeights.Length
        let hessian = gaussNewton network
        let factor = (output network - y) / rootOfSize network

        for i in 0 .. m - 1 do
            for k in 0 .. d - 1 do
                let mixed = factor * network.Gates[i] * network.Input[k]
                hessian[i * d + k, m * d + i] <- hessian[i * d + k, m * d + i] + mixed
                hessian[m * d + i, i * d + k] <- hessian[m * d + i, i * d + k] + mixed

        hessian

    /// Output and kernel, all that descent on one input depends on.
    let state network = {
        Output = output network
        Kernel = kernel network
    }

    /// One step of gradient descent with step size eta on (z - y)^2/2.
    let step eta y network =
        let factor = -eta * (output network - y)
        let inner, outer = gradients network
        let move = Array.map2 (fun p g -> p + factor * g)

        {
            network with
                InnerWeights = Array.map2 move network.InnerWeights inner
                OuterWeights = move network.OuterWeights outer
        }

    /// The same step in output and kernel alone:
    /// r' = r (1 - eta lambda + kappa eta^2 z r), lambda' = lambda + eta kappa (eta lambda r^2 - 4 z r).
    let recursion kappa eta y state =
        let r = state.Output - y
        let z = state.Output

        {
            Output = y + r * (1.0 - eta * state.Kernel + kappa * eta * eta * z * r)
            Kernel = state.Kernel + eta * kappa * (eta * state.Kernel * r * r - 4.0 * z * r)
        }

    /// The states at steps 0, 1, ..., steps.
    let trajectory kappa eta y steps start =
        Array.scan (fun state _ -> recursion kappa eta y state) start [| 1..steps |]

    /// The step of a trajectory with the largest loss, and the state there.
    let peak y (states: CatapultState[]) =
        states |> Array.indexed |> Array.maxBy (fun (_, s) -> abs (s.Output - y))

    /// Gradient flow up to a time: dz/dt = -lambda r, dlambda/dt = -4 kappa z r, which keeps lambda^2 - 4 kappa z^2.
    let flow tolerance kappa y time start =
        let field _ (state: float[]) =
            let r = state[0] - y in [| -state[1] * r; -4.0 * kappa * state[0] * r |]

        let reached =
            OdeSolver.integrate tolerance field 0.0 time [| start.Output; start.Kernel |]

        {
            Output = reached.State[0]
            Kernel = reached.State[1]
        }

    /// Output beyond which the recursion cannot come back and the next steps would overflow (z grows cubically).
    let private escaped state =
        not (abs state.Output < 1e100 && abs state.Kernel < 1e200)

    /// How descent ends, the state in which that was seen, and the number of steps; the residual counts as zero below
    /// `tolerance`.
    let classify tolerance limit kappa eta y start =
        let rec walk count state =
            if escaped state then
                Diverged, state, count
            elif abs (state.Output - y) < tolerance then
                Converged, state, count
            elif count = limit then
                Undecided, state, count
            else
                walk (count + 1) (recursion kappa eta y state)

        walk 0 start
