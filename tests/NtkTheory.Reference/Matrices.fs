namespace NtkTheory.Reference

/// Dense matrices in the dumbest correct code, as arrays of rows.
module Matrices =

    /// Entry (i, k) is the sum over j of a[i, j] b[j, k].
    let multiply (a: float[][]) (b: float[][]) = [|
        for row in a ->
            [|
                for k in 0 .. b[0].Length - 1 ->
                    Seq.sum (seq { for j in 0 .. row.Length - 1 -> row[j] * b[j][k] })
            |]
    |]
