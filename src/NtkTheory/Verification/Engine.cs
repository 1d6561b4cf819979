using System.Reflection;
using NtkTheory.Numerics;
using NtkTheory.Reporting;

namespace NtkTheory;

/// <summary>What does the work.</summary>
public static class Engine
{
    /// <summary>The version of the product.</summary>
    public static string Version { get; } =
        typeof(Engine)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];

    /// <summary>
    /// The linear algebra of the verification: the product's own, so that a report is the same on every machine.
    /// </summary>
    public static string Backend => "managed";

    /// <summary>What eigenvalues of Gram matrices are computed with: OpenBLAS where the machine has it.</summary>
    public static string SpectralBackend => Spectral.IsNative ? "OpenBLAS" : "managed";

    internal static Numerics.Backend Spectral => FoundBackend.Value;

    internal static Origin Origin => new(Version, Backend);

    private static readonly Lazy<Numerics.Backend> FoundBackend = new(() =>
        OpenBlasModule.find() is { } library
            ? Numerics.Backend.NewNative(library.Value)
            : Numerics.Backend.Managed
    );
}
