using Spectre.Console;

namespace NtkTheory.Cli.Terminals;

/// <summary>Where the program writes: results on one stream, progress and complaints on the other.</summary>
internal sealed class Terminal
{
    private const int WidthOfFiles = 80;

    private Terminal(TextWriter output, TextWriter error, IAnsiConsole results, IAnsiConsole status)
    {
        Out = output;
        Error = error;
        Results = results;
        Status = status;
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    /// <summary>Layout and colour on the stream of the results.</summary>
    public IAnsiConsole Results { get; }

    /// <summary>Layout and colour on the stream of the progress.</summary>
    public IAnsiConsole Status { get; }

    /// <summary>The longest line of a result.</summary>
    public int Width => Results.Profile.Width;

    /// <summary>The streams of the process.</summary>
    public static Terminal OfProcess() =>
        new(Console.Out, Console.Error, OnStream(Console.Out), OnStream(Console.Error));

    /// <summary>Plain text, as for a file.</summary>
    public static Terminal To(TextWriter output, TextWriter error) =>
        new(output, error, Plain(output), Plain(error));

    /// <summary>The same with the results on the other stream.</summary>
    public Terminal Swapped() => new(Error, Error, Status, Status);

    /// <summary>Writes a line of results, in colour and wrapped on a terminal, as it is in a file.</summary>
    public void WriteLine(string text, Style style)
    {
        if (Results.Profile.Out.IsTerminal)
        {
            Results.WriteLine(text, style);
        }
        else
        {
            Out.WriteLine(text);
        }
    }

    private static IAnsiConsole OnStream(TextWriter stream) =>
        new AnsiConsoleOutput(stream).IsTerminal
            ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(stream) })
            : Plain(stream);

    private static IAnsiConsole Plain(TextWriter stream)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(stream),
            }
        );
        console.Profile.Width = WidthOfFiles;
        return console;
    }
}
