namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// z_a = phi_a.theta + (eps/2) theta^T Psi_a theta with the loss |z - y|^2/2. Source: ORF 543 notes, lecture 11/2.
type QuadraticModel = {
    /// Phi, p x N, one feature vector per column.
    Features: Matrix<float>
    /// Psi_a, N symmetric p x p matrices.
    Curvatures: Matrix<float>[]
    /// y, in R^N.
    Labels: Vector<float>
    /// theta_0, in R^p.
    Start: Vector<float>
    /// eps.
    Strength: float
}

/// The model, its flow, and its expansion to first order in eps, closed in the eigenbasis of K = Phi^T Phi.
module QuadraticModel =

    let private quadratic (m: Matrix<float>) (v: Vector<float>) = v.DotProduct(m * v)

    let private samples model = [| 0 .. model.Features.ColumnCount - 1 |]

    /// z_a at theta.
    let predict model (theta: Vector<float>) =
        let linear = model.Features.TransposeThisAndMultiply theta

        linear
        + Vector<float>
            .Build.DenseOfArray(
                model.Curvatures
                |> Array.map (fun psi -> model.Strength / 2.0 * quadratic psi theta)
            )

    /// phi_a + eps Psi_a theta, the gradient of z_a, as column a.
    let effectiveFeatures model (theta: Vector<float>) =
        Matrix<float>
            .Build.DenseOfColumnVectors(
                samples model
                |> Array.map (fun a ->
                    model.Features.Column a + (model.Curvatures[a] * theta).Multiply model.Strength)
            )

    /// |z - y|^2/2.
    let loss model theta =
        let r = predict model theta - model.Labels
        r.DotProduct r / 2.0

    /// sum_a (phi_a + eps Psi_a theta) (z_a - y_a).
    let gradient model theta =
        effectiveFeatures model theta * (predict model theta - model.Labels)

    /// theta at the given time of gradient flow at unit speed, by integration.
    let flow tolerance model time =
        let field _ (theta: float[]) =
            (-gradient model (Vector<float>.Build.DenseOfArray theta)).ToArray()

        OdeSolver.integrate tolerance field 0.0 time (model.Start.ToArray())

    /// K = U diag(l) U^T with the initial residual rho in its basis. Eigenvalues that are rounding of the largest are 0.
    let private modes model =
        let k = model.Features.TransposeThisAndMultiply model.Features
        let evd = k.Evd Symmetricity.Symmetric
        let largest = evd.EigenValues |> Seq.map _.Real |> Seq.max
        let least = 1e-14 * float k.RowCount * largest

        let values = evd.EigenValues.Map(fun c -> if c.Real > least then c.Real else 0.0)

        let residual = model.Features.TransposeThisAndMultiply model.Start - model.Labels
        values, evd.EigenVectors, evd.EigenVectors.TransposeThisAndMultiply residual

    /// Phi u_k rho_k / l_k: the parts of theta_0 - theta_F, which decay at the rates l_k. Directions with l_k = 0 take
    /// no part: Phi u_k = 0.
    let private transients model =
        let values, vectors, rho = modes model

        [|
            for k in 0 .. values.Count - 1 do
                if values[k] > 0.0 then
                    values[k], (model.Features * vectors.Column k).Multiply(rho[k] / values[k])
        |]

    /// K^+.
    let private pseudoInverse model : Matrix<float> =
        let values, vectors, _ = modes model

        let inverses = values.Map(fun l -> if l > 0.0 then 1.0 / l else 0.0)

        vectors
        * Matrix<float>.Build.DenseOfDiagonalVector inverses
        * vectors.Transpose()

    /// theta_F = theta_0 + Phi K^+ (y - Phi^T theta_0), the limit at eps = 0: an interpolant where there is one,
    /// otherwise the least-squares solution next to the start.
    let zerothOrder model =
        transients model |> Array.fold (fun theta (_, part) -> theta - part) model.Start

    /// theta^F_t = theta_F + exp(-t G) (theta_0 - theta_F), the flow at eps = 0.
    let zerothOrderAt model time =
        transients model
        |> Array.fold
            (fun theta (rate, part) -> theta + part.Multiply(exp (-rate * time)))
            (zerothOrder model)

    /// q_a = theta_F^T Psi_a theta_F.
    let curvatureAtLimit model =
        let theta = zerothOrder model
        Vector<float>.Build.DenseOfArray(model.Curvatures |> Array.map (fun psi -> quadratic psi theta))

    /// The part of theta_I in the span of the features, -Phi K^+ q/2.
    let firstOrderSpan model =
        model.Features * (pseudoInverse model * curvatureAtLimit model).Multiply -0.5

    /// v minus its part in the span of the features.
    let orthogonal model =
        let projection = model.Features * pseudoInverse model

        fun (v: Vector<float>) -> v - projection * model.Features.TransposeThisAndMultiply v

    /// The forcing of theta_I, sum_a Psi_a theta^F_t r_a + phi_a theta^F_t^T Psi_a theta^F_t / 2, as a sum of
    /// vectors that decay at the rates 0, l_k and l_k + l_j.
    let private forcing model =
        let limit = zerothOrder model
        let values, vectors, rho = modes model
        let parts = Array.append [| 0.0, limit |] (transients model)

        [|
            for a in samples model do
                let psi = model.Curvatures[a]
                let phi = model.Features.Column a

                for rate, part in parts do
                    let turned = psi * part

                    for k in 0 .. values.Count - 1 do
                        rate + values[k], turned.Multiply(vectors[a, k] * rho[k])

                    for other, partner in parts do
                        rate + other, phi.Multiply(partner.DotProduct turned / 2.0)
        |]

    /// (e^{-mu t} - e^{-l t}) / (l - mu), continued to t e^{-l t} at l = mu.
    let private response mu l t =
        let half = (l - mu) * t / 2.0
        // (e^{2x} - 1)/(2x) = e^x sinh(x)/x, without cancellation
        let quotient = if half = 0.0 then 1.0 else sinh half / half

        // beyond, one of the exponentials is all, and the hyperbolic sine overflows
        if half > 300.0 then exp (-mu * t) / (l - mu)
        elif half < -300.0 then exp (-l * t) / (mu - l)
        else t * exp (half - l * t) * quotient

    /// theta_I(t), the coefficient of eps in theta_t, in closed form.
    let firstOrderAt model time =
        let values, vectors, _ = modes model
        let away = orthogonal model

        let axes = [|
            for j in 0 .. values.Count - 1 do
                if values[j] > 0.0 then
                    values[j], (model.Features * vectors.Column j).Multiply(1.0 / sqrt values[j])
        |]

        let answer (sum: Vector<float>) (mu, force: Vector<float>) =
            let span =
                axes
                |> Array.fold
                    (fun (s: Vector<float>) (l, axis) ->
                        s - axis.Multiply(axis.DotProduct force * response mu l time))
                    sum

            span - (away force).Multiply(response mu 0.0 time)

        forcing model |> Array.fold answer (model.Start.Multiply 0.0)

    /// The limit of the part of theta_I orthogonal to the features: the question that the notes leave open. Throws
    /// ArgumentException for labels that no parameters fit to order 0: a residual that stays drives theta_I for ever.
    let firstOrderOrthogonalLimit model =
        let misfit =
            model.Features.TransposeThisAndMultiply(zerothOrder model) - model.Labels

        if misfit.L2Norm() > 1e-9 * (1.0 + model.Labels.L2Norm()) then
            invalidArg (nameof model) "The labels are not in the range of the features: there is no limit."

        let away = orthogonal model

        forcing model
        |> Array.filter (fun (rate, _) -> rate > 0.0)
        |> Array.fold
            (fun (sum: Vector<float>) (rate, force) -> sum - (away force).Multiply(1.0 / rate))
            (model.Start.Multiply 0.0)
