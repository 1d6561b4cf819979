namespace NtkTheory.Models

/// Gradient descent on least squares, eigenvalue by eigenvalue.
module LinearDescent =

    /// (1 - eta lambda)^t e_0 for each eigenvalue.
    let errors eta steps (eigenvalues: float[]) (start: float[]) =
        Array.map2 (fun l e -> pown (1.0 - eta * l) steps * e) eigenvalues start

    /// The factor by which the error shrinks at worst in one step: max |1 - eta lambda|.
    let worstFactor eta (eigenvalues: float[]) =
        eigenvalues |> Array.map (fun l -> abs (1.0 - eta * l)) |> Array.max

    /// E e_t^2 for t = 0 .. of e_{t+1} = (1 - eta_t lambda) e_t - eta_t xi_t with Var xi = noise.
    let noisyVariances lambda noise start (etas: float seq) =
        etas
        |> Seq.scan (fun v eta -> (1.0 - eta * lambda) ** 2.0 * v + eta * eta * noise) start

    /// The limit of E e_t^2 at a constant rate, eta noise / (lambda (2 - eta lambda)), 0 < eta < 2 / lambda.
    let noiseFloor eta lambda noise =
        eta * noise / (lambda * (2.0 - eta * lambda))
