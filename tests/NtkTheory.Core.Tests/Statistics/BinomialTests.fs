module NtkTheory.Core.Tests.Statistics.BinomialTests

open NtkTheory.Core.Tests.Golden
open NtkTheory.Reference
open NtkTheory.Statistics
open NtkTheory.Testing
open Xunit

// The oracle takes a logarithm of an integer and back: relative error a few units of |log| u, below 1e-12.
[<Property>]
let ``tails agree with exact sums`` (a: byte) (b: byte) (c: byte) =
    let n = 1 + int a % 60
    let numerator = 1 + int b % 98
    let k = 1 + int c % n
    close 0.0 1e-11 (Tails.binomialUpper n numerator 99 k) (Binomial.upperTail n (float numerator / 99.0) k)

[<Fact>]
let ``tails of the golden perturbation counts`` () =
    let golden = case "kernels" "gram/perturbation-tail-constants"
    let p = 2.0 * 0.05 / sqrt (2.0 * System.Math.PI)
    // The tolerance is the file's.
    close 0.0 1e-10 (number (get "one_sided_tail" golden.Outputs)) (Binomial.upperTail 2000 p 200)

[<Theory>]
[<InlineData(0, 0)>]
[<InlineData(1, 0)>]
[<InlineData(1, 1)>]
[<InlineData(2, 1)>]
[<InlineData(50, 7)>]
let ``limits invert the tails`` trials successes =
    if successes > 0 then
        let lower = Binomial.lowerLimit 1e-3 trials successes
        close 0.0 1e-9 1e-3 (Binomial.upperTail trials lower successes)

    if successes < trials then
        let upper = Binomial.upperLimit 1e-3 trials successes
        close 0.0 1e-9 1e-3 (Binomial.lowerTail trials upper successes)

    Assert.True(
        Binomial.lowerLimit 1e-3 trials successes
        <= Binomial.upperLimit 1e-3 trials successes
    )

[<Property>]
let ``the critical count is the first whose tail is under the level`` (a: byte) (b: byte) =
    let n = 1 + int a
    let p = (float b + 0.5) / 256.0
    let k = Binomial.criticalCount 1e-6 n p

    Binomial.upperTail n p k <= 1e-6
    && (k = 0 || Binomial.upperTail n p (k - 1) > 1e-6)
