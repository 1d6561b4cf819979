namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra

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
type CatapultPhase =
    | Converged
    | Diverged
    /// Neither within the steps allowed.
    | Undecided

/// Gradient descent on (z - y)^2/2 of a gated network: the network itself, and its exact recursion in two numbers.
module Catapult =

    let private dot (a: float[]) (b: float[]) =
        Array.fold2 (fun s p q -> s + p * q) 0.0 a b

    /// A network whose gates are those of its weights.
    let create input inner outer = {
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

    /// Output beyond which the recursion cannot come back and the next steps would overflow (z grows cubically).
    let private escaped state =
        not (abs state.Output < 1e100 && abs state.Kernel < 1e200)

    /// The phase, the state in which it was recognized, and the number of steps; the residual counts as zero
    /// below `tolerance`.
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

    /// The step size eta > 0 at which eta lambda = 4 + kappa eta^2 y (z - y): above it no start but an exact hit
    /// converges. The root next to 4/lambda, by Newton.
    let criticalStep kappa y start =
        let slope = kappa * y * (start.Output - y)

        let rec improve count eta =
            let value = 4.0 + slope * eta * eta - eta * start.Kernel
            let next = eta - value / (2.0 * slope * eta - start.Kernel)

            if count = 0 || abs (next - eta) <= 1e-16 * eta then
                next
            else
                improve (count - 1) next

        improve 60 (4.0 / start.Kernel)

    /// y = 0 and 2 < eta lambda_0 < 4: the largest loss lies between (a0 - 2)^2/(32 eta^2 kappa) and
    /// lambda_0^2/(8 kappa).
    let peakLossBounds kappa eta kernel =
        let excess = eta * kernel - 2.0
        excess * excess / (32.0 * eta * eta * kappa), kernel * kernel / (8.0 * kappa)

    /// y = 0: at most 1 + max(0, log(dl/(8 b0))) / (2 log(1 + 3 dl/8)) steps, dl = a0 - 2, lead to b >= dl/8 or
    /// a < 2 + dl/2.
    let escapeTimeBound a0 b0 =
        let excess = a0 - 2.0

        1.0
        + max 0.0 (log (excess / (8.0 * b0))) / (2.0 * log (1.0 + 3.0 * excess / 8.0))
