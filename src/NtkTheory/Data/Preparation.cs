using System.Globalization;

namespace NtkTheory.Data;

/// <summary>Points on their way from a file to a data set: each step returns new ones and adds a line to the log.</summary>
/// <param name="Name">The file, for messages.</param>
/// <param name="Columns">The names of the columns that are left.</param>
/// <param name="Points">One point per row.</param>
/// <param name="Labels">One per point.</param>
/// <param name="Rows">The number that each point had in the file, from 1.</param>
/// <param name="Log">What was done, in words.</param>
internal sealed record Preparation(
    string Name,
    IReadOnlyList<string> Columns,
    IReadOnlyList<double[]> Points,
    IReadOnlyList<double> Labels,
    IReadOnlyList<int> Rows,
    IReadOnlyList<string> Log
)
{
    /// <summary>A file's points through every step that the options ask for.</summary>
    public static Preparation Of(RawTable table, LabelColumn labels, DatasetOptions options)
    {
        var raw = new Preparation(
            table.Name,
            table.Columns,
            table.Points,
            labels.Values,
            [.. Enumerable.Range(1, table.Points.Count)],
            labels.Classes.Count == 0 ? [] : [$"labels of column '{table.LabelName}': {labels.Mapping}"]
        );
        raw.RequireTwo("the table has");
        raw.RequireDifferentLabels(table.LabelName, options);
        var ready = raw.WithoutConstantColumns(options)
            .WithoutDuplicates(options, "")
            .Normalized(options.Normalization);
        return options.Normalization == Normalization.None
            ? ready
            : ready.WithoutDuplicates(options, " once normalized");
    }

    private void RequireTwo(string subject)
    {
        if (Points.Count < 2)
        {
            var count = Points.Count == 0 ? "no row" : "a single row";
            throw new DatasetException(Name, $"{subject} {count}, and two are needed at least");
        }
    }

    private void RequireDifferentLabels(string column, DatasetOptions options)
    {
        if (options.ConstantColumns == ConstantColumns.Refuse && Labels.All(label => label == Labels[0]))
        {
            throw new DatasetException(
                Name,
                $"the label is the same in all {Labels.Count} rows",
                null,
                column
            );
        }
    }

    private Preparation WithoutConstantColumns(DatasetOptions options)
    {
        var constant = Enumerable.Range(0, Columns.Count).Where(IsConstant).ToArray();
        int[] zero = [.. constant.Where(j => Points[0][j] == 0.0)];
        int[] other = [.. constant.Except(zero)];
        if (other is [var first, ..] && MustRefuse(options))
        {
            var value = Points[0][first].ToString("R", CultureInfo.InvariantCulture);
            throw new DatasetException(
                Name,
                $"the value is {value} in all {Points.Count} rows, and a constant column tells no points apart",
                null,
                Columns[first],
                value
            );
        }

        return options.ConstantColumns == ConstantColumns.Drop
            ? Without(zero, "zero").Without([.. other.Select(j => j - zero.Count(z => z < j))], "constant")
            : Without(zero, "zero");
    }

    private bool IsConstant(int column) => Points.All(point => point[column] == Points[0][column]);

    private static bool MustRefuse(DatasetOptions options) =>
        options.ConstantColumns == ConstantColumns.Refuse
        || (
            options.ConstantColumns == ConstantColumns.Keep
            && options.Normalization == Normalization.StandardizeUnit
        );

    private Preparation Without(int[] columns, string kind)
    {
        if (columns.Length == 0)
        {
            return this;
        }

        if (columns.Length == Columns.Count)
        {
            throw new DatasetException(Name, $"every column is {kind}");
        }

        var kept = Enumerable.Range(0, Columns.Count).Except(columns).ToArray();
        return this with
        {
            Columns = [.. kept.Select(j => Columns[j])],
            Points = [.. Points.Select(point => kept.Select(j => point[j]).ToArray())],
            Log = [.. Log, $"left out the {kind} {Counted(columns.Select(j => Columns[j]), "column")}"],
        };
    }

    private Preparation Normalized(Normalization normalization) =>
        normalization switch
        {
            Normalization.Unit => Unit(),
            Normalization.StandardizeUnit => Standardized().Unit(),
            _ => this with { Log = [.. Log, "points as they stand in the file"] },
        };

    private Preparation Standardized()
    {
        var moments = Enumerable.Range(0, Columns.Count).Select(j => Moments.Of(Points, j)).ToArray();
        return this with
        {
            Points =
            [
                .. Points.Select(point =>
                    point.Select((value, j) => moments[j].Standardize(value)).ToArray()
                ),
            ],
            Log = [.. Log, "each column centred and divided by its standard deviation"],
        };
    }

    private Preparation Unit() =>
        this with
        {
            Points = [.. Points.Select((point, i) => UnitPoint(point, Rows[i]))],
            Log = [.. Log, "each point divided by its Euclidean norm"],
        };

    /// <summary>Divided by the largest entry first, so that no square overflows or vanishes.</summary>
    private double[] UnitPoint(double[] point, int row)
    {
        var largest = point.Max(Math.Abs);
        if (largest == 0.0)
        {
            throw new DatasetException(
                Name,
                "the point is zero, so it has no direction and cannot be divided by its norm",
                row
            );
        }

        var norm = Math.Sqrt(point.Sum(value => value / largest * (value / largest)));
        return [.. point.Select(value => value / largest / norm)];
    }

    private Preparation WithoutDuplicates(DatasetOptions options, string when)
    {
        var repeats = Repeats.Of(Points);
        if (repeats.Count == 0)
        {
            return this;
        }

        var rows = Counted(repeats.Select(r => $"{Rows[r.Later]} (as {Rows[r.Earlier]})"), "row");
        if (options.Duplicates == DuplicateRows.Keep)
        {
            // What is kept before the normalization is found again after it: one line says both.
            var isLast = when.Length > 0 || options.Normalization == Normalization.None;
            return isLast ? this with { Log = [.. Log, $"kept the repeated {rows}"] } : this;
        }

        var kept = Enumerable.Range(0, Points.Count).Except(repeats.Select(r => r.Later)).ToArray();
        var left = this with
        {
            Points = [.. kept.Select(i => Points[i])],
            Labels = [.. kept.Select(i => Labels[i])],
            Rows = [.. kept.Select(i => Rows[i])],
            Log = [.. Log, $"dropped the repeated {rows}{when}"],
        };
        left.RequireTwo("without repetitions the table has");
        return left;
    }

    private static string Counted(IEnumerable<string> items, string noun)
    {
        var list = items.ToArray();
        return $"{noun}{(list.Length == 1 ? "" : "s")} {string.Join(", ", list)}";
    }
}
