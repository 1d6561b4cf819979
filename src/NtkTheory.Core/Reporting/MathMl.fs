namespace NtkTheory.Reporting

/// Formulas that browsers show without scripts.
module MathMl =

    let private element name content = $"<{name}>{content}</{name}>"

    /// Operators whose scripts stand below and above in a display.
    let private large =
        set [
            "∑"
            "∏"
            "⋃"
            "⋂"
            "max"
            "min"
            "sup"
            "inf"
            "lim"
            "argmin"
            "argmax"
            "Pr"
        ]

    let private isLarge formula =
        match formula with
        | Operator symbol
        | Styled(_, symbol) -> large.Contains symbol
        | _ -> false

    let rec private write formula =
        match formula with
        | Row items -> items |> List.map write |> String.concat "" |> element "mrow"
        | Identifier name -> element "mi" (Html.text name)
        | Number digits -> element "mn" digits
        | Operator("(" | ")" | "[" | "]" | "|" | "‖" | "{" | "}" as fence) ->
            $"<mo stretchy=\"false\">{fence}</mo>"
        | Operator symbol -> element "mo" (Html.text symbol)
        | Styled("stretchy", fence) -> element "mo" (Html.text fence)
        | Words text -> element "mtext" (Html.text (text.Replace(' ', '\u00A0')))
        | Styled("normal", text) -> $"<mi mathvariant=\"normal\">{Html.text text}</mi>"
        | Styled(variant, text) ->
            $"<mi mathvariant=\"{variant}\">{Symbols.styled variant text |> Html.text}</mi>"
        | Fraction(over, under) -> element "mfrac" (write over + write under)
        | Root inside -> element "msqrt" (write inside)
        | Accent(inside, mark) -> $"<mover accent=\"true\">{write inside}<mo>{Html.text mark}</mo></mover>"
        | Scripts(body, below, above) -> scripts body below above
        | Table(left, rows, right) -> table left rows right

    and private scripts body below above =
        let names =
            if isLarge body then
                "munder", "mover", "munderover"
            else
                "msub", "msup", "msubsup"

        let under, over, both = names

        match below, above with
        | Some below, Some above -> element both (write body + write below + write above)
        | Some below, None -> element under (write body + write below)
        | None, Some above -> element over (write body + write above)
        | None, None -> write body

    and private table left rows right =
        let cells row =
            row |> List.map (write >> element "mtd") |> String.concat ""

        let body =
            rows
            |> List.map (cells >> element "mtr")
            |> String.concat ""
            |> element "mtable"

        let fence (symbol: string) =
            if symbol = "" then "" else element "mo" (Html.text symbol)

        element "mrow" (fence left + body + fence right)

    /// A formula in a line of its own.
    let display latex =
        $"<math display=\"block\">{write (Latex.parse latex)}</math>"

    /// A formula within a line.
    let inlined latex =
        $"<math>{write (Latex.parse latex)}</math>"
