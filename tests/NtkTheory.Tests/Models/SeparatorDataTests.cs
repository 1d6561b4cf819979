using Xunit;

namespace NtkTheory.Tests.Models;

/// <summary>Separators of raw tables, whose columns differ by factors of up to 10^6.</summary>
public class SeparatorDataTests
{
    private static readonly DatasetOptions Raw = new()
    {
        Normalization = Normalization.None,
        Duplicates = DuplicateRows.Keep,
    };

    /// <summary>A class against another, or against the rest where that is -1.</summary>
    private static (double[,] Points, double[] Labels) Read(string name, int positive, int negative)
    {
        var data = Dataset.Load(Path.Combine("Data", name + ".csv"), null, Raw);
        var rows = Enumerable
            .Range(0, data.Count)
            .Where(i => negative < 0 || data.Labels[i] == positive || data.Labels[i] == negative)
            .ToArray();
        var points = new double[rows.Length, data.Dimension];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j < data.Dimension; j++)
            {
                points[i, j] = data.Point(rows[i])[j];
            }
        }

        return (points, [.. rows.Select(row => data.Labels[row] == positive ? 1.0 : -1.0)]);
    }

    [Theory]
    [InlineData("iris", 0, -1)]
    [InlineData("iris", 0, 1)]
    [InlineData("iris", 0, 2)]
    [InlineData("wine", 0, -1)]
    [InlineData("wine", 1, -1)]
    [InlineData("wine", 2, -1)]
    [InlineData("wine", 0, 1)]
    [InlineData("wine", 0, 2)]
    [InlineData("wine", 1, 2)]
    [InlineData("breast_cancer", 0, 1)]
    [InlineData("digits", 0, -1)]
    public void Classes_that_can_be_separated(string name, int positive, int negative)
    {
        var (points, labels) = Read(name, positive, negative);
        var separator = HardMarginSeparator.Find(points, labels);
        var exact = new ExactSeparation(points, labels);
        Assert.True(exact.IsFeasible(separator));
        var relative = exact.RelativeGap(separator);
        Assert.InRange(relative, 0.0, 1e-12);
        // what the separator says of itself is a bound on that
        Assert.InRange(
            2.0 * separator.DualityGap * separator.Margin * separator.Margin,
            relative * (1.0 - 1e-9),
            1e-12
        );
    }

    [Theory]
    [InlineData("iris", 1, -1)]
    [InlineData("iris", 2, -1)]
    [InlineData("iris", 1, 2)]
    [InlineData("digits", 8, -1)]
    public void Classes_that_cannot_be_separated(string name, int positive, int negative)
    {
        var (points, labels) = Read(name, positive, negative);
        var failure = Assert.Throws<NotSeparableException>(() => HardMarginSeparator.Find(points, labels));
        Assert.All(failure.Weights, weight => Assert.True(weight >= 0.0));
        var distance = new ExactSeparation(points, labels).Distance(failure.Weights);
        // weights of sum 1 are rounded once each, and points of the digits are up to 80 long
        Assert.InRange(distance, 0.0, 1e-13);
        Assert.InRange(failure.Residual, distance * (1.0 - 1e-9), 1e-13);
    }
}
