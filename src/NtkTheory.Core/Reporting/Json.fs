namespace NtkTheory.Reporting

open System
open System.IO
open System.Text
open System.Text.Json
open NtkTheory.Claims
open NtkTheory.Sampling
open NtkTheory.Verification

/// What a report says of the program that made it.
type Origin = {
    /// Version of the program.
    Version: string
    /// The linear algebra in use.
    Backend: string
}

/// Reports as JSON, with properties in a fixed order so that equal runs give equal bytes.
module Json =

    let private document write =
        use buffer = new MemoryStream()

        let options =
            JsonWriterOptions(
                Indented = true,
                Encoder = Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
            )

        using (new Utf8JsonWriter(buffer, options)) (fun (writer: Utf8JsonWriter) -> write writer)
        Encoding.UTF8.GetString(buffer.ToArray()) + "\n"

    /// JSON has no infinity and no NaN: null.
    let private number (writer: Utf8JsonWriter) (name: string) (value: float) =
        if Double.IsFinite value then
            writer.WriteNumber(name, value)
        else
            writer.WriteNull name

    let private statusName status =
        match status with
        | Proved -> "Proved"
        | FalseAsStated _ -> "FalseAsStated"
        | Repairs _ -> "Repairs"
        | Conjectured -> "Conjectured"
        | Definition -> "Definition"
        | Cited -> "Cited"
        | Empirical -> "Empirical"

    let private head (writer: Utf8JsonWriter) (entry: Entry) kind =
        writer.WriteString("id", entry.Id)
        writer.WriteString("topic", Entry.topic entry)
        writer.WriteString("title", entry.Title)
        writer.WriteString("kind", (kind: string))
        writer.WriteString("status", statusName entry.Status)

    let private counterexample (writer: Utf8JsonWriter) verdict =
        match verdict with
        | Refuted example ->
            writer.WriteStartObject "counterexample"
            writer.WriteString("instance", example.Instance)
            number writer "measured" example.Measured.Value
            number writer "bound" example.Bound.Value
            number writer "slack" example.Slack.Value
            writer.WriteString("replay", ReplayToken.format example.Replay)
            writer.WriteEndObject()
        | _ -> writer.WriteNull "counterexample"

    let private controls (writer: Utf8JsonWriter) (outcomes: ControlOutcome list) =
        writer.WriteStartArray "controls"

        for outcome in outcomes do
            writer.WriteStartObject()
            writer.WriteString("breaks", outcome.Breaks)
            writer.WriteBoolean("refuted", outcome.Refuted)
            writer.WriteEndObject()

        writer.WriteEndArray()

    let private evidence (writer: Utf8JsonWriter) (evidence: Evidence) =
        writer.WriteStartObject()
        head writer evidence.Entry evidence.Kind
        writer.WriteString("expected", Verdict.expected evidence.Entry.Status)
        writer.WriteString("verdict", Verdict.name evidence.Verdict)
        writer.WriteString("reason", Verdict.reason evidence.Verdict)
        writer.WriteNumber("instances", evidence.Instances)
        writer.WriteNumber("discards", evidence.Discards)
        writer.WriteNumber("evaluations", evidence.Evaluations)
        number writer "slack" evidence.Slack.Value
        number writer "radius" evidence.Slack.Radius
        number writer "tightness" evidence.Tightness
        writer.WriteNumber("seconds", Math.Round(evidence.Seconds, 3))
        controls writer evidence.Controls
        counterexample writer evidence.Verdict
        writer.WriteEndObject()

    let private data (writer: Utf8JsonWriter) (data: Dataset option) =
        match data with
        | None -> writer.WriteNull "data"
        | Some data ->
            writer.WriteStartObject "data"
            writer.WriteString("name", data.Name)
            writer.WriteNumber("points", data.Points.RowCount)
            writer.WriteNumber("dimension", data.Points.ColumnCount)
            writer.WriteString("checksum", Dataset.checksum data)
            writer.WriteStartArray "preparation"

            data.Preparation
            |> List.iter (fun (step: string) -> writer.WriteStringValue step)

            writer.WriteEndArray()
            writer.WriteEndObject()

    /// A run as one object.
    let report origin (report: RunReport) =
        document (fun writer ->
            let options = report.Options
            writer.WriteStartObject()
            writer.WriteString("version", origin.Version)
            writer.WriteNumber("seed", options.Seed)
            writer.WriteString("backend", origin.Backend)
            writer.WriteNumber("workers", options.Workers)
            writer.WriteString("budget", options.Budget.Name)
            writer.WriteNumber("falseAlarmRate", options.FalseAlarmRate)
            writer.WriteBoolean("partial", report.Partial)
            data writer options.Data
            writer.WriteStartArray "theorems"
            report.Evidence |> List.iter (evidence writer)
            writer.WriteEndArray()
            writer.WriteEndObject())

    let private source (source: Source) =
        [ source.Document; source.Lecture; source.Number; source.Paper ]
        |> List.filter ((<>) "")
        |> String.concat ", "

    /// The catalog as a list of objects.
    let catalog items =
        document (fun writer ->
            writer.WriteStartArray()

            for item in items do
                let entry = Theorem.entry item
                writer.WriteStartObject()
                head writer entry (Theorem.kind item)
                writer.WriteString("sharpness", string entry.Sharpness)
                writer.WriteString("source", source entry.Source)
                writer.WriteString("statement", entry.Statement)
                writer.WriteEndObject()

            writer.WriteEndArray())
