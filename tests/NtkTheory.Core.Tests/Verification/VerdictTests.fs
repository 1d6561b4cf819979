module NtkTheory.Core.Tests.Verification.VerdictTests

open NtkTheory.Claims
open NtkTheory.Core.Tests.Verification.Synthetic
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Verification
open Xunit

let private judge theorem =
    TheoremJudge.judge (conditions 7) theorem

let private truth = below (fun n -> float n)
let private broken = Control.scaled 0.9 truth

[<Fact>]
let ``a true claim with refuted controls holds`` () =
    let evidence =
        judge (theorem "synthetic/true" truth [ broken; Control.scaled 0.5 truth ])

    Assert.Equal(Holds, evidence.Verdict)
    Assert.All(evidence.Controls, fun c -> Assert.True c.Refuted)
    Assert.Equal(1.0, evidence.Tightness)

[<Fact>]
let ``a false claim is refuted by its smallest counterexample`` () =
    // n <= 100 fails from 101 on, and the shrinker reaches exactly that.
    let evidence = judge (theorem "synthetic/false" (below (fun _ -> 100.0)) [])

    match evidence.Verdict with
    | Refuted example -> Assert.Equal("101", example.Instance)
    | other -> Assert.Fail(string other)

[<Fact>]
let ``a surviving control leaves the claim underpowered`` () =
    let evidence =
        judge (theorem "synthetic/weak" truth [ broken; Control.scaled 2.0 truth ])

    Assert.Equal(Inconclusive(Underpowered "not refuted: bound multiplied by 2"), evidence.Verdict)

[<Fact>]
let ``an exception is a fault of the check`` () =
    let throwing =
        Claim.atMost numbers (fun n -> failwith $"no {n}") (fun _ -> Estimate.exact 1.0)

    match (judge (theorem "synthetic/throws" throwing [])).Verdict with
    | Faulted message -> Assert.Contains("no ", message)
    | other -> Assert.Fail(string other)

[<Fact>]
let ``a number that is none is a fault of the check`` () =
    let nothing =
        Claim.atMost numbers (fun _ -> Estimate.exact nan) (fun _ -> Estimate.exact 1.0)

    Assert.Equal("Faulted", Verdict.name (judge (theorem "synthetic/nan" nothing [])).Verdict)

[<Fact>]
let ``hypotheses that discard everything exhaust the search`` () =
    let never = {
        truth with
            Hypotheses = [ Hypothesis.named "never" (fun _ -> false) ]
    }

    Assert.Equal(Inconclusive Exhausted, (judge (theorem "synthetic/never" never [])).Verdict)

[<Fact>]
let ``a radius as large as the numbers decides nothing`` () =
    let vague =
        Claim.atMost numbers (fun n -> Estimate.within 1e6 (float n)) (fun n ->
            Estimate.exact (float n + 1.0))

    Assert.Equal(Inconclusive WithinError, (judge (theorem "synthetic/vague" vague [])).Verdict)

[<Fact>]
let ``a difference inside the radius refutes nothing`` () =
    let rounded =
        Claim.identity numbers (fun n -> Estimate.within 1e-9 (float n + 1e-10)) (float >> Estimate.exact)

    Assert.Equal(Holds, (judge (theorem "synthetic/rounded" rounded [])).Verdict)

let private fourthMoment spread =
    let draw _ seed =
        Estimate.exact ((Draw.normals seed 1)[0] ** 4.0)

    Claim.expectation spread numbers draw (fun _ -> Estimate.exact 3.0)

[<Fact>]
let ``an empty average is refused before it runs`` () =
    // The variance of a path's fourth power that a plain average would face: the standard error exceeds the mean.
    let wild _ = {
        Variance = 14.0 ** 2.0 * 500.0
        Tail = Tail.FiniteVariance
        Resolution = 0.1
    }

    let evidence = judge (theorem "synthetic/empty" (fourthMoment wild) [])

    match evidence.Verdict with
    | Inconclusive(Underpowered why) -> Assert.Contains("leave an error", why)
    | other -> Assert.Fail(string other)

    Assert.Equal(0, evidence.Evaluations)

[<Fact>]
let ``an expectation is judged by its exact variance`` () =
    // Var Z^4 = 105 - 9 = 96; 20,000 draws leave 25 standard errors of 0.07.
    let exact _ = {
        Variance = 96.0
        Tail = Tail.FiniteVariance
        Resolution = 0.7
    }

    let claim = {
        fourthMoment exact with
            Effort = { Instances = 1.0; Draws = 40.0 }
    }

    let doubled = Control.scaled 2.0 claim

    let evidence =
        judge (
            theorem "synthetic/moment" claim [
                doubled
                Control.scaled 0.3 {
                    claim with
                        Kind = Expectation(fun _ -> { exact 0 with Resolution = 3.0 })
                }
            ]
        )

    Assert.Equal(Holds, evidence.Verdict)

[<Fact>]
let ``a law is judged by its band`` () =
    let cdf _ x =
        MathNet.Numerics.Distributions.Normal.CDF(0.0, 1.0, x)

    let draws shift _ seed =
        Estimate.exact (shift + (Draw.normals seed 1)[0])

    let law shift =
        Claim.law cdf numbers (draws shift) (fun _ -> Estimate.exact 0.0)

    let controls = [
        Control.create "shifted by 1" (law 1.0)
        Control.create "shifted by -1" (law -1.0)
    ]

    Assert.Equal(Holds, (judge (theorem "synthetic/law" (law 0.0) controls)).Verdict)

[<Fact>]
let ``a rate is judged by its fitted order`` () =
    let ladder = {
        Scales = [ 10.0; 20.0; 40.0; 80.0; 160.0 ]
        At = (fun _ scale -> scale)
        Replicates = 1
    }

    let instances = FsCheck.FSharp.Arb.fromGen (FsCheck.FSharp.Gen.constant 1.0)

    let rate order =
        Claim.rate
            ladder
            Equals
            instances
            (fun scale _ -> Estimate.exact (1.0 / sqrt scale * (1.0 + 0.1 / scale)))
            (fun _ -> Estimate.exact order)

    let controls = [ Control.create "-1" (rate -1.0); Control.create "-1/3" (rate (-1.0 / 3.0)) ]
    Assert.Equal(Holds, (judge (theorem "synthetic/rate" (rate -0.5) controls)).Verdict)
