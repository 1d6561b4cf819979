namespace NtkTheory.Data;

/// <summary>A point and the first one that it repeats, by position.</summary>
internal readonly record struct Repeats(int Later, int Earlier)
{
    /// <summary>
    /// The relative difference of two points that come from one by scaling: normalization rounds each entry fewer than
    /// ten times, by 2^-53 each, and the norm's rounding is the same for all entries of a point.
    /// </summary>
    private const double Tolerance = 1e-14;

    /// <summary>
    /// The points that coincide with an earlier one, in order. Points are sorted by their product with a fixed
    /// generic vector: only those with nearly the same product need to be compared.
    /// </summary>
    public static IReadOnlyList<Repeats> Of(IReadOnlyList<double[]> points)
    {
        var keys = points.Select(Key).ToArray();
        var order = Enumerable.Range(0, points.Count).OrderBy(i => keys[i]).ThenBy(i => i).ToArray();
        var earliest = Enumerable.Range(0, points.Count).ToArray();
        for (var a = 0; a < order.Length; a++)
        {
            for (var b = a + 1; b < order.Length && IsNear(order[a], order[b]); b++)
            {
                Join(order[a], order[b]);
            }
        }

        return [.. earliest.Select((first, i) => new Repeats(i, first)).Where(r => r.Later != r.Earlier)];

        bool IsNear(int i, int j) => keys[j] - keys[i] <= Tolerance * (Size(points[i]) + Size(points[j]));

        void Join(int i, int j)
        {
            if (Coincide(points[i], points[j]))
            {
                var first = Math.Min(earliest[i], earliest[j]);
                (earliest[i], earliest[j]) = (first, first);
            }
        }
    }

    private static double Key(double[] point) => point.Select((value, j) => value * Math.Cos(j + 1.0)).Sum();

    private static double Size(double[] point) => point.Sum(Math.Abs);

    private static bool Coincide(double[] x, double[] y)
    {
        var tolerance = Tolerance * Math.Max(x.Max(Math.Abs), y.Max(Math.Abs));
        return x.Zip(y).All(pair => Math.Abs(pair.First - pair.Second) <= tolerance);
    }
}
