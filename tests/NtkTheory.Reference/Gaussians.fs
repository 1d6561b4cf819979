namespace NtkTheory.Reference

/// Gaussian integrals by the midpoint rule on a fine square.
module Gaussians =

    /// E f(u) g(v) for centered Gaussian u, v of the given covariance.
    let pairMean (f: float -> float) (g: float -> float) kaa kbb kab =
        let count, reach = 800, 9.0
        let h = 2.0 * reach / float count

        let density z =
            exp (-0.5 * z * z) / sqrt (2.0 * System.Math.PI)

        let node i = -reach + h * (float i + 0.5)
        let rest = sqrt (kbb - kab * kab / kaa)

        let row i =
            let z = node i

            let inner =
                Seq.sum (
                    Seq.init count (fun j -> h * density (node j) * g (kab / sqrt kaa * z + rest * node j))
                )

            h * density z * f (sqrt kaa * z) * inner

        Seq.sum (Seq.init count row)
