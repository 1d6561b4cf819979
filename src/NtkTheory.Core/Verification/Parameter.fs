namespace NtkTheory.Verification

open Microsoft.FSharp.Reflection

/// The numbers that an instance is made of, by name: the numeric fields of a record.
module Parameter =

    let private fields<'I> () =
        if FSharpType.IsRecord typeof<'I> then
            FSharpType.GetRecordFields typeof<'I>
        else
            [||]

    let private isNumber (field: System.Reflection.PropertyInfo) =
        field.PropertyType = typeof<int> || field.PropertyType = typeof<float>

    /// The names of the numeric fields; none where instances are no records.
    let names<'I> () =
        fields<'I>() |> Array.filter isNumber |> Array.map _.Name |> List.ofArray

    /// What a field is also called.
    let private synonyms (name: string) =
        match name.ToLowerInvariant() with
        | "width" -> [ "width"; "m" ]
        | "m" -> [ "m"; "width" ]
        | "time" -> [ "time"; "t" ]
        | other -> [ other ]

    /// The field that a name means, whatever its case; None where there is none.
    let find<'I> name =
        synonyms name
        |> List.tryPick (fun wanted ->
            names<'I>() |> List.tryFind (fun field -> field.ToLowerInvariant() = wanted))

    /// Whether a field is whole.
    let isWhole<'I> field =
        fields<'I>()
        |> Array.exists (fun property -> property.Name = field && property.PropertyType = typeof<int>)

    /// Whether a number can stand in a field: all can, but those of whole fields are whole.
    let admits<'I> field (value: float) =
        not (isWhole<'I> field)
        || (value = round value && abs value <= float System.Int32.MaxValue)

    /// The number in a field of an instance.
    let get<'I> field (instance: 'I) =
        let property = fields<'I>() |> Array.find (fun property -> property.Name = field)
        System.Convert.ToDouble(property.GetValue instance)

    /// The instance with another number in a field; whole fields are rounded to the nearest.
    let set<'I> field (value: float) (instance: 'I) =
        let number (property: System.Reflection.PropertyInfo) (old: objnull) : objnull =
            if property.Name <> field then
                old
            elif property.PropertyType = typeof<int> then
                box (int (round value))
            else
                box value

        let values =
            Array.map2 number (fields<'I>()) (FSharpValue.GetRecordFields(nonNull (box instance)))

        FSharpValue.MakeRecord(typeof<'I>, values) :?> 'I
