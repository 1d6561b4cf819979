using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace NtkTheory.Tests.Kernels;

public sealed class PointSetTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ntk-points-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string File(string name, string text)
    {
        var path = Path.Combine(folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void Every_row_of_a_file_is_a_point()
    {
        var path = File("a.csv", "a,b,label\n3,4,x\n3,4,y\n0,2,x\n");
        Assert.Equal((3, 2), (PointSet.Load(path).Count, PointSet.Load(path).Dimension));
        Assert.Equal(3, PointSet.Load(File("b.csv", "a,b,c\n1,2,3\n1,2,3\n4,5,6\n")).Dimension);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("a,b\n", "no row below its header")]
    [InlineData("a,b\n1,2\n0,0\n", "row 2: the point is zero")]
    [InlineData("a,b\n1,x\n", "'x' is not a number")]
    [InlineData("a,b\n1\n", "1 value where the header has 2")]
    public void Bad_files_are_told_in_a_sentence(string text, string sentence)
    {
        var failure = Assert.Throws<DatasetException>(() => PointSet.Load(File("bad.csv", text)));
        Assert.Contains(sentence, failure.Message);
    }

    [Fact]
    public void A_label_that_is_named_must_be_there()
    {
        var path = File("a.csv", "a,b\n3,4\n5,6\n");
        Assert.Throws<DatasetException>(() => PointSet.Load(path, "nope"));
        Assert.Equal(1, PointSet.Load(path, "b").Dimension);
    }

    [Fact]
    public void A_matrix_has_no_label_unless_one_is_named()
    {
        var path = Path.Combine(folder, "K.npy");
        using (var stream = System.IO.File.Create(path))
        {
            new NeuralTangentKernel().WriteNpy(PointSet.Of([1.0, 0.0, 0.0, 1.0], 2, 2), stream);
        }

        Assert.Equal(2, PointSet.Load(path).Dimension);
        Assert.Equal(1, PointSet.Load(path, "-1").Dimension);
    }

    [Fact]
    public void Data_sets_are_made_of_points_however_they_were_handed_over()
    {
        double[,] points =
        {
            { 3.0, 4.0 },
            { 0.0, 2.0 },
        };
        var expected = Dataset.Of("mine", points, [0.0, 1.0]).ToArray();
        Assert.Equal(
            expected,
            Dataset.Of("mine", PointSet.Of(Matrix<double>.Build.DenseOfArray(points)), [0.0, 1.0]).ToArray()
        );
        Assert.Equal(
            expected,
            Dataset.Of("mine", PointSet.Of([3.0, 4.0, 0.0, 2.0], 2, 2), [0.0, 1.0]).ToArray()
        );
    }
}
