namespace NtkTheory.Analysis

open NtkTheory.Reporting

/// The report on a data set as one self-contained page.
module AnalysisHtml =

    let private cell (text: string) =
        if text.StartsWith '$' && text.EndsWith '$' && text.Length > 1 then
            MathMl.display (text.Substring(1, text.Length - 2))
        elif
            text.Length <= 10
            && text.Length > 0
            && (System.Char.IsDigit text[0] || text[0] = '-')
        then
            // a number does not break at its sign
            Html.element "span" "number" (Html.text text)
        else
            Html.text text

    let private fact (name, value) =
        $"<dt>{Html.text name}</dt><dd>{cell value}</dd>"

    let private block block =
        match block with
        | Paragraph text -> Html.element "p" "" (Html.text text)
        | Facts facts -> Html.element "dl" "facts" (facts |> List.map fact |> String.concat "")
        | Grid(headings, rows) -> Html.table headings (rows |> List.map (fun row -> "", List.map cell row))
        | Picture plot -> Svg.render plot
        | Command command ->
            Html.element "p" "" ("Made again by " + Html.element "code" "" (Html.text command))

    let private style =
        "<style>.number{white-space:nowrap}dl.facts math[display=block]{width:max-content;max-width:100%;margin:.1rem 0}dl.facts{display:grid;grid-template-columns:minmax(7rem,14rem) 1fr;gap:.15rem 1rem;margin:.8rem 0;padding:.6rem .8rem;background:var(--panel);border:1px solid var(--rule);border-radius:.4rem}dl.facts dt{color:var(--dim)}dl.facts dd{margin:0;overflow-wrap:anywhere;overflow-x:auto}@media (max-width:480px){dl.facts{grid-template-columns:1fr;gap:0}dl.facts dd{margin-bottom:.4rem}}</style>"

    let private chapter (chapter: Chapter) =
        Html.element "h2" "" (Html.text chapter.Heading)
        + (chapter.Blocks |> List.map block |> String.concat "\n")

    /// The page; `origin` names the program, `command` the one that made the analysis.
    let render (origin: Origin) command (analysis: DataAnalysis) =
        let title = $"What the theory says of {analysis.Data.Name}"

        [
            style
            Html.element "h1" "" (Html.text title)
            Html.element "p" "headline" (Html.text (AnalysisDocument.headline analysis))
            Html.element
                "p"
                "dim"
                (Html.text
                    $"NtkTheory {origin.Version}, linear algebra: {origin.Backend}, seed {analysis.Options.Seed}, activation {analysis.Options.Activation.Name}.")
            yield! AnalysisDocument.chapters command analysis |> List.map chapter
        ]
        |> String.concat "\n"
        |> Html.page title ""
