using System.Globalization;

namespace NtkTheory.Data;

/// <summary>The label of each point as a number, and the classes where the file names them by words.</summary>
internal sealed record LabelColumn(double[] Values, IReadOnlyList<string> Classes)
{
    /// <summary>
    /// Numbers are taken as they are; words are numbered from 0 in alphabetical order. A mixture is refused, as one
    /// of them must be a slip.
    /// </summary>
    public static LabelColumn Of(RawTable table) =>
        table.Labels.Any(text => Numbers.TryParse(text, out _)) ? Plain(table) : Words(table);

    /// <summary>Which number stands for which word; empty where the file has numbers.</summary>
    public string Mapping =>
        string.Join(
            ", ",
            Classes.Select(
                (word, number) =>
                    string.Create(CultureInfo.InvariantCulture, $"{Numbers.Quote(word)} = {number}")
            )
        );

    private static LabelColumn Plain(RawTable table) =>
        new(
            [.. table.Labels.Select((text, i) => Numbers.Parse(table.Name, i + 1, table.LabelName, text))],
            []
        );

    private static LabelColumn Words(RawTable table)
    {
        var missing = table.Labels.ToList().FindIndex(text => text.Length == 0);
        if (missing >= 0)
        {
            throw new DatasetException(table.Name, "the label is missing", missing + 1, table.LabelName, "");
        }

        string[] classes = [.. table.Labels.Distinct().Order(StringComparer.Ordinal)];
        return new([.. table.Labels.Select(text => (double)Array.IndexOf(classes, text))], classes);
    }
}
