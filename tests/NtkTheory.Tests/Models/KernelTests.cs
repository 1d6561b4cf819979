using NtkTheory.Testing;
using Xunit;

namespace NtkTheory.Tests.Models;

public class KernelTests
{
    [Theory]
    [InlineData(1.0, 0.5, 0.5)]
    [InlineData(0.0, 0.25, 0.15915494309189535)]
    [InlineData(-1.0, 0.0, 0.0)]
    [InlineData(0.5, 1.0 / 3.0, 0.30449889052211468)]
    public void Arc_cosine_kernels_have_their_known_values(double cosine, double zero, double one)
    {
        // At cosine 1/2 the angle is pi/3: k0 = 1/3, k1 = (sqrt(3)/2 + pi/3) / (2 pi).
        Assert.Equal(zero, ArcCosineKernel.DegreeZero(cosine), 15);
        Assert.Equal(one, ArcCosineKernel.DegreeOne(cosine), 15);
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void A_cosine_has_a_range(double cosine)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ArcCosineKernel.DegreeZero(cosine));
        Assert.Throws<ArgumentOutOfRangeException>(() => ArcCosineKernel.DegreeOne(cosine));
    }

    [Fact]
    public void Kernels_of_points_take_their_norms()
    {
        double[] x = [3, 0];
        double[] y = [0, 2];
        Assert.Equal(0.0, ArcCosineKernel.Tangent(x, y));
        Assert.Equal(4.5, ArcCosineKernel.Tangent(x, x), 14);
        Assert.Equal(6 / (2 * Math.PI), ArcCosineKernel.Feature(x, y), 14);
        Assert.Throws<ArgumentException>(() => ArcCosineKernel.Feature([1.0], y));
    }

    [Property]
    public bool A_gram_matrix_is_symmetric_and_positive(int seed)
    {
        var random = new Random(seed);
        var points = new double[6, 3];
        for (var k = 0; k < points.Length; k++)
        {
            points[k / 3, k % 3] = random.NextDouble() - 0.5;
        }

        var gram = GramMatrix.Tangent(points);
        var symmetric = Enumerable.Range(0, 36).All(k => gram[k / 6, k % 6] == gram[k % 6, k / 6]);
        var trace = Enumerable.Range(0, 6).Sum(i => gram[i, i]);
        return symmetric
            && gram.SmallestEigenvalue.Upper >= 0
            && Math.Abs(trace - gram.Eigenvalues.Sum(e => e.Value)) <= gram.Eigenvalues.Sum(e => e.Radius);
    }

    [Fact]
    public void Orthogonal_points_have_a_known_spectrum()
    {
        var gram = GramMatrix.Feature(
            new double[,]
            {
                { 1, 0 },
                { 0, 1 },
            }
        );
        Contains(gram.SmallestEigenvalue, 0.5 - 0.5 / Math.PI);
        Contains(gram.Eigenvalues[0], 0.5 - 0.5 / Math.PI);
        Contains(gram.LargestEigenvalue, 0.5 + 0.5 / Math.PI);
        Contains(gram.Eigenvalues[1], 0.5 + 0.5 / Math.PI);
        Assert.Equal(gram[0, 1], gram.ToArray()[1, 0]);
    }

    private static void Contains(Estimate enclosure, double value)
    {
        Assert.InRange(value, enclosure.Lower, enclosure.Upper);
        Assert.True(enclosure.Radius < 1e-12, enclosure.ToString());
    }

    [Fact]
    public void The_gram_matrix_of_iris_is_positive_definite()
    {
        var gram = GramMatrix.Tangent(Dataset.Iris);
        Assert.Equal(Dataset.Iris.Count, gram.Size);
        Assert.True(gram.SmallestEigenvalue.Lower > 0, gram.SmallestEigenvalue.ToString());
    }

    [Fact]
    public void Points_must_be_there_and_finite()
    {
        Assert.Throws<ArgumentException>(() => GramMatrix.Tangent(new double[0, 3]));
        Assert.Throws<ArgumentException>(() =>
            GramMatrix.Feature(
                new[,]
                {
                    { double.NaN },
                }
            )
        );
    }
}
