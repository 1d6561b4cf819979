namespace NtkTheory.Analysis

open NtkTheory.Reporting

/// The report on a data set as one self-contained page.
module AnalysisHtml =

    let private cell cell =
        match cell with
        | Told text -> Prose.inlineHtml text
        | Figure "–" -> "–"
        | Figure text -> Html.number (Html.text text)

    let private fact (name, value) =
        Prose.inlineHtml name, Prose.blockHtml value

    let private block block =
        match block with
        | Paragraph text -> Html.element "p" "" (Prose.inlineHtml text)
        | Facts facts -> facts |> List.map fact |> Html.facts
        | Grid(headings, rows) ->
            Html.table
                (headings |> List.map Prose.inlineHtml)
                (headings |> List.map Prose.inlinePlain)
                (rows |> List.map (fun row -> "", List.map cell row))
        | Picture plot -> Svg.render plot
        | Spans ranges -> Ranges.render ranges
        | Command(what, command) ->
            Html.element "p" "again" (Html.text $"{what} " + Html.element "code" "" (Html.text command))

    let private chapter (chapter: Chapter) =
        Html.element "h2" "" (Html.text chapter.Heading)
        + (chapter.Blocks |> List.map block |> String.concat "\n")

    /// The page; `origin` names the program, `command` the one that made the analysis.
    let render (origin: Origin) command (analysis: DataAnalysis) =
        let title = $"What the theory says of {analysis.Data.Name}"
        let options = analysis.Options

        [
            Html.element "h1" "" (Html.text title)
            Html.element "p" "headline" (Html.text (GuaranteeChapter.headline analysis))
            Html.element
                "p"
                "dim"
                (Html.text
                    $"NtkTheory {origin.Version}, linear algebra: {origin.Backend}; seed {options.Seed}, activation {options.Activation.Name}, depth {options.Depth}, delta {options.Delta}, {options.Runs} runs.")
            Html.element "p" "again" ("Made by " + Html.element "code" "" (Html.text command))
            yield! AnalysisDocument.chapters command analysis |> List.map chapter
        ]
        |> String.concat "\n"
        |> Html.page title ""
