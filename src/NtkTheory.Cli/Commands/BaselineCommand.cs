using System.CommandLine;
using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Commands;

/// <summary><c>ntk baseline</c>: records verdicts and bounds, and compares two recordings.</summary>
internal static class BaselineCommand
{
    public static Command Create(Terminal terminal) =>
        new("baseline", "Records tightness and orders, for 'ntk verify --baseline'.")
        {
            Write(terminal),
            Diff(terminal),
        };

    /// <summary>The recording in a file.</summary>
    public static Baseline Read(string path)
    {
        try
        {
            return Baseline.Parse(File.ReadAllText(path));
        }
        catch (FormatException)
        {
            throw new InputException($"{path} is no baseline of this program.");
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException(
                $"{path}: the baseline cannot be read ({failure.Message.TrimEnd('.')})."
            );
        }
    }

    private static Command Write(Terminal terminal)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The recording; '-' for the standard output.",
        };
        var names = new Argument<string[]>("ID|TOPIC|all")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "What is recorded; nothing for all.",
        };
        var settings = new BudgetArguments();
        var command = new Command("write", "Records verdict, tightness and order of statements.")
        {
            file,
            names,
        };
        settings.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                string[] wanted = parsed.GetValue(names) is { Length: > 0 } given ? given : ["all"];
                var theorems = Selection.Of(wanted);
                var target = ReportFile.Prepare(parsed.GetValue(file), terminal)!;
                var options = settings.Read(parsed, null);
                if (await Recording.MakeAsync(terminal, theorems, options, cancellation) is not { } report)
                {
                    return ExitCode.Inconclusive;
                }

                target.Write(Baseline.Record(wanted, report).ToJson());
                return ExitCode.AsExpected;
            }
        );
        return command;
    }

    private static Command Diff(Terminal terminal)
    {
        var one = new Argument<string>("A") { Description = "A recording." };
        var other = new Argument<string>("B") { Description = "A later recording." };
        var all = new Option<bool>("--all") { Description = "Shows the statements that are the same, too." };
        var command = new Command("diff", "Shows two recordings side by side.") { one, other, all };
        command.SetAction(parsed =>
        {
            var (a, b) = (Read(parsed.GetValue(one)!), Read(parsed.GetValue(other)!));
            foreach (var line in a.SideBySide(b, parsed.GetValue(all)))
            {
                terminal.Out.WriteLine(line);
            }

            if (a.SettingChangedTo(b) is { } setting)
            {
                terminal.Out.WriteLine($"The recordings were not made alike: {setting}.");
            }

            var changes = a.ChangesTo(b);
            terminal.Out.WriteLine(
                $"{Plural.Count(changes.Count, "change")} in {Plural.Count(a.TheoremIds.Union(b.TheoremIds).Count(), "statement")}."
            );
            return changes.Count == 0 ? ExitCode.AsExpected : ExitCode.Surprise;
        });
        return command;
    }
}
