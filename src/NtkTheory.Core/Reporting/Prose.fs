namespace NtkTheory.Reporting

/// A part of a sentence.
type Piece =
    | Said of string
    /// LaTeX.
    | Formula of string

/// Sentences with formulas between dollar signs. A text without a dollar sign is one formula, or plain words if it has
/// none of the characters that formulas are made of.
module Prose =

    let private formulaic = [| '\\'; '_'; '^'; '='; '<'; '>' |]

    /// The parts of a text, in order.
    let pieces (text: string) =
        if text.IndexOfAny formulaic < 0 && not (text.Contains '$') then
            [ Said text ]
        elif not (text.Contains '$') then
            [ Formula text ]
        else
            text.Split '$'
            |> Array.mapi (fun index part -> if index % 2 = 0 then Said part else Formula part)
            |> Array.filter (fun piece -> piece <> Said "" && piece <> Formula "")
            |> List.ofArray

    let private render said formula text =
        pieces text
        |> List.map (fun piece ->
            match piece with
            | Said words -> said words
            | Formula latex -> formula latex)
        |> String.concat ""

    /// For terminals.
    let plain = render id PlainMath.render

    /// For pages: a display where the text is one formula, else formulas within the lines.
    let html text =
        match pieces text with
        | [ Formula latex ] -> MathMl.display latex
        | _ -> Html.element "p" "" (render Html.text MathMl.inlined text)

    /// For Markdown, which knows dollar signs itself.
    let markdown (text: string) =
        match pieces text with
        | [ Formula latex ] -> [ ""; "$$"; latex.Trim('$'); "$$"; "" ]
        | _ -> [ text; "" ]

    /// Text as it is between formulas: a dollar sign in it is doubled.
    let verbatim (text: string) = text.Replace("$", "$$")

    /// The parts of a sentence in which only dollar signs mark formulas, and two of them are one.
    let private inlinePieces (text: string) =
        text.Replace("$$", "\000").Split '$'
        |> Array.map (fun part -> part.Replace("\000", "$"))
        |> Array.mapi (fun index part -> if index % 2 = 0 then Said part else Formula part)

    /// Such a sentence for terminals.
    let inlinePlain text =
        inlinePieces text
        |> Array.map (fun piece ->
            match piece with
            | Said words -> words
            | Formula latex -> PlainMath.render latex)
        |> String.concat ""

    /// Such a sentence for pages.
    let inlineHtml text =
        inlinePieces text
        |> Array.map (fun piece ->
            match piece with
            | Said words -> Html.text words
            | Formula latex -> MathMl.inlined latex)
        |> String.concat ""

    /// The same, with a formula that stands alone in lines of its own.
    let blockHtml text =
        match inlinePieces text with
        | [| Said ""; Formula latex; Said "" |] -> MathMl.display latex
        | _ -> inlineHtml text
