namespace NtkTheory.Reporting

open System
open System.Text.Json

/// Recordings as files that people compare line by line.
module BaselineFile =

    /// The name that the file begins with.
    let private format = "ntk baseline 1"

    let private measuredName kind =
        if kind = "Rate" then "order" else "measured"

    let private writeEntry (writer: Utf8JsonWriter) (entry: BaselineEntry) =
        writer.WriteStartObject()
        writer.WriteString("id", entry.Id)
        writer.WriteString("kind", entry.Kind)
        writer.WriteString("verdict", entry.Verdict)
        ExactJson.number writer "tightness" entry.Tightness
        ExactJson.number writer "least" entry.Least
        ExactJson.number writer "most" entry.Most
        ExactJson.number writer "sharpestConstant" entry.SharpestConstant

        ExactJson.estimate writer (measuredName entry.Kind) entry.Measured
        ExactJson.estimate writer "bound" entry.Bound
        writer.WriteEndObject()

    let private readEntry json =
        let kind = ExactJson.stringOf "kind" json

        {
            Id = ExactJson.stringOf "id" json
            Kind = kind
            Verdict = ExactJson.stringOf "verdict" json
            Tightness = ExactJson.numberOf "tightness" json
            Least = ExactJson.numberOf "least" json
            Most = ExactJson.numberOf "most" json
            SharpestConstant = ExactJson.numberOf "sharpestConstant" json
            Measured = ExactJson.estimateOf (measuredName kind) json
            Bound = ExactJson.estimateOf "bound" json
        }

    /// The file of a recording.
    let write baseline =
        ExactJson.page (fun writer ->
            writer.WriteStartObject()
            writer.WriteString("format", format)
            ExactJson.strings writer "names" baseline.Names
            Checkpoint.writePlan writer baseline.Plan
            writer.WriteStartArray "theorems"
            baseline.Entries |> List.iter (writeEntry writer)
            writer.WriteEndArray()
            writer.WriteEndObject())

    let private readBaseline json =
        if ExactJson.stringOf "format" json <> format then
            invalidArg "format" "another format"

        {
            Plan = Checkpoint.readPlan json
            Names = ExactJson.stringsOf "names" json
            Entries = ExactJson.listOf "theorems" readEntry json
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
