namespace NtkTheory.Reporting

open System
open System.Globalization
open System.Text.RegularExpressions

/// Counterexamples in the plane, drawn as arrows from the origin to the points that their words name.
module Plane =

    let private size, margin = 260.0, 26.0

    let private number (text: string) =
        match
            Double.TryParse(text.Trim().Replace('−', '-'), NumberStyles.Float, CultureInfo.InvariantCulture)
        with
        | true, value when Double.IsFinite value -> Some value
        | _ -> None

    /// The points that a sentence names, each with its words: "z = (1, 0) and (1, 1), w(0) = 0" names two. None unless all
    /// points of the sentence have two coordinates, and there are two of them at least.
    let points (words: string) =
        let tuples =
            [
                for found in Regex.Matches(words, @"(?<!\w)\(([^()]*)\)") ->
                    found.Value, found.Groups[1].Value.Split ',' |> Array.map number
            ]
            |> List.filter (fun (_, values) -> values |> Array.forall Option.isSome)
            |> List.map (fun (text, values) -> text, Array.choose id values)

        if
            tuples.Length >= 2
            && tuples |> List.forall (fun (_, values) -> values.Length = 2)
        then
            tuples |> List.map (fun (text, values) -> text, (values[0], values[1]))
        else
            []

    let private arrow reach index (text, (x, y)) =
        let scale = (size / 2.0 - margin) / reach
        let at = size / 2.0 + scale * x, size / 2.0 - scale * y
        let style = Svg.colour index

        // a name stands beyond its point, on the side where there is room
        let anchor, shift =
            if x > 0.5 * reach then "end", -8.0
            elif x < -0.5 * reach then "start", 8.0
            else "middle", 0.0

        $"<path class=\"line {style}\" d=\"M{Svg.px (size / 2.0)} {Svg.px (size / 2.0)}L{Svg.px (fst at)} {Svg.px (snd at)}\"/>"
        + Svg.dot style 4.0 at text
        + Svg.label "tick" anchor (fst at + shift) (snd at + (if y >= 0.0 then -9.0 else 17.0)) text

    /// The drawing; nothing where the words name no points in the plane.
    let render (words: string) =
        let found = points words

        let reach =
            found
            |> Seq.collect (fun (_, (x, y)) -> [ abs x; abs y ])
            |> Seq.fold max 1e-300

        let axis =
            $"<path class=\"grid\" d=\"M0 {Svg.px (size / 2.0)}H{Svg.px size}M{Svg.px (size / 2.0)} 0V{Svg.px size}\"/>"

        if found.IsEmpty then
            ""
        else
            let arrows = found |> List.mapi (arrow reach) |> String.concat ""

            $"<svg class=\"plane plot\" viewBox=\"0 0 {Svg.px size} {Svg.px size}\" role=\"img\" aria-label=\"the points of the counterexample\">{axis}{arrows}</svg>"
