using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace NtkTheory.Tests.Kernels;

public class NeuralTangentKernelTests
{
    private static readonly double[,] Three =
    {
        { 1.0, 0.0 },
        { 0.6, 0.8 },
        { 0.0, 1.0 },
    };

    [Fact]
    public void Known_values_of_three_hidden_layers()
    {
        // u = 1/2, -> 0.942331, 1.351480, 1.737845 for 1, 2, 3 hidden layers
        double[,] points =
        {
            { 1.0, 0.0 },
            { 0.5, Math.Sqrt(0.75) },
        };
        foreach (var (depth, expected) in new[] { (1, 0.942331), (2, 1.351480), (3, 1.737845) })
        {
            var kernel = new NeuralTangentKernel(new KernelOptions { Depth = depth });
            var gram = kernel.Gram(PointSet.Of(points));
            Assert.Equal(expected, gram[0, 1], 6);
            Assert.Equal(depth + 1.0, gram[0, 0], 12);
        }
    }

    [Fact]
    public void The_three_ways_of_handing_points_over_are_one()
    {
        var kernel = new NeuralTangentKernel();
        var expected = kernel.Gram(PointSet.Of(Three));
        Assert.Equal(expected, kernel.Gram(PointSet.Of([1.0, 0.0, 0.6, 0.8, 0.0, 1.0], 3, 2)));
        Assert.Equal(expected, kernel.Gram(PointSet.Of(Matrix<double>.Build.DenseOfArray(Three))));
        Assert.Throws<ArgumentException>(() => PointSet.Of([1.0, 2.0, 3.0], 2, 2));
        Assert.Throws<ArgumentException>(() =>
            PointSet.Of(
                new[,]
                {
                    { 1.0, double.NaN },
                }
            )
        );
    }

    [Theory]
    [InlineData(KernelKind.Tangent)]
    [InlineData(KernelKind.GaussianProcess)]
    [InlineData(KernelKind.Empirical)]
    public void Blocks_are_the_rows_of_the_whole(KernelKind kind)
    {
        var kernel = new NeuralTangentKernel(new KernelOptions { Kind = kind, Width = 64 });
        var points = PointSet.Of(Dataset.Iris);
        var whole = kernel.Gram(points);
        var limit = (16L << 20) + (16L * 4 * points.Count) + (16L * points.Count * 40);
        var rows = 0;
        foreach (var block in kernel.Blocks(points, limit))
        {
            Assert.Equal(rows, block.FirstRow);
            for (var i = 0; i < block.Values.GetLength(0); i++, rows++)
            {
                for (var j = 0; j < points.Count; j++)
                {
                    Assert.Equal(whole[rows, j], block.Values[i, j], 12);
                }
            }
        }

        Assert.Equal(points.Count, rows);
    }

    [Fact]
    public void A_limit_that_holds_no_row_is_refused()
    {
        var kernel = new NeuralTangentKernel();
        Assert.Throws<ArgumentException>(() => kernel.Blocks(PointSet.Of(Three), 1000));
        var empirical = new NeuralTangentKernel(new KernelOptions { Kind = KernelKind.Empirical });
        Assert.Throws<ArgumentException>(() => empirical.Blocks(PointSet.Of(Three), 1000));
    }

    [Fact]
    public void A_written_matrix_is_read_back()
    {
        using var stream = new MemoryStream();
        var kernel = new NeuralTangentKernel();
        kernel.WriteNpy(PointSet.Of(Three), stream);
        var path = Path.GetTempFileName() + ".npy";
        try
        {
            File.WriteAllBytes(path, stream.ToArray());
            var plain = new DatasetOptions { Normalization = Normalization.None };
            var data = Dataset.Load(path, "-1", plain);
            var gram = kernel.Gram(PointSet.Of(Three));
            Assert.Equal([gram[0, 2], gram[1, 2], gram[2, 2]], data.Labels);
            Assert.Equal([gram[1, 0], gram[1, 1]], data.Point(1).ToArray());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Activations_are_found_by_their_names()
    {
        foreach (var activation in ActivationFunction.All)
        {
            Assert.Equal(activation.Name, ActivationFunction.Parse(activation.Name).Name);
        }

        Assert.Equal("leaky-relu:0.25", ActivationFunction.Parse("leaky-relu:0.25").Name);
        Assert.Throws<FormatException>(() => ActivationFunction.Parse("swish-ish"));
        Assert.Throws<ArgumentOutOfRangeException>(() => ActivationFunction.Power(0));
    }

    [Fact]
    public void Regression_follows_training()
    {
        var points = PointSet.Of(Three);
        double[] targets = [1.0, -1.0, 0.5];
        var options = new KernelRegressionOptions { Ridge = 0.0 };
        var regression = KernelRegression.Train(new NeuralTangentKernel(), points, targets, options);
        var fitted = regression.Predict(points);
        var late = regression.PredictAfterFlow(1e6, points);
        var early = regression.PredictAfterDescent(0.1 * regression.LargestStableLearningRate, 0, points);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(targets[i], fitted[i, 0], 10);
            Assert.Equal(targets[i], late[i, 0], 10);
            Assert.Equal(0.0, early[i, 0]);
        }

        Assert.Equal(3, regression.Eigenvalues.Count);
        Assert.True(regression.LeaveOneOutError > 0.0);
        Assert.Throws<ArgumentException>(() =>
            KernelRegression.Train(new NeuralTangentKernel(), points, [1.0], options)
        );
    }
}
