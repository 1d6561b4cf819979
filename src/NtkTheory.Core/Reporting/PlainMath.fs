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

    /// A number, or one letter with what hangs on it: what may stand below a slash as it is.
    let private isFactor (text: string) =
        Regex.IsMatch(text, @"^(\d+(\.\d+)?|√?\w[₀-₉⁰-⁹¹²³′]*)$")

    let private denominator text =
        if isFactor text then text else $"({text})"

    let private bracketed text =
        if isShort text then text else $"({text})"

    /// Whether a text falls apart at a space outside its brackets.
    let private isSum (text: string) =
        let step (depth, found) c =
            match c with
            | '('
            | '[' -> depth + 1, found
            | ')'
            | ']' -> depth - 1, found
            | ' ' -> depth, found || depth = 0
            | _ -> depth, found

        snd (Seq.fold step (0, false) text)

    let private numerator text =
        if isSum text then $"({text})" else text

    /// What would be read into a fraction that it follows.
    let private clings formula =
        match formula with
        | Scripts((Operator _ | Styled(("normal" | "stretchy"), _)), _, _) -> false
        | Identifier _
        | Number _
        | Root _
        | Accent _
        | Fraction _
        | Scripts _ -> true
        | _ -> false

    let private small mark =
        if mark = "_" then "₀₁₂₃₄₅₆₇₈₉₋" else "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"

    /// A script as raised or lowered digits where it is a number, else behind its mark.
    let private script mark (text: string) =
        if Regex.IsMatch(text, @"^(− ?)?\d+$") then
            text.Replace(" ", "")
            |> String.map (fun c -> (small mark)[if c = '−' then 10 else int c - int '0'])
        elif text = "⊤" && mark = "^" then
            "ᵀ"
        elif text = "′" || text = "″" || text = "∗" || text = "⋆" then
            text
        else
            mark + bracketed text

    let rec private write formula =
        match formula with
        | Row items -> row None items
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
        | Fraction(over, under) -> $"{numerator (tidy over)}/{denominator (tidy under)}"
        | Root inside -> "√" + denominator (tidy inside)
        | Scripts(body, below, above) -> scripts body below above
        | Accent(inside, mark) -> tidy inside + mark
        | Table(left, rows, right) -> table left rows right

    /// A fraction in brackets where it would run into what follows, or the name of a function before it into it.
    and private row before items =
        let afterName =
            match before with
            | Some(Styled("normal", _)) -> true
            | _ -> false

        match items with
        | [] -> ""
        | (Fraction _ as fraction) :: rest when afterName || rest |> List.tryHead |> Option.exists clings ->
            $"({write fraction})" + row (Some fraction) rest
        | item :: rest -> write item + row (Some item) rest

    and private scripts body below above =
        let under = below |> Option.map (tidy >> script "_") |> Option.defaultValue ""
        let over = above |> Option.map (tidy >> script "^") |> Option.defaultValue ""

        match body with
        | Operator _
        | Styled("normal", _) -> (write body).TrimEnd() + under + over + " "
        | Fraction _ -> $"({write body})" + under + over
        | _ -> write body + under + over

    and private table left rows right =
        let line cells =
            cells |> List.map tidy |> String.concat " "

        $"{left} " + (rows |> List.map line |> String.concat "; ") + $" {right}"

    and private tidy formula =
        let text = Regex.Replace(write formula, @"\s+", " ")
        let bare = Regex.Replace(text, @"(?<=[(\[⟨]) | (?=[)\],⟩])", "").Trim()
        // a minus that nothing stands before is a sign
        Regex.Replace(bare, @"(?<=^|[(\[⟨]|[,=≤≥<>] )− ", "−")

    /// One line of Unicode; what the parser does not know stays as its name.
    let render latex = tidy (Latex.parse latex)
