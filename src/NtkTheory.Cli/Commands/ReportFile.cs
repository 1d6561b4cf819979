using System.Text;
using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Commands;

/// <summary>A file that a result goes to: known to be writable before the work begins, and written whole or not at all.</summary>
internal sealed class ReportFile
{
    private const string Devices = "/dev/";

    private readonly string path;
    private readonly Terminal terminal;
    private readonly bool inPlace;

    private ReportFile(string path, Terminal terminal)
    {
        this.path = path;
        this.terminal = terminal;
        inPlace = !IsStandardOutput && !CanBeReplaced();
    }

    /// <summary>Whether the report goes to the standard output.</summary>
    public bool IsStandardOutput => path == "-";

    /// <summary>Whether the name asks for a page of HTML.</summary>
    public bool IsHtml => path.EndsWith(".html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes sure that a file can be written, and leaves it as it is; nothing where none is named.</summary>
    public static ReportFile? Prepare(string? path, Terminal terminal) =>
        path is null ? null : new ReportFile(path, terminal);

    /// <summary>Writes the text, in place of what the file held.</summary>
    public void Write(string text)
    {
        if (IsStandardOutput)
        {
            terminal.Out.Write(text);
        }
        else
        {
            Write(stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        }
    }

    /// <summary>Writes bytes, in place of what the file held; where that fails or is stopped the file stays as it was.</summary>
    public void Write(Action<Stream> write) =>
        Guarded(() =>
        {
            if (inPlace)
            {
                using var stream = new FileStream(path, FileMode.Create, FileAccess.Write);
                write(stream);
            }
            else
            {
                Replace(write);
            }
        });

    /// <summary>A link is followed, so that it stays a link.</summary>
    private string Target =>
        File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;

    private string Draft => $"{Target}.{Environment.ProcessId}.part";

    private void Replace(Action<Stream> write)
    {
        var (target, draft) = (Target, Draft);
        try
        {
            using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write))
            {
                write(stream);
            }

            File.Move(draft, target, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Refuses a directory where a file is meant.</summary>
    public static void RefuseDirectory(string? path)
    {
        if (Directory.Exists(path))
        {
            throw new InputException($"{path}: this is a directory, not a file.");
        }
    }

    /// <summary>
    /// Whether a finished draft can take the file's place. A device cannot be replaced, nor can a file in a folder
    /// where no other may be made.
    /// </summary>
    private bool CanBeReplaced()
    {
        RefuseDirectory(path);
        var isNew = !Path.Exists(path);
        try
        {
            Guarded(() => File.Open(path, FileMode.OpenOrCreate, FileAccess.Write).Dispose());
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            throw Refusal(failure);
        }

        if (isNew)
        {
            File.Delete(path);
        }

        return !Path.GetFullPath(path).StartsWith(Devices, StringComparison.Ordinal) && (isNew || CanDraft());
    }

    private bool CanDraft()
    {
        try
        {
            File.Create(Draft).Dispose();
            File.Delete(Draft);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Refusal(failure);
        }
    }

    private InputException Refusal(Exception failure) =>
        new($"{path}: this cannot be written here ({failure.Message.TrimEnd('.')}).");
}
