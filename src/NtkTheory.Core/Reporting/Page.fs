namespace NtkTheory.Reporting

open NtkTheory.Claims

/// What is told of one statement, section by section, before any layout.
type Section = {
    Heading: string
    /// Paragraphs or list items.
    Lines: string list
    /// The lines are mathematics in LaTeX.
    Mathematical: bool
}

/// The page about a statement.
module Page =

    let private section heading lines = {
        Heading = heading
        Lines = lines |> List.filter ((<>) "")
        Mathematical = false
    }

    /// The status in words.
    let status status =
        match status with
        | Proved -> "proved"
        | FalseAsStated repair -> $"false as stated; repaired in {repair}"
        | Repairs original -> $"repairs {original}"
        | Conjectured -> "conjectured"
        | Definition -> "definition"
        | Cited -> "recalled, not checked"
        | Empirical -> "empirical: a figure is reported and nothing judged"

    /// Document, lecture and number, and the paper where one is named.
    let source (source: Source) =
        [ source.Document; source.Lecture; source.Number; source.Paper ]
        |> List.filter ((<>) "")
        |> String.concat ", "

    let private sharpness sharpness =
        match sharpness with
        | Tight -> "tight: the bound is attained or its constant cannot be lowered"
        | Loose -> "loose: true with room to spare"
        | Exact -> "exact: both sides are equal"

    let private dataLines (facts: Facts) =
        if not facts.OnData then
            []
        elif facts.DataConditions.IsEmpty then
            [ "instances can be taken from a data set" ]
        else
            [
                "instances can be taken from a data set with: "
                + String.concat "; " facts.DataConditions
            ]

    /// The sections of a page, those without content left out.
    let sections (facts: Facts) =
        let entry = facts.Entry

        [
            {
                section "Statement" [ entry.Statement ] with
                    Mathematical = true
            }
            section "Source" [ source entry.Source ]
            section "Status" [
                status entry.Status
                (match facts.Kind, entry.Status with
                 | "Statement", _
                 | _, FalseAsStated _ -> ""
                 | _ -> sharpness entry.Sharpness)
            ]
            section "Kind" [ facts.Kind ]
            section "Hypotheses" facts.Hypotheses
            section "Data" (dataLines facts)
            section "How it is measured" [ entry.Method; facts.Implementation ]
            section "Broken versions that must be refuted" facts.Controls
            section "Remark" [ entry.Remark ]
        ]
        |> List.filter (fun section -> not section.Lines.IsEmpty)
