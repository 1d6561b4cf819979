namespace NtkTheory.Reporting

open System.Text.Json
open NtkTheory.Claims
open NtkTheory.Verification

/// A finished statement as one line, from which the same evidence comes back.
module EvidenceLine =

    let private writeCounterexample (writer: Utf8JsonWriter) (example: Counterexample) =
        writer.WriteString("instance", example.Instance)
        ExactJson.estimate writer "exampleMeasured" example.Measured
        ExactJson.estimate writer "exampleBound" example.Bound
        ExactJson.estimate writer "exampleSlack" example.Slack
        writer.WriteString("replay", ReplayToken.format example.Replay)

    let private writeReason (writer: Utf8JsonWriter) reason =
        match reason with
        | Exhausted -> writer.WriteString("reason", "Exhausted")
        | WithinError -> writer.WriteString("reason", "WithinError")
        | Underpowered what ->
            writer.WriteString("reason", "Underpowered")
            writer.WriteString("what", what)

    let private writeVerdict (writer: Utf8JsonWriter) verdict =
        writer.WriteString("verdict", Verdict.name verdict)

        match verdict with
        | Holds
        | NotCheckable -> ()
        | Refuted example -> writeCounterexample writer example
        | Inconclusive reason -> writeReason writer reason
        | Faulted message -> writer.WriteString("message", message)
        | NotApplicable(hypothesis, rows) ->
            writer.WriteString("hypothesis", hypothesis)
            writer.WriteStartArray "rows"
            rows |> List.iter (fun (row: int) -> writer.WriteNumberValue row)
            writer.WriteEndArray()
        | Reported(figure, value) ->
            writer.WriteString("figure", figure)
            ExactJson.estimate writer "value" value

    let private readCounterexample json =
        match ReplayToken.tryParse (ExactJson.stringOf "replay" json) with
        | None -> invalidArg "replay" "no replay token"
        | Some replay -> {
            Instance = ExactJson.stringOf "instance" json
            Measured = ExactJson.estimateOf "exampleMeasured" json
            Bound = ExactJson.estimateOf "exampleBound" json
            Slack = ExactJson.estimateOf "exampleSlack" json
            Replay = replay
          }

    let private readReason json =
        match ExactJson.stringOf "reason" json with
        | "Exhausted" -> Exhausted
        | "WithinError" -> WithinError
        | _ -> Underpowered(ExactJson.stringOf "what" json)

    let private readVerdict json =
        match ExactJson.stringOf "verdict" json with
        | "Holds" -> Holds
        | "NotCheckable" -> NotCheckable
        | "Refuted" -> Refuted(readCounterexample json)
        | "Inconclusive" -> Inconclusive(readReason json)
        | "Faulted" -> Faulted(ExactJson.stringOf "message" json)
        | "NotApplicable" ->
            NotApplicable(
                ExactJson.stringOf "hypothesis" json,
                ExactJson.listOf "rows" (fun row -> row.GetInt32()) json
            )
        | "Reported" -> Reported(ExactJson.stringOf "figure" json, ExactJson.estimateOf "value" json)
        | other -> invalidArg "verdict" $"no verdict is called {other}"

    let private writeControls (writer: Utf8JsonWriter) (controls: ControlOutcome list) =
        writer.WriteStartArray "controls"

        for control in controls do
            writer.WriteStartArray()
            writer.WriteStringValue control.Breaks
            writer.WriteBooleanValue control.Refuted
            writer.WriteEndArray()

        writer.WriteEndArray()

    let private readControl (json: JsonElement) = {
        Breaks = nonNull (json[0].GetString())
        Refuted = json[1].GetBoolean()
    }

    /// The evidence as one line of JSON, without its end of line.
    let write (evidence: Evidence) =
        ExactJson.line (fun writer ->
            writer.WriteStartObject()
            writer.WriteString("id", evidence.Entry.Id)
            writer.WriteString("kind", evidence.Kind)
            writeVerdict writer evidence.Verdict
            writer.WriteNumber("instances", evidence.Instances)
            writer.WriteNumber("discards", evidence.Discards)
            writer.WriteNumber("evaluations", evidence.Evaluations)
            ExactJson.estimate writer "slack" evidence.Slack
            ExactJson.number writer "tightness" evidence.Tightness
            ExactJson.estimate writer "measured" evidence.Measured
            ExactJson.estimate writer "bound" evidence.Bound
            ExactJson.number writer "seconds" evidence.Seconds
            writeControls writer evidence.Controls
            writer.WriteEndObject())

    /// The evidence of a parsed line; `entryOf` knows the statements by id. An exception where it is none.
    let read (entryOf: string -> Entry) json = {
        Entry = entryOf (ExactJson.stringOf "id" json)
        Kind = ExactJson.stringOf "kind" json
        Verdict = readVerdict json
        Instances = ExactJson.wholeOf "instances" json
        Discards = ExactJson.wholeOf "discards" json
        Evaluations = ExactJson.wholeOf "evaluations" json
        Slack = ExactJson.estimateOf "slack" json
        Tightness = ExactJson.numberOf "tightness" json
        Seconds = ExactJson.numberOf "seconds" json
        Controls = ExactJson.listOf "controls" readControl json
        Measured = ExactJson.estimateOf "measured" json
        Bound = ExactJson.estimateOf "bound" json
    }
