using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NtkTheory.Cli.Terminals;

/// <summary>A report for people: a table of verdicts, what needs a word, and a closing line.</summary>
internal static class VerdictView
{
    private const string Indentation = "    ";
    private const int RoomForIds = 38; // what 80 columns leave

    /// <summary>
    /// Writes the whole of it, what matters most last; only the surprises and the closing line when asked to be quiet.
    /// </summary>
    public static void Write(Terminal terminal, VerificationReport report, TimeSpan elapsed, bool quiet)
    {
        var console = terminal.Results;
        if (!quiet)
        {
            console.Write(Heading(report));
            WriteNotes(terminal, report.Verdicts.Where(verdict => verdict.IsExpected && HasMore(verdict)));
            console.Write(Table(report.Verdicts));
        }

        WriteNotes(terminal, report.Surprises);
        terminal.WriteLine(ClosingLine(report, elapsed), ClosingStyle(report));
    }

    private static bool HasMore(Verdict verdict) =>
        verdict.Counterexample is not null
        || (verdict.Reason.Length > 0 && verdict.Kind != VerdictKind.Reported);

    private static Text Heading(VerificationReport report)
    {
        var options = report.Options;
        var points = options.Data is { } data
            ? $"data: {data.Name}, {Plural.Count(data.Count, "point")} in R^{data.Dimension}; {string.Join("; ", data.Preparation)}; "
                + $"{report.OnData.Count} of the statements {(report.OnData.Count == 1 ? "takes its" : "take their")} instances from them"
            : "data: none, random instances only";
        return new Text(
            string.Create(
                CultureInfo.InvariantCulture,
                $"NtkTheory {Engine.Version}, seed {options.Seed}, budget {options.Budget.Name}, false-alarm rate {options.FalseAlarmRate}\n{points}\n\n"
            ),
            new Style(decoration: Decoration.Dim)
        );
    }

    private static Table Table(IReadOnlyList<Verdict> verdicts)
    {
        var table = new Table { ShowHeaders = true, Expand = false }.Border(TableBorder.Simple);
        table.AddColumn(Column("", Justify.Left));
        table.AddColumn(new TableColumn("statement").PadLeft(0).PadRight(1));
        table.AddColumn(Column("verdict", Justify.Left));
        table.AddColumn(Column("tight", Justify.Right));
        table.AddColumn(Column("ctrl", Justify.Right));
        table.AddColumn(Column("s", Justify.Right));
        foreach (var verdict in verdicts)
        {
            table.AddRow(Cells(verdict));
        }

        return table;
    }

    private static TableColumn Column(string heading, Justify side) =>
        new TableColumn(heading).NoWrap().Alignment(side).PadLeft(0).PadRight(1);

    private static IEnumerable<IRenderable> Cells(Verdict verdict)
    {
        var refuted = verdict.Controls.Count(control => control.IsRefuted);
        var style = StyleOf(verdict);
        return
        [
            new Text(Mark(verdict), style),
            new Text(Folded(verdict.Theorem.Id)),
            new Text(Word(verdict), style),
            new Text(Number(verdict.Tightness)),
            new Text(verdict.Controls.Count == 0 ? "" : $"{refuted}/{verdict.Controls.Count}"),
            new Text(verdict.Duration.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>An id that the column has no room for goes on below from its last slash.</summary>
    private static string Folded(string id)
    {
        var slash = id.LastIndexOf('/');
        return id.Length <= RoomForIds ? id : $"{id[..slash]}\n  {id[slash..]}";
    }

    private static string Mark(Verdict verdict) =>
        verdict switch
        {
            { IsExpected: true } => "✓",
            { Kind: VerdictKind.Inconclusive } => "?",
            _ => "✗",
        };

    private static string Word(Verdict verdict) =>
        verdict switch
        {
            { Kind: VerdictKind.NotApplicable } => "Not applicable",
            { Kind: VerdictKind.NotCheckable } => "Not checkable",
            _ => verdict.Kind.ToString(),
        };

    private static Style StyleOf(Verdict verdict) =>
        new(
            verdict switch
            {
                { Kind: VerdictKind.Inconclusive } => Color.Yellow,
                { IsExpected: false } => Color.Red,
                { Kind: VerdictKind.Holds } => Color.Green,
                { Kind: VerdictKind.Refuted } => Color.Teal,
                _ => Color.Default,
            }
        );

    private static string Number(double value) =>
        double.IsFinite(value) ? value.ToString("G3", CultureInfo.InvariantCulture) : "";

    private static void WriteNotes(Terminal terminal, IEnumerable<Verdict> verdicts)
    {
        foreach (var verdict in verdicts)
        {
            WriteNotes(terminal, verdict);
        }
    }

    /// <summary>Words are wrapped here and not by the console, which would break a token in two.</summary>
    private static void WriteNotes(Terminal terminal, Verdict verdict)
    {
        terminal.WriteLine(NoteHeading(verdict), StyleOf(verdict));
        if (verdict.Reason.Length > 0)
        {
            WriteIndented(terminal, verdict.Reason);
        }

        if (verdict.Counterexample is { } example)
        {
            WriteIndented(terminal, example.Instance);
            WriteIndented(terminal, $"measured {example.Measured}, bound {example.Bound}");
            terminal.Out.WriteLine($"{Indentation}ntk replay {example.Token}"); // one line, to be copied
        }

        terminal.Out.WriteLine();
    }

    private static void WriteIndented(Terminal terminal, string text)
    {
        foreach (var line in Lines.Wrap(text, terminal.Width - Indentation.Length))
        {
            terminal.Out.WriteLine(Indentation + line);
        }
    }

    private static string NoteHeading(Verdict verdict)
    {
        var expected = verdict switch
        {
            { IsExpected: false, Kind: VerdictKind.Holds or VerdictKind.Refuted } =>
                $", where {verdict.Expected} is expected",
            { Kind: VerdictKind.Refuted } => ", as expected",
            _ => "",
        };
        return $"{Mark(verdict)} {verdict.Theorem.Id}: {Word(verdict)}{expected}";
    }

    private static string ClosingLine(VerificationReport report, TimeSpan elapsed)
    {
        var counts = report
            .Verdicts.GroupBy(verdict => verdict.Kind)
            .OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {Phrase(group.Key, group.Count())}");
        var verdicts = string.Join(", ", counts.DefaultIfEmpty("none judged"));
        var stopped = report.IsPartial ? $" Stopped after {report.Verdicts.Count} of {report.Total}." : "";
        var surprises = report.Surprises.Count switch
        {
            0 when report.IsPartial => " No surprises so far.",
            0 => " All as expected.",
            1 => " 1 is not as expected.",
            var n => $" {n} are not as expected.",
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Plural.Count(report.Verdicts.Count, "statement")} in {elapsed.TotalSeconds:F1} s: {verdicts}.{stopped}{surprises}"
        );
    }

    private static string Phrase(VerdictKind kind, int count) =>
        kind switch
        {
            VerdictKind.Holds => count == 1 ? "holds" : "hold",
            VerdictKind.Refuted => "refuted",
            VerdictKind.Inconclusive => "inconclusive",
            VerdictKind.NotApplicable => "not applicable",
            VerdictKind.Faulted => "faulted",
            VerdictKind.NotCheckable => "not checkable",
            _ => "reported",
        };

    private static Style ClosingStyle(VerificationReport report) =>
        new(report.IsAsExpected ? Color.Green : Color.Red, decoration: Decoration.Bold);
}
