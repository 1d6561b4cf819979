namespace NtkTheory.Reporting

open System
open NtkTheory.Claims

/// Pages for terminals.
module PlainText =

    /// Words in lines no longer than the width, where no single word is.
    let wrap width (text: string) =
        let add (lines: string list) (word: string) =
            match lines with
            | line :: rest when line.Length + 1 + word.Length <= width -> $"{line} {word}" :: rest
            | _ -> word :: lines

        text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        |> Array.fold add []
        |> List.rev

    let private block width section =
        let render = if section.Mathematical then Prose.plain else id

        let lines =
            section.Lines
            |> List.collect (render >> wrap (width - 4) >> List.map ((+) "    "))

        section.Heading :: lines |> String.concat "\n"

    /// The page about a statement, in lines no longer than the width.
    let page width (facts: Facts) =
        let heading =
            [ facts.Entry.Id; yield! wrap width facts.Entry.Title ] |> String.concat "\n"

        heading :: (Page.sections facts |> List.map (block width))
        |> String.concat "\n\n"
