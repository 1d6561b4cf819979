namespace NtkTheory.Analysis

open System
open NtkTheory.Reporting

/// A piece of a chapter, before any layout.
type Block =
    | Paragraph of string
    /// Names and what they are.
    | Facts of (string * string) list
    /// Headings and rows; a cell that begins with a dollar sign is a formula in LaTeX up to the next one.
    | Grid of headings: string list * rows: string list list
    | Picture of Plot
    /// A command that makes the chapter's numbers again.
    | Command of string

/// A part of the report.
type Chapter = { Heading: string; Blocks: Block list }

/// The report on a data set as chapters, from which text and page are made.
module AnalysisDocument =

    let private number (value: float) =
        if Double.IsNaN value then
            "–"
        elif Double.IsInfinity value then
            "∞"
        elif value <> 0.0 && abs value < 1e6 && abs value >= 1.0 && Double.IsInteger value then
            $"%.0f{value}"
        else
            $"%.4g{value}"

    let private sampled points (analysis: DataAnalysis) =
        if points < analysis.Data.Points then
            $"{points} of the {analysis.Data.Points} points, drawn by seed {analysis.Options.Seed}"
        else
            $"all {points} points"

    let private task (data: DataSummary) =
        match data.Task with
        | Regression -> $"numbers from {number data.LabelLow} to {number data.LabelHigh}"
        | Classification classes ->
            let counts =
                data.ClassCounts
                |> List.map (fun (label, count) -> $"{number label}: {count}")
                |> String.concat ", "

            $"{classes.Length} classes (points of each: {counts})"

    let private data command (analysis: DataAnalysis) =
        let data = analysis.Data

        let norms =
            if data.NotUnit.IsEmpty then
                "1 for every point"
            else
                $"{number data.SmallestNorm} to {number data.LargestNorm}"

        let repeated =
            if data.Repeated.IsEmpty then
                "none"
            else
                Guarantee.rows $"{data.Repeated.Length}" data.Repeated

        let antipodal =
            if data.Antipodal.IsEmpty then
                "none"
            else
                data.Antipodal
                |> List.truncate 8
                |> List.map (fun (a, b) -> $"{a} and {b}")
                |> String.concat "; "

        {
            Heading = "Data"
            Blocks = [
                Facts(
                    [
                        "points n", string data.Points
                        "dimension d", string data.Dimension
                        "labels", task data
                        "norms", norms
                        "repeated rows left", repeated
                        "antipodal rows", antipodal
                        "checksum", data.Checksum
                    ]
                    @ (data.Preparation |> List.map (fun line -> "prepared", line))
                )
                Command command
            ]
        }

    let private certified (spectrum: SpectrumSummary) =
        match spectrum.Certified with
        | Some bound -> number bound
        | None -> "not certified"

    let private spectrum (analysis: DataAnalysis) = {
        Heading = "Spectrum at infinite width"
        Blocks = [
            Paragraph
                $"From {sampled analysis.SpectralPoints analysis}. The certified bound of lambda_min is that of one Cholesky factorization of the shifted matrix, less the error of every entry; the error beside lambda_min holds both. The effective rank is exp of the entropy of the eigenvalues."
            Grid(
                [
                    "kernel"
                    "lambda_min"
                    "its error"
                    "certified above"
                    "lambda_max"
                    "condition"
                    "eff. rank"
                ],
                analysis.Spectra
                |> List.map (fun s -> [
                    s.Kernel
                    number s.Smallest.Value
                    number s.Smallest.Radius
                    certified s
                    number s.Largest
                    number s.Condition
                    number s.EffectiveRank
                ])
            )
            Picture(AnalysisPlots.spectra analysis.Spectra)
        ]
    }

    /// The observed width in words.
    let observed (guarantee: Guarantee) =
        match guarantee.Observed, guarantee.Order with
        | Some(HeldFrom width), _ -> string width
        | Some(FailedUpTo width), _ -> $"more than {width}"
        | None, Some(claimed, order) -> $"order %.3f{order.Value} ± %.2f{order.Radius}, claimed %g{claimed}"
        | None, None -> "–"

    let private verdict (guarantee: Guarantee) =
        if Guarantee.applies guarantee then
            "applies"
        else
            "does not apply: " + String.concat "; " guarantee.Failing

    let private ratio (guarantee: Guarantee) =
        match Guarantee.ratio guarantee with
        | Some ratio -> number ratio
        | None -> "–"

    /// The widest gap between theory and observation, in a sentence.
    let headline (analysis: DataAnalysis) =
        analysis.Guarantees
        |> List.choose (fun g -> Guarantee.ratio g |> Option.map (fun ratio -> g, ratio))
        |> List.sortByDescending snd
        |> List.tryHead
        |> Option.map (fun (g, ratio) ->
            $"{g.Id}: the theorem demands {number g.Demanded} neurons, and {observed g} were enough in all {analysis.Options.Runs} runs: a factor of {number ratio}.")
        |> Option.defaultValue "No width theorem of the catalog applies to these data."

    let private guarantees (analysis: DataAnalysis) = {
        Heading = "Guarantees"
        Blocks = [
            Paragraph
                $"For networks with one hidden layer, from {sampled analysis.SamplePoints analysis}, with lambda_min = {number analysis.SampleSmallest.Value} ± {number analysis.SampleSmallest.Radius}, labels carried to [-1, 1], and failure probability {number analysis.Options.Delta}. The observed width is the smallest, by doubling and then bisection to a sixteenth, at which the conclusion held in all of {analysis.Options.Runs} seeded runs: an observation, not a proof."
            Grid(
                [ "theorem"; "on these data"; "width demanded"; "width observed"; "ratio" ],
                analysis.Guarantees
                |> List.map (fun g -> [
                    $"{g.Id}: {g.Title}"
                    verdict g
                    number g.Demanded
                    observed g
                    ratio g
                ])
            )
            Paragraph "What each line rests on:"
            for g in analysis.Guarantees |> List.filter Guarantee.applies do
                Facts [
                    "theorem", $"{g.Id}: {g.Title}"
                    for condition in g.Condition.Split(";;", StringSplitOptions.RemoveEmptyEntries) do
                        "condition", $"${condition.Trim()}$"
                    "checked", g.Conclusion
                    if g.Remark <> "" then
                        "remark", g.Remark
                ]
        ]
    }

    let private rates (analysis: DataAnalysis) =
        let rates = analysis.Rates
        let low, high = rates.MeasuredEdge

        let both value =
            $"{number value} for ||u-y||²/2, {number (float rates.Points * value)} for ||u-y||²/(2n)"

        let edge =
            if Double.IsInfinity high then
                $"above {number low}: no rate that was tried failed"
            else
                $"between {number low} and {number high} for ||u-y||²/2"

        {
            Heading = "Learning rate"
            Blocks = [
                Paragraph
                    $"For gradient descent on the hidden layer of a two-layer network, from {sampled analysis.SamplePoints analysis}; lambda_max = {number rates.LambdaMax}."
                Facts [
                    "stable below 2/lambda_max", both rates.Stable
                    "fastest for the slowest direction, 2/(lambda_min + lambda_max)", both rates.Best
                    "catapult range of two-layer linear networks, up to 4/lambda_max", both rates.CatapultEnd
                    $"measured edge at width {rates.Width}, {rates.Steps} steps", edge
                ]
                Paragraph
                    "Beyond the measured edge training runs away or ends no better than a network whose output is 0."
            ]
        }

    let private training (analysis: DataAnalysis) =
        let curve = analysis.Training

        {
            Heading = "Training"
            Blocks = [
                Paragraph
                    $"From {sampled analysis.SamplePoints analysis}, learning rate 1/lambda_max = {number curve.LearningRate} for ||u-y||²/2. The weights end at a distance of {number curve.Distance} from their start (Frobenius norm)."
                Picture(AnalysisPlots.training curve)
                Grid(
                    [ "after the last step"; "loss" ],
                    [
                        [ "network"; number (Array.last curve.Network) ]
                        [ "linearized at its start"; number (Array.last curve.Linearized) ]
                        [ "kernel of infinite width"; number (Array.last curve.InfiniteWidth) ]
                        [ "the theorem's bound"; number (Array.last curve.Bound) ]
                    ]
                )
            ]
        }

    let private predictions (analysis: DataAnalysis) =
        let percent value =
            if Double.IsNaN value then
                "–"
            else
                $"%.1f{100.0 * value} %%"

        let headings, row =
            match analysis.Data.Task with
            | Classification _ ->
                [
                    "kernel"
                    "ridge"
                    "LOO error (one-hot)"
                    "LOO accuracy"
                    $"{analysis.Options.Folds}-fold accuracy"
                ],
                fun (p: PredictionErrors) -> [
                    p.Kernel
                    number p.Ridge
                    number p.LeaveOneOut
                    percent p.LeaveOneOutAccuracy
                    percent p.FoldScore
                ]
            | Regression ->
                [
                    "kernel"
                    "ridge"
                    "LOO error (label's unit)"
                    $"{analysis.Options.Folds}-fold R²"
                ],
                fun p -> [ p.Kernel; number p.Ridge; number p.LeaveOneOut; number p.FoldScore ]

        {
            Heading = "Prediction"
            Blocks = [
                Paragraph
                    $"Kernel ridge regression on {sampled analysis.PredictionPoints analysis}; the ridge has the least leave-one-out error of a grid of forty. Errors are root mean squares; leaving points and folds out is exact, without a refit."
                Grid(headings, analysis.Predictions |> List.map row)
            ]
        }

    /// The chapters; `command` is the one that made the analysis.
    let chapters command analysis = [
        data command analysis
        spectrum analysis
        guarantees analysis
        rates analysis
        training analysis
        predictions analysis
    ]
