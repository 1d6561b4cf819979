module NtkTheory.Core.Tests.Reporting.CheckpointTests

open System.Text
open System.Text.Json
open System.Threading
open NtkTheory.Claims
open NtkTheory.Core.Tests.Verification.Synthetic
open NtkTheory.Numerics
open NtkTheory.Reporting
open NtkTheory.Sampling
open NtkTheory.Testing
open NtkTheory.Verification
open Xunit

let private items = [
    for k in 1..9 do
        yield Theorem.pack (theorem $"synthetic/t{k}" (below (fun _ -> 120.0 * float k)) [])

    yield Theorem.pack (theorem "synthetic/p" (failing 0.1 0.5) [])
    yield Theorem.pack (theorem "synthetic/fault" (below (fun _ -> nan)) [])
    yield Stated(entry "synthetic/said" Cited, "nothing to compute")
    let figure = {
        Figure = "a tenth"
        Run = fun _ -> Estimate.within 1e-17 0.1
    }

    yield Observed(entry "synthetic/seen" Empirical, figure)
]

let private origin = { Version = "1"; Backend = "managed" }

let private entryOf =
    items |> List.map (fun i -> (Theorem.entry i).Id, Theorem.entry i) |> Map.ofList

let private ids = items |> List.map (fun i -> (Theorem.entry i).Id)

let private plan seed = {
    Origin = origin
    Seed = seed
    Budget = Budget.smoke
    FalseAlarmRate = 1e-9
    Data = ""
    Statements = ids
}

let private runPart seed finished items =
    let lines = StringBuilder()

    let report =
        Run.verifyPart
            {
                Statements = ids.Length
                Finished = finished
            }
            { options 2 with Seed = seed }
            (fun step -> lines.Append(Checkpoint.line step.Latest) |> ignore)
            CancellationToken.None
            items

    report, string lines

let private read (text: string) =
    match Checkpoint.read (fun id -> entryOf[id]) (Encoding.UTF8.GetBytes text) with
    | Ok(Some checkpoint) -> checkpoint
    | other -> failwith (string other)

let private shard count index =
    let part = { Index = index; Count = count }
    let _, lines = runPart 1 Map.empty (Shard.take part items)
    $"part {index}", read (Checkpoint.header (plan 1) part + lines)

let private whole seed =
    let report, lines = runPart seed Map.empty items
    report, Checkpoint.header (plan seed) Shard.whole + lines

let private refusal parts =
    match Checkpoint.join parts with
    | Error why -> why
    | Ok _ -> "joined"

let private numbers (values: float[]) = Estimate.within values[1] values[0]

let private verdictOf kind (value: Estimate) words rows =
    match kind with
    | 0 -> Holds
    | 1 ->
        Refuted {
            Instance = words
            Measured = value
            Bound = Estimate.negate value
            Slack = value
            Replay = {
                Id = "synthetic/t1"
                Seed = -3
                Path = {
                    Path.start 4 5 with
                        Climb = rows
                        Shrink = [ 0; 0; 7 ]
                }
                Draws = 12
                Level = 1e-9 / 3.0
                Data = "00ab12cd"
            }
        }
    | 2 -> Inconclusive Exhausted
    | 3 -> Inconclusive WithinError
    | 4 -> Inconclusive(Underpowered words)
    | 5 -> NotApplicable(words, rows)
    | 6 -> Faulted words
    | 7 -> NotCheckable
    | _ -> Reported(words, value)

[<Property(MaxTest = 300)>]
let ``evidence comes back from its line bit for bit``
    (kind: byte)
    (a: float)
    (b: float)
    (text: string | null)
    rows
    =
    let words =
        (string text).Replace("\000", "")
        |> Seq.filter (System.Char.IsSurrogate >> not)
        |> System.String.Concat

    let rows = rows |> List.map (fun (row: byte) -> int row)

    let evidence = {
        TheoremJudge.unlooked
            entryOf["synthetic/t1"]
            "Deterministic"
            (verdictOf (int kind % 9) (numbers [| a; b |]) words rows) with
            Slack = Estimate.within a b
            Tightness = 1.0 / a
            Seconds = 0.1
            Measured = Estimate.within infinity -0.0
            Controls = [ { Breaks = words; Refuted = a > b } ]
    }

    use json = JsonDocument.Parse(EvidenceLine.write evidence)
    let again = EvidenceLine.read (fun id -> entryOf[id]) json.RootElement

    let bits (e: Evidence) =
        System.BitConverter.DoubleToInt64Bits e.Tightness,
        System.BitConverter.DoubleToInt64Bits e.Measured.Value

    $"%+A{evidence}" = $"%+A{again}"
    && bits evidence = bits again
    && not ((EvidenceLine.write evidence).Contains '\n')

[<Fact>]
let ``a run cut off at any byte ends as if undisturbed`` () =
    let report, file = whole 1
    let bytes = Encoding.UTF8.GetBytes file
    let undisturbed = Json.report origin { report with Options = options 1 }

    for cut in
        Seq.append
            [ 0; 1; bytes.Length - 1; bytes.Length ]
            (Seq.init 200 (fun k -> (k * 7919) % bytes.Length)) do
        let finished, kept =
            match Checkpoint.read (fun id -> entryOf[id]) bytes[.. cut - 1] with
            | Ok None -> Map.empty, Checkpoint.header (plan 1) Shard.whole
            | Ok(Some part) ->
                part.Evidence |> List.map (fun e -> e.Entry.Id, e) |> Map.ofList,
                Encoding.UTF8.GetString(bytes, 0, part.Length)
            | Error why -> failwith why

        let resumed, lines = runPart 1 finished items
        Assert.Equal(undisturbed, Json.report origin { resumed with Options = options 1 })
        let written = read (kept + lines)
        Assert.Equal<string list>(List.sort ids, written.Evidence |> List.map _.Entry.Id |> List.sort)

[<Theory>]
[<InlineData(1)>]
[<InlineData(4)>]
[<InlineData(20)>]
let ``shards join to the undivided run`` count =
    let report, _ = whole 1

    match Checkpoint.join [ for k in count .. -1 .. 1 -> shard count k ] with
    | Error why -> Assert.Fail why
    | Ok evidence ->
        let words = List.map (fun (e: Evidence) -> $"%+A{e}") >> String.concat "\n"
        Assert.Equal(words report.Evidence, words evidence)

[<Fact>]
let ``a missing shard is named`` () =
    Assert.Equal("shard 3 of 4 missing or not finished", refusal [ for k in [ 1; 2; 4 ] -> shard 4 k ])

[<Fact>]
let ``a shard given twice is named`` () =
    let parts = [ for k in 1..4 -> shard 4 k ]
    Assert.Equal("part 2 and again are both shard 2", refusal (parts @ [ "again", snd parts[1] ]))

[<Fact>]
let ``an unfinished shard is named`` () =
    let name, part = shard 2 1

    let torn = {
        part with
            Evidence = part.Evidence.Tail
    }

    Assert.Equal("shard 1 of 2 missing or not finished", refusal [ name, torn; shard 2 2 ])

[<Fact>]
let ``shards of different runs are refused with the setting that differs`` () =
    let one, other = shard 2 1, shard 2 2

    let change edit =
        fst other,
        {
            snd other with
                Plan = edit (snd other).Plan
        }

    let why edit = refusal [ one; change edit ]

    Assert.Equal(
        "part 1 and part 2 are of different runs: seed 1 and seed 2",
        why (fun p -> { p with Seed = 2 })
    )

    Assert.Contains(
        "version 1 and version 2",
        why (fun p -> {
            p with
                Origin = { origin with Version = "2" }
        })
    )

    Assert.Contains("budget smoke", why (fun p -> { p with Budget = Budget.standard }))
    Assert.Contains("data none and data 00ff", why (fun p -> { p with Data = "00ff" }))

    Assert.Contains(
        "13 and 12 statements",
        why (fun p -> {
            p with
                Statements = p.Statements.Tail
        })
    )

    Assert.Contains("false-alarm rate 1e-09", why (fun p -> { p with FalseAlarmRate = 0.1 }))

[<Fact>]
let ``parts of different divisions are refused`` () =
    Assert.Equal("part 1 is a part of 2 and part 2 a part of 4", refusal [ shard 2 1; shard 4 2 ])

let private damage edit =
    match Checkpoint.read (fun id -> entryOf[id]) (Encoding.UTF8.GetBytes(edit (snd (whole 1)): string)) with
    | Error why -> why
    | other -> string other

[<Fact>]
let ``a damaged file is refused with its line`` () =
    Assert.Equal(
        "cannot be used: line 2 is damaged",
        damage (fun text -> text.Replace("\n{\"id\"", "\n{\"i"))
    )

    Assert.Equal("is no checkpoint of this program", damage (fun text -> "x" + text))
    let doubled (text: string) = text + text.Split('\n')[1] + "\n"
    Assert.Contains("twice", damage doubled)
    let foreign (text: string) = text.Replace("\"of\":1", "\"of\":2")
    Assert.Contains("not in its part", damage foreign)

[<Property>]
let ``shards take each statement once`` (length: byte) (count: byte) =
    let count = 1 + int count % 9
    let list = [ 1 .. int length ]
    let parts = [ for k in 1..count -> Shard.take { Index = k; Count = count } list ]

    List.sort (List.concat parts) = list
    && parts |> List.forall (fun part -> abs (part.Length - list.Length / count) <= 1)
