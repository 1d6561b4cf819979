namespace NtkTheory.Analysis

open System
open NtkTheory.Reporting

/// The report on a data set as plain text.
module AnalysisText =

    let private plain (cell: string) =
        if cell.StartsWith '$' && cell.EndsWith '$' && cell.Length > 1 then
            PlainMath.render (cell.Substring(1, cell.Length - 2))
        else
            cell

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

    let private isShort (headings: string list) (rows: string list list) =
        headings :: rows |> List.forall (List.forall (fun cell -> cell.Length <= 36))

    /// Columns side by side.
    let private columns (headings: string list) (rows: string list list) =
        let all = headings :: rows

        let widths =
            headings
            |> List.mapi (fun j _ -> all |> List.map (fun row -> row[j].Length) |> List.max)

        all
        |> List.map (fun row ->
            List.map2 (fun (cell: string) width -> cell.PadRight width) row widths
            |> String.concat "  "
            |> fun line -> "  " + line.TrimEnd())

    /// One row after the other, for cells too long to stand side by side.
    let private stacked width (headings: string list) (rows: string list list) =
        rows
        |> List.collect (fun row ->
            match row, headings with
            | first :: cells, _ :: names ->
                indented width "  " first
                @ (List.zip names cells
                   |> List.filter (fun (_, cell) -> cell <> "–")
                   |> List.collect (fun (name, cell) -> indented width $"      {name}: " cell))
            | _ -> [])

    /// A long name stands in a line of its own.
    let private fact width (name: string, value) =
        if name.Length <= 30 then
            indented width $"  {name}: " (plain value)
        else
            indented width "  " $"{name}:" @ indented width "      " (plain value)

    let private block width block =
        match block with
        | Paragraph text -> indented width "  " text
        | Facts facts -> facts |> List.collect (fact width)
        | Grid(headings, rows) ->
            let lines = columns headings rows

            if isShort headings rows && lines |> List.forall (fun line -> line.Length <= width) then
                lines
            else
                stacked width headings rows
        | Picture _ -> []
        | Command command -> [ $"  $ {command}" ]

    /// Lines of at most `width` characters where words allow it.
    let render width command analysis =
        let chapter (chapter: Chapter) =
            chapter.Heading.ToUpperInvariant()
            :: (chapter.Blocks |> List.collect (block width))
            @ [ "" ]

        (AnalysisDocument.headline analysis |> indented width "")
        @ [ "" ]
        @ (AnalysisDocument.chapters command analysis |> List.collect chapter)
        |> String.concat "\n"
