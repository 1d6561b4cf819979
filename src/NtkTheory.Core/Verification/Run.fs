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

            let verdict =
                try
                    Reported(experiment.Figure, experiment.Run seed)
                with fault ->
                    Faulted $"{fault.GetType().Name}: {fault.Message}"

            {
                TheoremJudge.unlooked entry "Experiment" verdict with
                    Evaluations = 1
            }

    let private timed options judge item =
        let start = options.Clock()
        let evidence: Evidence = judge item

        {
            evidence with
                Seconds = options.Clock() - start
        }

    /// Judges the statements in parallel. Cancellation leaves what was finished, marked as partial.
    let verify options (progress: Progress -> unit) (cancel: CancellationToken) (items: CatalogItem list) =
        let items = Array.ofList items
        let results = Array.create items.Length None
        let gate = obj ()
        let mutable finished = 0

        let one index =
            if not cancel.IsCancellationRequested then
                try
                    let evidence = timed options (judgeItem options items.Length cancel) items[index]

                    lock gate (fun () ->
                        results[index] <- Some evidence
                        finished <- finished + 1

                        progress {
                            Finished = finished
                            Total = items.Length
                            Latest = evidence
                        })
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
