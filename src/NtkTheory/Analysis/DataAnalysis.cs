using Microsoft.FSharp.Core;
using NtkTheory.Analysis;
using NtkTheory.Reporting;
using Core = NtkTheory.Analysis.DataAnalysis;

namespace NtkTheory;

/// <summary>
/// What the theory of wide networks says of a data set: spectra, guarantees with the width that they demand and the
/// width that was enough, learning rates, training and prediction errors. Immutable.
/// </summary>
public sealed class DataAnalysis
{
    private readonly Core core;

    private DataAnalysis(Core core, DataAnalysisOptions options)
    {
        this.core = core;
        Options = options;
    }

    /// <summary>The options of the analysis.</summary>
    public DataAnalysisOptions Options { get; }

    /// <summary>The kernels' spectra at infinite width.</summary>
    public IReadOnlyList<KernelSpectrumSummary> Spectra =>
        [
            .. core.Spectra.Select(spectrum => new KernelSpectrumSummary(
                spectrum.Kernel,
                Estimate.Of(spectrum.Smallest),
                spectrum.Certified?.Value,
                spectrum.Largest,
                spectrum.EffectiveRank,
                spectrum.Eigenvalues
            )),
        ];

    /// <summary>The width theorems of the catalog on these data.</summary>
    public IReadOnlyList<WidthGuarantee> Guarantees =>
        [
            .. core.Guarantees.Select(guarantee => new WidthGuarantee(
                guarantee.Id,
                guarantee.Part,
                guarantee.Title,
                [.. guarantee.Failing],
                guarantee.Demanded,
                guarantee.Observed?.Value is ObservedWidth.HeldFrom held ? held.width : null,
                guarantee.Conclusion
            )),
        ];

    /// <summary>2 / lambda_max of the hidden layer's kernel: the learning rate on ||u - y||² / 2 to stay below.</summary>
    public double LargestStableLearningRate => core.Rates.Stable;

    /// <summary>Prediction errors of four kernels.</summary>
    public IReadOnlyList<KernelPrediction> Predictions =>
        [
            .. core.Predictions.Select(errors => new KernelPrediction(
                errors.Kernel,
                errors.Ridge,
                errors.LeaveOneOut,
                errors.LeaveOneOutAccuracy,
                errors.FoldScore
            )),
        ];

    /// <summary>The widest gap between a theorem's width and the one that was enough, in a sentence.</summary>
    public string Headline => GuaranteeChapter.headline(core);

    private static Origin Origin => new(Engine.Version, Engine.SpectralBackend);

    /// <summary>Analyzes a data set.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="options">How it is done; null for the defaults.</param>
    /// <param name="progress">Is told of each step before it is done.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static DataAnalysis Run(
        Dataset data,
        DataAnalysisOptions? options = null,
        IProgress<string>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= DataAnalysisOptions.Default;
        var surroundings = new Surroundings(
            Engine.Spectral,
            FuncConvert.FromAction<string>(step => progress?.Report(step)),
            cancellationToken
        );
        return new(DataAnalysisModule.run(CoreOptions(options), surroundings, data.ToCore()), options);
    }

    /// <summary>The same on another thread.</summary>
    public static Task<DataAnalysis> RunAsync(
        Dataset data,
        DataAnalysisOptions? options = null,
        IProgress<string>? progress = null,
        CancellationToken cancellationToken = default
    ) => Task.Run(() => Run(data, options, progress, cancellationToken), CancellationToken.None);

    /// <summary>The report as plain text.</summary>
    /// <param name="width">The longest line, at least 40.</param>
    /// <param name="command">The command that made it, for the reader; may be empty.</param>
    public string ToText(int width = 100, string command = "") =>
        AnalysisText.render(Math.Max(40, width), command, core);

    /// <summary>The report as one JSON object; equal for equal data, options and backend.</summary>
    public string ToJson(string command = "") => AnalysisJson.render(Origin, command, core);

    /// <summary>The report as one self-contained HTML page with plots.</summary>
    public string ToHtml(string command = "") => AnalysisHtml.render(Origin, command, core);

    private static AnalysisOptions CoreOptions(DataAnalysisOptions options)
    {
        var usual = DataAnalysisModule.usual;
        return new AnalysisOptions(
            options.Activation.Core,
            options.Depth,
            options.Delta,
            options.Seed,
            options.Runs,
            options.SamplePoints,
            usual.SpectralPoints,
            usual.PredictionPoints,
            usual.LargestWidth,
            usual.TrainingWidth,
            usual.Steps,
            usual.Folds,
            options.Workers
        );
    }
}
