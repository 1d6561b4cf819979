namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// Gradient flow of the square loss |X beta - y|^2/2 of a diagonal network, in its 2d parameters and in the N
/// dual variables. Source: ORF 543 notes, lecture 11/9.
module DiagonalFlow =

    let private beta (theta: float[]) =
        let d = theta.Length / 2
        Array.init d (fun i -> theta[i] * theta[i] - theta[d + i] * theta[d + i])

    /// X beta - y.
    let residual (network: DiagonalNetwork) (beta: float[]) =
        let image = network.Inputs * Vector<float>.Build.DenseOfArray beta
        Array.map2 (-) (image.ToArray()) network.Labels

    /// d theta_pm / dt = -+ 2 (X^T r) theta_pm; theta_+ first, then theta_-.
    let field network (_: float) (theta: float[]) =
        let d = theta.Length / 2
        let residual = Vector<float>.Build.DenseOfArray(residual network (beta theta))
        let slope = network.Inputs.TransposeThisAndMultiply residual
        Array.init (2 * d) (fun k -> (if k < d then -2.0 else 2.0) * slope[k % d] * theta[k])

    let private start network =
        let half = network.Start |> Array.map (fun t -> network.Alpha * t)
        Array.append half half

    /// beta at the given time, with the accumulated error of its parameters.
    let betaAt tolerance network time =
        let reached = OdeSolver.integrate tolerance (field network) 0.0 time (start network)

        {
            reached with
                State = beta reached.State
        }

    /// beta where the largest residual has fallen below `small`, with the time that it took; the flow is
    /// followed up to `longest`.
    let limit tolerance small longest network =
        let done' _ theta =
            residual network (beta theta) |> Array.forall (fun r -> abs r <= small)

        let reached =
            OdeSolver.integrateUntil done' tolerance (field network) 0.0 longest (start network)

        {
            reached with
                State = beta reached.State
        }

    /// d nu / dt = 4 (y - X (c sinh(X^T nu))), the same flow in nu = -4 int_0^t r.
    let dualField network =
        let scales = DiagonalNetwork.scales network

        fun (_: float) (nu: float[]) ->
            DiagonalNetwork.betaOfDual network.Inputs scales (Vector<float>.Build.DenseOfArray nu)
            |> residual network
            |> Array.map (fun r -> -4.0 * r)

    /// nu at the given time.
    let dualAt tolerance network time =
        OdeSolver.integrate tolerance (dualField network) 0.0 time (Array.zeroCreate network.Labels.Length)
