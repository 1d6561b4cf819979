namespace NtkTheory.Claims

open NtkTheory.Numerics

/// Why a claim could not be judged.
type Reason =
    /// The hypotheses discarded nearly every instance.
    | Exhausted
    /// Every instance lay within its own radius, and the radii were as large as the numbers.
    | WithinError
    /// The budget could not tell the truth from the named falsehood.
    | Underpowered of what: string

/// The way to an instance from a seed: enough to make it again.
type InstancePath = {
    /// Size given to the generator.
    Size: int
    /// Number of the random instance.
    Index: int
    /// Numbers of the climbing steps that were taken.
    Climb: int list
    /// Number of the candidate taken at each shrinking step.
    Shrink: int list
}

/// What `ntk replay` needs to make a counterexample again, to the last digit.
type Replay = {
    Id: string
    Seed: int
    Path: InstancePath
    /// Draws at the instance; 0 for deterministic claims.
    Draws: int
    /// The error level of the statistics at the instance; 0 for deterministic claims.
    Level: float
    /// Checksum of the data set that the instance was taken from; empty where there was none.
    Data: string
}

/// One instance on which a claim fails.
type Counterexample = {
    /// The instance in words.
    Instance: string
    Measured: Estimate
    Bound: Estimate
    /// Negative by more than its radius.
    Slack: Estimate
    Replay: Replay
}

/// The outcome of a check. A test is no proof: `Holds` means not refuted by a search that did refute every
/// broken version.
type Verdict =
    | Holds
    | Refuted of Counterexample
    | Inconclusive of Reason
    /// The data break a hypothesis: its name and the offending rows of the file.
    | NotApplicable of hypothesis: string * rows: int list
    /// The check itself failed, with the message.
    | Faulted of string
    /// A definition or a recalled fact: nothing to compute.
    | NotCheckable
    /// An empirical figure, reported and not judged.
    | Reported of figure: string * Estimate

/// What happened to one broken version.
type ControlOutcome = { Breaks: string; Refuted: bool }

/// What a verdict rests on.
type Evidence = {
    Entry: Entry
    /// The name of the kind of claim.
    Kind: string
    Verdict: Verdict
    Instances: int
    Discards: int
    Evaluations: int
    /// Distance to the bound at the worst instance found; for equalities minus the difference.
    Slack: Estimate
    /// At the worst instance found: measured / bound for inequalities, difference / radius for equalities. Also
    /// the factor by which the constant of the bound could be multiplied, as far as the search saw.
    Tightness: float
    Seconds: float
    Controls: ControlOutcome list
    /// The left side at the worst instance found: for claims about chance the statistic that is judged, for
    /// experiments the figure.
    Measured: Estimate
    /// The right side there.
    Bound: Estimate
}

/// Verdicts against what the catalog expects.
module Verdict =

    /// The verdict's name.
    let name verdict =
        match verdict with
        | Holds -> "Holds"
        | Refuted _ -> "Refuted"
        | Inconclusive _ -> "Inconclusive"
        | NotApplicable _ -> "NotApplicable"
        | Faulted _ -> "Faulted"
        | NotCheckable -> "NotCheckable"
        | Reported _ -> "Reported"

    /// The name of the verdict that a status leads one to expect.
    let expected status =
        match status with
        | Proved
        | Repairs _
        | Conjectured
        | Definition -> "Holds"
        | FalseAsStated _ -> "Refuted"
        | Cited -> "NotCheckable"
        | Empirical -> "Reported"

    /// Whether a verdict is no surprise. Data that break a hypothesis never are, and a definition or a recalled
    /// fact may be without a check.
    let isExpected status verdict =
        match verdict with
        | NotApplicable _ -> true
        | NotCheckable -> status = Definition || status = Cited || status = Empirical
        | Holds when status = Cited -> true
        | _ -> name verdict = expected status

    /// Why, in words; empty where the verdict needs none.
    let reason verdict =
        match verdict with
        | Inconclusive Exhausted -> "the hypotheses discard nearly every instance"
        | Inconclusive WithinError -> "every instance lies within its numerical error"
        | Inconclusive(Underpowered what) -> $"underpowered: {what}"
        | NotApplicable(hypothesis, []) -> hypothesis
        | NotApplicable(hypothesis, rows) ->
            let shown = rows |> List.truncate 12 |> List.map string |> String.concat ", "

            let more =
                if rows.Length > 12 then
                    $" and {rows.Length - 12} more"
                else
                    ""

            $"{hypothesis}: rows {shown}{more}"
        | Faulted message -> message
        | Reported(figure, value) -> $"{figure} = %.6g{value.Value}"
        | Holds
        | Refuted _
        | NotCheckable -> ""
