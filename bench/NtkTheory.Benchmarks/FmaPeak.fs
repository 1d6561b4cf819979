namespace NtkTheory.Benchmarks

#nowarn "3536" // the interface with static members is used as a constraint only

open System.Runtime.Intrinsics
open NtkTheory.Numerics

/// Twelve independent chains of fused multiply-adds, no memory.
[<AbstractClass; Sealed>]
type FmaChains<'V, 'L when 'V: struct and 'L :> ILanes<'V>> =

    /// Rounds of twelve fused operations on registers.
    static member Run rounds =
        let x = 'L.Splat 0.999999
        let y = 'L.Splat 1e-9
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
        let mutable k = y
        let mutable l = y

        for _ in 1..rounds do
            a <- 'L.Fma(a, x, y)
            b <- 'L.Fma(b, x, y)
            c <- 'L.Fma(c, x, y)
            d <- 'L.Fma(d, x, y)
            e <- 'L.Fma(e, x, y)
            f <- 'L.Fma(f, x, y)
            g <- 'L.Fma(g, x, y)
            h <- 'L.Fma(h, x, y)
            i <- 'L.Fma(i, x, y)
            j <- 'L.Fma(j, x, y)
            k <- 'L.Fma(k, x, y)
            l <- 'L.Fma(l, x, y)

        let left = 'L.Add('L.Add(a, b), 'L.Add(c, 'L.Add(d, e)))
        'L.Add(left, 'L.Add('L.Add('L.Add(f, g), 'L.Add(k, l)), 'L.Add(h, 'L.Add(i, j))))

/// What the processor's fused multiply-adds can do at most.
module FmaPeak =

    /// Runs the chains at a width and gives the multiplications and additions done, with a number that depends on all.
    let run lanes rounds =
        let operations width = 24.0 * float width * float rounds

        match lanes with
        | Eight -> struct (operations 8, Vector512.Sum(FmaChains<Vector512<float>, Lanes512>.Run rounds))
        | Four -> struct (operations 4, Vector256.Sum(FmaChains<Vector256<float>, Lanes256>.Run rounds))
        | Two -> struct (operations 2, Vector128.Sum(FmaChains<Vector128<float>, Lanes128>.Run rounds))
        | One -> struct (operations 1, FmaChains<float, Lanes64>.Run rounds)
