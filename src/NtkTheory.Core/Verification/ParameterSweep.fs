namespace NtkTheory.Verification

open System
open System.Threading
open NtkTheory.Claims
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Statistics

/// A parameter and the values that it runs through.
type Over = {
    Parameter: string
    Values: float list
}

/// How a parameter is swept.
type SweepSettings = {
    Seed: int
    /// Draws at each value, for claims about chance.
    Draws: int
    /// The probability that the interval of a fitted order misses by chance.
    Level: float
    /// What a bound must pass to say anything; None for 1 above upper bounds and 0 below lower ones.
    Threshold: float option
    /// Is told of the part that is done, from 0 to 1.
    Progress: float -> unit
    Cancel: CancellationToken
}

/// Both sides at one value of the parameter.
type Rung = {
    Value: float
    /// For claims about chance the mean of the draws with its standard error, for those with a probability of
    /// failure the quantile that the claim is about.
    Measured: Estimate
    /// Not a number for rates, whose bound is an order.
    Bound: Estimate
}

/// A claim along a ladder of values.
type SweptClaim = {
    /// The swept parameter, by the name of its field.
    Parameter: string
    /// The other parameters that were set, and the instance at the first value, in words.
    Series: string
    Instance: string
    Rungs: Rung list
    /// Values at which a hypothesis is broken.
    Skipped: float list
    /// The order of growth of each side in the parameter, where it is positive at four values or more.
    MeasuredOrder: Estimate option
    BoundOrder: Estimate option
    /// The order that a rate claims.
    ClaimedOrder: Estimate option
    /// The first value from which on the bound is informative.
    InformativeFrom: float option
    Threshold: float
}

/// Theorems along ladders of their parameters.
module ParameterSweep =

    let private mean (draws: float[]) =
        let average = Array.average draws
        let count = float draws.Length
        let squares = draws |> Array.sumBy (fun v -> (v - average) ** 2.0)

        Estimate.within
            (if count < 2.0 then
                 0.0
             else
                 sqrt (squares / (count - 1.0) / count))
            average

    let private quantile rank (draws: float[]) =
        let sorted = Array.sort draws
        let index = int (ceil (rank * float draws.Length)) - 1
        Estimate.exact sorted[max 0 (min (draws.Length - 1) index)]

    let private measured settings (claim: Claim<'I>) seed instance =
        let draws count =
            Array.init count (fun k ->
                settings.Cancel.ThrowIfCancellationRequested()
                (claim.Measured instance (Seed.at k seed)).Value)

        match claim.Kind with
        | Deterministic
        | Identity -> claim.Measured instance seed
        | Probabilistic failure -> quantile (1.0 - failure instance) (draws settings.Draws)
        | Rate ladder -> mean (draws ladder.Replicates)
        | Expectation _
        | Law _ -> mean (draws settings.Draws)

    let private order settings (side: Rung -> Estimate) (rungs: Rung list) =
        let points =
            rungs
            |> List.map (fun rung -> {
                Scale = rung.Value
                Mean = (side rung).Value
                StandardError = (side rung).Radius
            })

        if
            points.Length >= 4
            && points |> List.forall (fun p -> p.Scale > 0.0 && p.Mean > 0.0)
        then
            Some(LogLogFit.order settings.Level (max 1 (points.Length / 2 - 1)) points)
        else
            None

    /// The value after the last rung at which the bound says nothing.
    let private informative relation threshold (rungs: Rung list) =
        let says (rung: Rung) =
            match relation with
            | AtLeast -> Estimate.lower rung.Bound > threshold
            | AtMost
            | Equals -> Estimate.upper rung.Bound < threshold

        rungs |> List.rev |> List.takeWhile says |> List.tryLast |> Option.map _.Value

    let private seedOf settings (theorem: Theorem<_>) =
        TheoremJudge.claimSeed settings.Seed theorem.Entry.Id |> Seed.split "sweep"

    /// Of a hundred random instances the first that satisfies the hypotheses at the most values.
    let private start claim seed fits (values: (float * ('I -> 'I)) list) =
        SweptParameter.hundred claim seed
        |> List.maxBy (fun instance -> values |> List.filter (fits instance) |> List.length)

    let private isRate (claim: Claim<_>) =
        match claim.Kind with
        | Rate _ -> true
        | _ -> false

    /// Both sides at each value.
    let private rungAt settings claim seed instance k (value, change) =
        let here = change instance

        {
            Value = value
            Measured = measured settings claim (Seed.at k seed) here
            Bound =
                if isRate claim then
                    Estimate.exact nan
                else
                    claim.Bound here
        }

    let private sweepOne settings (theorem: Theorem<'I>) name (fixedWords: string) values =
        let claim = theorem.Claim
        let seed = seedOf settings theorem

        let fits instance (value, change) =
            SweptParameter.blame claim seed name value (fun () -> Search.applicable claim (change instance))

        let instance = start claim seed fits values
        let kept, skipped = values |> List.partition (fits instance)

        let rungs =
            kept
            |> List.mapi (fun k (value, change) ->
                let rung =
                    SweptParameter.blame claim seed name value (fun () ->
                        rungAt settings claim seed instance k (value, change))

                settings.Progress(float (k + 1) / float kept.Length)
                rung)

        let threshold =
            settings.Threshold
            |> Option.defaultValue (if claim.Relation = AtLeast then 0.0 else 1.0)

        {
            Parameter = name
            Series = fixedWords
            Instance = claim.Describe(snd values.Head instance)
            Rungs = rungs
            Skipped = List.map fst skipped
            MeasuredOrder = order settings _.Measured rungs
            BoundOrder = order settings _.Bound rungs
            ClaimedOrder = if isRate claim then Some(claim.Bound instance) else None
            InformativeFrom =
                if isRate claim then
                    None
                else
                    informative claim.Relation threshold rungs
            Threshold = threshold
        }

    /// All ways of choosing one value for each parameter, with the change that they make and its words.
    let rec private combinations (setters: (string * (float -> 'I -> 'I) * float list) list) =
        match setters with
        | [] -> [ "", id ]
        | (name, set, values) :: rest -> [
            for value in values do
                for words, change in combinations rest do
                    $"{name} = %g{value} {words}".Trim(), set value >> change
          ]

    /// The change for each value of a parameter, if all can be values of it.
    let private settable settings (theorem: Theorem<'I>) (over: Over) =
        SweptParameter.setter theorem.Claim over.Parameter
        |> Result.bind (fun (name, set) ->
            let refused = over.Values |> List.tryFind (Parameter.admits<'I> name >> not)
            let negative = over.Values |> List.tryFind (fun value -> value < 0.0)

            match refused, negative with
            | Some value, _ ->
                Error $"{name} is a whole number of at most {Int32.MaxValue}, and %g{value} is none"
            | None, Some value when Parameter.isWhole<'I> name ->
                match SweptParameter.range theorem.Claim (seedOf settings theorem) name with
                | low, high when low >= 0.0 -> Error(SweptParameter.refusal name value (low, high))
                | _ -> Ok(name, set, over.Values)
            | _ -> Ok(name, set, over.Values))

    /// The settings for series number k of some, whose progress is a part of the whole.
    let private partOf settings k count = {
        settings with
            Progress = fun part -> settings.Progress((float k + part) / float count)
    }

    let private sweepAll settings overs (theorem: Theorem<'I>) =
        let found = overs |> List.map (settable settings theorem)

        let wrong =
            found
            |> List.tryPick (function
                | Error why -> Some why
                | Ok _ -> None)

        match wrong, found |> List.choose Result.toOption with
        | Some why, _ -> Error why
        | None, [] -> Error $"no parameter is given; {SweptParameter.known theorem.Claim}"
        | None, (name, set, values) :: others ->
            let series = combinations others

            series
            |> List.mapi (fun k (words, change) ->
                values
                |> List.map (fun value -> value, change >> set value)
                |> sweepOne (partOf settings k series.Length) theorem name words)
            |> Ok

    let private withLadder overs (theorem: Theorem<'I>) =
        match overs, theorem.Claim.Kind with
        | [], Rate ladder -> [
            ({
                Parameter = SweptParameter.LadderName
                Values = ladder.Scales
            }
            : Over)
          ]
        | _ -> overs

    /// A theorem along the first parameter, once for each choice of values of the others; a rate goes along its own
    /// ladder where none is given. Why it cannot be swept, as the end of a sentence.
    let run settings overs item =
        match item with
        | Checkable theorem ->
            theorem.Accept
                {
                    new ITheoremVisitor<Result<SweptClaim list, string>> with
                        member _.Visit theorem =
                            sweepAll settings (withLadder overs theorem) theorem
                }
        | Stated _
        | Observed _ -> Error "it has no check"
