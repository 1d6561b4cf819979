namespace NtkTheory.Cli.Tests;

/// <summary>The files of this repository.</summary>
internal static class Repository
{
    /// <summary>Its top folder.</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    private static string Above(string folder) =>
        System.IO.File.Exists(Path.Combine(folder, "NtkTheory.sln"))
            ? folder
            : Above(Path.GetDirectoryName(folder)!);
}
