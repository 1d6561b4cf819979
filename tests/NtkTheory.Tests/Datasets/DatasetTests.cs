using Xunit;

namespace NtkTheory.Tests.Datasets;

public class DatasetTests
{
    private static readonly DatasetOptions Plain = new() { Normalization = Normalization.None };

    private static Dataset Read(string text, DatasetOptions? options = null, string? label = null)
    {
        using var file = new TemporaryFile(text);
        return Dataset.Load(file.Path, label, options);
    }

    [Theory]
    [InlineData("iris", 150, 4)]
    [InlineData("wine", 178, 13)]
    [InlineData("breast_cancer", 569, 30)]
    [InlineData("diabetes", 442, 10)]
    [InlineData("digits", 1797, 61)]
    public void The_five_files_are_read(string name, int rows, int dimension)
    {
        var data = Dataset.Load(Path.Combine("Data", name + ".csv"));
        Assert.Equal((rows, dimension), (data.RowsInFile, data.Dimension));
        Assert.All(Enumerable.Range(0, data.Count), i => Assert.Equal(1.0, Norm(data.Point(i)), 14));
    }

    private static double Norm(ReadOnlySpan<double> point)
    {
        var sum = 0.0;
        foreach (var value in point)
        {
            sum += value * value;
        }

        return Math.Sqrt(sum);
    }

    [Theory]
    [InlineData("iris")]
    [InlineData("digits")]
    public void The_five_files_can_be_standardized(string name)
    {
        var options = new DatasetOptions { Normalization = Normalization.StandardizeUnit };
        var data = Dataset.Load(Path.Combine("Data", name + ".csv"), "label", options);
        Assert.Equal(1.0, Norm(data.Point(data.Count - 1)), 14);
    }

    [Fact]
    public void Iris_drops_its_repeated_row()
    {
        Assert.Contains("dropped the repeated row 143 (as 102)", Dataset.Iris.Preparation);
        Assert.DoesNotContain(143, Dataset.Iris.Rows);
        Assert.Equal(149, Dataset.ReadIris(Plain).Count);
    }

    [Fact]
    public void Iris_keeps_its_repeated_row_when_asked()
    {
        var data = Dataset.ReadIris(new DatasetOptions { Duplicates = DuplicateRows.Keep });
        Assert.Equal(150, data.Count);
        Assert.Contains("kept the repeated row 143 (as 102)", data.Preparation);
    }

    [Fact]
    public void Points_on_one_ray_coincide_once_normalized()
    {
        var text = "a,b,label\n1,3,0\n0.1,0.3,1\n2,1,1\n";
        Assert.Equal([1, 3], Read(text).Rows);
        Assert.Contains("dropped the repeated row 2 (as 1) once normalized", Read(text).Preparation);
        Assert.Equal([1, 2, 3], Read(text, Plain).Rows);
    }

    [Fact]
    public void Words_become_numbers_in_alphabetical_order()
    {
        var data = Read("x,y,kind\n1,0,pear\n0,1,apple\n1,2,pear\n", null, "kind");
        Assert.Equal([1.0, 0.0, 1.0], data.Labels);
        Assert.Equal(["apple", "pear"], data.Classes);
        Assert.Contains("labels of column 'kind': apple = 0, pear = 1", data.Preparation);
    }

    [Theory]
    [InlineData("a;b;label\n1;2;0\n3;4;1\n")]
    [InlineData("a\tb\tlabel\n1\t2\t0\n3\t4\t1\n")]
    [InlineData("\uFEFFa,b,label\r\n1,2,0\r\n3,4,1")]
    [InlineData("a, b , label\n 1, 2,0\n+3,\"4\",1\n")]
    public void Separators_line_ends_and_blanks_do_not_matter(string text)
    {
        var data = Read(text, Plain);
        Assert.Equal(["a", "b"], data.Columns);
        Assert.Equal(
            new double[,]
            {
                { 1, 2 },
                { 3, 4 },
            },
            data.ToArray()
        );
        Assert.Equal([0.0, 1.0], data.Labels);
    }

    [Fact]
    public void The_label_may_stand_anywhere()
    {
        var data = Read("y,a\n7,1\n8,2\n", Plain, "y");
        Assert.Equal(
            new double[,]
            {
                { 1 },
                { 2 },
            },
            data.ToArray()
        );
        Assert.Equal([7.0, 8.0], data.Labels);
    }

    [Fact]
    public void Columns_of_zeros_are_left_out_and_reported()
    {
        var data = Read("a,b,c,label\n1,0,2,0\n2,0,1,1\n");
        Assert.Equal(["a", "c"], data.Columns);
        Assert.Contains("left out the zero column b", data.Preparation);
    }

    [Fact]
    public void Constant_columns_are_dropped_or_kept_when_asked()
    {
        var text = "z,a,b,label\n0,1,5,0\n0,2,5,1\n";
        Assert.Equal(["a"], Read(text, Plain with { ConstantColumns = ConstantColumns.Drop }).Columns);
        Assert.Equal(["a", "b"], Read(text, Plain with { ConstantColumns = ConstantColumns.Keep }).Columns);
    }

    [Fact]
    public void Standardized_columns_have_mean_zero_and_one_standard_deviation_before_the_norm()
    {
        // Columns (0, 2, 4) and (1, 5, 3): centred (-2, 0, 2) and (-2, 2, 0), both of variance 8/3.
        var data = Read(
            "a,b,label\n0,1,0\n2,5,1\n4,3,0\n",
            new() { Normalization = Normalization.StandardizeUnit }
        );
        var half = Math.Sqrt(0.5);
        double[] expected = [-half, -half, 0, 1, 1, 0];
        Assert.Equal(expected, data.ToArray().Cast<double>(), (x, y) => Math.Abs(x - y) < 1e-15);
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(1e-300)]
    public void Norms_neither_overflow_nor_vanish(double scale)
    {
        var data = Dataset.Of(
            "far",
            new double[,]
            {
                { 3 * scale, 4 * scale },
                { scale, 0 },
            },
            [0, 1]
        );
        Assert.Equal([0.6, 0.8], data.Point(0).ToArray(), (x, y) => Math.Abs(x - y) < 1e-15);
    }

    [Fact]
    public void There_must_be_a_label_for_each_point() =>
        Assert.Throws<ArgumentException>(() => Dataset.Of("points", new double[3, 2], [1.0]));

    [Fact]
    public void Points_in_memory_are_named_like_those_of_a_file()
    {
        var failure = Assert.Throws<DatasetException>(() =>
            Dataset.Of(
                "mine",
                new double[,]
                {
                    { 1 },
                    { double.NaN },
                },
                [0, 1]
            )
        );
        Assert.Equal("mine: row 2, column '0': NaN is not a finite number.", failure.Message);
    }
}
