using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace NtkTheory.Data;

/// <summary>NumPy's format, version 1, for matrices of float64 that stand row after row.</summary>
internal static class NpyWriter
{
    private const int Alignment = 64;

    /// <summary>Numbers in a write: a span of bytes holds no more than 2 GB.</summary>
    private const int Chunk = 1 << 24;

    /// <summary>Writes everything that stands before the numbers.</summary>
    public static void WriteHeader(Stream target, int rows, int columns)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {columns}), }}"
        );
        // magic, version and length take 10 bytes, the newline 1
        var padding = (Alignment - ((10 + text.Length + 1) % Alignment)) % Alignment;
        var header = Encoding.ASCII.GetBytes(text + new string(' ', padding) + "\n");
        target.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)(header.Length & 0xFF), (byte)(header.Length >> 8)]);
        target.Write(header);
    }

    /// <summary>Writes numbers, least significant byte first.</summary>
    public static void Write(Stream target, ReadOnlySpan<double> numbers)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Matrices are written on little-endian machines only.");
        }

        for (var at = 0; at < numbers.Length; at += Chunk)
        {
            var count = Math.Min(Chunk, numbers.Length - at);
            target.Write(MemoryMarshal.AsBytes(numbers.Slice(at, count)));
        }
    }
}
