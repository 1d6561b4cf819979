using System.CommandLine;
using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Commands;

/// <summary>The options that say where a report goes.</summary>
internal sealed class ReportArguments
{
    private readonly Option<string> json = new("--json")
    {
        HelpName = "FILE",
        Description = "Writes the report as JSON; '-' for the standard output.",
    };

    private readonly Option<string> report = new("--report")
    {
        HelpName = "FILE",
        Description =
            "Writes the report as a document: HTML where the name ends in .html, Markdown otherwise.",
    };

    private readonly Option<bool> quiet = new("--quiet")
    {
        Description = "No progress and no table: only surprises and the closing line.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(json);
        command.Add(report);
        command.Add(quiet);
    }

    /// <summary>Makes sure, before the work begins, that the named files can be written.</summary>
    public ReportOutput Prepare(ParseResult parsed, Terminal terminal)
    {
        var asJson = ReportFile.Prepare(parsed.GetValue(json), terminal);
        var asDocument = ReportFile.Prepare(parsed.GetValue(report), terminal);
        var view = asJson is { IsStandardOutput: true } ? terminal.Swapped() : terminal;
        return new ReportOutput(view, parsed.GetValue(quiet), asJson, asDocument);
    }
}

/// <summary>Where a report goes.</summary>
/// <param name="View">The streams for people.</param>
/// <param name="IsQuiet">Whether only surprises and the closing line are wanted.</param>
/// <param name="Json">The file for programs.</param>
/// <param name="Document">The document.</param>
internal sealed record ReportOutput(Terminal View, bool IsQuiet, ReportFile? Json, ReportFile? Document)
{
    /// <summary>Writes the report to all of them.</summary>
    public void Write(VerificationReport report, TimeSpan elapsed)
    {
        VerdictView.Write(View, report, elapsed, IsQuiet);
        Json?.Write(report.ToJson());
        Document?.Write(Document.IsHtml ? report.ToHtml() : report.ToMarkdown());
    }
}
