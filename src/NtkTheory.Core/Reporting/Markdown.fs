namespace NtkTheory.Reporting

open NtkTheory.Claims
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Verification

/// A run as a document that can be handed out.
module Markdown =

    let private number (value: float) =
        if System.Double.IsFinite value then $"%.4g{value}" else "–"

    /// The difference of two equal sides, in units of its error, is rounding: how large it is another machine would
    /// tell otherwise.
    let private tightness (evidence: Evidence) =
        if evidence.Kind <> "Identity" || evidence.Tightness > 1.0 then
            number evidence.Tightness
        elif evidence.Tightness <= 0.1 then
            "≤ 0.1"
        else
            "≤ 1"

    let private cell (text: string) =
        text.Replace("|", "\\|").Replace("\n", " ")

    let private row cells =
        "| " + (cells |> List.map cell |> String.concat " | ") + " |"

    let private mark (evidence: Evidence) =
        if Verdict.isExpected evidence.Entry.Status evidence.Verdict then
            ""
        else
            " (surprise)"

    let private verdictCell (evidence: Evidence) =
        Verdict.name evidence.Verdict + mark evidence

    let private tableRow (evidence: Evidence) =
        let refuted = evidence.Controls |> List.filter _.Refuted |> List.length

        row [
            $"[{evidence.Entry.Id}](#{Entry.anchor evidence.Entry})"
            evidence.Entry.Title
            verdictCell evidence
            tightness evidence
            $"{refuted}/{evidence.Controls.Length}"
        ]

    /// The statements as a table, each linked to its section.
    let table evidence = [
        row [ "Statement"; "In a line"; "Verdict"; "Tightness"; "Controls refuted" ]
        row [ "---"; "---"; "---"; "---:"; "---:" ]
        yield! evidence |> List.map tableRow
    ]

    let private topicTable (topic, evidence: Evidence list) = [
        $"### {topic}"
        ""
        yield! table evidence
        ""
    ]

    let private sectionLines (section: Section) = [
        if section.Mathematical then
            yield! section.Lines |> List.collect Prose.markdown
        else
            match section.Lines with
            | [ one ] -> $"**{section.Heading}.** {one}"
            | many ->
                $"**{section.Heading}.**"
                ""
                yield! many |> List.map (fun line -> $"- {line}")

            ""
    ]

    let private withRadius (estimate: Estimate) =
        if estimate.Radius = 0.0 then
            $"%.10g{estimate.Value}"
        else
            $"%.10g{estimate.Value} ± %.2g{estimate.Radius}"

    let private counterexampleLines (evidence: Evidence) =
        match evidence.Verdict with
        | Refuted example -> [
            $"**Counterexample.** {example.Instance}"
            ""
            $"measured {withRadius example.Measured}, bound {withRadius example.Bound}, slack {withRadius example.Slack}"
            ""
            $"Run it again: `ntk replay {ReplayToken.format example.Replay}`"
            ""
          ]
        | _ -> []

    let private controlLines (evidence: Evidence) =
        match evidence.Controls with
        | [] -> []
        | controls -> [
            "**Broken versions.**"
            ""
            for control in controls do
                let verb = if control.Refuted then "refuted" else "**survived**"
                $"- {control.Breaks}: {verb}"
            ""
          ]

    let private evidenceLine (evidence: Evidence) =
        match Verdict.reason evidence.Verdict with
        | "" ->
            $"""**Verdict: {verdictCell evidence}** after {Plural.count evidence.Instances "instance"} and {Plural.count evidence.Evaluations "evaluation"}; tightness {tightness evidence}."""
        | reason -> $"**Verdict: {verdictCell evidence}** ({reason})."

    /// One statement of a run as a section: what is claimed, how it is measured, and what was found.
    let statement (facts: Map<string, Facts>) (evidence: Evidence) = [
        $"### <a id=\"{Entry.anchor evidence.Entry}\"></a>{evidence.Entry.Id}"
        ""
        $"*{evidence.Entry.Title}*"
        ""
        match Map.tryFind evidence.Entry.Id facts with
        | Some facts ->
            let told = [
                "Statement"
                "Source"
                "Status"
                "Hypotheses"
                "Data"
                "How it is measured"
                "Remark"
            ]

            yield!
                Page.sections facts
                |> List.filter (fun s -> List.contains s.Heading told)
                |> List.collect sectionLines
        | None -> ()
        evidenceLine evidence
        ""
        yield! controlLines evidence
        yield! counterexampleLines evidence
    ]

    let private dataLines (data: Dataset option) =
        match data with
        | None -> [ "- data: random instances of each theorem's own generator" ]
        | Some data -> [
            $"""- data: {data.Name}, {Plural.count data.Points.RowCount "point"} in dimension {data.Points.ColumnCount}, checksum {Dataset.checksum data}"""
            yield! data.Preparation |> List.map (fun step -> $"- preparation: {step}")
          ]

    let private headLines origin (report: RunReport) =
        let options = report.Options

        let surprises =
            report.Evidence
            |> List.filter (fun e -> not (Verdict.isExpected e.Entry.Status e.Verdict))

        [
            "# Theorems of wide networks, checked"
            ""
            $"- NtkTheory {origin.Version}, linear algebra: {origin.Backend}"
            $"""- seed {options.Seed}, budget {options.Budget.Name} ({Plural.count options.Budget.Instances "instance"}, {Plural.count options.Budget.Draws "draw"})"""
            $"- false-alarm rate of the whole run: %g{options.FalseAlarmRate}"
            yield! dataLines options.Data
            ""
            if report.Partial then
                "**This report is partial: the run was cancelled.**"
                ""
            $"""{Plural.count report.Evidence.Length "statement"}, {Plural.count surprises.Length "surprise"}."""
            ""
        ]

    let private legend = [
        "## How to read a verdict"
        ""
        "A verdict is the outcome of a search, not a proof. *Holds*: no instance was found on which the claim fails beyond numerical and statistical error, and the same search refuted every broken version of the claim. *Refuted*: an instance fails by more than all errors, or the exact tail of the violations is below the theorem's share of the false-alarm rate. *Inconclusive*: the search could not have told. *NotApplicable*: the data break a hypothesis. Tightness is measured over bound at the worst instance found; for equalities it is the difference over its error radius."
        ""
    ]

    /// The run as Markdown: what was done, the verdicts by topic, then a section for each statement.
    let report origin (items: CatalogItem list) (report: RunReport) =
        let facts =
            items
            |> List.map (fun item -> (Theorem.entry item).Id, Theorem.facts item)
            |> Map.ofList

        let topics = report.Evidence |> List.groupBy (fun e -> Entry.topic e.Entry)

        [
            yield! headLines origin report
            yield! legend
            "## Verdicts"
            ""
            yield! topics |> List.collect topicTable
            "## Statements"
            ""
            yield! report.Evidence |> List.collect (statement facts)
        ]
        |> String.concat "\n"
