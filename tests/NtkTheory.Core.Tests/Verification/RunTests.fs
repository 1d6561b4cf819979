module NtkTheory.Core.Tests.Verification.RunTests

open System.Threading
open NtkTheory.Claims
open NtkTheory.Core.Tests.Verification.Synthetic
open NtkTheory.Testing
open NtkTheory.Verification
open Xunit

let private items = [
    for k in 1..12 do
        yield Theorem.pack (theorem $"synthetic/t{k}" (below (fun _ -> 80.0 * float k)) [])

    yield Theorem.pack (theorem "synthetic/p" (failing 0.1 0.5) [])
    yield Stated(entry "synthetic/said" Cited, "nothing to compute")
]

let private verify workers items =
    Run.verify (options workers) ignore CancellationToken.None items

[<Theory>]
[<InlineData(2)>]
[<InlineData(8)>]
let ``workers change nothing`` workers =
    let words (report: RunReport) =
        report.Evidence |> List.map (fun evidence -> $"%+A{evidence}")

    Assert.Equal<string list>(words (verify 1 items), words (verify workers items))

[<Fact>]
let ``a theorem more changes no other's samples`` () =
    let more = Theorem.pack (theorem "synthetic/new" (below float) []) :: items

    let known =
        (verify 2 items).Evidence
        |> List.map (fun e -> $"{e.Slack.Value} {e.Tightness} {e.Instances}")

    let again =
        (verify 2 more).Evidence.Tail
        |> List.map (fun e -> $"{e.Slack.Value} {e.Tightness} {e.Instances}")

    Assert.Equal<_ list>(known, again)

[<Fact>]
let ``cancellation leaves a partial report`` () =
    use source = new CancellationTokenSource()

    let stopAfterThree (progress: Progress) =
        if progress.Finished = 3 then
            source.Cancel()

    let report = Run.verify (options 1) stopAfterThree source.Token items
    Assert.True report.Partial
    Assert.Equal(3, report.Evidence.Length)

[<Fact>]
let ``a run before it starts can be cancelled`` () =
    let report = Run.verify (options 1) ignore (CancellationToken true) items
    Assert.True report.Partial
    Assert.Empty report.Evidence

[<Fact>]
let ``counterexamples replay to the last digit`` () =
    let examples =
        (verify 1 items).Evidence
        |> List.choose (fun e ->
            match e.Verdict with
            | Refuted example -> Some example
            | _ -> None)

    Assert.NotEmpty examples

    for example in examples do
        let token = ReplayToken.format example.Replay

        match ReplayToken.tryParse token |> Option.map (Replaying.run items None) with
        | Some(Ok again) ->
            Assert.Equal(example.Instance, again.Instance)
            Assert.Equal(example.Measured, again.Observation.Measured)
            Assert.Equal(example.Slack, again.Observation.Slack)
        | other -> Assert.Fail $"%A{other}"

[<Property>]
let ``tokens survive being written and read``
    (seed: int)
    (index: uint8)
    (climb: uint8 list)
    (shrink: uint8 list)
    (draws: uint8)
    (level: uint8)
    =
    let replay = {
        Id = "topic/name"
        Seed = seed
        Path = {
            Size = 3
            Index = int index
            Climb = List.map int climb
            Shrink = List.map int shrink
        }
        Draws = int draws
        Level = float level / 3e9
        Data = if level > 9uy then "00ab12cd" else ""
    }

    let token = ReplayToken.format replay
    ReplayToken.tryParse token = Some replay && not (token.Contains ' ')

[<Theory>]
[<InlineData("")>]
[<InlineData("gram")>]
[<InlineData("gram/x~1~q3")>]
[<InlineData("gram/x~one~s1i1")>]
let ``words that are no tokens are refused`` word =
    Assert.Equal(None, ReplayToken.tryParse word)
