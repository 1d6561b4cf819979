namespace NtkTheory.Reporting

open System
open System.Globalization

/// Numbers for people: four digits, and powers of ten where they are very large or small.
module Numeral =

    /// A whole number in raised digits.
    let superscript (number: int) =
        string number
        |> String.map (fun c -> if c = '-' then '⁻' else "⁰¹²³⁴⁵⁶⁷⁸⁹"[int c - int '0'])

    let private scientific (value: float) =
        let parts = value.ToString("E3", CultureInfo.InvariantCulture).Split 'E'
        let digits = parts[0].TrimEnd('0').TrimEnd('.')
        let power = $"10{superscript (int parts[1])}"

        match digits with
        | "1" -> power
        | "-1" -> $"-{power}"
        | _ -> $"{digits}×{power}"

    /// A number in four digits; whole numbers below a million in full, and a dash for what is no number.
    let short (value: float) =
        let size = abs value

        if Double.IsNaN value then
            "–"
        elif Double.IsInfinity value then
            if value > 0.0 then "∞" else "-∞"
        elif size < 1e6 && Double.IsInteger value then
            value.ToString("0", CultureInfo.InvariantCulture)
        elif size >= 1e-4 && size < 9999.5 then
            $"%.4g{value}"
        elif size >= 9999.5 && size < 999999.5 then
            value.ToString("0", CultureInfo.InvariantCulture)
        else
            scientific value

    /// A lower bound in four digits, rounded down so that it stays one.
    let below (value: float) =
        if value = 0.0 || not (Double.IsFinite value) then
            short value
        else
            let step = 10.0 ** (floor (log10 (abs value)) - 3.0)
            let rounded = Math.Round(value / step)
            // a number that is as short already stays as it is
            short (
                step
                * (if abs (rounded * step - value) <= 1e-12 * abs value then
                       rounded
                   else
                       floor (value / step))
            )
