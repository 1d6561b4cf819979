namespace NtkTheory.Reporting

open System.Globalization
open NtkTheory.Claims
open NtkTheory.Numerics
open NtkTheory.Verification

/// Theorems along ladders of their parameters: as a table for people, for programs, and as a page with a plot.
module SweepReport =

    /// All digits; nothing where there is no number, as where the bound is an order.
    let private exact (value: float) =
        if System.Double.IsNaN value then
            ""
        else
            value.ToString("R", CultureInfo.InvariantCulture)

    let private short (value: float) =
        if System.Double.IsNaN value then "–" else $"%.6g{value}"

    let private quoted (text: string) =
        "\"" + text.Replace("\"", "\"\"") + "\""

    let private csvRow (swept: SweptClaim) (rung: Rung) =
        [
            quoted swept.Series
            exact rung.Value
            exact rung.Measured.Value
            exact rung.Measured.Radius
            exact rung.Bound.Value
            exact rung.Bound.Radius
        ]
        |> String.concat ","

    /// One line per value, after a heading; numbers with all their digits.
    let csv (swept: SweptClaim list) =
        [
            $"series,{swept.Head.Parameter},measured,measured_radius,bound,bound_radius"
            for one in swept do
                yield! one.Rungs |> List.map (csvRow one)
        ]
        |> List.map (fun line -> line + "\n")
        |> String.concat ""

    let private withRadius (estimate: Estimate) =
        $"%.3f{estimate.Value} ± %.2g{estimate.Radius}"

    /// What the ladder shows, in sentences.
    let findings (swept: SweptClaim) = [
        match swept.MeasuredOrder with
        | Some order -> $"The measured side grows like {swept.Parameter}^({withRadius order})."
        | None -> ()
        match swept.BoundOrder with
        | Some order -> $"The bound grows like {swept.Parameter}^({withRadius order})."
        | None -> ()
        match swept.ClaimedOrder with
        | Some order -> $"The claimed order is %.4g{order.Value}."
        | None -> ()
        match swept.ClaimedOrder, swept.InformativeFrom with
        | Some _, _ -> ()
        | None, Some value ->
            $"The bound is informative (past %g{swept.Threshold}) from {swept.Parameter} = %g{value} on."
        | None, None -> $"The bound is nowhere informative (past %g{swept.Threshold}) on this ladder."
        if not swept.Skipped.IsEmpty then
            let values = swept.Skipped |> List.map (fun v -> $"%g{v}") |> String.concat ", "
            $"The hypotheses fail at {swept.Parameter} = {values}."
    ]

    let private cell (text: string) = text.PadLeft 16

    /// The table of one ladder with its findings.
    let text (swept: SweptClaim) = [
        if swept.Series <> "" then
            swept.Series
        $"instance: {swept.Instance}"
        cell swept.Parameter + cell "measured" + cell "radius" + cell "bound"
        for rung in swept.Rungs do
            cell $"%g{rung.Value}"
            + cell $"%.6g{rung.Measured.Value}"
            + cell $"%.2g{rung.Measured.Radius}"
            + cell (short rung.Bound.Value)
        yield! findings swept
    ]

    let private series (swept: SweptClaim) =
        let label side =
            if swept.Series = "" then
                side
            else
                $"{side}, {swept.Series}"

        let line name mark (side: Rung -> Estimate) = {
            Name = label name
            Mark = mark
            Points = swept.Rungs |> List.map (fun rung -> rung.Value, (side rung).Value)
            Hover = []
        }

        [
            line "measured" LineWithDots _.Measured
            if swept.ClaimedOrder.IsNone then
                line "bound" Dashed _.Bound
        ]

    let private plot (swept: SweptClaim list) =
        let values =
            swept
            |> List.collect (fun s -> s.Rungs |> List.collect (fun r -> [ r.Value; r.Measured.Value ]))

        let scale =
            if values |> List.forall (fun v -> v > 0.0) then
                Logarithmic
            else
                Linear

        Svg.render {
            Title = $"Both sides along {swept.Head.Parameter}"
            XLabel = swept.Head.Parameter
            YLabel = "both sides"
            XScale = scale
            YScale = scale
            Series = swept |> List.collect series
            Levels = []
        }

    let private section (swept: SweptClaim) =
        let rows =
            swept.Rungs
            |> List.map (fun rung ->
                "",
                [
                    Html.number $"%g{rung.Value}"
                    Html.number $"%.6g{rung.Measured.Value} ± {Numeral.short rung.Measured.Radius}"
                    Html.number (short rung.Bound.Value)
                ])

        [
            if swept.Series <> "" then
                Html.element "h2" "" (Html.text swept.Series)
            Html.element "p" "dim" (Html.text $"Instance: {swept.Instance}")
            yield! findings swept |> List.map (Html.text >> Html.element "p" "")
            Html.table
                [ Html.text swept.Parameter; "measured"; "bound" ]
                [ swept.Parameter; "measured"; "bound" ]
                rows
        ]

    /// The page: plot, findings, numbers.
    let html (entry: Entry) (swept: SweptClaim list) =
        [
            Html.element "h1" "" (Html.text entry.Title)
            Html.element "p" "" (Html.element "code" "" (Html.text entry.Id))
            plot swept
            yield! swept |> List.collect section
        ]
        |> String.concat "\n"
        |> Html.page $"{entry.Id} along {swept.Head.Parameter}" ""
