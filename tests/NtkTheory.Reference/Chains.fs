namespace NtkTheory.Reference

/// Stationary laws of finite chains by walking.
module Chains =

    /// The law of a lazy copy of the chain (which stays where it is with probability 1/2 and so has the same stationary
    /// law without its periods) after many steps from the first site.
    let stationary (transition: float[][]) count =
        let n = transition.Length

        let step (law: float[]) _ =
            Array.init n (fun j ->
                0.5 * law[j] + 0.5 * Seq.sum (Seq.init n (fun i -> law[i] * transition[i][j])))

        Seq.fold step (Array.init n (fun i -> if i = 0 then 1.0 else 0.0)) (seq { 1..count })
