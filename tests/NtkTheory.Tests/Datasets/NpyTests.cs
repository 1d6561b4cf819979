using System.Text;
using Xunit;

namespace NtkTheory.Tests.Datasets;

public class NpyTests
{
    private static readonly DatasetOptions Plain = new() { Normalization = Normalization.None };

    private static byte[] File(string type, string order, string shape, byte[] elements, byte version = 1)
    {
        var text = $"{{'descr': '{type}', 'fortran_order': {order}, 'shape': {shape}, }}\n";
        var length = new byte[version == 1 ? 2 : 4];
        length[0] = (byte)text.Length;
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. Encoding.UTF8.GetBytes(text), .. elements];
    }

    private static byte[] Doubles(params double[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static Dataset Read(byte[] bytes, string? label = "-1")
    {
        using var file = new TemporaryFile(bytes, "points.npy");
        return Dataset.Load(file.Path, label, Plain);
    }

    private static string Message(byte[] bytes, string? label = "-1") =>
        Assert.Throws<DatasetException>(() => Read(bytes, label)).Message;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Each_version_is_read(byte version)
    {
        var data = Read(File("<f8", "False", "(2, 3)", Doubles(1, 2, 0, 3, 4, 1), version));
        Assert.Equal(
            new double[,]
            {
                { 1, 2 },
                { 3, 4 },
            },
            data.ToArray()
        );
        Assert.Equal([0.0, 1.0], data.Labels);
        Assert.Equal(["0", "1"], data.Columns);
    }

    [Fact]
    public void Column_major_order_is_read()
    {
        var data = Read(File("<f8", "True", "(2, 3)", Doubles(1, 3, 2, 4, 0, 1)));
        Assert.Equal(
            new double[,]
            {
                { 1, 2 },
                { 3, 4 },
            },
            data.ToArray()
        );
    }

    public static TheoryData<string, byte[]> Elements =>
        new()
        {
            { "<f4", [.. new float[] { 1, 2, 3, 4 }.SelectMany(BitConverter.GetBytes)] },
            { ">f8", [.. new double[] { 1, 2, 3, 4 }.SelectMany(v => BitConverter.GetBytes(v).Reverse())] },
            { "<i8", [.. new long[] { 1, 2, 3, 4 }.SelectMany(BitConverter.GetBytes)] },
            { "<i4", [.. new int[] { 1, 2, 3, 4 }.SelectMany(BitConverter.GetBytes)] },
            { "<i2", [1, 0, 2, 0, 3, 0, 4, 0] },
            { "<u2", [1, 0, 2, 0, 3, 0, 4, 0] },
            { "|i1", [1, 2, 3, 4] },
            { "|u1", [1, 2, 3, 4] },
        };

    [Theory]
    [MemberData(nameof(Elements))]
    public void Numbers_of_each_type_are_read(string type, byte[] elements)
    {
        var data = Read(File(type, "False", "(2, 2)", elements));
        Assert.Equal(
            new double[,]
            {
                { 1 },
                { 3 },
            },
            data.ToArray()
        );
        Assert.Equal([2.0, 4.0], data.Labels);
    }

    [Theory]
    [InlineData("0", 1.0)]
    [InlineData("1", 2.0)]
    [InlineData("-3", 1.0)]
    public void The_label_is_named_by_its_number(string label, double first) =>
        Assert.Equal(first, Read(File("<f8", "False", "(2, 3)", Doubles(1, 2, 0, 3, 4, 1)), label).Labels[0]);

    [Theory]
    [InlineData("<f8", "(4,)", "points.npy: the array has 1 dimension where a matrix has 2.")]
    [InlineData("<c16", "(2, 2)", "points.npy: elements of type '<c16' are not supported.")]
    [InlineData("<f8", "(3, 2)", "points.npy: the file ends before its 3 x 2 numbers do.")]
    [InlineData("<f8", "(99999999999, 2)", "points.npy: the array is too large: one extent is 99999999999.")]
    [InlineData(
        "<f8",
        "(99999999, 2)",
        "points.npy: the matrix is too large: it has more than 20000000 values."
    )]
    [InlineData("<f8", "(4, 1)", "points.npy: there is no column beside the label.")]
    public void A_matrix_that_cannot_be_used_is_explained(string type, string shape, string message) =>
        Assert.Equal(message, Message(File(type, "False", shape, Doubles(1, 2, 3, 4))));

    [Fact]
    public void A_number_that_is_none_is_named()
    {
        var bytes = File("<f8", "False", "(2, 2)", Doubles(1, 2, double.NaN, 4));
        Assert.Equal("points.npy: row 2, column '0': NaN is not a finite number.", Message(bytes));
    }

    [Fact]
    public void What_is_no_matrix_is_explained()
    {
        Assert.Equal("points.npy: the file is empty.", Message([]));
        Assert.Equal(
            "points.npy: this is no .npy file: it does not start with the bytes of NumPy's format.",
            Message("a,label\n1,2\n"u8.ToArray())
        );
        Assert.Equal(
            "points.npy: the file ends within its header.",
            Message(File("<f8", "False", "(2, 2)", [])[..30])
        );
        Assert.Equal(
            "points.npy: version 9 of the .npy format is not known.",
            Message(File("<f8", "False", "(2, 2)", [], 9))
        );
    }

    [Theory]
    [InlineData(
        null,
        "points.npy: a matrix has no column names, so the label must be named by its column's number (0 is the first, -1 the last)."
    )]
    [InlineData("2", "points.npy: there is no column 2 in a matrix of 2 columns.")]
    [InlineData("-3", "points.npy: there is no column -3 in a matrix of 2 columns.")]
    [InlineData("label", "points.npy: there is no column label in a matrix of 2 columns.")]
    public void The_label_must_be_a_column(string? label, string message) =>
        Assert.Equal(message, Message(File("<f8", "False", "(2, 2)", Doubles(1, 2, 3, 4)), label));
}
