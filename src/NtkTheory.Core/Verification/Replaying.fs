namespace NtkTheory.Verification

open NtkTheory.Claims
open NtkTheory.Sampling

/// An instance made again from its token.
type Replayed = {
    Entry: Entry
    Instance: string
    Observation: Observation
}

/// Counterexamples run again, to the last digit.
module Replaying =

    let private again (replay: Replay) data (theorem: Theorem<'I>) =
        let claim = TheoremJudge.claimOn theorem data
        let seed = TheoremJudge.claimSeed replay.Seed replay.Id
        let instance = Path.instance claim seed replay.Path
        let draws = Path.draws "confirm" seed replay.Path

        {
            Entry = theorem.Entry
            Instance = claim.Describe instance
            Observation = Judging.observe claim instance draws replay.Draws replay.Level
        }

    /// The data set must be given, and be the same one, where the token names one.
    let private dataError (replay: Replay) (data: Dataset option) =
        match replay.Data, data with
        | "", _ -> None
        | _, None -> Some "the token was made on a data set: give the same one"
        | wanted, Some data when Dataset.checksum data <> wanted ->
            Some
                $"the token was made on other data: their checksum is {wanted}, that of {data.Name} is {Dataset.checksum data}"
        | _ -> None

    /// The instance of a token looked at again, or why it cannot be.
    let run (items: CatalogItem list) data (replay: Replay) =
        let found =
            items
            |> List.tryPick (fun item ->
                match item with
                | Checkable theorem when theorem.Entry.Id = replay.Id -> Some theorem
                | _ -> None)

        match found, dataError replay data with
        | None, _ -> Error $"no theorem has the id {replay.Id}"
        | _, Some why -> Error why
        | Some theorem, None ->
            let data = if replay.Data = "" then None else data

            try
                theorem.Accept
                    {
                        new ITheoremVisitor<Replayed> with
                            member _.Visit theorem = again replay data theorem
                    }
                |> Ok
            with fault ->
                Error $"the token leads to no instance of this version: {fault.Message}"
