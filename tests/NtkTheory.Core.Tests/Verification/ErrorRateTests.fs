namespace NtkTheory.Core.Tests.Verification

open NtkTheory.Claims
open NtkTheory.Core.Tests.Verification.Synthetic
open NtkTheory.Statistics
open NtkTheory.Verification
open Xunit
open Xunit.Abstractions

type ErrorRateTests(output: ITestOutputHelper) =

    let refuted level allowed rate seed =
        let at = {
            conditions seed with
                Level = level
                Budget = {
                    Budget.smoke with
                        Instances = 1
                        Draws = 200
                        Climb = 1
                        Shrinks = 0
                }
        }

        (TheoremJudge.judge at (theorem "synthetic/rate" (failing allowed rate) [])).Verdict
        |> Verdict.name
        |> (=) "Refuted"

    let countRefuted level allowed rate runs =
        Seq.init runs (refuted level allowed rate) |> Seq.filter id |> Seq.length

    [<Fact>]
    member _.``false alarms at the edge stay within the configured rate``() =
        // A violation probability of exactly delta, 2,000 repetitions at rate 1e-2: the count lies in the exact
        // binomial band (two-sided 1e-6) below the rate; above zero, or the rate would not be seen at all.
        let alarms = countRefuted 1e-2 0.1 0.1 2000
        output.WriteLine $"{alarms} false alarms in 2000 runs at rate 0.01"
        Assert.True(Binomial.upperTail 2000 1e-2 alarms > 1e-6, $"{alarms} false alarms")
        Assert.True(alarms > 0)

    [<Fact>]
    member _.``power grows with the excess``() =
        let power factor =
            float (countRefuted 1e-2 0.1 (0.1 * factor) 200) / 200.0

        let table = [ for factor in [ 1.0; 1.1; 2.0; 10.0 ] -> factor, power factor ]

        output.WriteLine "violation rate / allowed rate   share refuted (allowed 0.1, 200 draws, rate 0.01)"

        for factor, share in table do
            output.WriteLine $"%29.1f{factor}   %.3f{share}"

        let shares = List.map snd table
        Assert.Equal<float list>(List.sort shares, shares)
        // The exact power at twice the rate over three tests of a third of the level each is above 0.8.
        Assert.True(shares[2] > 0.8)
        Assert.Equal(1.0, shares[3])

    [<Fact>]
    member _.``a budget too small for a control says so before it draws``() =
        let weak = Control.failing 0.11 "barely above" (failing 0.1 0.11)

        let evidence =
            TheoremJudge.judge (conditions 1) (theorem "synthetic/small" (failing 0.1 0.05) [ weak ])

        match evidence.Verdict with
        | Inconclusive(Underpowered why) -> Assert.Contains("barely above", why)
        | other -> Assert.Fail(string other)

        Assert.Equal(0, evidence.Evaluations)
