using MathNet.Numerics.LinearAlgebra;
using NtkTheory.Models;

namespace NtkTheory;

/// <summary>Classification by regression on one-hot targets. Immutable and safe to share between threads.</summary>
public sealed class KernelClassifier
{
    private readonly int[] numbers;

    private KernelClassifier(KernelRegression regression, double[] classes, int[] numbers)
    {
        Regression = regression;
        Classes = classes;
        this.numbers = numbers;
    }

    /// <summary>The labels of the classes, from the smallest.</summary>
    public IReadOnlyList<double> Classes { get; }

    /// <summary>The regression, one target per class.</summary>
    public KernelRegression Regression { get; }

    /// <summary>The part of the points whose class is met by the fit without them.</summary>
    /// <exception cref="InvalidOperationException">The Gram matrix is singular and there is no ridge.</exception>
    public double LeaveOneOutAccuracy =>
        OneHot.accuracy(numbers, OneHot.decode(Matrix<double>.Build.DenseOfArray(Regression.LeaveOneOut())));

    /// <summary>The classifier of n points with labels of at least one class.</summary>
    /// <exception cref="ArgumentException">There are not as many labels as points.</exception>
    /// <exception cref="InsufficientMemoryException">The matrices of the work are larger than the machine's memory.</exception>
    public static KernelClassifier Train(
        NeuralTangentKernel kernel,
        PointSet points,
        IReadOnlyList<double> labels,
        KernelRegressionOptions? options = null,
        IProgress<string>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(labels);
        double[] classes = [.. labels.Distinct().Order()];
        int[] numbers = [.. labels.Select(label => Array.BinarySearch(classes, label))];
        var targets = OneHot.encode(classes.Length, numbers).ToArray();
        return new(
            KernelRegression.Train(kernel, points, targets, options, progress, cancellationToken),
            classes,
            numbers
        );
    }

    /// <summary>The labels of q points.</summary>
    public double[] Predict(PointSet at, CancellationToken cancellationToken = default)
    {
        var scores = Matrix<double>.Build.DenseOfArray(Regression.Predict(at, cancellationToken));
        return [.. OneHot.decode(scores).Select(number => Classes[number])];
    }
}
