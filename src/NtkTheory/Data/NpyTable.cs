using System.Buffers.Binary;
using System.Globalization;
using NtkTheory.Reporting;

namespace NtkTheory.Data;

/// <summary>A NumPy matrix of real numbers or integers; its columns are named by their numbers, from 0.</summary>
internal static class NpyTable
{
    /// <summary>
    /// Reads a matrix of which one column, counted from 0 or from -1 backwards, holds the labels; if they may lack
    /// and no column is named, all columns are features and the labels are empty.
    /// </summary>
    public static RawTable Read(
        string name,
        Stream stream,
        string? label,
        int maxValues,
        bool labelMayLack = false
    )
    {
        var header = NpyHeader.Read(name, stream);
        if ((long)header.Rows * header.Columns > maxValues)
        {
            throw new DatasetException(name, $"the matrix is too large: it has more than {maxValues} values");
        }

        var labelAt = labelMayLack && label is null ? -1 : LabelColumn(name, label, header.Columns);
        var (width, element) = Element(name, header.Type);
        var bytes = Elements(name, stream, header, width);
        var stride = header.ColumnMajor ? (Row: 1, Column: header.Rows) : (Row: header.Columns, Column: 1);

        double At(int i, int j)
        {
            var number = element(bytes.AsSpan((i * stride.Row + j * stride.Column) * width, width));
            return double.IsFinite(number)
                ? number
                : throw new DatasetException(name, $"{number} is not a finite number", i + 1, NameOf(j));
        }

        var features = Enumerable.Range(0, header.Columns).Where(j => j != labelAt).ToArray();
        return new RawTable(
            name,
            [.. features.Select(NameOf)],
            [.. Enumerable.Range(0, header.Rows).Select(i => features.Select(j => At(i, j)).ToArray())],
            [
                .. Enumerable
                    .Range(0, header.Rows)
                    .Select(i =>
                        labelAt < 0 ? "" : At(i, labelAt).ToString("R", CultureInfo.InvariantCulture)
                    ),
            ],
            labelAt < 0 ? "" : NameOf(labelAt)
        );
    }

    private static string NameOf(int column) => column.ToString(CultureInfo.InvariantCulture);

    private static int LabelColumn(string name, string? label, int columns)
    {
        if (label is null)
        {
            throw new DatasetException(
                name,
                "a matrix has no column names, so the label must be named by its column's number (0 is the first, -1 the last)"
            );
        }

        var isNumber = int.TryParse(
            label,
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var at
        );
        var column = at < 0 ? columns + at : at;
        if (!isNumber || column < 0 || column >= columns)
        {
            throw new DatasetException(
                name,
                $"there is no column {Numbers.Quote(label)} in a matrix of {Plural.count(columns, "column")}"
            );
        }

        return columns > 1 ? column : throw new DatasetException(name, "there is no column beside the label");
    }

    private static byte[] Elements(string name, Stream stream, NpyHeader header, int width)
    {
        var bytes = new byte[(long)header.Rows * header.Columns * width];
        return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length
            ? bytes
            : throw new DatasetException(
                name,
                $"the file ends before its {header.Rows} x {header.Columns} numbers do"
            );
    }

    private delegate double ElementReader(ReadOnlySpan<byte> bytes);

    private static (int Width, ElementReader Read) Element(string name, string type) =>
        type switch
        {
            "<f8" => (8, BinaryPrimitives.ReadDoubleLittleEndian),
            ">f8" => (8, BinaryPrimitives.ReadDoubleBigEndian),
            "<f4" => (4, b => BinaryPrimitives.ReadSingleLittleEndian(b)),
            ">f4" => (4, b => BinaryPrimitives.ReadSingleBigEndian(b)),
            "<i8" => (8, b => BinaryPrimitives.ReadInt64LittleEndian(b)),
            "<i4" => (4, b => BinaryPrimitives.ReadInt32LittleEndian(b)),
            "<i2" => (2, b => BinaryPrimitives.ReadInt16LittleEndian(b)),
            "<u8" => (8, b => BinaryPrimitives.ReadUInt64LittleEndian(b)),
            "<u4" => (4, b => BinaryPrimitives.ReadUInt32LittleEndian(b)),
            "<u2" => (2, b => BinaryPrimitives.ReadUInt16LittleEndian(b)),
            "|i1" => (1, b => (sbyte)b[0]),
            "|u1" or "|b1" => (1, b => b[0]),
            _ => throw new DatasetException(
                name,
                $"elements of type '{Numbers.Quote(type)}' are not supported"
            ),
        };
}
