namespace NtkTheory.Verification

open NtkTheory.Claims
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Statistics

/// One instance of a claim of each kind, judged with the given draws at the given error level.
module Judging =

    let private drawsOf (claim: Claim<_>) instance seed count =
        Array.init count (fun k -> claim.Measured instance (Seed.at k seed))

    let private values (draws: Estimate[]) = draws |> Array.map _.Value

    /// The largest radius among the draws: each may be wrong by so much, and so may their mean.
    let private worstRadius (draws: Estimate[]) = draws |> Seq.map _.Radius |> Seq.max

    /// Violations counted by disjoint enclosures and judged by the exact binomial tail. The tightness is that of
    /// the draw at the (1 - delta) quantile, which a true claim keeps at 1 or below.
    let private probabilistic failure (claim: Claim<_>) instance seed draws level =
        let bound = claim.Bound instance

        let seen =
            drawsOf claim instance seed draws
            |> Array.map (fun m -> Observation.compare claim.Relation m bound)

        let violations = seen |> Array.filter _.Violated |> Array.length
        let delta: float = failure instance
        let rate = float violations / float draws
        let rank = int (ceil ((1.0 - delta) * float draws)) - 1 |> max 0 |> min (draws - 1)
        let quantile = (seen |> Array.map _.Tightness |> Array.sort)[rank]

        let measured =
            Estimate.within (rate - Binomial.lowerLimit level draws violations) rate

        {
            Measured = measured
            Bound = Estimate.exact delta
            Slack = Observation.slack AtMost measured (Estimate.exact delta)
            Tightness = quantile
            Violated = Binomial.upperTail draws delta violations <= level
            Decided = true
        }

    /// How far the mean of so many draws may stray by chance, and the mean itself.
    let private meanOf spread level (draws: Estimate[]) =
        let count = draws.Length
        let radius = worstRadius draws

        match spread.Tail with
        | Tail.Gaussian ->
            Estimate.within
                (radius + Mean.gaussianRadius level spread.Variance count)
                (Array.average (values draws))
        | Tail.Bounded range ->
            Estimate.within
                (radius + Mean.bernsteinRadius level spread.Variance range count)
                (Array.average (values draws))
        | Tail.FiniteVariance ->
            let blocks, errors = Mean.medianOfMeansPlan level count
            let standardError = sqrt (spread.Variance / float (count / blocks * blocks))
            Estimate.within (radius + errors * standardError) (Mean.medianOfMeans blocks (values draws))

    /// The statistical radius that so many draws would have: known before a single one is made.
    let meanRadius spread level draws =
        match spread.Tail with
        | Tail.Gaussian -> Mean.gaussianRadius level spread.Variance draws
        | Tail.Bounded range -> Mean.bernsteinRadius level spread.Variance range draws
        | Tail.FiniteVariance ->
            let blocks, errors = Mean.medianOfMeansPlan level draws
            errors * sqrt (spread.Variance / float (draws / blocks * blocks))

    let private scalePoint claim instance (ladder: Ladder<_>) seed scale =
        let draws = values (drawsOf claim (ladder.At instance scale) seed ladder.Replicates)
        let mean = Array.average draws
        let squares = draws |> Array.sumBy (fun v -> (v - mean) ** 2.0)
        let count = float draws.Length

        let error =
            if draws.Length = 1 then
                0.0
            else
                sqrt (squares / (count - 1.0) / count)

        {
            Scale = scale
            Mean = mean
            StandardError = error
        }

    let private order claim instance (ladder: Ladder<_>) seed level =
        let points =
            ladder.Scales
            |> List.mapi (fun k scale -> scalePoint claim instance ladder (Seed.at k seed) scale)

        let freedom = max 1 ((points.Length + 1) / 2 * (ladder.Replicates - 1))
        LogLogFit.order level freedom points

    /// The instance judged: `draws` are used by probabilistic claims, expectations and laws, `level` by all that
    /// are random.
    let observe (claim: Claim<_>) instance seed draws level =
        let against measured =
            Observation.compare claim.Relation measured (claim.Bound instance)

        match claim.Kind with
        | Deterministic
        | Identity -> against (claim.Measured instance seed)
        | Probabilistic failure -> probabilistic failure claim instance seed draws level
        | Expectation spread -> against (meanOf (spread instance) level (drawsOf claim instance seed draws))
        | Rate ladder -> against (order claim instance ladder seed level)
        | Law cdf ->
            let sample = values (drawsOf claim instance seed draws)

            against (
                Estimate.within (EmpiricalLaw.band level draws) (EmpiricalLaw.distance (cdf instance) sample)
            )
