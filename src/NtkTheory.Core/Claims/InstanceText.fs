namespace NtkTheory.Claims

open System
open System.Reflection
open System.Text.RegularExpressions
open FSharp.Reflection

/// An instance in words, for claims that do not describe theirs.
module InstanceText =

    let private flags = BindingFlags.Public ||| BindingFlags.NonPublic

    let private line (value: obj | null) =
        Regex.Replace(sprintf "%A" value, @"\s+", " ")

    /// StepSize as "step size".
    let private spaced name =
        Regex.Replace(name, "(?<=[a-z])(?=[A-Z])", " ").ToLowerInvariant()

    /// Coordinates on a lattice are whole numbers of tenths or hundredths, so that they shrink to round ones.
    let private lattice = [ "Tenths", 10m; "Hundredths", 100m ]

    let private fraction (unit: decimal) (value: int) =
        (decimal value / unit).ToString Globalization.CultureInfo.InvariantCulture

    let private fractions unit values =
        values |> Seq.map (fraction unit) |> String.concat "; " |> sprintf "[%s]"

    let private field (property: PropertyInfo) (value: obj | null) =
        let unit =
            lattice |> List.tryFind (fun (prefix, _) -> property.Name.StartsWith prefix)

        match unit, value with
        | Some(prefix, unit), (:? int as number) ->
            $"{spaced (property.Name.Substring prefix.Length)} = {fraction unit number}"
        | Some(prefix, unit), (:? seq<int> as numbers) ->
            $"{spaced (property.Name.Substring prefix.Length)} = {fractions unit numbers}"
        | _ -> $"{spaced property.Name} = {line value}"

    /// The fields of a record by name; anything else as F# prints it, on one line.
    let ofValue (instance: 'I) =
        if FSharpType.IsRecord(typeof<'I>, flags) then
            FSharpType.GetRecordFields(typeof<'I>, flags)
            |> Seq.map (fun property -> field property (property.GetValue instance))
            |> String.concat ", "
        else
            line (box instance)
