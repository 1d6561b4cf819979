module NtkTheory.Core.Tests.Sampling.SeedTests

open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

[<Property>]
let ``a child depends on its number and on its parent`` (a: int) (b: int) (parent: int) =
    (a = b) = (Seed.at a (Seed.ofInt parent) = Seed.at b (Seed.ofInt parent))

[<Fact>]
let ``mix is the finalizer of SplitMix64`` () =
    // The first outputs of the published generator for the seed 1234567.
    let stream = Seed(1234567UL)
    Assert.Equal(6457827717110365317UL, Seed.word 0L stream)
    Assert.Equal(3203168211198807973UL, Seed.word 1L stream)
