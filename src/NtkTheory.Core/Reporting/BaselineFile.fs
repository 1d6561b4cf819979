namespace NtkTheory.Reporting

open System
open System.Text.Json

/// Recordings as files that people compare line by line: the settings, then a line for each statement.
module BaselineFile =

    /// The name that the file begins with.
    let private format = "ntk baseline 1"

    let private measuredName kind =
        if kind = "Rate" then "order" else "measured"

    let private entryLine (entry: BaselineEntry) =
        ExactJson.line (fun writer ->
            writer.WriteStartObject()
            writer.WriteString("id", entry.Id)
            writer.WriteString("kind", entry.Kind)
            writer.WriteString("verdict", entry.Verdict)
            ExactJson.estimate writer "tightness" entry.Tightness

            Baseline.sharpestConstant entry
            |> Option.iter (ExactJson.number writer "sharpestConstant")

            match entry.Sides with
            | Some(measured, bound) ->
                ExactJson.estimate writer (measuredName entry.Kind) measured
                ExactJson.estimate writer "bound" bound
            | None -> ()

            writer.WriteEndObject())

    let private readSides kind (json: JsonElement) =
        match json.TryGetProperty "bound" with
        | true, _ -> Some(ExactJson.estimateOf (measuredName kind) json, ExactJson.estimateOf "bound" json)
        | _ -> None

    let private readEntry json =
        let kind = ExactJson.stringOf "kind" json

        {
            Id = ExactJson.stringOf "id" json
            Kind = kind
            Verdict = ExactJson.stringOf "verdict" json
            Tightness = ExactJson.estimateOf "tightness" json
            Sides = readSides kind json
        }

    /// The file of a recording.
    let write baseline =
        ExactJson.line (fun writer ->
            writer.WriteStartObject()
            writer.WriteString("format", format)
            Checkpoint.writeSettings writer baseline.Plan
            ExactJson.strings writer "names" baseline.Names
            writer.WriteStartArray "theorems"

            for entry in baseline.Entries do
                writer.WriteRawValue("\n" + entryLine entry)

            writer.WriteEndArray()
            writer.WriteEndObject())
        + "\n"

    let private readBaseline json =
        if ExactJson.stringOf "format" json <> format then
            invalidArg "format" "another format"

        let entries = ExactJson.listOf "theorems" readEntry json

        {
            Plan = Checkpoint.readPlan (entries |> List.map _.Id) json
            Names = ExactJson.stringsOf "names" json
            Entries = entries
        }

    /// The recording in a file; None for a text that is none.
    let tryRead (text: string) =
        try
            use document = JsonDocument.Parse text
            Some(readBaseline document.RootElement)
        with
        | :? JsonException
        | :? ArgumentException
        | :? InvalidOperationException
        | :? FormatException
        | :? Collections.Generic.KeyNotFoundException -> None
