namespace NtkTheory.Data;

/// <summary>Mean and standard deviation (of the population) of a column.</summary>
internal readonly record struct Moments(double Mean, double Deviation)
{
    /// <summary>The moments of a column, in two passes; the column is not constant.</summary>
    public static Moments Of(IReadOnlyList<double[]> points, int column)
    {
        var mean = points.Average(point => point[column]);
        var variance = points.Average(point => (point[column] - mean) * (point[column] - mean));
        return new(mean, Math.Sqrt(variance));
    }

    /// <summary>How many standard deviations a value is above the mean.</summary>
    public double Standardize(double value) => (value - Mean) / Deviation;
}
