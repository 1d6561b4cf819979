/// Values from independent tools at 20 to 40 digits; no test may write them.
module NtkTheory.Core.Tests.Golden

open System
open System.Globalization
open System.Numerics
open System.Reflection
open System.Text.Json

/// One case: the inputs, the outputs they must give, and how near.
type Case = {
    Id: string
    Inputs: JsonElement
    Outputs: JsonElement
    Tolerance: JsonElement
}

let private load (file: string) =
    let name = $"NtkTheory.Core.Tests.Golden.{file}.json"
    let assembly = Assembly.GetExecutingAssembly()
    use stream = assembly.GetManifestResourceStream name |> nonNull
    use document = JsonDocument.Parse stream

    [
        for case in document.RootElement.EnumerateArray() ->
            {
                Id = case.GetProperty("id").GetString() |> nonNull
                Inputs = case.GetProperty("inputs").Clone()
                Outputs = case.GetProperty("outputs").Clone()
                Tolerance = case.GetProperty("tolerance").Clone()
            }
    ]

let private files = Collections.Concurrent.ConcurrentDictionary<string, Case list>()

/// The ids of a file, but for the note on its conventions.
let ids file =
    files.GetOrAdd(file, load) |> List.map _.Id |> List.filter ((<>) "_conventions")

/// All cases of an id, in the order of the file ("kernels", "architecture" or "dynamics").
let cases file id =
    match files.GetOrAdd(file, load) |> List.filter (fun case -> case.Id = id) with
    | [] -> failwith $"{file}.json has no golden value {id}"
    | found -> found

/// The one case of an id.
let case file id = cases file id |> List.exactlyOne

/// A number written as a JSON number, a decimal string, or a rational "p/q".
let number (element: JsonElement) =
    let parse (text: string) =
        Double.Parse(text, CultureInfo.InvariantCulture)

    match element.ValueKind with
    | JsonValueKind.Number -> element.GetDouble()
    | _ ->
        match (element.GetString() |> nonNull).Split '/' with
        | [| p; q |] -> float (BigInteger.Parse p) / float (BigInteger.Parse q)
        | parts -> parse parts[0]

/// A list of numbers.
let vector (element: JsonElement) = [| for item in element.EnumerateArray() -> number item |]

/// A list of lists of numbers, as rows.
let rows (element: JsonElement) = [| for item in element.EnumerateArray() -> vector item |]

/// A property by name.
let get (name: string) (element: JsonElement) = element.GetProperty name

/// Fails unless |actual - expected| <= absolute + relative |expected|.
let close absolute relative (expected: float) (actual: float) =
    if not (abs (actual - expected) <= absolute + relative * abs expected) then
        Xunit.Assert.Fail $"expected %.17g{expected}, got %.17g{actual}, difference %g{actual - expected}"
