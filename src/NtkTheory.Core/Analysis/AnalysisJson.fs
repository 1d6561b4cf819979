namespace NtkTheory.Analysis

open System
open System.IO
open System.Text
open System.Text.Json
open NtkTheory.Numerics
open NtkTheory.Reporting

/// The report on a data set as one JSON object, equal for equal data, options and seeds.
module AnalysisJson =

    /// JSON has no infinity and no NaN: null.
    let private number (writer: Utf8JsonWriter) (name: string) (value: float) =
        if Double.IsFinite value then
            writer.WriteNumber(name, value)
        else
            writer.WriteNull name

    let private estimate writer (name: string) (value: Estimate) =
        number writer name value.Value
        number writer $"{name}Error" value.Radius

    let private numbers (writer: Utf8JsonWriter) (name: string) (values: float seq) =
        writer.WriteStartArray name

        for value in values do
            if Double.IsFinite value then
                writer.WriteNumberValue value
            else
                writer.WriteNullValue()

        writer.WriteEndArray()

    let private group (writer: Utf8JsonWriter) (name: string) write =
        writer.WriteStartObject name
        write ()
        writer.WriteEndObject()

    let private list (writer: Utf8JsonWriter) (name: string) items write =
        writer.WriteStartArray name

        for item in items do
            writer.WriteStartObject()
            write item
            writer.WriteEndObject()

        writer.WriteEndArray()

    let private data (writer: Utf8JsonWriter) (data: DataSummary) =
        group writer "data" (fun () ->
            writer.WriteString("name", data.Name)
            writer.WriteString("checksum", data.Checksum)
            writer.WriteNumber("points", data.Points)
            writer.WriteNumber("dimension", data.Dimension)

            match data.Task with
            | Regression -> writer.WriteString("task", "regression")
            | Classification labels ->
                writer.WriteString("task", "classification")
                numbers writer "classes" labels
                numbers writer "classCounts" (data.ClassCounts |> List.map (snd >> float))

            number writer "smallestNorm" data.SmallestNorm
            number writer "largestNorm" data.LargestNorm
            numbers writer "repeatedRows" (data.Repeated |> List.map float)

            numbers
                writer
                "antipodalRows"
                (data.Antipodal |> List.collect (fun (a, b) -> [ float a; float b ]))

            writer.WriteStartArray "preparation"

            for line in data.Preparation do
                writer.WriteStringValue line

            writer.WriteEndArray())

    let private spectrum writer (spectrum: SpectrumSummary) =
        (writer: Utf8JsonWriter).WriteString("kernel", spectrum.Kernel)
        estimate writer "lambdaMin" spectrum.Smallest
        number writer "lambdaMinCertified" (spectrum.Certified |> Option.defaultValue nan)
        number writer "lambdaMax" spectrum.Largest
        number writer "condition" spectrum.Condition
        number writer "effectiveRank" spectrum.EffectiveRank
        numbers writer "eigenvalues" spectrum.Eigenvalues

    let private guarantee (writer: Utf8JsonWriter) (guarantee: Guarantee) =
        writer.WriteString("id", guarantee.Id)
        writer.WriteString("part", guarantee.Part)
        writer.WriteString("title", guarantee.Title)
        writer.WriteBoolean("applies", Guarantee.applies guarantee)
        writer.WriteStartArray "failing"

        for hypothesis in guarantee.Failing do
            writer.WriteStringValue hypothesis

        writer.WriteEndArray()
        writer.WriteString("condition", guarantee.Condition.Replace(";;", @", \quad"))
        number writer "demanded" guarantee.Demanded
        writer.WriteString("conclusion", guarantee.Conclusion)

        match guarantee.Observed with
        | Some(HeldFrom width) -> number writer "observed" (float width)
        | _ -> number writer "observed" nan

        match guarantee.Observed with
        | Some(FailedUpTo width) -> number writer "failedUpTo" (float width)
        | _ -> number writer "failedUpTo" nan

        number writer "ratio" (Guarantee.ratio guarantee |> Option.defaultValue nan)

        match guarantee.Order with
        | Some(claimed, order) ->
            number writer "claimedOrder" claimed
            estimate writer "order" order
        | None -> ()

        writer.WriteString("remark", guarantee.Remark)

    let private rates writer (rates: LearningRates) =
        group writer "learningRate" (fun () ->
            writer.WriteString("loss", "||u-y||^2/2")
            number writer "lambdaMax" rates.LambdaMax
            number writer "stable" rates.Stable
            number writer "stableForMeanLoss" (float rates.Points * rates.Stable)
            number writer "best" rates.Best
            number writer "catapultEnd" rates.CatapultEnd
            number writer "measuredEdgeLow" (fst rates.MeasuredEdge)
            number writer "measuredEdgeHigh" (snd rates.MeasuredEdge)
            number writer "width" (float rates.Width))

    let private training writer (curve: TrainingCurve) =
        group writer "training" (fun () ->
            number writer "width" (float curve.Width)
            number writer "learningRate" curve.LearningRate
            number writer "distance" curve.Distance
            numbers writer "network" curve.Network
            numbers writer "linearized" curve.Linearized
            numbers writer "infiniteWidth" curve.InfiniteWidth
            numbers writer "bound" curve.Bound)

    let private prediction writer (errors: PredictionErrors) =
        (writer: Utf8JsonWriter).WriteString("kernel", errors.Kernel)
        number writer "ridge" errors.Ridge
        number writer "leaveOneOut" errors.LeaveOneOut
        number writer "leaveOneOutAccuracy" errors.LeaveOneOutAccuracy
        number writer "foldScore" errors.FoldScore

    let private options (writer: Utf8JsonWriter) (options: AnalysisOptions) =
        writer.WriteString("activation", options.Activation.Name)
        writer.WriteNumber("depth", options.Depth)
        number writer "delta" options.Delta
        writer.WriteNumber("seed", options.Seed)
        writer.WriteNumber("runs", options.Runs)

    /// The object; `command` is the one that made the analysis.
    let render (origin: Origin) (command: string) (analysis: DataAnalysis) =
        use buffer = new MemoryStream()

        let settings =
            JsonWriterOptions(
                Indented = true,
                Encoder = Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
            )

        using (new Utf8JsonWriter(buffer, settings)) (fun (writer: Utf8JsonWriter) ->
            writer.WriteStartObject()
            writer.WriteString("version", origin.Version)
            writer.WriteString("backend", origin.Backend)
            writer.WriteString("command", command)
            options writer analysis.Options
            data writer analysis.Data
            writer.WriteNumber("spectralPoints", analysis.SpectralPoints)
            list writer "spectra" analysis.Spectra (spectrum writer)
            writer.WriteNumber("samplePoints", analysis.SamplePoints)
            estimate writer "sampleLambdaMin" analysis.SampleSmallest
            list writer "guarantees" analysis.Guarantees (guarantee writer)
            rates writer analysis.Rates
            training writer analysis.Training
            writer.WriteNumber("predictionPoints", analysis.PredictionPoints)
            list writer "predictions" analysis.Predictions (prediction writer)
            writer.WriteEndObject())

        Encoding.UTF8.GetString(buffer.ToArray()) + "\n"
