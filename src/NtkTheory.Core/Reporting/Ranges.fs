namespace NtkTheory.Reporting

/// A pair of numbers with a name; one that has no place on the axis is left out.
type Range = {
    Name: string
    Low: float
    /// Whether the low end is only known to lie above its number.
    LowIsOpen: bool
    High: float
}

/// Pairs of numbers below each other on one logarithmic axis, a line from the one to the other.
type Ranges = {
    Title: string
    /// What the numbers are.
    Quantity: string
    LowName: string
    OpenName: string
    HighName: string
    Rows: Range list
}

/// Drawing ranges.
module Ranges =

    let private rowHeight = 36.0

    let private across canvas axis value =
        canvas.Left
        + (canvas.Width - canvas.Left - canvas.Right) * Axis.position axis value

    let private row (ranges: Ranges) canvas axis index (range: Range) =
        let y = canvas.Top + rowHeight * float index + 26.0

        let low =
            if range.LowIsOpen then
                "s1 open", ranges.OpenName
            else
                "s1", ranges.LowName

        let ends =
            [ low, range.Low; ("s2", ranges.HighName), range.High ]
            |> List.filter (fun (_, value) -> Axis.shows Logarithmic value)

        let dot ((style, name), value) =
            Svg.dot style 5.0 (across canvas axis value, y) $"{range.Name}: {name} {Numeral.short value}"

        let line =
            match ends with
            | [ _, low; _, high ] ->
                $"<line class=\"frame\" x1=\"{Svg.px (across canvas axis low)}\" x2=\"{Svg.px (across canvas axis high)}\" y1=\"{Svg.px y}\" y2=\"{Svg.px y}\"/>"
            | _ -> ""

        Svg.label "name" "start" canvas.Left (y - 10.0) range.Name
        + line
        + (ends |> List.map dot |> String.concat "")

    /// The drawing as one element that fits the width of the screen; nothing where there are no rows.
    let render (ranges: Ranges) =
        let axis =
            ranges.Rows
            |> Seq.collect (fun range -> [ range.Low; range.High ])
            |> Axis.over Logarithmic

        let draw (canvas: Canvas) =
            let canvas = {
                canvas with
                    Left = 20.0
                    Right = 24.0
                    Height = canvas.Top + canvas.Bottom + rowHeight * float ranges.Rows.Length + 6.0
            }

            [
                yield! Axis.ticks axis |> List.map (Svg.xTick canvas axis)
                yield! ranges.Rows |> List.mapi (row ranges canvas axis)
                Svg.label "axis" "middle" (canvas.Width / 2.0) (canvas.Height - 8.0) ranges.Quantity
            ]
            |> String.concat "\n"
            |> Svg.drawing canvas ranges.Title

        if ranges.Rows.IsEmpty then
            ""
        else
            let legend =
                Svg.legend [
                    ranges.LowName, "s1 points"
                    ranges.OpenName, "s1 points open"
                    ranges.HighName, "s2 points"
                ]

            Svg.figure ranges.Title legend [ draw Svg.wide; draw Svg.narrow ]
