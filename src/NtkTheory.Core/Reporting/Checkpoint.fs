namespace NtkTheory.Reporting

open System
open System.Text
open System.Text.Json
open NtkTheory.Claims
open NtkTheory.Verification

/// What fixes every digit of a run. Parts belong together when it is the same for them.
type RunPlan = {
    Origin: Origin
    Seed: int
    Budget: Budget
    FalseAlarmRate: float
    /// Checksum of the data set; empty where there is none.
    Data: string
    /// The ids of all statements of the run, in order.
    Statements: string list
}

/// Part number `Index` of `Count`, from 1.
type Shard = { Index: int; Count: int }

/// What a file of finished statements holds.
type Checkpoint = {
    Plan: RunPlan
    Shard: Shard
    /// In the order in which they were finished.
    Evidence: Evidence list
    /// The bytes of its whole lines: what follows was torn and is to be cut off.
    Length: int
}

/// Deterministic parts of a run.
module Shard =

    /// The run as one part.
    let whole = { Index = 1; Count = 1 }

    /// Every `Count`-th of the list, beginning at number `Index`: neighbours, which cost alike, go to different parts.
    let take shard items =
        items
        |> List.indexed
        |> List.filter (fun (k, _) -> k % shard.Count = shard.Index - 1)
        |> List.map snd

/// Files to which a run appends one line per finished statement, after a line that says which run it is.
module Checkpoint =

    /// The name that the first line begins with.
    let private format = "ntk checkpoint 1"

    let private writeBudget (writer: Utf8JsonWriter) budget =
        writer.WriteString("budget", budget.Name)
        writer.WriteNumber("instances", budget.Instances)
        writer.WriteNumber("draws", budget.Draws)
        writer.WriteNumber("climb", budget.Climb)
        writer.WriteNumber("shrinks", budget.Shrinks)

    let private readBudget json = {
        Name = ExactJson.stringOf "budget" json
        Instances = ExactJson.wholeOf "instances" json
        Draws = ExactJson.wholeOf "draws" json
        Climb = ExactJson.wholeOf "climb" json
        Shrinks = ExactJson.wholeOf "shrinks" json
    }

    /// The settings of a run, but for its statements, as properties of an object that is being written.
    let writeSettings (writer: Utf8JsonWriter) plan =
        writer.WriteString("version", plan.Origin.Version)
        writer.WriteString("backend", plan.Origin.Backend)
        writer.WriteNumber("seed", plan.Seed)
        writeBudget writer plan.Budget
        ExactJson.number writer "falseAlarmRate" plan.FalseAlarmRate
        writer.WriteString("data", plan.Data)

    /// The run of the given statements whose settings `writeSettings` wrote; an exception where one is missing.
    let readPlan statements json = {
        Origin = {
            Version = ExactJson.stringOf "version" json
            Backend = ExactJson.stringOf "backend" json
        }
        Seed = ExactJson.wholeOf "seed" json
        Budget = readBudget json
        FalseAlarmRate = ExactJson.numberOf "falseAlarmRate" json
        Data = ExactJson.stringOf "data" json
        Statements = statements
    }

    /// The first line of the file, with its end of line.
    let header plan shard =
        ExactJson.line (fun writer ->
            writer.WriteStartObject()
            writer.WriteString("format", format)
            writer.WriteNumber("shard", shard.Index)
            writer.WriteNumber("of", shard.Count)
            writeSettings writer plan
            ExactJson.strings writer "statements" plan.Statements
            writer.WriteEndObject())
        + "\n"

    /// A finished statement's line, with its end of line.
    let line evidence = EvidenceLine.write evidence + "\n"

    let private parse (read: JsonElement -> 'T) (line: string) =
        try
            use document = JsonDocument.Parse line
            Some(read document.RootElement)
        with
        | :? JsonException
        | :? ArgumentException
        | :? InvalidOperationException
        | :? FormatException
        | :? Collections.Generic.KeyNotFoundException -> None

    let private readHeader json =
        if ExactJson.stringOf "format" json <> format then
            invalidArg "format" "another format"

        readPlan (ExactJson.stringsOf "statements" json) json,
        {
            Index = ExactJson.wholeOf "shard" json
            Count = ExactJson.wholeOf "of" json
        }

    /// The first wrong thing about the lines after the first, in words.
    let private wrong plan shard (lines: (string * Evidence option) list) =
        let expected = Shard.take shard plan.Statements |> Set.ofList
        let ids = lines |> List.choose (snd >> Option.map _.Entry.Id)

        let damaged = lines |> List.tryFindIndex (fun (_, evidence) -> evidence.IsNone)

        let doubled = ids |> List.countBy id |> List.tryFind (fun (_, count) -> count > 1)

        let foreign = ids |> List.tryFind (fun name -> not (expected.Contains name))

        match damaged, doubled, foreign with
        | Some index, _, _ -> Some $"line {index + 2} is damaged"
        | _, Some(name, _), _ -> Some $"it holds {name} twice"
        | _, _, Some name -> Some $"it holds {name}, which is not in its part of the run"
        | None, None, None -> None

    /// What a file holds: `None` when not even its first line is whole, as a run leaves it that was killed at once, or
    /// why it cannot be read, as the rest of a sentence that begins with the file's name.
    let read (entryOf: string -> Entry) (bytes: byte[]) =
        let length = Array.LastIndexOf(bytes, byte '\n') + 1
        let text = Encoding.UTF8.GetString(bytes, 0, length)

        match text.Split('\n', StringSplitOptions.RemoveEmptyEntries) |> List.ofArray with
        | [] -> Ok None
        | first :: rest ->
            match parse readHeader first with
            | None -> Error "is no checkpoint of this program"
            | Some(plan, shard) ->
                let lines =
                    rest |> List.map (fun line -> line, parse (EvidenceLine.read entryOf) line)

                match wrong plan shard lines with
                | Some what -> Error $"cannot be used: {what}"
                | None ->
                    Ok(
                        Some {
                            Plan = plan
                            Shard = shard
                            Evidence = lines |> List.choose snd
                            Length = length
                        }
                    )

    /// The first setting in which two runs differ, in words; None where they are the same run.
    let difference one other =
        let setting name (part: RunPlan -> string) =
            if part one = part other then
                None
            else
                Some $"{name} {part one} and {name} {part other}"

        let data plan =
            if plan.Data = "" then "none" else plan.Data

        let counts plan =
            let budget = plan.Budget
            $"""{budget.Name} ({Plural.count budget.Instances "instance"}, {Plural.count budget.Draws "draw"})"""

        [
            setting "version" _.Origin.Version
            setting "backend" _.Origin.Backend
            setting "seed" (fun plan -> string plan.Seed)
            setting "budget" counts
            setting "false-alarm rate" (fun plan -> $"%g{plan.FalseAlarmRate}")
            setting "data" data
            if one.Statements = other.Statements then
                None
            else
                Some
                    $"different selections of {one.Statements.Length} and {other.Statements.Length} statements"
        ]
        |> List.tryPick id

    /// Whether every statement of the part is finished.
    let isComplete checkpoint =
        checkpoint.Evidence.Length = (Shard.take checkpoint.Shard checkpoint.Plan.Statements).Length

    /// The numbers of the shards that are missing or not complete.
    let unfinished (checkpoints: Checkpoint list) =
        let count = checkpoints.Head.Shard.Count

        let complete =
            checkpoints |> List.filter isComplete |> List.map _.Shard.Index |> Set.ofList

        [ 1..count ] |> List.filter (fun index -> not (complete.Contains index))

    let private misfit (parts: (string * Checkpoint) list) =
        let firstName, first = parts.Head

        parts
        |> List.tryPick (fun (name, part) ->
            if part.Shard.Count <> first.Shard.Count then
                Some $"{firstName} is a part of {first.Shard.Count} and {name} a part of {part.Shard.Count}"
            else
                difference first.Plan part.Plan
                |> Option.map (fun what -> $"{firstName} and {name} are of different runs: {what}"))

    let private doubled (parts: (string * Checkpoint) list) =
        parts
        |> List.groupBy (fun (_, part) -> part.Shard.Index)
        |> List.tryPick (fun (index, same) ->
            match same with
            | (one, _) :: (other, _) :: _ -> Some $"{one} and {other} are both shard {index}"
            | _ -> None)

    /// The evidence of a whole run from its parts, each with its name for the message; or why they make none, as a
    /// sentence without its stop.
    let join (parts: (string * Checkpoint) list) =
        match misfit parts, doubled parts, unfinished (List.map snd parts) with
        | Some why, _, _
        | None, Some why, _ -> Error why
        | None, None, (_ :: _ as holes) ->
            let numbers = holes |> List.map string |> String.concat ", "
            let what = if holes.Length = 1 then "shard" else "shards"
            Error $"{what} {numbers} of {(snd parts.Head).Shard.Count} missing or not finished"
        | None, None, [] ->
            let found =
                parts
                |> List.collect (fun (_, part) -> part.Evidence)
                |> List.map (fun evidence -> evidence.Entry.Id, evidence)
                |> Map.ofList

            Ok((snd parts.Head).Plan.Statements |> List.map (fun name -> found[name]))
