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

/// Plots as SVG: axes, ticks, legend, hover values, colours from the page's style sheet.
module Svg =

    let private width, height = 640.0, 360.0
    let private left, right, top, bottom = 66.0, 16.0, 34.0, 46.0

    let private px (value: float) =
        value.ToString("0.##", CultureInfo.InvariantCulture)

    let private place x y (point: float * float) =
        left + (width - left - right) * Axis.position x (fst point),
        height - bottom - (height - top - bottom) * Axis.position y (snd point)

    let private label name anchor x y content =
        $"<text class=\"{name}\" text-anchor=\"{anchor}\" x=\"{px x}\" y=\"{px y}\">{Html.text content}</text>"

    let private xTick x value =
        let at = left + (width - left - right) * Axis.position x value

        $"<line class=\"grid\" x1=\"{px at}\" x2=\"{px at}\" y1=\"{px top}\" y2=\"{px (height - bottom)}\"/>"
        + label "tick" "middle" at (height - bottom + 16.0) (Axis.label x value)

    let private yTick y value =
        let at = height - bottom - (height - top - bottom) * Axis.position y value

        $"<line class=\"grid\" x1=\"{px left}\" x2=\"{px (width - right)}\" y1=\"{px at}\" y2=\"{px at}\"/>"
        + label "tick" "end" (left - 6.0) (at + 4.0) (Axis.label y value)

    let private frame plot x y = [
        $"<title>{Html.text plot.Title}</title>"
        yield! Axis.ticks x |> List.map (xTick x)
        yield! Axis.ticks y |> List.map (yTick y)
        $"<rect class=\"frame\" x=\"{px left}\" y=\"{px top}\" width=\"{px (width - left - right)}\" height=\"{px (height - top - bottom)}\"/>"
        label "title" "start" left 20.0 plot.Title
        label "axis" "middle" ((left + width - right) / 2.0) (height - 8.0) plot.XLabel
        $"<text class=\"axis\" text-anchor=\"middle\" transform=\"translate(14 {px ((top + height - bottom) / 2.0)}) rotate(-90)\">{Html.text plot.YLabel}</text>"
    ]

    let private path colour dashed (points: (float * float) list) =
        let steps = points |> List.map (fun (x, y) -> $"{px x} {px y}") |> String.concat "L"
        let style = if dashed then " dashed" else ""

        if points.IsEmpty then
            ""
        else
            $"<path class=\"line s{colour}{style}\" d=\"M{steps}\"/>"

    let private dots colour radius (points: (float * float) list) hover =
        List.map2
            (fun (x, y) words ->
                $"<circle class=\"dot s{colour}\" cx=\"{px x}\" cy=\"{px y}\" r=\"{radius}\"><title>{Html.text words}</title></circle>")
            points
            hover
        |> String.concat ""

    let private series x y index (series: Series) =
        let hover =
            if series.Hover.IsEmpty then
                series.Points |> List.map (fun (a, b) -> $"{series.Name}: %.5g{a}, %.5g{b}")
            else
                series.Hover

        let shown =
            List.zip series.Points hover
            |> List.filter (fun ((a, b), _) -> Axis.shows x.Scale a && Axis.shows y.Scale b)

        let points, words =
            shown |> List.map fst |> List.map (place x y), shown |> List.map snd

        let colour = index % 6 + 1

        match series.Mark with
        // Invisible dots carry the hover values of a line.
        | Line ->
            path colour false points
            + $"<g class=\"ghost\">{dots colour 5 points words}</g>"
        | Dashed -> path colour true points + $"<g class=\"ghost\">{dots colour 5 points words}</g>"
        | Dots -> dots colour 3 points words
        | LineWithDots -> path colour false points + dots colour 3 points words

    let private level x y (value, name) =
        let _, at = place x y (x.Low, value)

        if not (Axis.shows y.Scale value) then
            ""
        else
            $"<line class=\"level\" x1=\"{px left}\" x2=\"{px (width - right)}\" y1=\"{px at}\" y2=\"{px at}\"/>"
            + label "tick" "end" (width - right - 4.0) (at - 4.0) name

    let private legendEntry index (series: Series) =
        let y = top + 16.0 + 16.0 * float index
        let colour = index % 6 + 1

        $"<circle class=\"dot s{colour}\" cx=\"{px (width - right - 12.0)}\" cy=\"{px (y - 4.0)}\" r=\"4\"/>"
        + label "legend" "end" (width - right - 22.0) y series.Name

    /// The plot as one element that scales to the width of its container.
    let render plot =
        let xs = plot.Series |> Seq.collect _.Points |> Seq.map fst

        let ys =
            Seq.append (plot.Series |> Seq.collect _.Points |> Seq.map snd) (plot.Levels |> Seq.map fst)

        let x, y = Axis.over plot.XScale xs, Axis.over plot.YScale ys

        [
            $"<svg class=\"plot\" viewBox=\"0 0 {px width} {px height}\" role=\"img\" aria-label=\"{Html.text plot.Title}\">"
            yield! frame plot x y
            yield! plot.Levels |> List.map (level x y)
            yield! plot.Series |> List.mapi (series x y)
            if plot.Series.Length > 1 then
                yield! plot.Series |> List.mapi legendEntry
            "</svg>"
        ]
        |> String.concat "\n"
