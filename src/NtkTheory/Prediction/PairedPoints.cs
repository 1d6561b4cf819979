using NtkTheory.Data;

namespace NtkTheory;

/// <summary>The points of two tables of the same columns, made ready alike.</summary>
internal sealed record PairedPoints(PointSet Training, PointSet Test)
{
    /// <summary>The points after a normalization whose moments, if any, are those of the first table.</summary>
    public static PairedPoints Of(RawTable training, RawTable test, Normalization normalization)
    {
        var moments = MomentsOf(training, normalization);
        return new(Ready(training, normalization, moments), Ready(test, normalization, moments));
    }

    /// <summary>The points of one table after a normalization, every row of it.</summary>
    public static PointSet Of(RawTable table, Normalization normalization) =>
        Ready(table, normalization, MomentsOf(table, normalization));

    private static Moments[] MomentsOf(RawTable table, Normalization normalization) =>
        normalization == Normalization.StandardizeUnit
            ? [.. Enumerable.Range(0, table.Columns.Count).Select(j => Moments.Of(table.Points, j))]
            : [];

    private static PointSet Ready(RawTable table, Normalization normalization, Moments[] moments)
    {
        var points = new double[table.Points.Count, table.Columns.Count];
        for (var i = 0; i < table.Points.Count; i++)
        {
            var point = table.Points[i];
            if (moments.Length > 0)
            {
                point =
                [
                    .. point.Select(
                        (value, j) => moments[j].Deviation > 0.0 ? moments[j].Standardize(value) : 0.0
                    ),
                ];
            }

            var norm = normalization == Normalization.None ? 1.0 : Norm(point, table.Name, i + 1);
            for (var j = 0; j < point.Length; j++)
            {
                points[i, j] = point[j] / norm;
            }
        }

        return PointSet.Of(points);
    }

    /// <summary>The Euclidean norm, by way of the largest entry so that no square overflows.</summary>
    private static double Norm(double[] point, string name, int row)
    {
        var largest = point.Max(Math.Abs);
        return largest > 0.0
            ? largest * Math.Sqrt(point.Sum(value => value / largest * (value / largest)))
            : throw new DatasetException(
                name,
                "the point is zero, so it has no direction and cannot be divided by its norm",
                row
            );
    }
}
