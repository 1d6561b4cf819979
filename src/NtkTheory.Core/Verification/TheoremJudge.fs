namespace NtkTheory.Verification

open System.Threading
open NtkTheory.Claims
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Statistics

/// What a run gives to every theorem.
type TheoremConditions = {
    Seed: int
    Budget: Budget
    /// The theorem's share of the false-alarm rate of the run.
    Level: float
    /// The points on which claims about data are judged; None for their own generators.
    Data: Dataset option
    Cancel: CancellationToken
}

/// A theorem: its claim, and every broken version of it.
module TheoremJudge =

    /// The stream of a theorem's claim: a function of the run's seed and the id, so that no other theorem shifts it.
    let claimSeed seed id = Seed.ofInt seed |> Seed.split id

    /// The data that a theorem is judged on. A false statement is refuted by its own counterexamples, not by the
    /// user's points, on which it may happen to hold.
    let dataFor (theorem: Theorem<'I>) data =
        match theorem.Entry.Status, theorem.Claim.Data, data with
        | FalseAsStated _, _, _ -> None
        | _, Some usage, Some data -> Some(usage, data)
        | _ -> None

    /// The claim over the data set's own instances, or over its generator where there is none.
    let claimOn (theorem: Theorem<'I>) data =
        match dataFor theorem data with
        | Some(usage, data) -> {
            theorem.Claim with
                Instances = usage.Draw data
          }
        | None -> theorem.Claim

    let private brokenByData (theorem: Theorem<'I>) data =
        match dataFor theorem data with
        | None -> None
        | Some(usage, data) ->
            usage.Requires
            |> List.tryPick (fun condition ->
                match condition.Offenders data with
                | [] -> None
                | rows -> Some(NotApplicable(condition.Name, rows)))

    /// Shrinking costs as many draws as deciding, so claims judged by statistics get fewer candidates.
    let private shrinkAttempts kind budget =
        match kind with
        | Deterministic
        | Identity -> budget.Shrinks
        | Probabilistic _ -> budget.Shrinks / 20
        | Expectation _
        | Rate _
        | Law _ -> budget.Shrinks / 50

    let private shrunk (claim: Claim<'I>) seed budget (outcome: Outcome<'I>) cancel found =
        let observe path instance =
            try
                Some(
                    Judging.observe
                        claim
                        instance
                        (Path.draws "confirm" seed path)
                        outcome.Draws
                        outcome.Level
                )
            with
            | :? System.OperationCanceledException -> reraise ()
            // A candidate on which the check breaks down is no smaller counterexample.
            | _ -> None

        Search.shrink claim (shrinkAttempts claim.Kind budget) observe cancel found

    let private counterexample (theorem: Theorem<'I>) (claim: Claim<'I>) conditions outcome found =
        let seed = claimSeed conditions.Seed theorem.Entry.Id
        let smallest = shrunk claim seed conditions.Budget outcome conditions.Cancel found

        {
            Instance = claim.Describe smallest.Instance
            Measured = smallest.Observation.Measured
            Bound = smallest.Observation.Bound
            Slack = smallest.Observation.Slack
            Replay = {
                Id = theorem.Entry.Id
                Seed = conditions.Seed
                Path = smallest.Path
                Draws = outcome.Draws
                Level = outcome.Level
                Data =
                    dataFor theorem conditions.Data
                    |> Option.map (snd >> Dataset.checksum)
                    |> Option.defaultValue ""
            }
        }

    /// The power wanted of a control before anything is drawn.
    let private wantedPower = 0.99

    /// A control of a probabilistic claim that the budget would probably not refute, with the reason.
    let private tooWeak seed (budget: Budget) level (control: Control<'I>) =
        match control.Claim.Kind, Search.firstApplicable control.Claim seed with
        | Probabilistic failure, Some instance ->
            let draws = (Budget.forEffort control.Claim.Effort budget).Draws
            let power = Binomial.power (level / 3.0) draws (failure instance) control.Rate

            if power >= wantedPower then
                None
            else
                Some $"{draws} draws see '{control.Breaks}' with probability %.2f{power} only"
        | _ -> None

    let private hear (theorem: Theorem<'I>) conditions level (control: Control<'I>) =
        let seed =
            claimSeed conditions.Seed theorem.Entry.Id
            |> Seed.split $"control/{control.Breaks}"

        let outcome =
            Judge.claim control.Claim {
                Seed = seed
                Budget = conditions.Budget
                Level = level
                Cancel = conditions.Cancel
            }

        {
            Breaks = control.Breaks
            Refuted = outcome.Violation.IsSome
        },
        outcome.Search.Evaluations

    /// Evidence for a verdict that was reached without looking at an instance.
    let unlooked entry kind verdict = {
        Entry = entry
        Kind = kind
        Verdict = verdict
        Instances = 0
        Discards = 0
        Evaluations = 0
        Slack = Estimate.exact nan
        Tightness = nan
        Seconds = 0.0
        Controls = []
        Measured = Estimate.exact nan
        Bound = Estimate.exact nan
    }

    let private onData (theorem: Theorem<'I>) data unfit =
        match unfit, dataFor theorem data with
        // The whole file satisfies the listed conditions and yet no subsample is an instance: say which condition.
        | Exhausted, Some _ ->
            let claim = claimOn theorem data
            let names = claim.Hypotheses |> List.map _.Name |> String.concat ", "
            NotApplicable($"no subsample of the data satisfies: {names}", [])
        | reason, _ -> Inconclusive reason

    let private verdict (theorem: Theorem<'I>) claim conditions (outcome: Outcome<'I>) controls =
        let survivor = controls |> List.tryFind (fun c -> not c.Refuted)

        match outcome.Violation, outcome.Unfit, survivor with
        | Some found, _, _ -> Refuted(counterexample theorem claim conditions outcome found)
        | None, Some unfit, _ -> onData theorem conditions.Data unfit
        | None, None, Some control -> Inconclusive(Underpowered $"not refuted: {control.Breaks}")
        | None, None, None -> Holds

    let private heard (theorem: Theorem<'I>) conditions =
        let claim = claimOn theorem conditions.Data
        let level = conditions.Level / float (1 + theorem.Controls.Length)
        let seed = claimSeed conditions.Seed theorem.Entry.Id

        let outcome =
            Judge.claim claim {
                Seed = seed
                Budget = conditions.Budget
                Level = level
                Cancel = conditions.Cancel
            }

        let controls = theorem.Controls |> List.map (hear theorem conditions level)
        let worst = outcome.Search.Worst |> List.tryHead |> Option.map _.Observation

        let side part =
            worst |> Option.map part |> Option.defaultValue (Estimate.exact nan)

        {
            unlooked
                theorem.Entry
                (Theorem.kindOfClaim claim)
                (verdict theorem claim conditions outcome (List.map fst controls)) with
                Instances = outcome.Search.Accepted
                Discards = outcome.Search.Discards
                Evaluations = outcome.Search.Evaluations + List.sumBy snd controls
                Slack = side _.Slack
                Measured = side _.Measured
                Bound = side _.Bound
                Tightness = worst |> Option.map _.Tightness |> Option.defaultValue nan
                Controls = List.map fst controls
        }

    /// The theorem judged. An exception in its functions is a fault of the check, never a refutation.
    let judge conditions (theorem: Theorem<'I>) =
        let without verdict =
            unlooked theorem.Entry (Theorem.kindOfClaim theorem.Claim) verdict

        let seed = claimSeed conditions.Seed theorem.Entry.Id
        let level = conditions.Level / float (1 + theorem.Controls.Length)

        try
            match brokenByData theorem conditions.Data with
            | Some verdict -> without verdict
            | None ->
                match theorem.Controls |> List.tryPick (tooWeak seed conditions.Budget level) with
                | Some why -> without (Inconclusive(Underpowered why))
                | None -> heard theorem conditions
        with
        | :? System.OperationCanceledException -> reraise ()
        | ClaimFailed(instance, inner) ->
            without (Faulted $"{inner.GetType().Name} at {instance}: {inner.Message}")
        | other -> without (Faulted $"{other.GetType().Name}: {other.Message}")
