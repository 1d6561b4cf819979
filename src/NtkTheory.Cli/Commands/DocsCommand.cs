using System.CommandLine;
using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Commands;

/// <summary><c>ntk docs</c>: writes the pages about the theorems, or says which are stale.</summary>
internal static class DocsCommand
{
    public static Command Create(Terminal terminal) =>
        new("docs", "Writes the pages about the theorems, with the verdicts of a run.")
        {
            Sub(terminal, "write", "Writes the pages into a folder.", Make, Write),
            Sub(
                terminal,
                "check",
                "Says which pages of a folder are not those of this version.",
                Require,
                Check
            ),
        };

    private static Command Sub(
        Terminal terminal,
        string name,
        string description,
        Action<string> prepare,
        Func<Terminal, string, IReadOnlyList<HandbookPage>, int> use
    )
    {
        var folder = new Argument<string>("FOLDER") { Description = "Where the pages are." };
        var names = new Argument<string[]>("ID|TOPIC|all")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Which statements; nothing for all.",
        };
        var settings = new BudgetArguments();
        var command = new Command(name, description) { folder, names };
        settings.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var theorems = Selection.Of(
                    parsed.GetValue(names) is { Length: > 0 } given ? given : ["all"]
                );
                var options = settings.Read(parsed, null);
                prepare(parsed.GetValue(folder)!);
                return await Recording.MakeAsync(terminal, theorems, options, cancellation) is { } report
                    ? use(terminal, parsed.GetValue(folder)!, report.ToPages())
                    : ExitCode.Inconclusive;
            }
        );
        return command;
    }

    private static void Require(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException($"{folder}: there is no such folder.");
        }
    }

    private static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: no folder can be here ({failure.Message.TrimEnd('.')}).");
        }
    }

    private static int Write(Terminal terminal, string folder, IReadOnlyList<HandbookPage> pages)
    {
        foreach (var page in pages)
        {
            ReportFile.Prepare(Path.Combine(folder, page.Name), terminal)!.Write(page.Text);
        }

        foreach (var path in Left(folder, pages))
        {
            File.Delete(path);
        }

        terminal.Out.WriteLine($"{Plural.Count(pages.Count, "page")} in {folder}.");
        return ExitCode.AsExpected;
    }

    private static int Check(Terminal terminal, string folder, IReadOnlyList<HandbookPage> pages)
    {
        List<string> stale =
        [
            .. pages
                .Select(page => (Path: Path.Combine(folder, page.Name), page.Text))
                .Where(page => !File.Exists(page.Path) || File.ReadAllText(page.Path) != page.Text)
                .Select(page => page.Path),
            .. Left(folder, pages),
        ];
        foreach (var path in stale)
        {
            terminal.Out.WriteLine($"{path} is stale.");
        }

        terminal.Out.WriteLine(
            $"{stale.Count} of {Plural.Count(pages.Count, "page")} {(stale.Count == 1 ? "is" : "are")} stale."
        );
        return stale.Count == 0 ? ExitCode.AsExpected : ExitCode.Surprise;
    }

    /// <summary>The pages in the folder that an earlier version wrote and this one does not.</summary>
    private static IEnumerable<string> Left(string folder, IReadOnlyList<HandbookPage> pages) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*.md")
                .Where(path => pages.All(page => page.Name != Path.GetFileName(path)))
                .Where(path => File.ReadAllText(path).Contains("*Written by `ntk docs write`"))
            : [];
}
