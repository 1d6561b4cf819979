namespace NtkTheory.Data;

/// <summary>Opening a file, with one sentence for each way in which that fails.</summary>
internal static class DataFile
{
    /// <summary>What a reader makes of a file; it is given the file's name and its bytes.</summary>
    public static RawTable Read(string path, Func<string, Stream, RawTable> read) =>
        Read(path, read, File.OpenRead);

    /// <summary>The same with another way of opening.</summary>
    internal static RawTable Read(string path, Func<string, Stream, RawTable> read, Func<string, Stream> open)
    {
        var name = Path.GetFileName(path) is { Length: > 0 } last ? last : path;
        if (Directory.Exists(path))
        {
            throw new DatasetException(path, "this is a directory, not a file");
        }

        try
        {
            using var stream = open(path);
            return read(name, stream);
        }
        catch (Exception failure) when (Explain(failure) is { } what)
        {
            throw new DatasetException($"{path}: {what}.", failure);
        }
    }

    private static string? Explain(Exception failure) =>
        failure switch
        {
            FileNotFoundException or DirectoryNotFoundException => "there is no such file",
            UnauthorizedAccessException => "there is no permission to read this file",
            IOException => $"the file cannot be read ({failure.Message.TrimEnd('.')})",
            NotSupportedException or ArgumentException => "this is not the name of a file",
            _ => null,
        };
}
