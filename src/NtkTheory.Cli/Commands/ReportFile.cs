using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Commands;

/// <summary>A file that a report goes to, known to be writable before the work begins.</summary>
internal sealed class ReportFile
{
    private readonly string path;
    private readonly Terminal terminal;

    private ReportFile(string path, Terminal terminal)
    {
        this.path = path;
        this.terminal = terminal;
    }

    /// <summary>Whether the report goes to the standard output.</summary>
    public bool IsStandardOutput => path == "-";

    /// <summary>Whether the name asks for a page of HTML.</summary>
    public bool IsHtml => path.EndsWith(".html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes sure that a file can be written; nothing where none is named.</summary>
    public static ReportFile? Prepare(string? path, Terminal terminal)
    {
        if (path is null)
        {
            return null;
        }

        var file = new ReportFile(path, terminal);
        if (!file.IsStandardOutput)
        {
            file.Guarded(() => File.Open(path, FileMode.OpenOrCreate, FileAccess.Write).Dispose());
        }

        return file;
    }

    /// <summary>Writes the text, in place of what the file held.</summary>
    public void Write(string text)
    {
        if (IsStandardOutput)
        {
            terminal.Out.Write(text);
        }
        else
        {
            Guarded(() => File.WriteAllText(path, text));
        }
    }

    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure)
            when (failure
                    is IOException
                        or UnauthorizedAccessException
                        or ArgumentException
                        or NotSupportedException
            )
        {
            throw new InputException(
                $"{path}: the report cannot be written here ({failure.Message.TrimEnd('.')})."
            );
        }
    }
}
