namespace NtkTheory.Reference

open System.Numerics

/// Binomial probabilities by exact integers.
module Tails =

    let rec private choose n k : BigInteger =
        if k = 0 then
            BigInteger.One
        else
            choose n (k - 1) * BigInteger(n - k + 1) / BigInteger k

    /// P(Bin(n, numerator/denominator) >= k), summed exactly and rounded once.
    let binomialUpper n (numerator: int) (denominator: int) k =
        let p, q = BigInteger numerator, BigInteger(denominator - numerator)

        let total =
            seq { for j in k..n -> choose n j * BigInteger.Pow(p, j) * BigInteger.Pow(q, n - j) }
            |> Seq.fold (+) BigInteger.Zero

        exp (BigInteger.Log total - float n * log (float denominator))
