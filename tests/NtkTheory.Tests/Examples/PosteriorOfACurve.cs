namespace NtkTheory.Tests.Examples;

/// <summary>What an infinitely wide Bayesian network makes of five observations of a curve.</summary>
public static class PosteriorOfACurve
{
    public static GaussianPosterior Run()
    {
        // a second coordinate of 1 stands for the bias of the first layer
        double[] places = [-2.0, -1.0, 0.0, 1.0, 2.0];
        double[] heights = [.. places.Select(Math.Sin)];
        var kernel = new NeuralTangentKernel(
            new KernelOptions
            {
                Kind = KernelKind.GaussianProcess,
                Activation = ActivationFunction.Erf,
                Depth = 2,
            }
        );

        var process = GaussianProcess.Condition(kernel, Points(places), heights, noise: 1e-6);
        return process.Posterior(Points([0.5, 1.0, 5.0]));
    }

    private static PointSet Points(double[] places) =>
        PointSet.Of([.. places.SelectMany(place => new[] { place, 1.0 })], places.Length, 2);
}
