namespace NtkTheory.Analysis

open System
open NtkTheory.Reporting
open NtkTheory.Analysis.Wording

/// The chapter on the width and rate theorems.
module GuaranteeChapter =

    let private order (claimed: float, order: NtkTheory.Numerics.Estimate) =
        $"%.2f{order.Value} ± %.2f{order.Radius}", $"order %g{claimed}"

    /// The observed width in words.
    let observed (guarantee: Guarantee) =
        match guarantee.Observed, guarantee.Order with
        | Some(HeldFrom width), _ -> string width
        | Some(FailedUpTo width), _ -> $"> {width}"
        | None, Some fitted -> fst (order fitted)
        | None, None -> "–"

    let private demanded (guarantee: Guarantee) =
        match guarantee.Order with
        | _ when not (Guarantee.applies guarantee) -> Figure "n/a"
        | Some fitted -> Figure(snd (order fitted))
        | None -> figure guarantee.Demanded

    /// The width from which the conclusion held, or up to which it failed.
    let private tried (guarantee: Guarantee) =
        match guarantee.Observed with
        | Some(HeldFrom width)
        | Some(FailedUpTo width) -> float width
        | None -> nan

    /// Demanded over the width at which the conclusion still failed: the factor is below it.
    let private ceiling (guarantee: Guarantee) =
        match guarantee.Observed with
        | Some(FailedUpTo width) when guarantee.Demanded > float width ->
            Some(guarantee.Demanded / float width)
        | _ -> None

    let private short ratio = number (float $"%.2g{ratio}")

    let private ratio (guarantee: Guarantee) =
        match Guarantee.ratio guarantee, ceiling guarantee with
        | Some ratio, _ -> Figure(short ratio)
        | None, Some ratio -> Figure $"< {short ratio}"
        | None, None -> Figure "–"

    let private heldSentence runs (g: Guarantee) ratio =
        let remark =
            if g.Telling then
                ""
            else
                " Its bound has hardly moved by then, so that this says little."

        $"{Guarantee.name g}: the theorem demands {number g.Demanded} neurons, and its conclusion held in all {runs} runs from {observed g} on: a factor of {number ratio}.{remark}"

    let private failedSentence runs (g: Guarantee) ratio =
        $"{Guarantee.name g}: the theorem demands {number g.Demanded} neurons, and up to {tried g} its conclusion did not hold in all {runs} runs: a factor below {short ratio}."

    /// The widest gap between theory and observation among the telling conclusions that were observed; without one the
    /// narrowest of those that were not, and then what says little.
    let headline (analysis: DataAnalysis) =
        let runs = analysis.Options.Runs

        let among measure telling =
            analysis.Guarantees
            |> List.filter (fun g -> g.Telling = telling)
            |> List.choose (fun g -> measure g |> Option.map (fun ratio -> g, ratio))
            |> List.sortByDescending snd

        match among Guarantee.ratio true, List.rev (among ceiling true), among Guarantee.ratio false with
        | (g, ratio) :: _, _, _ -> heldSentence runs g ratio
        | [], (g, ratio) :: _, _ -> failedSentence runs g ratio
        | [], [], (g, ratio) :: _ -> heldSentence runs g ratio
        | [], [], [] -> "No width theorem of the catalog gives a width that was also observed on these data."

    /// What the line of one theorem rests on.
    let private grounds (g: Guarantee) =
        Facts [
            "theorem", $"{Guarantee.name g}: {g.Title}"
            for failing in g.Failing do
                "does not apply", Prose.verbatim failing
            for condition in g.Condition.Split(";;", StringSplitOptions.RemoveEmptyEntries) do
                "width demanded", $"${condition.Trim()}$"
            if Guarantee.applies g then
                "checked", g.Conclusion
            if g.Remark <> "" then
                "remark", g.Remark
            "the theorem itself", $"ntk verify {g.Id}"
        ]

    let private spans (analysis: DataAnalysis) : Ranges = {
        Title = "Width demanded and width observed"
        Quantity = "hidden neurons"
        LowName = "observed: enough in all runs"
        OpenName = "observed: not enough yet"
        HighName = "demanded by the theorem"
        Rows = [
            for g in analysis.Guarantees do
                if Guarantee.applies g && Double.IsFinite g.Demanded then
                    {
                        Name = $"{Guarantee.name g}"
                        Low = tried g
                        LowIsOpen =
                            match g.Observed with
                            | Some(FailedUpTo _) -> true
                            | _ -> false
                        High = g.Demanded
                    }
        ]
    }

    /// Table, plot, and what each line rests on.
    let chapter command (analysis: DataAnalysis) = {
        Heading = "Guarantees"
        Blocks = [
            Paragraph
                @$"For networks with one hidden layer, from {sampled analysis.SamplePoints analysis}, with $\lambda = \lambda_{{\min}}$ = {number analysis.SampleSmallest.Value} ± {number analysis.SampleSmallest.Radius} of the hidden layer's kernel, labels carried to [-1, 1], and failure probability $\delta$ = {number analysis.Options.Delta}. Widths are numbers of hidden neurons. The observed width is the smallest, by doubling and then bisection to a sixteenth, at which the conclusion held in all of {analysis.Options.Runs} seeded runs (seed {analysis.Options.Seed}): an observation, not a proof; n/a: a hypothesis fails."
            Grid(
                [ "theorem"; "demanded"; "observed"; "ratio" ],
                analysis.Guarantees
                |> List.map (fun g -> [ Told(Guarantee.name g); demanded g; Figure(observed g); ratio g ])
            )
            Spans(spans analysis)
            again "guarantees" command
            Paragraph "What each line rests on:"
            yield! analysis.Guarantees |> List.map grounds
        ]
    }
