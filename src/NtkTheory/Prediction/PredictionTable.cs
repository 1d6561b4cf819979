using System.Globalization;
using System.Text;
using NtkTheory.Data;
using NtkTheory.Reporting;

namespace NtkTheory;

/// <summary>
/// Predictions for the rows of one table by a kernel regression on the rows of another: columns are matched by their
/// names, and the points of both are made ready alike. Immutable.
/// </summary>
public sealed class PredictionTable
{
    private PredictionTable(
        IReadOnlyList<string> predictions,
        int trainingPoints,
        double ridge,
        double? accuracy,
        double? error
    )
    {
        Predictions = predictions;
        TrainingPoints = trainingPoints;
        Ridge = ridge;
        Accuracy = accuracy;
        Error = error;
    }

    /// <summary>One prediction per row of the second table: a class as the first table writes it, or a number.</summary>
    public IReadOnlyList<string> Predictions { get; }

    /// <summary>Rows of the first table.</summary>
    public int TrainingPoints { get; }

    /// <summary>The ridge of the regression.</summary>
    public double Ridge { get; }

    /// <summary>The part of the labels that is met; null where the second table has no labels or they are numbers.</summary>
    public double? Accuracy { get; }

    /// <summary>The root mean square error; null where the second table has no labels or they are classes.</summary>
    public double? Error { get; }

    /// <summary>Reads both tables, trains on the first and predicts the second.</summary>
    /// <param name="training">A table of comma-separated text with labels.</param>
    /// <param name="test">A table with the same feature columns; it may lack the label.</param>
    /// <param name="label">The label column; null for "label".</param>
    /// <param name="kernel">The kernel; null for the tangent kernel of three hidden ReLU layers.</param>
    /// <param name="options">How the regression is done; null for the defaults.</param>
    /// <param name="normalization">What is done to the points; standardizing uses the moments of the first table.</param>
    /// <param name="progress">Is told of each step before it is done.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DatasetException">A file cannot be read, or the two do not fit together.</exception>
    /// <exception cref="InsufficientMemoryException">The matrices of the work are larger than the machine's memory.</exception>
    public static PredictionTable Make(
        string training,
        string test,
        string? label = null,
        NeuralTangentKernel? kernel = null,
        KernelRegressionOptions? options = null,
        Normalization normalization = Normalization.Unit,
        IProgress<string>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(training);
        ArgumentException.ThrowIfNullOrEmpty(test);
        kernel ??= new NeuralTangentKernel();
        var known = Read(training, label, labelMayLack: false);
        var wanted = Matched(Read(test, label, labelMayLack: true), known);
        var column = LabelColumn.Of(known);
        var ready = PairedPoints.Of(known, wanted, normalization);
        return IsClasses(column)
            ? Classes(known, wanted, ready, kernel, options, progress, cancellationToken)
            : Numbers(column, wanted, ready, kernel, options, progress, cancellationToken);
    }

    /// <summary>The predictions as comma-separated text: a header, then one line per row.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder("row,prediction\n");
        for (var i = 0; i < Predictions.Count; i++)
        {
            var value = Predictions[i];
            var quoted =
                value.AsSpan().IndexOfAny(",\"\n") >= 0 ? $"\"{value.Replace("\"", "\"\"")}\"" : value;
            text.Append(CultureInfo.InvariantCulture, $"{i + 1},{quoted}\n");
        }

        return text.ToString();
    }

    private static RawTable Read(string path, string? label, bool labelMayLack)
    {
        var limit = DatasetOptions.Default.MaxValues;
        var table = DataFile.Read(
            path,
            (name, stream) => CsvTable.Read(name, stream, label, limit, labelMayLack)
        );
        return table.Points.Count > 0
            ? table
            : throw new DatasetException(table.Name, "the table has no row below its header");
    }

    /// <summary>The second table with the first one's columns in their order.</summary>
    private static RawTable Matched(RawTable wanted, RawTable known)
    {
        var places = known.Columns.Select(column => wanted.Columns.ToList().IndexOf(column)).ToArray();
        var missing = Array.IndexOf(places, -1);
        return missing < 0
            ? wanted with
            {
                Columns = known.Columns,
                Points = [.. wanted.Points.Select(point => places.Select(j => point[j]).ToArray())],
            }
            : throw new DatasetException(
                wanted.Name,
                $"the column '{Data.Numbers.Quote(known.Columns[missing])}' of {known.Name} is missing"
            );
    }

    /// <summary>Words, or at most twenty different whole numbers that make up less than half of the rows.</summary>
    private static bool IsClasses(LabelColumn column)
    {
        var different = column.Values.Distinct().ToArray();
        return column.Classes.Count > 0
            || (
                different.Length <= 20
                && 2 * different.Length <= column.Values.Length
                && different.All(double.IsInteger)
            );
    }

    private static PredictionTable Classes(
        RawTable known,
        RawTable wanted,
        PairedPoints ready,
        NeuralTangentKernel kernel,
        KernelRegressionOptions? options,
        IProgress<string>? progress,
        CancellationToken cancellation
    )
    {
        string[] classes = [.. known.Labels.Distinct().Order(StringComparer.Ordinal)];
        double[] numbers = [.. known.Labels.Select(word => (double)Array.IndexOf(classes, word))];
        var model = KernelClassifier.Train(kernel, ready.Training, numbers, options, progress, cancellation);
        progress?.Report($"predictions for {Plural.count(wanted.Points.Count, "row")}");
        string[] predicted =
        [
            .. model.Predict(ready.Test, cancellation).Select(number => classes[(int)number]),
        ];
        double? accuracy = HasLabels(wanted)
            ? wanted.Labels.Zip(predicted).Average(pair => pair.First == pair.Second ? 1.0 : 0.0)
            : null;
        return new(predicted, known.Points.Count, model.Regression.Ridge, accuracy, null);
    }

    private static PredictionTable Numbers(
        LabelColumn column,
        RawTable wanted,
        PairedPoints ready,
        NeuralTangentKernel kernel,
        KernelRegressionOptions? options,
        IProgress<string>? progress,
        CancellationToken cancellation
    )
    {
        var truth = HasLabels(wanted) ? NumbersOf(wanted) : null;
        var mean = column.Values.Average();
        double[] centred = [.. column.Values.Select(value => value - mean)];
        var model = KernelRegression.Train(kernel, ready.Training, centred, options, progress, cancellation);
        progress?.Report($"predictions for {Plural.count(wanted.Points.Count, "row")}");
        double[] predicted =
        [
            .. model.Predict(ready.Test, cancellation).Cast<double>().Select(value => value + mean),
        ];
        double? error = truth is null
            ? null
            : Math.Sqrt(truth.Zip(predicted).Average(pair => Math.Pow(pair.First - pair.Second, 2)));
        string[] words = [.. predicted.Select(value => value.ToString("R", CultureInfo.InvariantCulture))];
        return new(words, column.Values.Length, model.Ridge, null, error);
    }

    /// <summary>The labels of the second table, which are numbers where those of the first are.</summary>
    private static double[] NumbersOf(RawTable wanted)
    {
        var column = LabelColumn.Of(wanted);
        return column.Classes.Count == 0
            ? column.Values
            : throw new DatasetException(
                wanted.Name,
                $"the labels are words, such as '{Data.Numbers.Quote(column.Classes[0])}', where those to train on are numbers"
            );
    }

    private static bool HasLabels(RawTable table) => table.LabelName.Length > 0;
}
