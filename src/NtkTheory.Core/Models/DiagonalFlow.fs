namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// Where gradient flow has come close to rest.
type FlowEnd = {
    /// beta, in R^d.
    Beta: float[]
    Time: float
    /// Accepted steps of the integration.
    Steps: int
    /// A bound on the Euclidean distance from the limit of the exact flow; see `DiagonalFlow.limit`.
    Radius: float
}

/// Gradient flow of the square loss |X beta - y|^2/2 of a diagonal network, in its 2d parameters and in the N
/// dual variables. Source: ORF 543 notes, lecture 11/9.
module DiagonalFlow =

    let private beta (theta: float[]) =
        let d = theta.Length / 2
        Array.init d (fun i -> (theta[i] - theta[d + i]) * (theta[i] + theta[d + i]))

    let private rows network =
        Array.init network.Labels.Length (fun n -> network.Inputs.Row(n).ToArray())

    let private residualOf (rows: float[][]) (labels: float[]) beta =
        Array.map2 (-) (RowSums.images rows beta) labels

    /// X beta - y.
    let residual network beta =
        residualOf (rows network) network.Labels beta

    /// X diag(weights) X^T.
    let private weighted (rows: float[][]) (weights: float[]) =
        let n = rows.Length
        let scaled = rows |> Array.map (Array.map2 (*) weights)
        let product = MatrixView.rowMajor n n (Array.zeroCreate (n * n))

        Gemm.assign
            Execution.sequential
            1.0
            (MatrixView.rowMajor n weights.Length (Array.concat scaled))
            (MatrixView.transpose (MatrixView.rowMajor n weights.Length (Array.concat rows)))
            product

        MatrixView.ofSymmetric n product.Data

    /// The solution of (A + shift I) x = b as a function of b.
    let private solveShifted (a: Matrix<float>) (shift: float) =
        let diagonal: Matrix<float> =
            Matrix<float>.Build.DenseDiagonal(a.RowCount, a.RowCount, shift)

        let factor = (a + diagonal).LU()

        fun (b: float[]) ->
            let solution: Vector<float> = factor.Solve(Vector<float>.Build.DenseOfArray b)
            solution.ToArray()

    /// 2 X^T r, the rate at which log theta_- grows and log theta_+ falls.
    let private rate (rows: float[][]) labels (theta: float[]) =
        let residual = residualOf rows labels (beta theta)
        RowSums.combine (theta.Length / 2) residual rows |> Array.map ((*) 2.0)

    /// -rate and rate: the growth of each parameter.
    let private growth rate = Array.append (Array.map (~-) rate) rate

    /// (I - h J) x = b for the Jacobian J = diag(growth) - 4 Y^T Y of the field, Y = X (diag theta_+, -diag theta_-):
    /// by Woodbury's identity a system of N equations.
    let private solver rows labels (theta: float[]) =
        let growth = growth (rate rows labels theta)
        let d = theta.Length / 2
        let signed = theta |> Array.mapi (fun k t -> if k < d then t else -t)

        fun h ->
            let diagonal = growth |> Array.map (fun g -> 1.0 - h * g)
            let share = Array.map2 (fun t e -> t * t / e) theta diagonal
            let weights = Array.init d (fun i -> share[i] + share[d + i])
            let solve = solveShifted (weighted rows weights) (1.0 / (4.0 * h))

            fun (b: float[]) ->
                let scaled k = signed[k] * b[k] / diagonal[k]
                let folded = Array.init d (fun i -> scaled i + scaled (d + i))
                let back = RowSums.combine d (solve (RowSums.images rows folded)) rows
                Array.init (2 * d) (fun k -> (b[k] - signed[k] * back[k % d]) / diagonal[k])

    /// d theta_pm / dt = -+ 2 (X^T r) theta_pm, theta_+ first, then theta_-.
    let private system network =
        let rows = rows network

        {
            Field = fun theta -> Array.map2 (*) (growth (rate rows network.Labels theta)) theta
            Solver = solver rows network.Labels
        }

    let private start network =
        let half = network.Start |> Array.map (fun t -> network.Alpha * t)
        Array.append half half

    /// The flow until `finish` or until `stop`, each parameter with a relative error below the tolerance per step.
    let private follow stop tolerance network finish =
        // a parameter that starts at zero stays there
        let unit theta = if theta = 0.0 then 1.0 else abs theta
        StiffSolver.integrateUntil stop tolerance unit (system network) finish (start network)

    /// beta at the given time, with the accumulated relative error of its parameters.
    let betaAt tolerance network time =
        let reached = follow (fun _ _ -> false) tolerance network time

        {
            reached with
                State = beta reached.State
        }

    /// A relative error e of the parameters shifts log c = log(2 theta_+ theta_-) and s = log(theta_+/theta_-) by at
    /// most 2 e each, and the exact flow keeps the first and the second up to the row space of X. So it ends where
    /// beta = c sinh s interpolates for shifted c and s, and a residual r is a shift of the labels. To first order
    /// beta moves by P (beta dlog c + W ds) + W X^T H^-1 r, with W = diag(c cosh s) = diag(theta_+^2 + theta_-^2) and
    /// P an orthogonal projection in the norm of W^-1: at most sqrt(max W) (4 e sqrt(tr W) + sqrt(r.H^-1 r)), which
    /// is doubled for the second order.
    let private limitError rows labels (reached: OdeEnd) =
        let theta = reached.State
        let d = theta.Length / 2

        let w = Array.init d (fun i -> theta[i] * theta[i] + theta[d + i] * theta[d + i])

        let h = weighted rows w
        let r = residualOf rows labels (beta theta)
        let floor = float r.Length * 1e-15 * Spectrum.frobenius h

        let inverse =
            Spectrum.apply (fun value -> if value > floor then 1.0 / value else 0.0) h

        let r = Vector<float>.Build.DenseOfArray r

        2.0
        * sqrt (Array.max w)
        * (4.0 * reached.AccumulatedError * sqrt (Array.sum w)
           + sqrt (max 0.0 (r.DotProduct(inverse * r))))

    /// Where the largest residual has fallen below `small`; the flow is followed up to time `longest`, with the
    /// relative error `tolerance` of every parameter at every step. In double precision a start of scale alpha leaves
    /// residuals near u alpha^2 |X| |theta0|^2, and `small` must stay above that.
    let limit tolerance small longest network =
        let rows = rows network

        let settled _ theta =
            residualOf rows network.Labels (beta theta)
            |> Array.forall (fun r -> abs r <= small)

        let reached = follow settled tolerance network longest

        {
            Beta = beta reached.State
            Time = reached.Time
            Steps = reached.Steps
            Radius = limitError rows network.Labels reached
        }

    /// d nu / dt = 4 (y - X (c sinh(X^T nu))), the same flow in nu = -4 int_0^t r: its Jacobian is -4 X diag(c cosh) X^T.
    let private dualSystem network =
        let rows = rows network
        let scales = DiagonalNetwork.scales network

        let image nu = RowSums.combine scales.Length nu rows

        let field nu =
            Array.map2 (fun c s -> c * sinh s) scales (image nu)
            |> residualOf rows network.Labels
            |> Array.map (fun r -> -4.0 * r)

        let solver nu =
            let hessian = weighted rows (Array.map2 (fun c s -> c * cosh s) scales (image nu))

            fun h ->
                let solve = solveShifted hessian (1.0 / (4.0 * h))
                fun b -> solve b |> Array.map (fun x -> x / (4.0 * h))

        { Field = field; Solver = solver }

    let private followDual stop tolerance network finish =
        StiffSolver.integrateUntil
            stop
            tolerance
            (fun nu -> 1.0 + abs nu)
            (dualSystem network)
            finish
            (Array.zeroCreate network.Labels.Length)

    /// nu at the given time. As D is concave the flow does not drive solutions apart, and errors only add up.
    let dualAt tolerance network time =
        followDual (fun _ _ -> false) tolerance network time

    /// nu where the largest residual has fallen below `small`.
    let dualLimit tolerance small longest network =
        let field = (dualSystem network).Field

        followDual
            (fun _ nu -> field nu |> Array.forall (fun v -> abs v <= 4.0 * small))
            tolerance
            network
            longest
