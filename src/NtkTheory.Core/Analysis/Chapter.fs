namespace NtkTheory.Analysis

open NtkTheory.Reporting

/// What stands in a cell of a table.
type Cell =
    /// A sentence with formulas between dollar signs.
    | Told of string
    /// A number, or a range of numbers.
    | Figure of string

/// A piece of a chapter, before any layout. Texts hold formulas between dollar signs.
type Block =
    | Paragraph of string
    /// Names and what they are.
    | Facts of (string * string) list
    | Grid of headings: string list * rows: Cell list list
    | Picture of Plot
    | Spans of Ranges
    /// A command that makes numbers again, and which ones.
    | Command of what: string * command: string

/// A part of the report.
type Chapter = { Heading: string; Blocks: Block list }

/// What the chapters share.
module internal Wording =

    /// A number in four digits.
    let number = Numeral.short

    /// The same as a cell.
    let figure value = Figure(number value)

    /// Which points a chapter rests on.
    let sampled points (analysis: DataAnalysis) =
        if points < analysis.Data.Points then
            $"{points} of the {analysis.Data.Points} points, drawn by seed {analysis.Options.Seed}"
        else
            $"all {points} points"

    /// The command that gives a chapter's numbers in full precision.
    let again field (command: string) =
        Command($"In full precision: field {field} of", $"{command} --json -")
