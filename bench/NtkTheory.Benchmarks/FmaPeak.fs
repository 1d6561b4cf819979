namespace NtkTheory.Benchmarks

open System.Runtime.Intrinsics

/// What the processor's fused multiply-adds can do at most: ten independent chains, no memory.
module FmaPeak =

    /// Multiplications and additions of one round.
    let operations = 160.0

    /// Rounds of ten fused operations on registers of eight doubles.
    let run rounds =
        let x = Vector512.Create 0.999999
        let y = Vector512.Create 1e-9
        let mutable a = y
        let mutable b = y
        let mutable c = y
        let mutable d = y
        let mutable e = y
        let mutable f = y
        let mutable g = y
        let mutable h = y
        let mutable i = y
        let mutable j = y

        for _ in 1..rounds do
            a <- Vector512.FusedMultiplyAdd(a, x, y)
            b <- Vector512.FusedMultiplyAdd(b, x, y)
            c <- Vector512.FusedMultiplyAdd(c, x, y)
            d <- Vector512.FusedMultiplyAdd(d, x, y)
            e <- Vector512.FusedMultiplyAdd(e, x, y)
            f <- Vector512.FusedMultiplyAdd(f, x, y)
            g <- Vector512.FusedMultiplyAdd(g, x, y)
            h <- Vector512.FusedMultiplyAdd(h, x, y)
            i <- Vector512.FusedMultiplyAdd(i, x, y)
            j <- Vector512.FusedMultiplyAdd(j, x, y)

        Vector512.Sum(a + b + c + d + e + f + g + h + i + j)
