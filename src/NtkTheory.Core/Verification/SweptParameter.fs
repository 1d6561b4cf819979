namespace NtkTheory.Verification

open System
open NtkTheory.Claims

/// What a claim has that can be swept: the numbers of its instances, and the ladder of a rate.
module internal SweptParameter =

    /// The name under which the ladder of a rate is swept.
    [<Literal>]
    let LadderName = "scale"

    /// What can be swept, as the end of a sentence.
    let known (claim: Claim<'I>) =
        let ladder =
            match claim.Kind with
            | Rate _ -> [ LadderName ]
            | _ -> []

        match Parameter.names<'I>() @ ladder with
        | [] -> "its instances have no number that could be swept"
        | names -> "there are " + String.concat ", " names

    /// The change of an instance that a parameter stands for, and its full name.
    let setter (claim: Claim<'I>) name =
        match claim.Kind, Parameter.find<'I> name with
        | Rate ladder, None when name = LadderName ->
            Ok(LadderName, (fun value instance -> ladder.At instance value))
        | _, Some field -> Ok(field, Parameter.set<'I> field)
        | _, None -> Error $"it has no parameter '{name}'; {known claim}"

    /// The random instances of which one is swept.
    let hundred claim seed =
        List.init 100 (fun index -> Path.origin claim seed (Path.start (1 + index) index))

    /// The least and the greatest value of a parameter in random instances, or on the ladder of a rate.
    let range (claim: Claim<'I>) seed name =
        let values =
            match claim.Kind with
            | Rate ladder when name = LadderName -> ladder.Scales
            | _ -> hundred claim seed |> List.map (Parameter.get<'I> name)

        List.min values, List.max values

    /// Why a value is refused, as the end of a sentence.
    let refusal name value (low, high) =
        let usual =
            if low = high then
                $"all have %g{low}"
            else
                $"have %g{low} to %g{high}"

        $"{name} cannot be %g{value}; random instances {usual}"

    /// Does what fails, if at all, because of a value that no random instance has.
    let blame claim seed name value (work: unit -> 'T) =
        try
            work ()
        with failure when not (failure :? OperationCanceledException) ->
            match range claim seed name with
            | low, high when value < low || value > high ->
                raise (ArgumentException(refusal name value (low, high) + ".", failure))
            | _ -> reraise ()
