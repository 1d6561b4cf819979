namespace NtkTheory.Cli.Tests;

/// <summary>A folder that is gone when the test is.</summary>
public sealed class Folder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("ntk-cli-tests-").FullName;

    public string File(string name) => Path.Combine(path, name);

    public string File(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    public void Dispose() => Directory.Delete(path, recursive: true);
}
