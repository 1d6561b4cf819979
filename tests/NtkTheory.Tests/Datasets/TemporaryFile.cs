namespace NtkTheory.Tests.Datasets;

/// <summary>A file that is gone when the test is.</summary>
public sealed class TemporaryFile : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ntk-tests-").FullName;

    public TemporaryFile(string text, string name = "points.csv")
    {
        Path = System.IO.Path.Combine(folder, name);
        File.WriteAllText(Path, text);
    }

    public TemporaryFile(byte[] bytes, string name)
    {
        Path = System.IO.Path.Combine(folder, name);
        File.WriteAllBytes(Path, bytes);
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
