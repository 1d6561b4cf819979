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

    /// The axis that shows all of the numbers that have a place on it, up to whole decades if logarithmic.
    let over scale (values: float seq) =
        let shown = values |> Seq.filter (shows scale) |> List.ofSeq

        match scale, shown with
        | _, [] -> {
            Scale = scale
            Low = 1.0
            High = 10.0
          }
        | Linear, _ ->
            let low, high = widened (List.min shown) (List.max shown)

            {
                Scale = scale
                Low = low
                High = high
            }
        | Logarithmic, _ ->
            let low = floor (log10 (List.min shown) + 1e-9)
            let high = max (low + 1.0) (ceil (log10 (List.max shown) - 1e-9))

            {
                Scale = scale
                Low = 10.0 ** low
                High = 10.0 ** high
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
        let low = Math.Round(log10 axis.Low) |> int
        let high = Math.Round(log10 axis.High) |> int
        let stride = max 1 ((high - low + 5) / 6)
        [ for k in low..stride..high -> 10.0 ** float k ]

    /// Round numbers along the axis, about six.
    let ticks axis =
        match axis.Scale with
        | Linear -> linearTicks axis
        | Logarithmic -> logTicks axis

    /// A tick's number in few characters.
    let label axis (value: float) =
        let exponent =
            if value = 0.0 then
                0
            else
                int (Math.Round(log10 (abs value)))

        match axis.Scale with
        | Logarithmic when exponent < -2 || exponent > 4 -> $"1e{exponent}"
        | _ -> $"%.4g{value}"
