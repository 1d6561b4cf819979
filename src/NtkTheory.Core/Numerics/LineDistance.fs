namespace NtkTheory.Numerics

open System

/// Where a vector lies relative to the line through another.
module LineDistance =

    /// The lengths of q across and along p, both nonzero: across = |q - (p.q / |p|^2) p| and along = p.q / |p| with its
    /// sign. Each component of the difference is one fused operation and so has its own digits, however small it is;
    /// the part of it along p, left by the rounding of the quotient, is taken off again. So across has a relative
    /// error of a few roundings of its inner products, down to angles of 1e-14, and is 0 for equal and for opposite
    /// vectors.
    let inline parts
        count
        ([<InlineIfLambda>] p: int -> float)
        ([<InlineIfLambda>] q: int -> float)
        : struct (float * float) =
        let mutable square = 0.0
        let mutable product = 0.0

        for k in 0 .. count - 1 do
            square <- square + p k * p k
            product <- product + p k * q k

        let share = product / square
        let mutable rest = 0.0
        let mutable leftAlong = 0.0

        for k in 0 .. count - 1 do
            let difference = Math.FusedMultiplyAdd(-share, p k, q k)
            rest <- rest + difference * difference
            leftAlong <- leftAlong + difference * p k

        struct (sqrt (max 0.0 (rest - leftAlong * (leftAlong / square))), product / sqrt square)
