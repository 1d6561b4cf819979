namespace NtkTheory.Verification

open System.Threading
open NtkTheory.Claims
open NtkTheory.Sampling

/// An instance, the way to it, and what was seen there.
type Found<'I> = {
    Path: InstancePath
    Instance: 'I
    Observation: Observation
}

/// What a search has cost and found.
type SearchResult<'I> = {
    /// The instances seen, worst first; at most as many as were asked for.
    Worst: Found<'I> list
    Accepted: int
    Discards: int
    Evaluations: int
    /// Whether one instance at least could have shown an error.
    Decided: bool
}

/// Random instances, then a climb from the worst towards the bound, then shrinking.
module Search =

    /// Sizes grow from 1 to 100 over the instances, as FsCheck's do.
    let private sizeOf count index = 1 + 99 * index / max 1 (count - 1)

    /// Whether an instance satisfies every hypothesis of the claim.
    let applicable (claim: Claim<_>) instance =
        claim.Hypotheses |> List.forall (fun h -> h.Holds instance)

    /// The first of a hundred random instances that satisfies the hypotheses.
    let firstApplicable claim seed =
        Seq.init 100 (fun index -> Path.origin claim seed (Path.start (sizeOf 100 index) index))
        |> Seq.tryFind (applicable claim)

    let private byTightness (found: Found<_>) = -found.Observation.Tightness

    /// Draws instances until `count` satisfy the hypotheses or ten times as many were tried, looks at each, and
    /// stops at the first violation if asked to.
    let random (claim: Claim<_>) seed count stopAtFirst observe (cancel: CancellationToken) =
        let rec walk index accepted discards worst decided =
            cancel.ThrowIfCancellationRequested()

            if accepted = count || index = 10 * count then
                worst, accepted, discards, decided
            else
                let path = Path.start (sizeOf count (index % count)) index
                let instance = Path.origin claim seed path

                if not (applicable claim instance) then
                    walk (index + 1) accepted (discards + 1) worst decided
                else
                    let found = {
                        Path = path
                        Instance = instance
                        Observation = observe path instance
                    }

                    let seen = found :: worst |> List.sortBy byTightness |> List.truncate 3
                    let decided = decided || found.Observation.Decided

                    if stopAtFirst && found.Observation.Violated then
                        [ found ], accepted + 1, discards, true
                    else
                        walk (index + 1) (accepted + 1) discards seen decided

        let worst, accepted, discards, decided = walk 0 0 0 [] false

        {
            Worst = worst
            Accepted = accepted
            Discards = discards
            Evaluations = accepted
            Decided = decided
        }

    /// From one instance, neighbours that come nearer to the bound, until one violates it or the steps are used up.
    let climb (claim: Claim<_>) seed steps observe (cancel: CancellationToken) start =
        let propose (current: Found<_>) step =
            let instance = Path.neighbour claim seed current.Path.Size step current.Instance

            if not (applicable claim instance) then
                current
            else
                let path = {
                    current.Path with
                        Climb = current.Path.Climb @ [ step ]
                }

                let found = {
                    Path = path
                    Instance = instance
                    Observation = observe path instance
                }

                if found.Observation.Tightness > current.Observation.Tightness then
                    found
                else
                    current

        let rec walk (current: Found<_>) step =
            cancel.ThrowIfCancellationRequested()

            if step = steps || current.Observation.Violated then
                current
            else
                walk (propose current step) (step + 1)

        walk start 0

    /// Smaller and smaller instances that still violate the claim, each the first such candidate of its shrinker.
    let shrink (claim: Claim<_>) attempts observe (cancel: CancellationToken) start =
        let mutable left = attempts

        let violating (current: Found<_>) (k, instance) =
            cancel.ThrowIfCancellationRequested()
            left <- left - 1

            if left < 0 || not (applicable claim instance) then
                None
            else
                let path = {
                    current.Path with
                        Shrink = current.Path.Shrink @ [ k ]
                }

                match observe path instance with
                | Some seen when seen.Violated ->
                    Some {
                        Path = path
                        Instance = instance
                        Observation = seen
                    }
                | _ -> None

        let rec walk (current: Found<_>) =
            let candidates =
                Path.smaller claim current.Instance
                |> Seq.indexed
                |> Seq.takeWhile (fun _ -> left > 0)

            match Seq.tryPick (violating current) candidates with
            | Some next -> walk next
            | None -> current

        walk start
