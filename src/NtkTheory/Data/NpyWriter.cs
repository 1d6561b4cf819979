using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace NtkTheory.Data;

/// <summary>NumPy's format, version 1, for matrices of float64 that stand row after row.</summary>
internal static class NpyWriter
{
    private const int Alignment = 64;

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

    /// <summary>Writes rows of numbers, least significant byte first.</summary>
    public static void WriteRows(Stream target, double[,] rows)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Matrices are written on little-endian machines only.");
        }

        if (rows.Length == 0)
        {
            return;
        }

        var columns = rows.GetLength(1);
        for (var i = 0; i < rows.GetLength(0); i++)
        {
            target.Write(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref rows[i, 0], columns)));
        }
    }
}
