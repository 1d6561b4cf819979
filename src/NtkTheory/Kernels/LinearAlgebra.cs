using NtkTheory.Numerics;

namespace NtkTheory;

/// <summary>Who makes eigenvectors and factors: OpenBLAS where the machine has it.</summary>
internal static class LinearAlgebra
{
    private static readonly Lazy<Backend> Found = new(() =>
        OpenBlasModule.find() is { } library ? Backend.NewNative(library.Value) : Backend.Managed
    );

    public static Backend Backend => Found.Value;

    public static string Name => Backend.IsManaged ? "managed" : "OpenBLAS for eigenvalues and factors";
}
