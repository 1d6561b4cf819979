namespace NtkTheory.Cli.Tests;

/// <summary>The tables of the repository.</summary>
internal static class DataFiles
{
    public static string Path(string name)
    {
        for (var folder = AppContext.BaseDirectory; ; folder = System.IO.Path.GetDirectoryName(folder)!)
        {
            var path = System.IO.Path.Combine(folder, "tests", "NtkTheory.Tests", "Data", name);
            if (File.Exists(path))
            {
                return path;
            }
        }
    }
}
