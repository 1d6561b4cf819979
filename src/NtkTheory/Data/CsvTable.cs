using CsvHelper;
using NtkTheory.Reporting;

namespace NtkTheory.Data;

/// <summary>
/// Comma-separated text: a header, then one point per line. Semicolons, tabs and bars separate as well.
/// </summary>
internal static class CsvTable
{
    private const string CustomaryLabel = "label";

    private static readonly CsvReaderOptions Format = new()
    {
        HasHeader = false,
        SkipEmptyLines = false,
        TrimWhitespace = true,
        TrackLineNumbers = true,
        AllowLineBreaksInQuotes = false,
        MaxRecordSize = 16 << 20,
    };

    /// <summary>Reads a table whose label stands in the named column, or in the column "label" where none is named.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="text">The table.</param>
    /// <param name="label">The label column, or null for "label".</param>
    /// <param name="maxValues">The most numbers that are read.</param>
    /// <param name="labelMayLack">Whether a table without the label column is read too, with empty labels.</param>
    public static RawTable Read(
        string name,
        Stream text,
        string? label,
        int maxValues,
        bool labelMayLack = false
    )
    {
        try
        {
            using var reader = CsvReader.Create(text, Format, leaveOpen: true);
            var header = Header(name, reader);
            var hasLabel = header.Contains(label ?? CustomaryLabel);
            var labelAt = labelMayLack && !hasLabel ? -1 : LabelAt(name, header, label);
            return Rows(name, reader, header, labelAt, maxValues);
        }
        catch (CsvFormatException malformed)
        {
            throw new DatasetException(
                $"{name}: line {malformed.LineNumber} is no comma-separated text.",
                malformed
            );
        }
    }

    private static string[] Fields(CsvReader reader) =>
        [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];

    private static bool IsEmptyLine(string[] record) => record is [] or [""];

    private static string[] Header(string name, CsvReader reader)
    {
        if (!reader.Read())
        {
            throw new DatasetException(name, "the file is empty");
        }

        var header = Fields(reader);
        var problem = header switch
        {
            _ when IsEmptyLine(header) => "line 1 is empty where the header should be",
            _ when header.All(field => Numbers.TryParse(field, out _)) =>
                "the first line holds numbers where the names of the columns should be",
            _ when header.CountBy(field => field).FirstOrDefault(pair => pair.Value > 1).Key is { } twice =>
                $"the header names the column '{Numbers.Quote(twice)}' twice",
            _ => null,
        };
        return problem is null ? header : throw new DatasetException(name, problem);
    }

    private static int LabelAt(string name, string[] header, string? label)
    {
        var wanted = label ?? CustomaryLabel;
        var at = Array.IndexOf(header, wanted);
        if (at < 0)
        {
            var columns =
                string.Join(", ", header.Take(8).Select(Numbers.Quote)) + (header.Length > 8 ? ", ..." : "");
            throw new DatasetException(
                name,
                $"no column is called '{Numbers.Quote(wanted)}' (there are {columns})"
            );
        }

        return header.Length > 1
            ? at
            : throw new DatasetException(name, "there is no column beside the label");
    }

    private static RawTable Rows(string name, CsvReader reader, string[] header, int labelAt, int maxValues)
    {
        var points = new List<double[]>();
        var labels = new List<string>();
        while (reader.Read())
        {
            var record = Fields(reader);
            var row = points.Count + 1;
            CheckShape(name, row, reader.LineNumber, record, header.Length);
            CheckSize(name, (long)row * header.Length, maxValues);
            points.Add(Features(name, row, header, record, labelAt));
            labels.Add(labelAt < 0 ? "" : record[labelAt]);
        }

        string[] columns = [.. header.Where((_, j) => j != labelAt)];
        return new RawTable(name, columns, points, labels, labelAt < 0 ? "" : header[labelAt]);
    }

    private static void CheckShape(string name, int row, long line, string[] record, int width)
    {
        if (IsEmptyLine(record))
        {
            throw new DatasetException(name, $"line {line} is empty", row);
        }

        if (record.Length != width)
        {
            throw new DatasetException(
                name,
                $"line {line} has {Plural.count(record.Length, "value")} where the header has {width}",
                row
            );
        }
    }

    private static void CheckSize(string name, long values, int maxValues)
    {
        if (values > maxValues)
        {
            throw new DatasetException(name, $"the table is too large: it has more than {maxValues} values");
        }
    }

    private static double[] Features(string name, int row, string[] header, string[] record, int labelAt) =>
        [
            .. record
                .Select((text, j) => (text, j))
                .Where(cell => cell.j != labelAt)
                .Select(cell => Numbers.Parse(name, row, header[cell.j], cell.text)),
        ];
}
