namespace NtkTheory.Reference

/// Gradient flow of quadratic models by sums over indices and thousands of small steps.
module QuadraticFlows =

    /// phi_a.theta + (eps/2) theta^T Psi_a theta for each a; phi.[a] and psi.[a] belong to sample a.
    let predict (phi: float[][]) (psi: float[][][]) eps (theta: float[]) =
        let indices = [ 0 .. theta.Length - 1 ]

        let output a =
            let curvature = psi[a]
            let linear = indices |> List.sumBy (fun i -> theta[i] * phi[a][i])

            let quadratic =
                List.allPairs indices indices
                |> List.sumBy (fun (i, j) -> theta[i] * curvature[i][j] * theta[j])

            linear + eps / 2.0 * quadratic

        Array.init phi.Length output

    /// |z - y|^2/2.
    let loss phi psi eps (y: float[]) theta =
        Array.map2 (fun z label -> (z - label) ** 2.0 / 2.0) (predict phi psi eps theta) y
        |> Array.sum

    let private gradient phi psi eps y (theta: float[]) =
        // the loss is a quartic along each axis: the five-point formula is exact
        let at i s =
            loss phi psi eps y (Array.mapi (fun j t -> if i = j then t + s else t) theta)

        Array.init theta.Length (fun i -> (8.0 * (at i 0.5 - at i -0.5) - (at i 1.0 - at i -1.0)) / 6.0)

    /// theta at a time of gradient flow, by the classical Runge-Kutta method in equal steps.
    let flow phi psi eps y count (time: float) (start: float[]) =
        let h = time / float count

        let slope theta =
            gradient phi psi eps y theta |> Array.map (fun g -> -g)

        let along (theta: float[]) (s: float) (k: float[]) =
            Array.map2 (fun t k -> t + s * k) theta k

        let step theta _ =
            let k1 = slope theta
            let k2 = slope (along theta (h / 2.0) k1)
            let k3 = slope (along theta (h / 2.0) k2)
            let k4 = slope (along theta h k3)

            Array.init start.Length (fun i ->
                theta[i] + h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]))

        Seq.fold step start (seq { 1..count })
