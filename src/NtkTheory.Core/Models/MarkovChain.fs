namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra

/// Finite Markov chains and their stationary laws.
module MarkovChain =

    /// The stationary law of a chain with one recurrent class: pi P = pi with one equation replaced by sum pi = 1.
    let stationary (transition: Matrix<float>) =
        let n = transition.RowCount
        let system = transition.Transpose() - Matrix<float>.Build.DenseIdentity n
        system.SetRow(n - 1, Array.create n 1.0)
        let right = Vector<float>.Build.Dense n
        right[n - 1] <- 1.0
        system.Solve(right).ToArray()

    /// A walk on a ring that goes from k to k - step k or k + step k with probability 1/2 each.
    let ring (steps: int[]) =
        let n = steps.Length
        let chain = Matrix<float>.Build.Dense(n, n)

        for k in 0 .. n - 1 do
            for target in [ (k + steps[k]) % n; (k - steps[k] % n + n) % n ] do
                chain[k, target] <- chain[k, target] + 0.5

        chain

    /// A walk on a ring that leaves k with probability rate k, to either neighbour alike.
    let lazyRing (rates: float[]) =
        let n = rates.Length
        let chain = Matrix<float>.Build.DenseIdentity n

        for k in 0 .. n - 1 do
            chain[k, k] <- chain[k, k] - rates[k]

            for target in [ (k + 1) % n; (k + n - 1) % n ] do
                chain[k, target] <- chain[k, target] + rates[k] / 2.0

        chain

    /// The ring of 2n sites with steps 1 on the first half and 2 on the second.
    let challenge n =
        ring (Array.init (2 * n) (fun k -> if k < n then 1 else 2))
