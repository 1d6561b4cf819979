namespace NtkTheory.Verification

open System.Threading
open NtkTheory.Claims
open NtkTheory.Sampling
open NtkTheory.Statistics

/// Under what conditions one claim is judged.
type Conditions = {
    /// The claim's own stream.
    Seed: Seed
    /// Counts after the claim's effort factors.
    Budget: Budget
    /// The claim's share of the false-alarm rate of the run.
    Level: float
    Cancel: CancellationToken
}

/// What came of judging one claim, before its controls are heard.
type Outcome<'I> = {
    /// The violation that refutes it, if any.
    Violation: Found<'I> option
    /// Why nothing can be said, if so.
    Unfit: Reason option
    Search: SearchResult<'I>
    /// Draws and error level at the deciding instance; 0 where nothing was drawn.
    Draws: int
    Level: float
}

/// An exception in a claim's own functions, with the instance at which it was thrown.
exception ClaimFailed of instance: string * inner: exn with
    override this.Message =
        $"{this.inner.GetType().Name} at {this.instance}: {this.inner.Message}"

/// One claim, by the judge of its kind.
module Judge =

    let private observer (claim: Claim<'I>) phase seed draws level path instance =
        try
            Judging.observe claim instance (Path.draws phase seed path) draws level
        with
        | :? System.OperationCanceledException -> reraise ()
        | inner -> raise (ClaimFailed(claim.Describe instance, inner))

    let private outcome search draws level violation unfit = {
        Violation = violation
        Unfit = unfit
        Search = search
        Draws = draws
        Level = level
    }

    /// Fewer than a tenth of the instances asked for is no sample.
    let private exhausted wanted search =
        search.Accepted = 0 || 10 * search.Accepted < wanted

    let private violated (found: Found<'I> list) =
        found |> List.tryFind _.Observation.Violated

    let private byTightness (found: Found<'I>) = -found.Observation.Tightness

    let private withClimbs (search: SearchResult<'I>) steps climbed = {
        search with
            Worst = climbed @ search.Worst |> List.sortBy byTightness |> List.truncate 3
            Evaluations = search.Evaluations + steps
            Decided = search.Decided || climbed |> List.exists _.Observation.Decided
    }

    /// Every instance must obey: search, climb from the three worst, stop at the first violation.
    let private forEachInstance (claim: Claim<_>) conditions =
        let budget = conditions.Budget
        let observe = observer claim "confirm" conditions.Seed 0 0.0

        let search =
            Search.random claim conditions.Seed budget.Instances true observe conditions.Cancel

        let finish = outcome search 0 0.0

        if (violated search.Worst).IsSome then
            finish (violated search.Worst) None
        elif exhausted budget.Instances search then
            finish None (Some Exhausted)
        else
            let steps = (budget.Climb + 2) / 3

            let climbed =
                search.Worst
                |> List.map (Search.climb claim conditions.Seed steps observe conditions.Cancel)

            let search = withClimbs search (steps * search.Worst.Length) climbed
            let unfit = if search.Decided then None else Some WithinError
            outcome search 0 0.0 (violated climbed) unfit

    /// A search on few draws finds the worst instances, fresh and full draws on three of them decide.
    let private byViolationRate (claim: Claim<_>) conditions =
        let budget = conditions.Budget
        let few = max 50 (budget.Draws / 20)
        let instances = max 5 (budget.Instances / 5)
        let level = conditions.Level / 3.0
        let explore = observer claim "explore" conditions.Seed few level

        let search =
            Search.random claim conditions.Seed instances false explore conditions.Cancel

        if exhausted instances search then
            outcome search budget.Draws level None (Some Exhausted)
        else
            let steps = max 1 (budget.Climb / 5)
            // An excess on few draws is no violation yet: the climb must not stop there.
            let patient path instance = {
                explore path instance with
                    Violated = false
            }

            let climbed =
                Search.climb claim conditions.Seed steps patient conditions.Cancel search.Worst.Head

            let search = withClimbs search steps [ climbed ]
            let confirm = observer claim "confirm" conditions.Seed budget.Draws level

            let confirmed =
                search.Worst
                |> List.map (fun found -> {
                    found with
                        Observation = confirm found.Path found.Instance
                })
                |> List.sortBy byTightness

            let evaluations = few * search.Evaluations + budget.Draws * confirmed.Length

            let search = {
                search with
                    Worst = confirmed
                    Evaluations = evaluations
            }

            outcome search budget.Draws level (violated confirmed) None

    /// A statistic of many draws at each of a few instances, each at its share of the level.
    let private byStatistic (claim: Claim<_>) conditions instances =
        let budget = conditions.Budget
        let level = conditions.Level / float instances
        let observe = observer claim "confirm" conditions.Seed budget.Draws level

        let search =
            Search.random claim conditions.Seed instances true observe conditions.Cancel

        let search = {
            search with
                Evaluations = search.Evaluations * budget.Draws
        }

        let unfit = if exhausted instances search then Some Exhausted else None
        outcome search budget.Draws level (violated search.Worst) unfit

    /// Expectations are drawn only where the budget resolves the claim: elsewhere they would say nothing.
    let private byMean (claim: Claim<'I>) spread conditions =
        let instances = max 3 (conditions.Budget.Instances / 25)

        let resolves instance =
            let spread = spread instance

            let radius =
                Judging.meanRadius spread (conditions.Level / float instances) conditions.Budget.Draws

            radius <= spread.Resolution * abs (claim.Bound instance).Value

        let powered = {
            claim with
                Hypotheses = claim.Hypotheses @ [ Hypothesis.named "resolved" resolves ]
        }

        let result = byStatistic powered conditions instances

        match result.Unfit, Search.firstApplicable claim conditions.Seed with
        | Some Exhausted, Some instance ->
            let radius =
                Judging.meanRadius (spread instance) conditions.Level conditions.Budget.Draws

            let claimed = (claim.Bound instance).Value

            let what =
                $"{conditions.Budget.Draws} draws leave an error of %.2g{radius} on a mean of %.3g{claimed}"

            {
                result with
                    Unfit = Some(Underpowered what)
            }
        | _ -> result

    /// The claim under the given conditions.
    let claim (claim: Claim<'I>) conditions =
        let conditions = {
            conditions with
                Budget = Budget.forEffort claim.Effort conditions.Budget
        }

        match claim.Kind with
        | Deterministic
        | Identity -> forEachInstance claim conditions
        | Probabilistic _ -> byViolationRate claim conditions
        | Expectation spread -> byMean claim spread conditions
        | Rate _ -> byStatistic claim conditions (max 2 (conditions.Budget.Instances / 50))
        | Law _ -> byStatistic claim conditions (max 2 (conditions.Budget.Instances / 50))
