namespace NtkTheory.Models

/// Bounds on how far a random tangent kernel exceeds its mean, He initialization with Gaussian weights.
module KernelTails =

    /// (E Theta^2) / (E Theta)^2 is at most this: the product of 1 + 5 / n_l over hidden widths.
    let secondMomentFactor (hidden: int list) =
        hidden |> List.fold (fun p n -> p * (1.0 + 5.0 / float n)) 1.0

    /// R with P(Tr K >= R) <= delta, from the mean trace: standard deviations add at most.
    let traceBound hidden meanTrace delta =
        (1.0 + sqrt ((secondMomentFactor hidden - 1.0) / delta)) * meanTrace

    /// The notes' R with C_1 = 1: the factor m over delta under the root and e^beta - 1 for the fluctuation.
    let printedTraceBound (hidden: int list) meanTrace delta inputs =
        let beta = hidden |> List.sumBy (fun n -> 5.0 / float n)
        (1.0 + sqrt (float inputs / delta) * sqrt (exp beta - 1.0)) * meanTrace

    /// ln of m (e^eps / (1 + eps)^(1 + eps))^(mu / R), the matrix Chernoff bound for a sum bounded by R.
    let logChernoff inputs mu r epsilon =
        log (float inputs) + mu / r * (epsilon - (1.0 + epsilon) * log (1.0 + epsilon))

    /// ln P(Theta >= (1 + eps) 4 x^2) for one input and one neuron in one hidden layer, Theta = 4 x^2 xi chi^2_2.
    let logOneNeuronTail epsilon = log 0.5 - (1.0 + epsilon) / 2.0
