namespace NtkTheory.Reporting

open System
open System.Text.RegularExpressions

/// The part of LaTeX in which the catalog is written, read into trees.
module Latex =

    let private functionNames =
        set [
            "log"
            "ln"
            "exp"
            "sin"
            "cos"
            "tan"
            "tanh"
            "sinh"
            "cosh"
            "arccos"
            "arcsin"
            "arctan"
            "max"
            "min"
            "sup"
            "inf"
            "lim"
            "det"
            "tr"
            "dim"
            "ker"
            "Pr"
            "arg"
            "argmin"
            "argmax"
            "deg"
            "sgn"
            "sech"
            "limsup"
            "liminf"
            "diag"
            "rank"
        ]

    let private variants =
        Map.ofList [
            "mathbb", "double-struck"
            "mathcal", "script"
            "mathbf", "bold"
            "boldsymbol", "bold"
            "mathrm", "normal"
            "mathsf", "sans-serif"
        ]

    let private accents =
        Map.ofList [
            "hat", "^"
            "widehat", "^"
            "tilde", "~"
            "widetilde", "~"
            "bar", "¯"
            "overline", "¯"
            "vec", "→"
            "dot", "˙"
        ]

    let private ignored =
        set [
            "bigl"
            "bigr"
            "Bigl"
            "Bigr"
            "biggl"
            "biggr"
            "big"
            "Big"
            "bigg"
            "displaystyle"
            "textstyle"
            "limits"
            "nolimits"
            "!"
            "mathop"
            "Bigg"
        ]

    let private fences =
        Map.ofList [
            "cases", ("{", "")
            "pmatrix", ("(", ")")
            "bmatrix", ("[", "]")
            "vmatrix", ("|", "|")
        ]

    let private tokenize (text: string) =
        Regex.Matches(
            text.Replace("$", " "),
            @"\\[a-zA-Z]+\*?|\\.|[0-9]+(?:\.[0-9]+)?|\s+|.",
            RegexOptions.Singleline
        )
        |> Seq.map _.Value
        |> List.ofSeq

    let rec private skipSpace tokens =
        match tokens with
        | token :: rest when String.IsNullOrWhiteSpace token -> skipSpace rest
        | _ -> tokens

    /// The raw text of a braced group, for words and environment names.
    let private rawGroup tokens =
        let rec take depth taken rest =
            match rest with
            | "{" :: rest -> take (depth + 1) (if depth = 0 then taken else "{" :: taken) rest
            | "}" :: rest when depth = 1 -> String.concat "" (List.rev taken), rest
            | "}" :: rest -> take (depth - 1) ("}" :: taken) rest
            | token :: rest when depth = 0 -> token, rest
            | token :: rest -> take depth (token :: taken) rest
            | [] -> String.concat "" (List.rev taken), []

        take 0 [] (skipSpace tokens)

    let private single items =
        match items with
        | [ one ] -> one
        | many -> Row many

    /// Whether words beside it would run into it.
    let private isLetterlike formula =
        match formula with
        | Identifier _
        | Number _
        | Fraction _
        | Root _
        | Accent _
        | Scripts _
        | Styled("double-struck", _)
        | Styled("script", _)
        | Styled("bold", _) -> true
        | _ -> false

    /// Words keep a space from the letters beside them, as nobody writes it into \text.
    let private joined first others =
        match first, others with
        | Words text, next :: _ when isLetterlike next && text <> "" && not (text.EndsWith ' ') ->
            Words(text + " ") :: others
        | _, Words text :: rest when isLetterlike first && text <> "" && not (text.StartsWith ' ') ->
            first :: Words(" " + text) :: rest
        | _ -> first :: others

    let private bare (command: string) = command.TrimStart('\\').TrimEnd('*')

    /// Items up to one of the stops, which is left in place.
    let rec private items stops tokens =
        match skipSpace tokens with
        | [] -> [], []
        | token :: _ as rest when List.contains token stops -> [], rest
        | tokens ->
            let first, rest = scripted tokens
            let others, rest = items stops rest

            match first with
            | Some first -> joined first others, rest
            | None -> others, rest

    /// An item with the scripts that follow it.
    and private scripted tokens =
        let body, rest = atom tokens

        let rec scripts below above rest =
            match skipSpace rest with
            | "_" :: rest ->
                let script, rest = argument rest
                scripts (Some script) above rest
            | "^" :: rest ->
                let script, rest = argument rest
                let both = above |> Option.map (fun first -> Row [ first; script ])
                scripts below (Some(Option.defaultValue script both)) rest
            | "'" :: rest ->
                let strokes = if above = Some(Operator "′") then "″" else "′"
                scripts below (Some(Operator strokes)) rest
            | _ -> below, above, rest

        match scripts None None rest with
        | None, None, rest -> body, rest
        | below, above, rest -> Some(Scripts(Option.defaultValue (Row []) body, below, above)), rest

    /// An argument without braces is one character, so that \tfrac12 is a half.
    and private argument tokens =
        match skipSpace tokens with
        | token :: rest when Char.IsDigit token[0] && token.Length > 1 ->
            Number(token.Substring(0, 1)), token.Substring 1 :: rest
        | tokens ->
            let found, rest = atom tokens
            Option.defaultValue (Row []) found, rest

    and private atom tokens =
        match tokens with
        | [] -> None, []
        | "{" :: rest ->
            let inside, rest = items [ "}" ] rest
            Some(single inside), List.truncate rest.Length (List.skip (min 1 rest.Length) rest)
        | token :: rest when token.StartsWith '\\' -> command (bare token) rest
        | token :: rest when Char.IsDigit token[0] -> Some(Number token), rest
        | token :: rest when Char.IsLetter token[0] -> Some(Identifier token), rest
        | "-" :: rest -> Some(Operator "−"), rest
        | "&" :: rest
        | "~" :: rest -> None, rest
        | token :: rest -> Some(Operator token), rest

    and private command name rest =
        match name with
        | "frac"
        | "tfrac"
        | "dfrac" ->
            let over, rest = argument rest
            let under, rest = argument rest
            Some(Fraction(over, under)), rest
        | "binom" ->
            let over, rest = argument rest
            let under, rest = argument rest
            Some(Table("(", [ [ over ]; [ under ] ], ")")), rest
        | "sqrt" ->
            let inside, rest = argument rest
            Some(Root inside), rest
        | "text"
        | "textbf"
        | "textit"
        | "mbox" ->
            let words, rest = rawGroup rest
            Some(Words words), rest
        | "operatorname" ->
            let words, rest = rawGroup rest
            Some(Styled("normal", words)), rest
        | "left"
        | "right" ->
            // Fences that grow with what they hold; a full stop stands for none.
            match skipSpace rest with
            | "." :: rest -> None, rest
            | fence :: rest ->
                let symbol, _ = atom [ fence ]

                let text =
                    match symbol with
                    | Some(Operator text) -> text
                    | _ -> fence

                Some(Styled("stretchy", text)), rest
            | [] -> None, []
        | "begin" -> environment rest
        | "|" -> Some(Operator "‖"), rest
        | "quad"
        | "qquad" -> Some(Words "  "), rest
        | "{"
        | "}"
        | "%"
        | "#"
        | "_" -> Some(Operator name), rest
        | name when variants.ContainsKey name ->
            let words, rest = rawGroup rest
            Some(Styled(variants[name], words)), rest
        | name when accents.ContainsKey name ->
            let inside, rest = argument rest
            Some(Accent(inside, accents[name])), rest
        | name when functionNames.Contains name -> Some(Styled("normal", name)), rest
        | name when ignored.Contains name -> None, rest
        | name ->
            match Symbols.named.TryFind name with
            | Some(symbol, true) -> Some(Operator symbol), rest
            | Some(symbol, false) -> Some(Identifier symbol), rest
            | None when name.Length = 1 -> None, rest
            | None -> Some(Words name), rest

    and private environment rest =
        let name, rest = rawGroup rest

        let left, right =
            fences |> Map.tryFind (name.TrimEnd '*') |> Option.defaultValue ("", "")

        let rec cells row rows rest =
            let cell, rest = items [ "&"; @"\\"; @"\end" ] rest
            let row = single cell :: row

            match rest with
            | "&" :: rest -> cells row rows rest
            | @"\\" :: rest -> cells [] (List.rev row :: rows) rest
            | @"\end" :: rest -> List.rev (List.rev row :: rows), snd (rawGroup rest)
            | _ -> List.rev (List.rev row :: rows), []

        let rows, rest = cells [] [] rest
        Some(Table(left, rows, right)), rest

    /// The tree of a formula. What it does not know stays as its name, so that nothing is lost.
    let parse text =
        let rec all tokens =
            match items [] tokens with
            | found, [] -> found
            | found, _ :: rest -> found @ all rest

        Row(all (tokenize text))
