module Consumer.ConsumerTests

open System
open NtkTheory
open NtkTheory.Testing
open Xunit

[<Theory; TheoremData("regions/zaslavsky", Timeout = 120_000)>]
let ``the theorems on regions hold`` (theorem: TheoremCase) = theorem.Verify()

[<Fact>]
let ``a claim of one's own holds`` () =
    let square =
        Claim
            .About("mine/square", fun (random: Random) -> random.NextDouble())
            .Measures(fun x -> x * x)
            .IsAtMost(fun x -> x)
            .BreaksWhenScaled(0.1)
            .BreaksWith("zero", fun _ -> 0.0)
            .ToTheorem()

    Assert.Equal(VerdictKind.Holds, TheoremTest.Verify(square).Kind)
