namespace NtkTheory.Reporting

open System
open NtkTheory.Claims
open NtkTheory.Numerics

/// What a recording keeps of a statement.
type BaselineEntry = {
    Id: string
    Kind: string
    /// The verdict's name, with its reason where it has one.
    Verdict: string
    /// At the worst instance found.
    Tightness: float
    /// Where the tightness of an unchanged statement may lie.
    Least: float
    Most: float
    /// The factor on the stated constant that the search could not have refuted, but nothing smaller; NaN for
    /// equalities and orders.
    SharpestConstant: float
    /// The left side at the worst instance: the fitted order of a rate with its interval, the statistic of a mean
    /// or a law, the figure of an experiment, the rate of violations of a claim with a probability.
    Measured: Estimate
    /// The right side there.
    Bound: Estimate
}

/// A recording of verdicts and bounds.
type Baseline = {
    Plan: RunPlan
    /// The names that selected the statements, such as "all".
    Names: string list
    Entries: BaselineEntry list
}

/// A way in which a statement is no longer what was recorded.
type BaselineChange =
    | VerdictChanged of was: string * now: string
    | TightnessMoved of was: float * now: float
    | OrderDrifted of was: Estimate * now: Estimate
    | ValueMoved of was: float * now: float
    | BoundMoved of was: float * now: float
    | Vanished
    | Appeared of verdict: string

/// Recordings, and what has changed from one to the next.
module Baseline =

    /// How far equal computations may differ: the same operations on the same numbers, in another order or with
    /// another library of elementary functions. It is Higham's gamma of ten million roundings in a row, more than
    /// one evaluation makes, and a thousandth of the relative change of 1e-6 that must show.
    let tolerance = Estimate.gamma 10_000_000

    /// The kinds of which the left side is a statistic at few instances and not an extreme of many.
    let private byStatistic = set [ "Expectation"; "Rate"; "Law"; "Experiment" ]

    /// The interval of a tightness. That of an equality counts error radii, and the difference is known within one.
    let private interval kind tightness =
        let rounding = tolerance * max 1.0 (abs tightness)

        let radius = if kind = "Identity" then 1.0 + rounding else rounding

        if Double.IsFinite tightness then
            max 0.0 (tightness - radius), tightness + radius
        else
            tightness, tightness

    let private verdictWords verdict =
        match verdict with
        | Inconclusive _
        | NotApplicable _
        | Faulted _ -> $"{Verdict.name verdict} ({Verdict.reason verdict})"
        | _ -> Verdict.name verdict

    let private entry (evidence: Evidence) =
        let least, most = interval evidence.Kind evidence.Tightness

        let isInequality =
            evidence.Kind = "Deterministic" || evidence.Kind = "Probabilistic"

        {
            Id = evidence.Entry.Id
            Kind = evidence.Kind
            Verdict = verdictWords evidence.Verdict
            Tightness = evidence.Tightness
            Least = least
            Most = most
            SharpestConstant = if isInequality then evidence.Tightness else nan
            Measured = evidence.Measured
            Bound = evidence.Bound
        }

    /// The recording of a run's evidence.
    let record plan names evidence = {
        Plan = plan
        Names = names
        Entries = evidence |> List.map entry
    }

    /// Not a number is where it was when it still is none.
    let private isWithin least most value =
        if Double.IsNaN least then
            Double.IsNaN value
        else
            value >= least && value <= most

    let private same scale was now =
        let radius = tolerance * max (abs scale) (abs was)

        if Double.IsFinite was then
            isWithin (was - radius) (was + radius) now
        else
            was.Equals now

    let private sides was now = [
        // A mean near zero is known only to the rounding of what was averaged, which its radius exceeds.
        if not (same was.Measured.Radius was.Measured.Value now.Measured.Value) then
            if was.Kind = "Rate" then
                OrderDrifted(was.Measured, now.Measured)
            else
                ValueMoved(was.Measured.Value, now.Measured.Value)
        if not (same 0.0 was.Bound.Value now.Bound.Value) then
            BoundMoved(was.Bound.Value, now.Bound.Value)
    ]

    /// A tightness of nothing at all hides the bound, and leaves no tie to a rounding.
    let private sidesMatter was now =
        byStatistic.Contains was.Kind || (was.Tightness = 0.0 && now.Tightness = 0.0)

    let private changesOf was now = [
        if was.Verdict <> now.Verdict then
            VerdictChanged(was.Verdict, now.Verdict)
        if not (isWithin was.Least was.Most now.Tightness) then
            TightnessMoved(was.Tightness, now.Tightness)
        if sidesMatter was now then
            yield! sides was now
    ]

    /// Every change with the id of its statement: those of the recording in its order, then what has appeared.
    let compare recorded now =
        let before =
            recorded.Entries |> List.map (fun entry -> entry.Id, entry) |> Map.ofList

        let after = now.Entries |> List.map (fun entry -> entry.Id, entry) |> Map.ofList

        [
            for was in recorded.Entries do
                match Map.tryFind was.Id after with
                | None -> was.Id, Vanished
                | Some found -> yield! changesOf was found |> List.map (fun change -> was.Id, change)
            for found in now.Entries do
                if not (before.ContainsKey found.Id) then
                    found.Id, Appeared found.Verdict
        ]

    /// The part of a recording whose ids satisfy a predicate.
    let only predicate baseline = {
        baseline with
            Entries = baseline.Entries |> List.filter (fun entry -> predicate entry.Id)
    }

    let private digits (value: float) =
        value.ToString("G12", Globalization.CultureInfo.InvariantCulture)

    let private withRadius estimate =
        $"{digits estimate.Value} ± %.2g{estimate.Radius}"

    /// A change in words.
    let describe change =
        match change with
        | VerdictChanged(was, now) -> $"verdict was {was}, is {now}"
        | TightnessMoved(was, now) -> $"tightness was {digits was}, is {digits now}"
        | OrderDrifted(was, now) -> $"order was {withRadius was}, is {withRadius now}"
        | ValueMoved(was, now) -> $"measured was {digits was}, is {digits now}"
        | BoundMoved(was, now) -> $"bound was {digits was}, is {digits now}"
        | Vanished -> "recorded, but no longer there"
        | Appeared verdict -> $"not recorded, is {verdict}"

    let private column width (text: string) =
        if text.Length >= width then text else text.PadRight width

    let private cells entry =
        match entry with
        | None -> "-", ""
        | Some found ->
            let number =
                if found.Kind = "Rate" || found.Kind = "Experiment" then
                    found.Measured.Value
                else
                    found.Tightness

            (found.Verdict.Split ' ')[0], $"%.6g{number}"

    /// Two recordings as a table: verdict, and tightness or measured statistic, of the one and of the other; a sign
    /// of inequality where they differ. `all` keeps the rows that do not.
    let sideBySide all one other =
        let changed = compare one other |> List.map fst |> Set.ofList

        let ids =
            (one.Entries @ other.Entries)
            |> List.map _.Id
            |> List.distinct
            |> List.filter (fun name -> all || changed.Contains name)

        let find baseline name =
            baseline.Entries |> List.tryFind (fun entry -> entry.Id = name)

        let width = 2 + (ids |> List.map _.Length |> List.fold max 10)

        [
            for name in ids do
                let verdict, number = cells (find one name)
                let verdict', number' = cells (find other name)
                let sign = if changed.Contains name then "≠" else "="

                column width name
                + column 14 verdict
                + column 14 number
                + column 3 sign
                + column 14 verdict'
                + number'
        ]
