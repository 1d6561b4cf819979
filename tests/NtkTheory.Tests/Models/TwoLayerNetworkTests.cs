using Xunit;

namespace NtkTheory.Tests.Models;

public class TwoLayerNetworkTests
{
    private static readonly PointSet Points = PointSet.Of([1.0, 0.0, 0.6, 0.8, 0.0, 1.0], 3, 2);

    private static TwoLayerNetwork Moved(TwoLayerNetwork start, double distance)
    {
        var weights = start.HiddenWeights();
        for (var j = 0; j < start.Width; j++)
        {
            weights[j, 0] += distance * (j + 1);
            weights[j, 1] -= distance;
        }

        return TwoLayerNetwork.Of(weights, start.OuterWeights(), start.Activation);
    }

    private static double Error(int order, double distance)
    {
        var start = TwoLayerNetwork.Random(8, 2, ActivationFunction.Tanh, seed: 3);
        var now = Moved(start, distance);
        return now.Outputs(Points)
            .Zip(start.Expansion(order, now, Points))
            .Max(pair => Math.Abs(pair.First - pair.Second));
    }

    [Fact]
    public void Expansions_leave_errors_of_their_order()
    {
        Assert.InRange(Error(1, 1e-3) / Error(1, 1e-4), 80.0, 120.0);
        Assert.InRange(Error(2, 1e-3) / Error(2, 1e-4), 800.0, 1200.0);
    }

    [Fact]
    public void A_step_of_training_moves_the_outputs_by_the_kernel()
    {
        var start = TwoLayerNetwork.Random(64, 2, seed: 5);
        double[] targets = [1.0, -1.0, 0.5];
        var before = start.Outputs(Points);
        var kernel = start.TangentKernel(Points);
        const double rate = 1e-6;
        var after = start.Train(Points, targets, rate, 1).Outputs(Points);
        for (var i = 0; i < 3; i++)
        {
            var expected = -rate * Enumerable.Range(0, 3).Sum(k => kernel[i, k] * (before[k] - targets[k]));
            Assert.Equal(expected, after[i] - before[i], 1e-9 * rate / 1e-6);
        }
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        var network = TwoLayerNetwork.Random(4, 2);
        var other = TwoLayerNetwork.Random(5, 2);
        var line = PointSet.Of([1.0, 2.0], 2, 1);
        Assert.Throws<ArgumentException>(() => network.Outputs(line));
        Assert.Throws<ArgumentException>(() => network.Expansion(1, other, Points));
        Assert.Throws<ArgumentException>(() => network.Expansion(2, network, Points));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Expansion(3, network, Points));
        Assert.Throws<ArgumentOutOfRangeException>(() => TwoLayerNetwork.Random(0, 2));
        Assert.Throws<ArgumentException>(() => network.Train(Points, [1.0], 0.1, 1));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Learning_rates_are_positive_and_finite(double rate)
    {
        var network = TwoLayerNetwork.Random(4, 2);
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() =>
            network.Train(Points, [1.0, 1.0, 1.0], rate, 1)
        );
        Assert.Equal((rate, "learningRate"), (refused.ActualValue, refused.ParamName));
    }

    [Fact]
    public void Training_stops_when_it_is_told_to() =>
        Assert.ThrowsAny<OperationCanceledException>(() =>
            TwoLayerNetwork
                .Random(16, 2)
                .Train(Points, [1.0, 2.0, 3.0], 0.1, 100, new CancellationToken(canceled: true))
        );
}
