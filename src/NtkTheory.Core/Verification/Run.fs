namespace NtkTheory.Verification

open System.Threading
open System.Threading.Tasks
open NtkTheory.Claims
open NtkTheory.Sampling

/// How a run is done.
type RunOptions = {
    Seed: int
    Budget: Budget
    /// The probability that any true theorem of the run is refuted, or any broken version passes for refuted, by chance.
    FalseAlarmRate: float
    /// Theorems judged at the same time; the verdicts do not depend on it.
    Workers: int
    Data: Dataset option
    /// Seconds since some start: the core has no clock of its own.
    Clock: unit -> float
}

/// What a run has brought.
type RunReport = {
    Options: RunOptions
    /// One per statement, in the order of the catalog; those that were not reached are missing.
    Evidence: Evidence list
    /// The run was cancelled before the last statement.
    Partial: bool
}

/// A finished statement, for a progress display.
type Progress = {
    Finished: int
    Total: int
    Latest: Evidence
}

/// Some statements of a larger run, or a run taken up again.
type RunPart = {
    /// The statements of the whole run, over which its false-alarm rate is split.
    Statements: int
    /// What has been found before, by id: taken over and not judged again.
    Finished: Map<string, Evidence>
}

/// Many statements at once.
module Run =

    /// One false-alarm rate for the run, split evenly over its statements.
    let shareOf options total =
        options.FalseAlarmRate / float (max 1 total)

    let private conditions options total cancel = {
        TheoremConditions.Seed = options.Seed
        Budget = options.Budget
        Level = shareOf options total
        Data = options.Data
        Cancel = cancel
    }

    let private judgeItem options total cancel item =
        match item with
        | Checkable theorem ->
            theorem.Accept
                {
                    new ITheoremVisitor<Evidence> with
                        member _.Visit theorem =
                            TheoremJudge.judge (conditions options total cancel) theorem
                }
        | Stated(entry, _) -> TheoremJudge.unlooked entry "Statement" NotCheckable
        | Observed(entry, experiment) ->
            let seed = TheoremJudge.claimSeed options.Seed entry.Id

            try
                let figure = experiment.Run seed

                {
                    TheoremJudge.unlooked entry "Experiment" (Reported(experiment.Figure, figure)) with
                        Evaluations = 1
                        Measured = figure
                }
            with fault -> {
                TheoremJudge.unlooked entry "Experiment" (Faulted $"{fault.GetType().Name}: {fault.Message}") with
                    Evaluations = 1
            }

    let private timed options judge item =
        let start = options.Clock()
        let evidence: Evidence = judge item

        {
            evidence with
                Seconds = options.Clock() - start
        }

    /// Judges those statements of a part that are not finished, in parallel. Cancellation leaves what was finished,
    /// marked as partial.
    let verifyPart part options (progress: Progress -> unit) (cancel: CancellationToken) items =
        let items = Array.ofList items

        let results =
            items
            |> Array.map (fun item -> Map.tryFind (Theorem.entry item).Id part.Finished)

        let gate = obj ()
        let mutable finished = results |> Seq.filter Option.isSome |> Seq.length

        let keep index evidence =
            lock gate (fun () ->
                results[index] <- Some evidence
                finished <- finished + 1

                progress {
                    Finished = finished
                    Total = items.Length
                    Latest = evidence
                })

        let one index =
            if results[index].IsNone && not cancel.IsCancellationRequested then
                try
                    timed options (judgeItem options part.Statements cancel) items[index]
                    |> keep index
                with :? System.OperationCanceledException when cancel.IsCancellationRequested ->
                    ()

        Parallel.For(0, items.Length, ParallelOptions(MaxDegreeOfParallelism = options.Workers), one)
        |> ignore

        let evidence = results |> Seq.choose id |> List.ofSeq

        {
            Options = options
            Evidence = evidence
            Partial = evidence.Length < items.Length
        }

    /// Judges the statements in parallel. Cancellation leaves what was finished, marked as partial.
    let verify options progress cancel (items: CatalogItem list) =
        let whole = {
            Statements = items.Length
            Finished = Map.empty
        }

        verifyPart whole options progress cancel items
