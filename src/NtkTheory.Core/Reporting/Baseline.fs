namespace NtkTheory.Reporting

open System
open System.Globalization
open NtkTheory.Claims
open NtkTheory.Numerics

/// What a recording keeps of a statement: nothing that the same statement would not repeat on another machine.
type BaselineEntry = {
    Id: string
    Kind: string
    /// The verdict's name, with its reason where it has one.
    Verdict: string
    /// At the worst instance found; that of an unchanged statement lies within the radius.
    Tightness: Estimate
    /// Both sides where they are recorded: the left one is the fitted order of a rate with its interval, the
    /// statistic of a mean or a law, the figure of an experiment.
    Sides: (Estimate * Estimate) option
}

/// A recording of verdicts and bounds, by id.
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

    /// Eleven digits: they err by a twentieth of the tolerance, and rounding on another machine seldom reaches them.
    let private kept (value: float) =
        Double.Parse(value.ToString("G11", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)

    let private keptBoth (estimate: Estimate) =
        Estimate.within (kept estimate.Radius) (kept estimate.Value)

    /// The tightness of an equality counts error radii, and the difference is known within one: of sides that agree
    /// it says no more than that they do.
    let private tightness kind (value: float) =
        if not (Double.IsFinite value) then
            Estimate.exact value
        elif kind <> "Identity" then
            Estimate.within (kept (tolerance * max 1.0 (abs value))) (kept (Math.Round(value, 10)))
        elif value <= 1.0 then
            Estimate.within 1.0 0.0
        else
            Estimate.within (kept (1.0 + tolerance * value)) (kept (Math.Round value))

    /// Of a statistic of draws at few instances both sides are recorded, and where a tightness of 0 does not show the
    /// bound. Elsewhere the extreme itself is recorded: at which of several equally tight instances it was found is an
    /// accident of rounding.
    let private sides (evidence: Evidence) =
        match evidence.Kind with
        | "Expectation"
        | "Rate"
        | "Law"
        | "Experiment" -> Some(keptBoth evidence.Measured, keptBoth evidence.Bound)
        | "Deterministic"
        | "Probabilistic" when evidence.Tightness = 0.0 ->
            Some(keptBoth evidence.Measured, keptBoth evidence.Bound)
        | _ -> None

    let private verdictWords verdict =
        match verdict with
        | Inconclusive _
        | NotApplicable _
        | Faulted _ -> $"{Verdict.name verdict} ({Verdict.reason verdict})"
        | _ -> Verdict.name verdict

    let private entry (evidence: Evidence) = {
        Id = evidence.Entry.Id
        Kind = evidence.Kind
        Verdict = verdictWords evidence.Verdict
        Tightness = tightness evidence.Kind evidence.Tightness
        Sides = sides evidence
    }

    /// The factor on the stated constant that the search could not have refuted, but nothing smaller: the tightness,
    /// of inequalities.
    let sharpestConstant entry =
        match entry.Kind with
        | "Deterministic"
        | "Probabilistic" -> Some entry.Tightness.Value
        | _ -> None

    /// The recording of a run's evidence.
    let record plan names evidence =
        let entries =
            evidence
            |> List.map entry
            |> List.sortWith (fun one other -> String.CompareOrdinal(one.Id, other.Id))

        {
            Plan = {
                plan with
                    Statements = entries |> List.map _.Id
            }
            Names = names
            Entries = entries
        }

    /// Infinity, and what is no number, is where it was when it still is the same.
    let private isWithin radius was now =
        if Double.IsFinite was then
            abs (now - was) <= radius
        else
            was.Equals now

    let private same scale was now =
        isWithin (tolerance * max (abs scale) (abs was)) was now

    let private sideChanges kind (measured, bound) (measured', bound') = [
        // A mean near zero is known only to the rounding of what was averaged, which its radius exceeds.
        if not (same measured.Radius measured.Value measured'.Value) then
            if kind = "Rate" then
                OrderDrifted(measured, measured')
            else
                ValueMoved(measured.Value, measured'.Value)
        if not (same 0.0 bound.Value bound'.Value) then
            BoundMoved(bound.Value, bound'.Value)
    ]

    let private changesOf was now = [
        if was.Verdict <> now.Verdict then
            VerdictChanged(was.Verdict, now.Verdict)
        if not (isWithin was.Tightness.Radius was.Tightness.Value now.Tightness.Value) then
            TightnessMoved(was.Tightness.Value, now.Tightness.Value)
        match was.Sides, now.Sides with
        | Some was', Some now' -> yield! sideChanges was.Kind was' now'
        | _ -> ()
    ]

    /// Every change with the id of its statement: those of the recording in its order, then what has appeared.
    let compare recorded now =
        let byId entries =
            entries |> List.map (fun entry -> entry.Id, entry) |> Map.ofList

        let before, after = byId recorded.Entries, byId now.Entries

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
        value.ToString("G12", CultureInfo.InvariantCulture)

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
