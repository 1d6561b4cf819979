using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using NtkTheory.Reporting;

namespace NtkTheory.Data;

/// <summary>
/// The header of a NumPy array file, versions 1 to 3 (NEP 1 of NumPy): the magic bytes, the version, the length of
/// a Python dictionary and the dictionary itself.
/// </summary>
/// <param name="Type">The element: its byte order, its kind and its bytes, such as &lt;f8.</param>
/// <param name="ColumnMajor">Whether the first index runs fastest.</param>
/// <param name="Rows">The first extent.</param>
/// <param name="Columns">The second extent.</param>
internal sealed partial record NpyHeader(string Type, bool ColumnMajor, int Rows, int Columns)
{
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The longest dictionary that is believed: a plain matrix needs about a hundred bytes.</summary>
    private const uint LongestDictionary = 1 << 16;

    /// <summary>Reads up to the first element.</summary>
    public static NpyHeader Read(string name, Stream stream)
    {
        Span<byte> start = stackalloc byte[8];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == 0)
        {
            throw new DatasetException(name, "the file is empty");
        }

        if (!start[..6].SequenceEqual(Magic))
        {
            throw new DatasetException(
                name,
                "this is no .npy file: it does not start with the bytes of NumPy's format"
            );
        }

        if (start[6] is < 1 or > 3)
        {
            throw new DatasetException(name, $"version {start[6]} of the .npy format is not known");
        }

        return Parse(name, Encoding.UTF8.GetString(Dictionary(name, stream, isShort: start[6] == 1)));
    }

    private static byte[] Dictionary(string name, Stream stream, bool isShort)
    {
        Span<byte> size = stackalloc byte[4];
        size.Clear();
        Fill(name, stream, isShort ? size[..2] : size);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > LongestDictionary)
        {
            throw new DatasetException(name, "the header is too long for a matrix");
        }

        var text = new byte[length];
        Fill(name, stream, text);
        return text;
    }

    private static void Fill(string name, Stream stream, Span<byte> target)
    {
        if (stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) < target.Length)
        {
            throw new DatasetException(name, "the file ends within its header");
        }
    }

    private static NpyHeader Parse(string name, string text)
    {
        var (type, order, shape) = (
            TypePattern().Match(text),
            OrderPattern().Match(text),
            ShapePattern().Match(text)
        );
        if (!type.Success || !order.Success || !shape.Success)
        {
            throw new DatasetException(
                name,
                $"the header is not that of a plain array: '{Numbers.Quote(text.Trim())}'"
            );
        }

        string[] extents =
        [
            .. shape
                .Groups[1]
                .Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        ];
        if (extents.Length != 2)
        {
            throw new DatasetException(
                name,
                $"the array has {Plural.count(extents.Length, "dimension")} where a matrix has 2"
            );
        }

        return new(
            type.Groups[1].Value,
            order.Groups[1].Value == "True",
            Extent(name, extents[0]),
            Extent(name, extents[1])
        );
    }

    private static int Extent(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var extent)
            ? extent
            : throw new DatasetException(
                name,
                $"the array is too large: one extent is {Numbers.Quote(text)}"
            );

    [GeneratedRegex("""['"]descr['"]\s*:\s*['"]([^'"]+)['"]""")]
    private static partial Regex TypePattern();

    [GeneratedRegex("""['"]fortran_order['"]\s*:\s*(True|False)""")]
    private static partial Regex OrderPattern();

    [GeneratedRegex("""['"]shape['"]\s*:\s*\(([0-9,\s]*)\)""")]
    private static partial Regex ShapePattern();
}
