module NtkTheory.Core.Tests.Verification.InstanceTextTests

open NtkTheory.Claims
open NtkTheory.Models
open Xunit

type private Run = {
    StepSize: float
    Activation: Activation
    TenthsTheta: int
    HundredthsLevels: int list
    Seed: int
}

[<Fact>]
let ``a record is its fields, lattices in their unit`` () =
    let text =
        InstanceText.ofValue {
            StepSize = 2.5
            Activation = Tanh
            TenthsTheta = -27
            HundredthsLevels = [ 5; 120 ]
            Seed = 3
        }

    Assert.Equal("step size = 2.5, activation = tanh, theta = -2.7, levels = [0.05; 1.2], seed = 3", text)

[<Fact>]
let ``anything else stands on one line`` () =
    Assert.Equal("101", InstanceText.ofValue 101)
    Assert.Equal("(1, [2; 3])", InstanceText.ofValue (1, [ 2; 3 ]))
    Assert.DoesNotContain("\n", InstanceText.ofValue (List.replicate 60 1.5))
