using System.Reflection;
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

    /// <summary>The linear algebra in use.</summary>
    public static string Backend => "managed";

    internal static Origin Origin => new(Version, Backend);
}
