namespace NtkTheory.Reporting

open NtkTheory.Claims
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Verification

/// A run as one self-contained page: verdict table with filters, tightness plot, a card for each statement.
module HtmlReport =

    let private number = Numeral.short

    let private isExpected (evidence: Evidence) =
        Verdict.isExpected evidence.Entry.Status evidence.Verdict

    let private colour (evidence: Evidence) =
        match isExpected evidence, evidence.Verdict with
        | false, _ -> "bad"
        | true, Holds -> "good"
        | true, Refuted _ -> "odd"
        | _ -> "dim"

    /// A verdict's name in words.
    let private spoken name =
        match name with
        | "NotApplicable" -> "Not applicable"
        | "NotCheckable" -> "Not checkable"
        | one -> one

    let private link (entry: Entry) =
        let name = (Html.text entry.Id).Replace("/", "/<wbr>")
        $"<a href=\"#{Entry.anchor entry}\"><code>{name}</code></a>"

    let private tableRow (evidence: Evidence) =
        let name = Verdict.name evidence.Verdict
        let surprise = if isExpected evidence then "" else " class=\"surprise\""
        let refuted = evidence.Controls |> List.filter _.Refuted |> List.length

        $"{surprise} data-verdict=\"{name}\" data-topic=\"{Entry.topic evidence.Entry}\"",
        [
            link evidence.Entry
            Html.text evidence.Entry.Title
            Html.element "span" (colour evidence) (spoken name)
            Html.number (number evidence.Tightness)
            if evidence.Controls.IsEmpty then
                "–"
            else
                Html.number $"{refuted}/{evidence.Controls.Length}"
        ]

    let private choice name (values: string list) =
        let options =
            values
            |> List.map (fun value ->
                $"<option value=\"{Html.text value}\">{Html.text (spoken value)}</option>")
            |> String.concat ""

        $"<select id=\"{name}\" aria-label=\"{name}\"><option value=\"\">every {name}</option>{options}</select>"

    let private filters (evidence: Evidence list) =
        let topics = evidence |> List.map (fun e -> Entry.topic e.Entry) |> List.distinct

        let verdicts =
            evidence |> List.map (fun e -> Verdict.name e.Verdict) |> List.distinct

        Html.element
            "div"
            "filters"
            ("<input id=\"search\" type=\"search\" placeholder=\"search\" aria-label=\"search\">"
             + choice "topic" topics
             + choice "verdict" verdicts
             + "<output id=\"shown\" class=\"dim\"></output>")

    /// Hides the rows that the three filters do not select, and the cards of their statements.
    let private script =
        """
const q=i=>document.getElementById(i),rows=[...document.querySelectorAll('tr[data-verdict]')];
function show(){const s=q('search').value.toLowerCase(),t=q('topic').value,v=q('verdict').value;
let n=0;for(const r of rows){r.hidden=!(r.textContent.toLowerCase().includes(s)&&(!t||r.dataset.topic===t)&&(!v||r.dataset.verdict===v));
q(r.querySelector('a').hash.slice(1)).hidden=r.hidden;n+=!r.hidden;}
q('shown').textContent=n<rows.length?n+' of '+rows.length:'';}
for(const i of ['search','topic','verdict'])q(i).addEventListener('input',show);"""

    /// Where a side is 0 no ratio says how near the two are.
    let private isRatio (evidence: Evidence) =
        evidence.Tightness <= 1.0
        || min evidence.Measured.Value evidence.Bound.Value > 0.0

    /// Inequalities by how near they come to their bound; equalities have no such number.
    let private tightnessPlot (evidence: Evidence list) =
        let judged =
            evidence
            |> List.filter (fun e ->
                e.Verdict = Holds
                && e.Kind <> "Identity"
                && isRatio e
                && Axis.shows Logarithmic e.Tightness)
            |> List.sortBy _.Tightness

        Svg.render {
            Title = "How near the worst instance found comes to the bound"
            XLabel = "theorems that hold, from loose to tight"
            YLabel = "measured / bound"
            XScale = Linear
            YScale = Logarithmic
            Series = [
                {
                    Name = "tightness"
                    Mark = Dots
                    Points = judged |> List.mapi (fun i e -> float (i + 1), e.Tightness)
                    Hover = judged |> List.map (fun e -> $"{e.Entry.Id}: {number e.Tightness}")
                }
            ]
            Levels = [ 1.0, "the bound" ]
        }

    let private paragraphs (lines: string list) =
        match lines with
        | [ one ] -> Html.text one
        | many ->
            many
            |> List.map (Html.text >> Html.element "li" "")
            |> String.concat ""
            |> Html.element "ul" ""

    let private sectionFact (section: Section) =
        Html.text section.Heading,
        if section.Mathematical then
            section.Lines |> List.map Prose.html |> String.concat ""
        else
            paragraphs section.Lines

    let private withRadius (estimate: Estimate) =
        if estimate.Radius = 0.0 then
            $"%.12g{estimate.Value}"
        else
            $"%.12g{estimate.Value} ± {Numeral.short estimate.Radius}"

    /// The two sides at the worst instance that was found.
    let private worst (evidence: Evidence) = [
        if evidence.Instances > 0 && System.Double.IsFinite evidence.Measured.Value then
            "At the worst instance",
            $"measured {withRadius evidence.Measured}, bound {withRadius evidence.Bound}; tightness {number evidence.Tightness} (instances: {evidence.Instances}, evaluations: {evidence.Evaluations})"
    ]

    /// The counterexample, or how the verdict is reached again; `how` are the options of the run.
    let private ending how (evidence: Evidence) =
        match evidence.Verdict with
        | Refuted example -> [
            "Counterexample", Html.text example.Instance + Plane.render example.Instance
            "Its two sides",
            $"measured {withRadius example.Measured}, bound {withRadius example.Bound}, slack {withRadius example.Slack}"
            "Made again by",
            Html.element "code" "" (Html.text $"ntk replay {ReplayToken.format example.Replay}")
          ]
        | _ -> [
            "Judged again by", Html.element "code" "" (Html.text $"ntk verify {evidence.Entry.Id}{how}")
          ]

    let private controls (evidence: Evidence) =
        let item (control: ControlOutcome) =
            let verb =
                if control.Refuted then
                    Html.element "span" "good" "refuted"
                else
                    Html.element "span" "bad" "survived"

            Html.element "li" "" $"{Html.text control.Breaks}: {verb}"

        if evidence.Controls.IsEmpty then
            []
        else
            let items = evidence.Controls |> List.map item |> String.concat ""
            [ "Broken versions", Html.element "ul" "" items ]

    let private told =
        set [
            "Statement"
            "Source"
            "Status"
            "Hypotheses"
            "Data"
            "How it is measured"
            "Remark"
        ]

    let private card how (facts: Map<string, Facts>) (evidence: Evidence) =
        let sections =
            facts
            |> Map.tryFind evidence.Entry.Id
            |> Option.map Page.sections
            |> Option.defaultValue []
            |> List.filter (fun s -> told.Contains s.Heading)
            |> List.map sectionFact

        let reason = Verdict.reason evidence.Verdict
        let because = if reason = "" then "" else $" ({Html.text reason})"

        let verdict =
            Html.element "strong" (colour evidence) (spoken (Verdict.name evidence.Verdict))

        $"<section class=\"card\" id=\"{Entry.anchor evidence.Entry}\"><h3><code>{Html.text evidence.Entry.Id}</code></h3>"
        + Html.element "p" "" $"{verdict}{because}: {Html.text evidence.Entry.Title}."
        + Html.facts (sections @ worst evidence @ controls evidence @ ending how evidence)
        + "</section>"

    /// The options of a run, where they are not the usual ones.
    let private how (options: RunOptions) =
        String.concat "" [
            if options.Budget <> Budget.standard then
                $" --budget {options.Budget.Name}"
            if options.Seed <> 0 then
                $" --seed {options.Seed}"
        ]

    let private dataItems (data: Dataset option) =
        match data with
        | None -> [ "random instances of each theorem's own generator" ]
        | Some data ->
            $"""{data.Name}: {Plural.count data.Points.RowCount "point"} in dimension {data.Points.ColumnCount}, checksum {Dataset.checksum data}"""
            :: data.Preparation

    /// How many verdicts there are of each kind, and how many are not the expected ones.
    let private headline (all: Evidence list) =
        let counts =
            all
            |> List.countBy (fun evidence -> (spoken (Verdict.name evidence.Verdict)).ToLowerInvariant())
            |> List.sortByDescending snd
            |> List.map (fun (name, count) ->
                if name = "holds" && count <> 1 then
                    $"{count} hold"
                else
                    $"{count} {name}")
            |> String.concat ", "

        let ending =
            match all |> List.filter (isExpected >> not) |> List.length with
            | 0 -> "All as expected."
            | 1 -> "1 is a surprise."
            | surprises -> $"{surprises} are surprises."

        $"""{Plural.count all.Length "statement"}: {counts}. {ending}"""

    let private head origin (report: RunReport) =
        let options = report.Options

        let facts = [
            $"NtkTheory {origin.Version}, linear algebra: {origin.Backend}"
            $"""seed {options.Seed}, budget {options.Budget.Name}: {Plural.count options.Budget.Instances "instance"}, {Plural.count options.Budget.Draws "draw"}"""
            $"false-alarm rate of the whole run: %g{options.FalseAlarmRate}"
            yield! dataItems options.Data
        ]

        let partial =
            if report.Partial then
                Html.element "p" "bad" "This report is partial: the run was cancelled."
            else
                ""

        Html.element "h1" "" "Theorems of wide networks, checked"
        + Html.element "p" "headline" (headline report.Evidence)
        + partial
        + Html.element "ul" "dim" (facts |> List.map (Html.text >> Html.element "li" "") |> String.concat "")

    let private legend =
        "A verdict is the outcome of a search, not a proof. <em>Holds</em>: no instance was found on which the claim fails beyond numerical and statistical error, and the same search refuted every broken version of it. <em>Refuted</em>: an instance fails by more than all errors, as is expected of statements that are false as printed; verdicts that are not expected are outlined. <em>Inconclusive</em>: the search could not have told. Tightness is measured over bound at the worst instance found; for equalities it is the difference over its error radius."

    let private headings = [ "Statement"; "In a line"; "Verdict"; "Tightness"; "Controls refuted" ]

    /// The run as a page.
    let report origin (items: CatalogItem list) (report: RunReport) =
        let facts =
            items
            |> List.map (fun item -> (Theorem.entry item).Id, Theorem.facts item)
            |> Map.ofList

        [
            head origin report
            Html.element "p" "dim" legend
            Html.element "h2" "" "Verdicts"
            filters report.Evidence
            Html.table headings headings (report.Evidence |> List.map tableRow)
            tightnessPlot report.Evidence
            Html.element "h2" "" "Statements"
            yield! report.Evidence |> List.map (card (how report.Options) facts)
        ]
        |> String.concat "\n"
        |> Html.page "Theorems of wide networks, checked" script
