namespace NtkTheory.Reporting

open System.Text.RegularExpressions

/// Formulas as a line of Unicode, for terminals.
module PlainMath =

    /// Symbols between which a reader expects spaces.
    let private spaced =
        set [
            "="
            "≤"
            "≥"
            "<"
            ">"
            "+"
            "−"
            "→"
            "∈"
            "⇒"
            "⇔"
            "≈"
            "∼"
            "≠"
            "⪰"
            "≻"
            "⪯"
            "∀"
            "∃"
            "↦"
            "×"
        ]

    let private isShort (text: string) =
        Regex.IsMatch(text, @"^[\w√′.]+$") || text.Length = 1

    let private bracketed text =
        if isShort text then text else $"({text})"

    let private digits mark =
        if mark = "_" then "₀₁₂₃₄₅₆₇₈₉" else "⁰¹²³⁴⁵⁶⁷⁸⁹"

    /// A script as raised or lowered digits where it is a number, else behind its mark.
    let private script mark (text: string) =
        if Regex.IsMatch(text, @"^\d+$") then
            text |> String.map (fun digit -> (digits mark)[int digit - int '0'])
        elif text = "⊤" && mark = "^" then
            "ᵀ"
        elif text = "′" || text = "∗" || text = "⋆" then
            text
        else
            mark + bracketed text

    let rec private write formula =
        match formula with
        | Row items -> items |> List.map write |> String.concat ""
        | Identifier text
        | Number text -> text
        | Words text -> text
        | Styled("normal", text) -> $" {text} "
        | Styled("double-struck", text) -> Symbols.styled "double-struck" text
        | Styled(_, text) -> text
        | Operator symbol when spaced.Contains symbol -> $" {symbol} "
        | Operator "∑" -> " Σ"
        | Operator "∏" -> " Π"
        | Operator "," -> ", "
        | Operator symbol -> symbol
        | Fraction(over, under) -> $"{bracketed (tidy over)}/{bracketed (tidy under)}"
        | Root inside -> "√" + bracketed (tidy inside)
        | Scripts(body, below, above) -> scripts body below above
        | Accent(inside, mark) -> tidy inside + mark
        | Table(left, rows, right) -> table left rows right

    and private scripts body below above =
        let under = below |> Option.map (tidy >> script "_") |> Option.defaultValue ""
        let over = above |> Option.map (tidy >> script "^") |> Option.defaultValue ""

        match body with
        | Operator _
        | Styled("normal", _) -> (write body).TrimEnd() + under + over + " "
        | _ -> write body + under + over

    and private table left rows right =
        let line cells =
            cells |> List.map tidy |> String.concat " "

        $"{left} " + (rows |> List.map line |> String.concat "; ") + $" {right}"

    and private tidy formula =
        let text = Regex.Replace(write formula, @"\s+", " ")
        Regex.Replace(text, @"(?<=[(\[⟨‖|]) | (?=[)\],⟩])", "").Trim()

    /// One line of Unicode; what the parser does not know stays as its name.
    let render latex = tidy (Latex.parse latex)
