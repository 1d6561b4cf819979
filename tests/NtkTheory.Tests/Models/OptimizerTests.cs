using Xunit;

namespace NtkTheory.Tests.Models;

public class OptimizerTests
{
    private static readonly double[,] Square =
    {
        { 0, 0 },
        { 1, 0 },
        { 0, 1 },
        { 1, 1 },
    };

    [Fact]
    public void A_separator_has_the_largest_margin()
    {
        // The classes {(0,0)} and the other three corners: nearest points are the origin and the middle of (1,0), (0,1).
        var separator = HardMarginSeparator.Find(Square, [-1, 1, 1, 1]);
        Assert.Equal(Math.Sqrt(0.5) / 2, separator.Margin, 14);
        Assert.Equal([2.0, 2.0], separator.Weights, (x, y) => Math.Abs(x - y) < 1e-14);
        Assert.Equal(-1.0, separator.Bias, 14);
        Assert.InRange(separator.DualityGap, -1e-13, 1e-13);
        Assert.All(separator.FunctionalMargins, margin => Assert.True(margin >= 1 - 1e-14));
        Assert.Equal(0.0, separator.Multipliers[3], 14);
    }

    [Fact]
    public void Classes_that_cannot_be_separated_have_a_certificate()
    {
        Assert.False(HardMarginSeparator.TryFind(Square, [1, -1, -1, 1], true, out _));
        var failure = Assert.Throws<NotSeparableException>(() =>
            HardMarginSeparator.Find(Square, [1, -1, -1, 1])
        );
        Assert.Equal(2.0, failure.Weights.Sum(), 14);
        Assert.InRange(failure.Residual, 0, 1e-14);
    }

    [Fact]
    public void Labels_of_a_separator_are_signs()
    {
        Assert.Throws<ArgumentException>(() => HardMarginSeparator.Find(Square, [0, 1, 1, 1]));
        Assert.Throws<ArgumentException>(() => HardMarginSeparator.Find(Square, [1, 1, 1]));
    }

    [Fact]
    public void Small_starts_lead_to_sparse_interpolants_and_large_ones_to_short_ones()
    {
        // One equation beta_1 + 2 beta_2 = 2: least l1 norm at (0, 1), least l2 norm at (0.4, 0.8).
        var inputs = new double[,]
        {
            { 1, 2 },
        };
        var sparse = QAlphaMinimizer.Find(inputs, [2], 1e-8);
        Assert.Equal([0.0, 1.0], sparse.Beta, (x, y) => Math.Abs(x - y) < 1e-6);
        var spread = QAlphaMinimizer.Find(inputs, [2], 1e4);
        Assert.Equal([0.4, 0.8], spread.Beta, (x, y) => Math.Abs(x - y) < 1e-6);
        Assert.InRange(sparse.Residual, 0, 1e-12);
        Assert.InRange(Math.Abs(spread.DualityGap), 0, 1e-12);
    }

    [Fact]
    public void A_coordinate_that_starts_at_zero_stays_there() =>
        Assert.Equal(
            0.0,
            QAlphaMinimizer
                .Find(
                    new double[,]
                    {
                        { 1, 2 },
                    },
                    [2],
                    1.0,
                    [1, 0]
                )
                .Beta[1]
        );

    [Fact]
    public void Equations_that_contradict_each_other_are_refused()
    {
        var twice = new double[,]
        {
            { 1, 2 },
            { 1, 2 },
        };
        Assert.Throws<InvalidOperationException>(() => QAlphaMinimizer.Find(twice, [1, 2], 1.0));
        Assert.Throws<ArgumentOutOfRangeException>(() => QAlphaMinimizer.Find(twice, [1, 1], 0.0));
        Assert.Throws<ArgumentException>(() => QAlphaMinimizer.Find(twice, [1, 1], 1.0, [1.0]));
    }
}
