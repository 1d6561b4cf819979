namespace NtkTheory.Analysis

open System
open NtkTheory.Reporting

/// The report on a data set as plain text.
module AnalysisText =

    let private words cell =
        match cell with
        | Told text -> Prose.inlinePlain text
        | Figure text -> text

    /// Words packed into lines of at most `width` characters.
    let private wrap width (text: string) =
        let add (lines: string list) (word: string) =
            match lines with
            | line :: rest when line.Length + 1 + word.Length <= width -> $"{line} {word}" :: rest
            | _ -> word :: lines

        text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        |> Array.fold add []
        |> List.rev

    let private indented width first (text: string) =
        let blank = String(' ', String.length first)

        wrap (width - blank.Length) text
        |> List.mapi (fun i line -> (if i = 0 then first else blank) + line)

    /// Whether a column holds nothing but numbers, which then stand at the right.
    let private isNumeric (rows: Cell list list) column =
        rows
        |> List.forall (fun row ->
            match List.item column row with
            | Figure _ -> true
            | Told _ -> false)

    /// Columns side by side.
    let private columns (headings: string list) (rows: Cell list list) =
        let all = headings :: (rows |> List.map (List.map words))

        let pad column =
            let width = all |> List.map (fun row -> row[column].Length) |> List.max

            if isNumeric rows column then
                fun (cell: string) -> cell.PadLeft width
            else
                fun cell -> cell.PadRight width

        let pads = headings |> List.mapi (fun column _ -> pad column)

        all
        |> List.map (fun row ->
            List.map2 (fun pad cell -> pad cell) pads row
            |> String.concat "  "
            |> fun line -> "  " + line.TrimEnd())

    /// One row after the other, for cells too long to stand side by side.
    let private stacked width (headings: string list) (rows: Cell list list) =
        rows
        |> List.collect (fun row ->
            match List.map words row, headings with
            | first :: cells, _ :: names ->
                indented width "  " first
                @ (List.zip names cells
                   |> List.filter (fun (_, cell) -> cell <> "–")
                   |> List.collect (fun (name, cell) -> indented width $"      {name}: " cell))
            | _ -> [])

    /// A long name stands in a line of its own.
    let private fact width (name: string, value) =
        let name, value = Prose.inlinePlain name, Prose.inlinePlain value

        if name.Length <= 30 then
            indented width $"  {name}: " value
        else
            indented width "  " $"{name}:" @ indented width "      " value

    let private block width block =
        match block with
        | Paragraph text -> indented width "  " (Prose.inlinePlain text) @ [ "" ]
        | Facts facts -> (facts |> List.collect (fact width)) @ [ "" ]
        | Grid(headings, rows) ->
            let headings = headings |> List.map Prose.inlinePlain
            let lines = columns headings rows

            (if lines |> List.forall (fun line -> line.Length <= width) then
                 lines
             else
                 stacked width headings rows)
            @ [ "" ]
        | Picture _
        | Spans _ -> []
        | Command _ -> []

    /// Lines of at most `width` characters where words allow it.
    let render width command analysis =
        let chapter (chapter: Chapter) =
            chapter.Heading.ToUpperInvariant()
            :: (chapter.Blocks |> List.collect (block width))

        (GuaranteeChapter.headline analysis |> indented width "")
        @ [ "" ]
        @ (AnalysisDocument.chapters command analysis |> List.collect chapter)
        @ [
            if command <> "" then
                yield!
                    indented
                        width
                        ""
                        "Every number in full precision, by the fields data, spectra, guarantees, learningRate, training, predictions of"

                $"  $ {command} --json -"
        ]
        |> String.concat "\n"
