namespace NtkTheory.Tests.Examples;

/// <summary>Classifies irises by the tangent kernel of an infinitely wide network, and tells how well.</summary>
public static class ClassifyIris
{
    public static string Run()
    {
        var iris = Dataset.Iris;
        var kernel = new NeuralTangentKernel(new KernelOptions { Depth = 2 });
        var classifier = KernelClassifier.Train(kernel, PointSet.Of(iris), iris.Labels);

        double[,] flower =
        {
            { 5.1, 3.5, 1.4, 0.2 },
        };
        var species = classifier.Predict(PointSet.Of(flower))[0];
        return $"species {species}, accuracy when left out {classifier.LeaveOneOutAccuracy:P1}";
    }
}
