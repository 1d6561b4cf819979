namespace NtkTheory.Reporting

open System

/// How numbers are laid along an axis.
type Scale =
    | Linear
    /// Logarithmic; numbers of 0 or below have no place on it.
    | Logarithmic

/// An axis: which numbers it shows and where.
type Axis = {
    Scale: Scale
    Low: float
    High: float
}

/// Ranges, ticks and positions on axes.
module Axis =

    /// Whether a number has a place on the axis.
    let shows scale (value: float) =
        Double.IsFinite value && (scale = Linear || value > 0.0)

    let private widened low high =
        if low < high then low, high
        elif low = 0.0 then -1.0, 1.0
        else low - 0.5 * abs low, high + 0.5 * abs low

    /// 1, 2 and 5 times the powers of ten around a number, increasing.
    let private roundNumbers (value: float) = [
        for k in floor (log10 value) - 1.0 .. floor (log10 value) + 1.0 do
            for digit in [ 1.0; 2.0; 5.0 ] -> digit * 10.0 ** k
    ]

    /// The range between the nearest round numbers, at least from one to the next but one.
    let private logarithmic (low: float) (high: float) =
        let below =
            roundNumbers low |> List.filter (fun r -> r <= low * (1.0 + 1e-9)) |> List.last

        let above = roundNumbers high |> List.find (fun r -> r >= high * (1.0 - 1e-9))

        if above > 1.5 * below then
            below, above
        else
            0.5 * below, 2.0 * above

    /// The axis that shows all of the numbers that have a place on it, up to round numbers if logarithmic.
    let over scale (values: float seq) =
        let shown = values |> Seq.filter (shows scale) |> List.ofSeq

        let low, high =
            match scale, shown with
            | _, [] -> 1.0, 10.0
            | Linear, _ -> widened (List.min shown) (List.max shown)
            | Logarithmic, _ -> logarithmic (List.min shown) (List.max shown)

        {
            Scale = scale
            Low = low
            High = high
        }

    /// Where a number lies, from 0 at the low end to 1 at the high end.
    let position axis value =
        match axis.Scale with
        | Linear -> (value - axis.Low) / (axis.High - axis.Low)
        | Logarithmic -> log (value / axis.Low) / log (axis.High / axis.Low)

    let private linearTicks axis =
        let raw = (axis.High - axis.Low) / 5.0
        let power = 10.0 ** floor (log10 raw)

        let step =
            [ 1.0; 2.0; 5.0; 10.0 ]
            |> List.map ((*) power)
            |> List.find (fun s -> s >= raw * 0.999)

        let first = ceil (axis.Low / step - 1e-9)
        let last = floor (axis.High / step + 1e-9)
        [ for k in first..last -> k * step ]

    let private logTicks axis =
        let low = int (ceil (log10 axis.Low - 1e-9))
        let high = int (floor (log10 axis.High + 1e-9))
        let stride = max 1 ((high - low + 5) / 6)

        if high - low >= 2 then
            [ for k in low..stride..high -> 10.0 ** float k ]
        else
            [
                for k in low - 1 .. high do
                    for digit in [ 1.0; 2.0; 5.0 ] -> digit * 10.0 ** float k
            ]
            |> List.filter (fun r -> r >= axis.Low * (1.0 - 1e-9) && r <= axis.High * (1.0 + 1e-9))

    /// Round numbers along the axis, about six.
    let ticks axis =
        match axis.Scale with
        | Linear -> linearTicks axis
        | Logarithmic -> logTicks axis
