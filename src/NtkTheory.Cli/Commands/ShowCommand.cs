using System.CommandLine;
using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Commands;

/// <summary><c>ntk show</c>: the page about a statement.</summary>
internal static class ShowCommand
{
    private const int Narrowest = 40;
    private const int Widest = 100;

    public static Command Create(Terminal terminal)
    {
        var names = new Argument<string[]>("ID")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "Which statements.",
        };
        var command = new Command(
            "show",
            "Shows statement, source, hypotheses, controls, how it is measured."
        )
        {
            names,
        };
        command.SetAction(parsed =>
        {
            var width = Math.Clamp(terminal.Width, Narrowest, Widest);
            var pages = Selection.Of(parsed.GetValue(names)!).Select(theorem => theorem.ToText(width));
            terminal.Out.WriteLine(string.Join("\n\n", pages));
            return ExitCode.AsExpected;
        });
        return command;
    }
}
