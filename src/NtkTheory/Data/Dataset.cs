using NtkTheory.Data;

namespace NtkTheory;

/// <summary>
/// Points with labels, made ready as the options say. Immutable and safe to share between threads.
/// </summary>
public sealed class Dataset
{
    private static readonly Lazy<Dataset> BuiltInIris = new(() => ReadIris(DatasetOptions.Default));

    private readonly Preparation ready;

    private Dataset(RawTable table, DatasetOptions options)
    {
        var labels = LabelColumn.Of(table);
        Name = table.Name;
        Options = options;
        LabelName = table.LabelName;
        Classes = labels.Classes;
        RowsInFile = table.Points.Count;
        ready = Data.Preparation.Of(table, labels, options);
    }

    /// <summary>The measurements of 150 irises (Fisher 1936), with the default options: 4 features, 3 species.</summary>
    public static Dataset Iris => BuiltInIris.Value;

    /// <summary>What reports call the data set: a file's name.</summary>
    public string Name { get; }

    /// <summary>The options it was made with.</summary>
    public DatasetOptions Options { get; }

    /// <summary>The number of points, at least 2.</summary>
    public int Count => ready.Points.Count;

    /// <summary>The number of features, at least 1.</summary>
    public int Dimension => ready.Columns.Count;

    /// <summary>The number of rows in the file, before any was dropped.</summary>
    public int RowsInFile { get; }

    /// <summary>The name of the label column.</summary>
    public string LabelName { get; }

    /// <summary>The words that the labels 0, 1, ... stand for; empty where the file has numbers.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The names of the features that are left.</summary>
    public IReadOnlyList<string> Columns => ready.Columns;

    /// <summary>One label per point.</summary>
    public IReadOnlyList<double> Labels => ready.Labels;

    /// <summary>The number that each point had in the file: 1 is the first row after the header.</summary>
    public IReadOnlyList<int> Rows => ready.Rows;

    /// <summary>What was done to the points and which rows and columns were dropped, in words.</summary>
    public IReadOnlyList<string> Preparation => ready.Log;

    /// <summary>The features of the point at a position, from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public ReadOnlySpan<double> Point(int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Count);
        return ready.Points[position];
    }

    /// <summary>A copy of the points, Count x Dimension, one per row.</summary>
    public double[,] ToArray()
    {
        var copy = new double[Count, Dimension];
        for (var i = 0; i < Count; i++)
        {
            for (var j = 0; j < Dimension; j++)
            {
                copy[i, j] = ready.Points[i][j];
            }
        }

        return copy;
    }

    /// <summary>The built-in Iris table with other options.</summary>
    /// <exception cref="DatasetException">The options leave nothing of it.</exception>
    public static Dataset ReadIris(DatasetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var stream = typeof(Dataset).Assembly.GetManifestResourceStream("iris.csv")!;
        return new Dataset(CsvTable.Read("iris", stream, "label", options.MaxValues), options);
    }

    /// <summary>Reads an .npy matrix, or a table of comma-separated text where the name does not end in .npy.</summary>
    /// <param name="path">The file.</param>
    /// <param name="label">
    /// The label column's name, "label" where it is null; for a matrix its number from 0, or from -1 backwards.
    /// </param>
    /// <param name="options">How the points are made ready; null for the defaults.</param>
    /// <exception cref="DatasetException">The file cannot be read, or what it holds is no data set.</exception>
    public static Dataset Load(string path, string? label = null, DatasetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= DatasetOptions.Default;
        var isMatrix = path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase);
        var table = DataFile.Read(
            path,
            (name, stream) =>
                isMatrix
                    ? NpyTable.Read(name, stream, label, options.MaxValues)
                    : CsvTable.Read(name, stream, label, options.MaxValues)
        );
        return new Dataset(table, options);
    }

    /// <summary>A data set of points that are in memory.</summary>
    /// <param name="name">What messages and reports call it.</param>
    /// <param name="points">One point per row, finite numbers.</param>
    /// <param name="labels">One label per point.</param>
    /// <param name="options">How the points are made ready; null for the defaults.</param>
    /// <exception cref="ArgumentException">There are not as many labels as points.</exception>
    /// <exception cref="DatasetException">The points are no data set.</exception>
    public static Dataset Of(
        string name,
        double[,] points,
        IReadOnlyList<double> labels,
        DatasetOptions? options = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count != points.GetLength(0))
        {
            throw new ArgumentException(
                $"There are {labels.Count} labels for {points.GetLength(0)} points.",
                nameof(labels)
            );
        }

        return new Dataset(MemoryTable.Of(name, points, labels), options ?? DatasetOptions.Default);
    }

    /// <summary>A data set of points that were handed over as an array, a span or a matrix.</summary>
    /// <inheritdoc cref="Of(string, double[,], IReadOnlyList{double}, DatasetOptions?)"/>
    public static Dataset Of(
        string name,
        PointSet points,
        IReadOnlyList<double> labels,
        DatasetOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(points);
        return Of(name, points.Matrix.ToArray(), labels, options);
    }

    /// <summary>The same points as the engine wants them.</summary>
    internal Sampling.Dataset ToCore() =>
        new(
            Name,
            MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfArray(ToArray()),
            [.. Labels],
            [.. Rows],
            Microsoft.FSharp.Collections.ListModule.OfSeq(Preparation)
        );
}
