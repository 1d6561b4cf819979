namespace NtkTheory.Reporting

open System
open System.IO
open System.Text
open System.Text.Json
open NtkTheory.Numerics

/// JSON from which every double comes back bit for bit; those that JSON has no number for are strings.
module ExactJson =

    let private encoder = Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping

    /// An object on one line, without its end of line.
    let line (write: Utf8JsonWriter -> unit) =
        use buffer = new MemoryStream()
        using (new Utf8JsonWriter(buffer, JsonWriterOptions(Encoder = encoder))) (fun writer -> write writer)
        Encoding.UTF8.GetString(buffer.ToArray())

    /// A double: the shortest digits that read back the same, or "NaN", "Infinity", "-Infinity".
    let writeNumber (writer: Utf8JsonWriter) (value: float) =
        if Double.IsFinite value then
            writer.WriteNumberValue value
        else
            writer.WriteStringValue(value.ToString(Globalization.CultureInfo.InvariantCulture))

    /// A named double.
    let number (writer: Utf8JsonWriter) (name: string) value =
        writer.WritePropertyName name
        writeNumber writer value

    /// A named pair of value and radius.
    let estimate (writer: Utf8JsonWriter) (name: string) (estimate: Estimate) =
        writer.WriteStartArray name
        writeNumber writer estimate.Value
        writeNumber writer estimate.Radius
        writer.WriteEndArray()

    /// Named strings.
    let strings (writer: Utf8JsonWriter) (name: string) (values: string list) =
        writer.WriteStartArray name
        values |> List.iter (fun (value: string) -> writer.WriteStringValue value)
        writer.WriteEndArray()

    /// A double that `writeNumber` wrote.
    let readNumber (element: JsonElement) =
        match element.ValueKind with
        | JsonValueKind.String ->
            Double.Parse(nonNull (element.GetString()), Globalization.CultureInfo.InvariantCulture)
        | _ -> element.GetDouble()

    /// The part of an object with a name; an exception where there is none.
    let part (name: string) (element: JsonElement) = element.GetProperty name

    /// A named double.
    let numberOf name element = readNumber (part name element)

    /// A named whole number.
    let wholeOf name element = (part name element).GetInt32()

    /// A named string.
    let stringOf name element =
        nonNull ((part name element).GetString())

    /// A named pair of value and radius.
    let estimateOf name element =
        let pair = part name element
        Estimate.within (readNumber pair[1]) (readNumber pair[0])

    /// A named list, each element read by the given function.
    let listOf name read element = [ for item in (part name element).EnumerateArray() -> read item ]

    /// Named strings.
    let stringsOf name element =
        listOf name (fun item -> nonNull (item.GetString())) element
