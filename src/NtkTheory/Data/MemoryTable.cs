using System.Globalization;

namespace NtkTheory.Data;

/// <summary>A table of points that are in memory; its columns are named by their numbers, from 0.</summary>
internal static class MemoryTable
{
    /// <summary>The points and labels as a table.</summary>
    public static RawTable Of(string name, double[,] points, IReadOnlyList<double> labels)
    {
        var columns = points.GetLength(1);
        if (columns == 0)
        {
            throw new DatasetException(name, "the points have no coordinates");
        }

        return new RawTable(
            name,
            [.. Enumerable.Range(0, columns).Select(j => j.ToString(CultureInfo.InvariantCulture))],
            [.. Enumerable.Range(0, points.GetLength(0)).Select(i => Row(name, points, i))],
            [.. labels.Select(label => label.ToString("R", CultureInfo.InvariantCulture))],
            "label"
        );
    }

    private static double[] Row(string name, double[,] points, int row) =>
        [
            .. Enumerable
                .Range(0, points.GetLength(1))
                .Select(j =>
                    double.IsFinite(points[row, j])
                        ? points[row, j]
                        : throw new DatasetException(
                            name,
                            $"{points[row, j].ToString(CultureInfo.InvariantCulture)} is not a finite number",
                            row + 1,
                            j.ToString(CultureInfo.InvariantCulture)
                        )
                ),
        ];
}
