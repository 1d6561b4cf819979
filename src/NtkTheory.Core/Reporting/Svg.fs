namespace NtkTheory.Reporting

open System.Globalization

/// How a series is drawn.
type Mark =
    | Line
    | Dots
    /// A line with a dot at each point.
    | LineWithDots
    /// A dashed line, for bounds.
    | Dashed

/// One set of points of a plot.
type Series = {
    Name: string
    Mark: Mark
    Points: (float * float) list
    /// What hovering over each point says; the numbers where empty.
    Hover: string list
}

/// A plot before it is drawn.
type Plot = {
    Title: string
    /// Quantity and unit.
    XLabel: string
    YLabel: string
    XScale: Scale
    YScale: Scale
    Series: Series list
    /// Horizontal reference lines with their names.
    Levels: (float * string) list
}

/// The place that a drawing has, in pixels.
type Canvas = {
    Name: string
    Width: float
    Height: float
    Left: float
    Right: float
    Top: float
    Bottom: float
}

/// Plots as SVG: axes, ticks, legend, hover values, colours from the page's style sheet. Each is drawn twice, for wide
/// and for narrow screens, and the style sheet shows one of them.
module Svg =

    /// The drawing for wide screens and for paper.
    let wide = {
        Name = "wide"
        Width = 800.0
        Height = 360.0
        Left = 72.0
        Right = 16.0
        Top = 10.0
        Bottom = 44.0
    }

    /// The drawing for narrow screens.
    let narrow = {
        Name = "narrow"
        Width = 380.0
        Height = 300.0
        Left = 66.0
        Right = 14.0
        Top = 10.0
        Bottom = 44.0
    }

    /// A length in pixels.
    let px (value: float) =
        value.ToString("0.##", CultureInfo.InvariantCulture)

    /// A text of a class.
    let label name anchor x y content =
        $"<text class=\"{name}\" text-anchor=\"{anchor}\" x=\"{px x}\" y=\"{px y}\">{Html.text content}</text>"

    /// The class of the colour of a series.
    let colour index = $"s{index % 6 + 1}"

    /// A dot that says something when it is pointed at.
    let dot style radius (x, y) (words: string) =
        $"<circle class=\"dot {style}\" cx=\"{px x}\" cy=\"{px y}\" r=\"{px radius}\"><title>{Html.text words}</title></circle>"

    let private across canvas axis value =
        canvas.Left
        + (canvas.Width - canvas.Left - canvas.Right) * Axis.position axis value

    let private upward canvas axis value =
        canvas.Height
        - canvas.Bottom
        - (canvas.Height - canvas.Top - canvas.Bottom) * Axis.position axis value

    /// A vertical line with its number below.
    let xTick canvas axis value =
        let at = px (across canvas axis value)

        $"<line class=\"grid\" x1=\"{at}\" x2=\"{at}\" y1=\"{px canvas.Top}\" y2=\"{px (canvas.Height - canvas.Bottom)}\"/>"
        + label
            "tick"
            "middle"
            (across canvas axis value)
            (canvas.Height - canvas.Bottom + 16.0)
            (Numeral.short value)

    let private yTick canvas axis value =
        let at = upward canvas axis value

        $"<line class=\"grid\" x1=\"{px canvas.Left}\" x2=\"{px (canvas.Width - canvas.Right)}\" y1=\"{px at}\" y2=\"{px at}\"/>"
        + label "tick" "end" (canvas.Left - 6.0) (at + 4.0) (Numeral.short value)

    let private frame canvas plot x y = [
        yield! Axis.ticks x |> List.map (xTick canvas x)
        yield! Axis.ticks y |> List.map (yTick canvas y)
        $"<rect class=\"frame\" x=\"{px canvas.Left}\" y=\"{px canvas.Top}\" width=\"{px (canvas.Width - canvas.Left - canvas.Right)}\" height=\"{px (canvas.Height - canvas.Top - canvas.Bottom)}\"/>"
        label
            "axis"
            "middle"
            ((canvas.Left + canvas.Width - canvas.Right) / 2.0)
            (canvas.Height - 8.0)
            plot.XLabel
        $"<text class=\"axis\" text-anchor=\"middle\" transform=\"translate(14 {px ((canvas.Top + canvas.Height - canvas.Bottom) / 2.0)}) rotate(-90)\">{Html.text plot.YLabel}</text>"
    ]

    let private path style (points: (float * float) list) =
        let steps = points |> List.map (fun (x, y) -> $"{px x} {px y}") |> String.concat "L"

        if points.IsEmpty then
            ""
        else
            $"<path class=\"line {style}\" d=\"M{steps}\"/>"

    let private series canvas x y index (series: Series) =
        let hover =
            if series.Hover.IsEmpty then
                series.Points
                |> List.map (fun (a, b) -> $"{series.Name}: {Numeral.short a}, {Numeral.short b}")
            else
                series.Hover

        let shown =
            List.zip series.Points hover
            |> List.filter (fun ((a, b), _) -> Axis.shows x.Scale a && Axis.shows y.Scale b)
            |> List.map (fun ((a, b), words) -> (across canvas x a, upward canvas y b), words)

        let points = List.map fst shown

        let dots radius =
            shown
            |> List.map (fun (at, words) -> dot (colour index) radius at words)
            |> String.concat ""
        // invisible dots carry the hover values of a line
        let ghosts () = $"<g class=\"ghost\">{dots 5.0}</g>"

        match series.Mark with
        | Line -> path (colour index) points + ghosts ()
        | Dashed -> path $"{colour index} dashed" points + ghosts ()
        | Dots -> dots 3.0
        | LineWithDots -> path (colour index) points + dots 3.0

    let private level canvas y (value, name) =
        let at = upward canvas y value

        if not (Axis.shows y.Scale value) then
            ""
        else
            $"<line class=\"level\" x1=\"{px canvas.Left}\" x2=\"{px (canvas.Width - canvas.Right)}\" y1=\"{px at}\" y2=\"{px at}\"/>"
            // below the line where there is no room above
            + label
                "tick"
                "end"
                (canvas.Width - canvas.Right - 4.0)
                (if at < canvas.Top + 14.0 then at + 14.0 else at - 4.0)
                name

    /// Names and the classes in which they are drawn; nothing for a single one.
    let legend (entries: (string * string) list) =
        if entries.Length < 2 then
            ""
        else
            entries
            |> List.map (fun (name, style) -> Html.element "span" style (Html.text name))
            |> String.concat ""
            |> Html.element "div" "legend"

    let private style index (series: Series) =
        match series.Mark with
        | Line
        | LineWithDots -> colour index
        | Dashed -> $"{colour index} dashed"
        | Dots -> $"{colour index} points"

    /// One drawing of the given content.
    let drawing canvas title content =
        $"<svg class=\"plot {canvas.Name}\" viewBox=\"0 0 {px canvas.Width} {px canvas.Height}\" role=\"img\" aria-label=\"{Html.text title}\">\n{content}\n</svg>"

    /// A title, a legend, and the drawings.
    let figure title legend drawings =
        Html.element "figcaption" "" (Html.text title) :: legend :: drawings
        |> String.concat "\n"
        |> Html.element "figure" ""

    /// The plot as one element that fits the width of the screen.
    let render plot =
        let xs = plot.Series |> Seq.collect _.Points |> Seq.map fst

        let ys =
            Seq.append (plot.Series |> Seq.collect _.Points |> Seq.map snd) (plot.Levels |> Seq.map fst)

        let x, y = Axis.over plot.XScale xs, Axis.over plot.YScale ys

        let draw canvas =
            [
                yield! frame canvas plot x y
                yield! plot.Levels |> List.map (level canvas y)
                yield! plot.Series |> List.mapi (series canvas x y)
            ]
            |> String.concat "\n"
            |> drawing canvas plot.Title

        let names = plot.Series |> List.mapi (fun index s -> s.Name, style index s)
        figure plot.Title (legend names) [ draw wide; draw narrow ]
