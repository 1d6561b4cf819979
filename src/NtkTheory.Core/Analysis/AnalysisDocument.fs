namespace NtkTheory.Analysis

open System
open NtkTheory.Reporting
open NtkTheory.Analysis.Wording

/// The report on a data set as chapters, from which text and page are made.
module AnalysisDocument =

    let private task (data: DataSummary) =
        match data.Task with
        | Regression -> $"numbers from {number data.LabelLow} to {number data.LabelHigh}"
        | Classification classes ->
            let counts =
                data.ClassCounts
                |> List.map (fun (label, count) -> $"{number label}: {count}")
                |> String.concat ", "

            $"{classes.Length} classes (points of each: {counts})"

    let private norms (data: DataSummary) =
        if data.NotUnit.IsEmpty then
            "1 for every point"
        else
            $"{number data.SmallestNorm} to {number data.LargestNorm}"

    let private repeated (data: DataSummary) =
        if data.Repeated.IsEmpty then
            "none"
        else
            Guarantee.rows $"{data.Repeated.Length}" data.Repeated

    let private antipodal (data: DataSummary) =
        if data.Antipodal.IsEmpty then
            "none"
        else
            let shown =
                data.Antipodal
                |> List.truncate 8
                |> List.map (fun (a, b) -> $"{a} and {b}")
                |> String.concat "; "

            let more =
                if data.Antipodal.Length > 8 then
                    $""" and {Plural.count (data.Antipodal.Length - 8) "pair"} more"""
                else
                    ""

            shown + more

    let private data command (analysis: DataAnalysis) =
        let data = analysis.Data

        {
            Heading = "Data"
            Blocks = [
                Facts(
                    [
                        "points $n$", string data.Points
                        "dimension $d$", string data.Dimension
                        "labels", task data
                        "norms", norms data
                        "repeated rows left", repeated data
                        "antipodal rows", antipodal data
                        "checksum", data.Checksum
                    ]
                    @ (data.Preparation |> List.map (fun line -> "prepared", Prose.verbatim line))
                )
                again "data" command
            ]
        }

    let private certified (spectrum: SpectrumSummary) =
        match spectrum.Certified with
        | Some bound -> Figure(Numeral.below bound)
        | None -> Told "not certified"

    let private spectrum command (analysis: DataAnalysis) = {
        Heading = "Spectrum at infinite width"
        Blocks = [
            Paragraph
                @$"From {sampled analysis.SpectralPoints analysis}: the tangent kernel of the hidden layer alone, of which the width theorems speak, and the kernels of whole networks. The certified number is a proven lower bound of $\lambda_{{\min}}$: one Cholesky factorization of the shifted matrix with Rump's bound on its rounding, less what the error of the entries can move (Weyl). The condition is $\lambda_{{\max}} / \lambda_{{\min}}$; the effective rank is exp of the entropy of the eigenvalues over their sum."
            Grid(
                [
                    "kernel"
                    @"$\lambda_{\min}$"
                    "certified"
                    @"$\lambda_{\max}$"
                    "condition"
                    "eff. rank"
                ],
                analysis.Spectra
                |> List.map (fun s -> [
                    Told s.Kernel
                    figure s.Smallest.Value
                    certified s
                    figure s.Largest
                    figure s.Condition
                    figure s.EffectiveRank
                ])
            )
            Picture(AnalysisPlots.spectra analysis.Spectra)
            again "spectra" command
        ]
    }

    let private rates command (analysis: DataAnalysis) =
        let rates = analysis.Rates
        let n = float rates.Points

        let row name values =
            let both factor =
                values
                |> List.map (fun v -> number (factor * v))
                |> String.concat " to "
                |> Figure

            [ Told name; both 1.0; both n ]

        let edge =
            match rates.MeasuredEdge with
            | low, high when Double.IsInfinity high -> row "measured edge, above" [ low ]
            | low, high -> row "measured edge of divergence" [ low; high ]

        {
            Heading = "Learning rate"
            Blocks = [
                Paragraph
                    @$"For full-batch gradient descent on the hidden layer of a two-layer network, from {sampled analysis.SamplePoints analysis}; $\lambda_{{\max}}$ = {number rates.LambdaMax}. Two normalizations of the loss are in use: the sum over points and the mean."
                Grid(
                    [ "learning rate"; @"for $\|u-y\|^2/2$"; @"for $\|u-y\|^2/(2n)$" ],
                    [
                        row @"stable below $2/\lambda_{\max}$" [ rates.Stable ]
                        row @"fastest, $2/(\lambda_{\min}+\lambda_{\max})$" [ rates.Best ]
                        row @"catapult range, $2/\lambda_{\max}$ to $4/\lambda_{\max}$" [
                            rates.Stable
                            rates.CatapultEnd
                        ]
                        edge
                    ]
                )
                Paragraph
                    $"The catapult range is that of two-layer linear networks. The edge was measured on one network of width {rates.Width} (seed {analysis.Options.Seed}) in {rates.Steps} steps: beyond it training runs away or ends no better than a network whose output is 0."
                again "learningRate" command
            ]
        }

    let private training command (analysis: DataAnalysis) =
        let curve = analysis.Training

        {
            Heading = "Training"
            Blocks = [
                Paragraph
                    @$"From {sampled analysis.SamplePoints analysis}; one network of width {curve.Width} (seed {analysis.Options.Seed}), learning rate $1/\lambda_{{\max}}$ = {number curve.LearningRate} for $\|u-y\|^2/2$. The hidden weights end at a distance of {number curve.Distance} from their start (Frobenius norm)."
                Picture(AnalysisPlots.training curve)
                Grid(
                    [ "after the last step"; "loss" ],
                    [
                        [ Told "network"; figure (Array.last curve.Network) ]
                        [ Told "linearized at its start"; figure (Array.last curve.Linearized) ]
                        [ Told "kernel of infinite width"; figure (Array.last curve.InfiniteWidth) ]
                        [ Told "the theorem's bound"; figure (Array.last curve.Bound) ]
                    ]
                )
                again "training" command
            ]
        }

    let private percent value =
        Figure(
            if Double.IsNaN value then
                "–"
            else
                $"%.1f{100.0 * value} %%"
        )

    let private predictions command (analysis: DataAnalysis) =
        let headings, row =
            match analysis.Data.Task with
            | Classification _ ->
                [
                    "kernel"
                    "ridge"
                    "LOO error"
                    "LOO accuracy"
                    $"{analysis.Options.Folds}-fold accuracy"
                ],
                fun (p: PredictionErrors) -> [
                    Told p.Kernel
                    figure p.Ridge
                    figure p.LeaveOneOut
                    percent p.LeaveOneOutAccuracy
                    percent p.FoldScore
                ]
            | Regression ->
                [ "kernel"; "ridge"; "LOO error"; $"{analysis.Options.Folds}-fold $R^2$" ],
                fun p -> [ Told p.Kernel; figure p.Ridge; figure p.LeaveOneOut; figure p.FoldScore ]

        let unit' =
            match analysis.Data.Task with
            | Classification _ -> "of one-hot targets"
            | Regression -> "in the label's unit"

        {
            Heading = "Prediction"
            Blocks = [
                Paragraph
                    $"Kernel ridge regression on {sampled analysis.PredictionPoints analysis}; the ridge has the least leave-one-out (LOO) error of a grid of forty. LOO errors are root mean squares {unit'}; the folds are drawn by seed {analysis.Options.Seed}. Points and folds are left out exactly, without a refit."
                Grid(headings, analysis.Predictions |> List.map row)
                again "predictions" command
            ]
        }

    /// The chapters; `command` is the one that made the analysis.
    let chapters command analysis = [
        data command analysis
        spectrum command analysis
        GuaranteeChapter.chapter command analysis
        rates command analysis
        training command analysis
        predictions command analysis
    ]
