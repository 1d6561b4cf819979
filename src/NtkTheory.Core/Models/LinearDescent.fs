namespace NtkTheory.Models

/// Gradient descent on least squares, eigenvalue by eigenvalue.
module LinearDescent =

    /// (1 - eta lambda)^t e_0 for each eigenvalue.
    let errors eta steps (eigenvalues: float[]) (start: float[]) =
        Array.map2 (fun l e -> pown (1.0 - eta * l) steps * e) eigenvalues start

    /// The factor by which the error shrinks at worst in one step: max |1 - eta lambda|.
    let worstFactor eta (eigenvalues: float[]) =
        eigenvalues |> Array.map (fun l -> abs (1.0 - eta * l)) |> Array.max

    /// 2 / lambda_max, below which descent converges from every start.
    let stabilityLimit (eigenvalues: float[]) = 2.0 / Array.max eigenvalues

    /// 2 / (lambda_min + lambda_max), the rate with the least worst factor.
    let bestRate (eigenvalues: float[]) =
        2.0 / (Array.min eigenvalues + Array.max eigenvalues)

    /// (kappa - 1) / (kappa + 1), the worst factor at the best rate.
    let bestFactor (eigenvalues: float[]) =
        let least, largest = Array.min eigenvalues, Array.max eigenvalues
        (largest - least) / (largest + least)

    /// E e_t^2 for t = 0 .. of e_{t+1} = (1 - eta_t lambda) e_t - eta_t xi_t with Var xi = noise.
    let noisyVariances lambda noise start (etas: float seq) =
        etas
        |> Seq.scan (fun v eta -> (1.0 - eta * lambda) ** 2.0 * v + eta * eta * noise) start

    /// The limit of E e_t^2 at a constant rate, eta noise / (lambda (2 - eta lambda)), 0 < eta < 2 / lambda.
    let noiseFloor eta lambda noise =
        eta * noise / (lambda * (2.0 - eta * lambda))

    /// The bound 2 Delta / (eta T) + beta eta C of the mean E |grad f(x_t)|^2 over t < T, for a beta-smooth f with
    /// Delta = f(x_0) - inf f, E |g|^2 <= |grad f|^2 + C and eta <= 1 / beta (Khaled and Richtarik 2020).
    let criticalPointBound (beta: float) (noise: float) (gap: float) (eta: float) steps =
        2.0 * gap / (eta * float steps) + beta * eta * noise

    /// The steps T = 8 beta C Delta / eps^4 after which, at the rate eps^2 / (2 beta C), that mean is at most eps^2.
    let criticalPointSteps (beta: float) (noise: float) (gap: float) (eps: float) =
        ceil (8.0 * beta * noise * gap / eps ** 4.0)
