using System.CommandLine;
using NtkTheory.Cli.Terminals;
using Spectre.Console;

namespace NtkTheory.Cli.Commands;

/// <summary><c>ntk list</c>: the catalog.</summary>
internal static class ListCommand
{
    public static Command Create(Terminal terminal)
    {
        var names = new Argument<string[]>("ID|TOPIC")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "What to list; nothing for the whole catalog.",
        };
        var json = new Option<bool>("--json") { Description = "Writes the whole catalog as JSON." };
        var command = new Command("list", "Lists the statements of the catalog.") { names, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
            {
                terminal.Out.Write(TheoremCatalog.ToJson());
            }
            else
            {
                var wanted = parsed.GetValue(names) ?? [];
                Write(terminal, wanted.Length == 0 ? TheoremCatalog.All : Selection.Of(wanted));
            }

            return ExitCode.AsExpected;
        });
        return command;
    }

    private static void Write(Terminal terminal, IReadOnlyList<Theorem> theorems)
    {
        if (terminal.Results.Profile.Out.IsTerminal)
        {
            terminal.Results.Write(Table(theorems));
            terminal.Out.WriteLine(
                $"{Plural.Count(theorems.Count, "statement")} in {Plural.Count(theorems.DistinctBy(t => t.Topic).Count(), "topic")}"
            );
            return;
        }

        // A file gets one line for each statement, for grep and cut.
        foreach (var theorem in theorems)
        {
            terminal.Out.WriteLine($"{theorem.Id}\t{theorem.Kind}\t{theorem.Status}\t{theorem.Title}");
        }
    }

    private static Table Table(IReadOnlyList<Theorem> theorems)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn("id").NoWrap());
        table.AddColumn("status");
        table.AddColumn("statement");
        foreach (var theorem in theorems)
        {
            table.AddRow(new Text(theorem.Id), new Text(Status(theorem)), new Text(theorem.Title));
        }

        return table;
    }

    private static string Status(Theorem theorem) =>
        theorem.Status == TheoremStatus.FalseAsStated
            ? "false"
            : theorem.Status.ToString().ToLowerInvariant();
}
