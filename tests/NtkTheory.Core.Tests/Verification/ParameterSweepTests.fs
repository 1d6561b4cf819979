module NtkTheory.Core.Tests.Verification.ParameterSweepTests

open System.Threading
open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Core.Tests.Verification.Synthetic
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Verification
open Xunit

type Shape = {
    Width: int
    Scale: float
    Name: string
}

let private shapes =
    Arb.fromGen (Gen.constant { Width = 1; Scale = 2.0; Name = "s" })

let private settings = {
    Seed = 3
    Draws = 50
    Level = 0.01
    Threshold = None
    Progress = ignore
    Cancel = CancellationToken.None
}

let private sweep claim overs =
    match ParameterSweep.run settings overs (Theorem.pack (theorem "synthetic/sweep" claim [])) with
    | Ok swept -> swept
    | Error why -> failwith why

let private widths = {
    Parameter = "width"
    Values = [ 4.0; 16.0; 64.0; 256.0; 1024.0 ]
}

let private decaying =
    Claim.atMost shapes (fun shape -> Estimate.exact (shape.Scale / float shape.Width)) (fun shape ->
        Estimate.exact (8.0 * shape.Scale / sqrt (float shape.Width)))

[<Fact>]
let ``orders and the informative width of exact powers`` () =
    let swept = Assert.Single(sweep decaying [ widths ])
    Assert.Equal("Width", swept.Parameter)
    Assert.Equal(-1.0, swept.MeasuredOrder.Value.Value, 12)
    Assert.Equal(-0.5, swept.BoundOrder.Value.Value, 12)
    // 16 / sqrt w is 1 at w = 256 and below it at the next rung only.
    Assert.Equal(Some 1024.0, swept.InformativeFrom)

[<Fact>]
let ``a second parameter makes a series for each of its values`` () =
    let swept =
        sweep decaying [
            widths
            {
                Parameter = "scale"
                Values = [ 1.0; 0.5 ]
            }
        ]

    Assert.Equal<string list>([ "Scale = 1"; "Scale = 0.5" ], swept |> List.map _.Series)
    Assert.Equal<float option list>([ Some 256.0; Some 64.0 ], swept |> List.map _.InformativeFrom)

[<Fact>]
let ``values that break a hypothesis are left out and named`` () =
    let narrow = {
        decaying with
            Hypotheses = [ Hypothesis.named "narrow" (fun shape -> shape.Width < 100) ]
    }

    let swept = Assert.Single(sweep narrow [ widths ])
    Assert.Equal(3, swept.Rungs.Length)
    Assert.Equal<float list>([ 256.0; 1024.0 ], swept.Skipped)
    Assert.Equal(None, swept.MeasuredOrder)

[<Fact>]
let ``a quantile stands against the bound of a claim with a probability`` () =
    // A draw is its own uniform number times the width: the quantile at 0.9 is near 0.9 times it.
    let draw shape seed =
        Estimate.exact (float shape.Width * Draw.uniformAt 0L seed)

    let claim =
        Claim.probably (fun _ -> 0.1) shapes draw (fun shape -> Estimate.exact (float shape.Width))

    let swept = Assert.Single(sweep claim [ widths ])

    for rung in swept.Rungs do
        Assert.InRange(rung.Measured.Value / rung.Value, 0.75, 1.0)

[<Fact>]
let ``a rate goes along its own ladder`` () =
    let ladder = {
        Scales = [ 10.0; 20.0; 40.0; 80.0; 160.0 ]
        At = (fun shape scale -> { shape with Scale = scale })
        Replicates = 1
    }

    let claim =
        Claim.rate ladder AtMost shapes (fun shape _ -> Estimate.exact (shape.Scale ** -1.5)) (fun _ ->
            Estimate.exact -1.0)

    let swept = Assert.Single(sweep claim [])
    Assert.Equal(-1.5, swept.MeasuredOrder.Value.Value, 12)
    Assert.Equal(Some(Estimate.exact -1.0), swept.ClaimedOrder)

let private refusal claim overs =
    match ParameterSweep.run settings overs (Theorem.pack (theorem "synthetic/sweep" claim [])) with
    | Ok _ -> "swept"
    | Error why -> why

[<Fact>]
let ``what cannot be swept is said in words`` () =
    Assert.Equal(
        "it has no parameter 'depth'; there are Width, Scale",
        refusal decaying [ { widths with Parameter = "depth" } ]
    )

    Assert.Equal(
        "Width cannot be -4; random instances all have 1",
        refusal decaying [ { widths with Values = [ 4.0; -4.0 ] } ]
    )

    Assert.Contains("no number that could be swept", refusal (below float) [ widths ])
    Assert.Equal("no parameter is given; there are Width, Scale", refusal decaying [])

    Assert.Equal(
        Error "it has no check",
        ParameterSweep.run settings [ widths ] (Stated(entry "a/b" Cited, ""))
        |> Result.map ignore
    )

let private failing limit =
    Claim.atMost
        shapes
        (fun shape ->
            if shape.Width > limit then
                failwith "too wide"

            Estimate.exact 1.0)
        (fun _ -> Estimate.exact 2.0)

[<Fact>]
let ``a fault is laid to a value that no random instance has, and to no other`` () =
    let refused =
        Assert.Throws<System.ArgumentException>(fun () -> sweep (failing 16) [ widths ] |> ignore)

    Assert.Equal("Width cannot be 64; random instances all have 1.", refused.Message)
    let own = { widths with Values = [ 1.0 ] }
    let fault = Assert.ThrowsAny<exn>(fun () -> sweep (failing 0) [ own ] |> ignore)
    Assert.Equal("too wide", fault.Message)

[<Fact>]
let ``progress rises through all series to its end`` () =
    let told = ResizeArray<float>()
    let watched = { settings with Progress = told.Add }

    let scales = {
        Parameter = "scale"
        Values = [ 1.0; 0.5 ]
    }

    ParameterSweep.run watched [ widths; scales ] (Theorem.pack (theorem "synthetic/sweep" decaying []))
    |> Result.map List.length
    |> fun series -> Assert.Equal(Ok 2, series)

    Assert.Equal<float list>([ for k in 1..10 -> float k / 10.0 ], List.ofSeq told)
