using Xunit;

namespace NtkTheory.Tests.Datasets;

public class BadFileTests
{
    private static DatasetException Fails(string text, string? label = null, DatasetOptions? options = null)
    {
        using var file = new TemporaryFile(text);
        return Assert.Throws<DatasetException>(() => Dataset.Load(file.Path, label, options));
    }

    [Theory]
    [InlineData("", "points.csv: the file is empty.")]
    [InlineData("\na,label\n1,0\n2,1\n", "points.csv: line 1 is empty where the header should be.")]
    [InlineData("a,label\n1,0\n\n2,1\n", "points.csv: row 2: line 3 is empty.")]
    [InlineData("a,label\n1,0\n2,1\n\n", "points.csv: row 3: line 4 is empty.")]
    [InlineData("a,label\n1,0\n2\n", "points.csv: row 2: line 3 has 1 value where the header has 2.")]
    [InlineData("a,label\n1,0\n2,1,5\n", "points.csv: row 2: line 3 has 3 values where the header has 2.")]
    [InlineData("a,label\n1,0\nNaN,1\n", "points.csv: row 2, column 'a': 'NaN' is not a finite number.")]
    [InlineData(
        "a,label\n1,0\n-1e999,1\n",
        "points.csv: row 2, column 'a': '-1e999' is not a finite number."
    )]
    [InlineData("a,label\nfive,0\n2,1\n", "points.csv: row 1, column 'a': 'five' is not a number.")]
    [InlineData("a,label\n,0\n2,1\n", "points.csv: row 1, column 'a': the value is missing.")]
    [InlineData("a,label\n1,0\n2,nan\n", "points.csv: row 2, column 'label': 'nan' is not a finite number.")]
    [InlineData("a,label\n1,0\n2,x\n", "points.csv: row 2, column 'label': 'x' is not a number.")]
    [InlineData("a,label\n1,yes\n2,\n", "points.csv: row 2, column 'label': the label is missing.")]
    [InlineData("a,label\n", "points.csv: the table has no row, and two are needed at least.")]
    [InlineData("a,label\n1,0\n", "points.csv: the table has a single row, and two are needed at least.")]
    [InlineData("a,label\n1,0\n2,0\n", "points.csv: column 'label': the label is the same in all 2 rows.")]
    [InlineData("a,b\n1,0\n2,1\n", "points.csv: no column is called 'label' (there are a, b).")]
    [InlineData("label\n1\n2\n", "points.csv: there is no column beside the label.")]
    [InlineData(
        "1,2\n3,4\n",
        "points.csv: the first line holds numbers where the names of the columns should be."
    )]
    [InlineData("a,a,label\n3,4,5\n", "points.csv: the header names the column 'a' twice.")]
    [InlineData(
        "a,b,label\n1,0,0\n0,0,1\n",
        "points.csv: row 2: the point is zero, so it has no direction and cannot be divided by its norm."
    )]
    [InlineData(
        "a,b,label\n1,1,0\n2,2,1\n",
        "points.csv: without repetitions the table has a single row, and two are needed at least."
    )]
    public void One_sentence_says_what_is_wrong(string text, string message) =>
        Assert.Equal(message, Fails(text).Message);

    [Fact]
    public void The_place_can_be_read_by_a_program()
    {
        var failure = Fails("a,label\n1,0\nfive,1\n");
        Assert.Equal((2, "a", "five"), (failure.Row, failure.Column, failure.Value));
    }

    [Fact]
    public void A_missing_label_column_is_named()
    {
        var failure = Fails("a,label\n1,0\n2,1\n", "class");
        Assert.Equal("points.csv: no column is called 'class' (there are a, label).", failure.Message);
    }

    [Fact]
    public void A_constant_column_is_named_with_its_value()
    {
        var failure = Fails("a,b,label\n1,5,0\n2,5,1\n");
        Assert.Equal(
            "points.csv: column 'b': the value is 5 in all 2 rows, and a constant column tells no points apart.",
            failure.Message
        );
    }

    [Fact]
    public void A_constant_column_that_is_kept_cannot_be_standardized()
    {
        var options = new DatasetOptions
        {
            ConstantColumns = ConstantColumns.Keep,
            Normalization = Normalization.StandardizeUnit,
        };
        Assert.Equal("b", Fails("a,b,label\n1,5,0\n2,5,1\n", null, options).Column);
    }

    [Fact]
    public void A_table_that_is_too_large_is_refused()
    {
        var failure = Fails("a,label\n1,0\n2,1\n3,2\n", null, new DatasetOptions { MaxValues = 4 });
        Assert.Equal("points.csv: the table is too large: it has more than 4 values.", failure.Message);
    }

    [Fact]
    public void A_line_without_end_is_refused()
    {
        var failure = Fails("a,label\n" + new string('1', 20 << 20));
        Assert.Equal("points.csv: line 2 is no comma-separated text.", failure.Message);
    }

    [Fact]
    public void A_directory_is_no_file()
    {
        var folder = Path.GetTempPath();
        var failure = Assert.Throws<DatasetException>(() => Dataset.Load(folder));
        Assert.Equal($"{folder}: this is a directory, not a file.", failure.Message);
    }

    [Theory]
    [InlineData("nowhere.csv")]
    [InlineData("nowhere/points.npy")]
    public void A_missing_file_is_named(string path)
    {
        var failure = Assert.Throws<DatasetException>(() => Dataset.Load(path));
        Assert.Equal($"{path}: there is no such file.", failure.Message);
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_named()
    {
        var failure = Assert.Throws<DatasetException>(() =>
            Data.DataFile.Read(
                "secret.csv",
                (_, _) => throw new InvalidOperationException(),
                _ => throw new UnauthorizedAccessException()
            )
        );
        Assert.Equal("secret.csv: there is no permission to read this file.", failure.Message);
    }
}
