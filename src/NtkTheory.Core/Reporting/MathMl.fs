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

    /// A thin space between the name of a function and the letters beside it, as in a ln n.
    let private spread items =
        let isName formula =
            match formula with
            | Styled("normal", _) -> true
            | _ -> false

        let isOperator formula =
            match formula with
            | Operator _
            | Styled("stretchy", _)
            | Words _ -> true
            | _ -> false

        let rec insert items =
            match items with
            | left :: (right :: _ as rest) when
                isName left && not (isOperator right) || isName right && not (isOperator left)
                ->
                left :: Operator "thin" :: insert rest
            | left :: rest -> left :: insert rest
            | [] -> []

        insert items

    let rec private write formula =
        match formula with
        | Row items -> items |> spread |> List.map write |> String.concat "" |> element "mrow"
        | Identifier name -> element "mi" (Html.text name)
        | Number digits -> element "mn" digits
        | Operator("(" | ")" | "[" | "]" | "|" | "‖" | "{" | "}" as fence) ->
            $"<mo stretchy=\"false\">{fence}</mo>"
        | Operator "/" -> "<mo lspace=\"0\" rspace=\"0\">/</mo>"
        | Operator "thin" -> "<mspace width=\"0.17em\"/>"
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

    let private relations =
        set [ "="; "≤"; "≥"; "<"; ">"; "≈"; "⇒"; "⇔"; "⟹"; "→"; "∼"; "⪰"; "≻" ]

    /// Brackets that are open after an item; those that grow with what they hold come in pairs as well.
    let private depth brackets formula =
        match formula, brackets with
        | (Operator("(" | "[" | "{" | "⟨" as symbol) | Styled("stretchy", ("(" | "[" | "{" | "⟨" as symbol))),
          _ -> symbol :: brackets
        | (Operator(")" | "]" | "}" | "⟩") | Styled("stretchy", (")" | "]" | "}" | "⟩"))), _ :: outer -> outer
        | Styled("stretchy", fence), open' :: outer when fence = open' -> outer
        | Styled("stretchy", fence), _ -> fence :: brackets
        | _ -> brackets

    /// After how many items a sum may be broken.
    let private long = 12

    let private endsHere brackets formula =
        match formula, brackets with
        | Operator(","), []
        | Operator(","), [ "{" ]
        | Words "  ", [] -> true
        | _ -> false

    let private beginsHere brackets count formula =
        match formula with
        | Operator symbol when brackets = [] ->
            relations.Contains symbol || count > long && (symbol = "+" || symbol = "−")
        | _ -> false

    /// The parts between which a line may be broken: browsers do not break within a formula.
    let private parts items =
        let rec split brackets now found items =
            match items with
            | [] -> List.rev (List.rev now :: found)
            | item :: rest when not now.IsEmpty && beginsHere brackets now.Length item ->
                split brackets [ item ] (List.rev now :: found) rest
            | item :: rest when endsHere brackets item ->
                split brackets [] (List.rev (item :: now) :: found) rest
            | item :: rest -> split (depth brackets item) (item :: now) found rest

        split [] [] [] items |> List.filter (List.isEmpty >> not)

    /// A part with the gap to the next: a relation brings its own.
    let private part items =
        let gap =
            match List.last items with
            | Operator ","
            | Words _ -> " "
            | _ -> ""

        $"<math displaystyle=\"true\">{write (Row items)}</math>{gap}"

    /// What is said where a formula has nothing but words.
    let private sayings items =
        items
        |> List.map (fun item ->
            match item with
            | Words text -> Some text
            | _ -> None)

    /// A formula in lines of its own, as many as it needs; words alone are a paragraph.
    let display latex =
        let items =
            match Latex.parse latex with
            | Row items -> items
            | one -> [ one ]

        if sayings items |> List.forall Option.isSome then
            sayings items
            |> List.choose id
            |> String.concat ""
            |> Html.text
            |> Html.element "p" ""
        else
            parts items |> List.map part |> String.concat "" |> Html.element "div" "formula"

    /// A formula within a line.
    let inlined latex =
        $"<math>{write (Latex.parse latex)}</math>"
