namespace NtkTheory.Analysis

open NtkTheory.Numerics

/// What a width or rate theorem of the catalog says of a data set.
type Guarantee = {
    /// The theorem's id in the catalog.
    Id: string
    /// Which of its conclusions or proofs, where there is more than one line on the theorem; else empty.
    Part: string
    /// The guarantee in a line.
    Title: string
    /// The widths that the theorem demands, in LaTeX, with two semicolons between them; empty where it names none.
    Condition: string
    /// Hypotheses that the data or the options break, with the offending rows; empty where it applies.
    Failing: string list
    /// The width demanded, in neurons; NaN where the theorem names none or does not apply.
    Demanded: float
    /// What was checked on seeded networks, with its numbers.
    Conclusion: string
    /// Whether it says much: a bound on the loss that has hardly fallen by the last step does not.
    Telling: bool
    /// The smallest width at which that held in all runs; None where nothing was run.
    Observed: ObservedWidth option
    /// The order in the width that is claimed and the one that was fitted, for rates.
    Order: (float * Estimate) option
    /// What a reader should know of the figures.
    Remark: string
}

/// Reading guarantees.
module Guarantee =

    /// The id with the part in brackets.
    let name guarantee =
        if guarantee.Part = "" then
            guarantee.Id
        else
            $"{guarantee.Id} ({guarantee.Part})"

    /// Whether the theorem speaks of the data at all.
    let applies guarantee = List.isEmpty guarantee.Failing

    /// Demanded over observed width; None where either is missing.
    let ratio guarantee =
        match guarantee.Observed with
        | Some(HeldFrom width) when guarantee.Demanded > 0.0 -> Some(guarantee.Demanded / float width)
        | _ -> None

    /// Rows named in a hypothesis, at most eight of them.
    let rows what (numbers: int list) =
        let shown = numbers |> List.truncate 8 |> List.map string |> String.concat ", "

        let more =
            if numbers.Length > 8 then
                $" and {numbers.Length - 8} more"
            else
                ""

        $"{what}: rows {shown}{more}"
