using System.CommandLine;
using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Commands;

/// <summary><c>ntk cluster</c>: prints what spreads a sweep over machines.</summary>
internal static class ClusterCommand
{
    public static Command Create(Terminal terminal)
    {
        var image = new Option<string>("--image")
        {
            Description = "The container image that holds ntk.",
            DefaultValueFactory = _ => $"ntk:{Engine.Version}",
        };
        var claim = new Option<string>("--claim")
        {
            Description = "The volume claim that all pods write to.",
            DefaultValueFactory = _ => "sweep",
        };
        var kubernetes = For(
            terminal,
            "kubernetes",
            "Prints an indexed Job and the Job that merges.",
            (scripts, parsed) => scripts.Kubernetes(parsed.GetValue(image)!, parsed.GetValue(claim)!)
        );
        kubernetes.Add(image);
        kubernetes.Add(claim);
        return new Command("cluster", "Prints scripts that spread a sweep over machines.")
        {
            For(
                terminal,
                "slurm",
                "Prints a script that submits an array and a merge.",
                (scripts, _) => scripts.Slurm
            ),
            For(terminal, "parallel", "Prints a script for GNU parallel.", (scripts, _) => scripts.Parallel),
            kubernetes,
        };
    }

    private static Command For(
        Terminal terminal,
        string name,
        string description,
        Func<ClusterScripts, ParseResult, string> print
    )
    {
        var names = new Argument<string[]>("ID|TOPIC|all")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "What is judged; nothing for all.",
        };
        var shards = Choices.Whole("--shards", "The number of parts [default: 8].", 1, 10000);
        var settings = new BudgetArguments();
        var data = new DataArguments();
        var command = new Command(name, description) { names, shards };
        settings.AddTo(command);
        data.AddTo(command);
        command.SetAction(parsed =>
        {
            string[] wanted = parsed.GetValue(names) is { Length: > 0 } given ? given : ["all"];
            Selection.Of(wanted);
            data.Read(parsed, fallBack: false);
            var points = data.Words(parsed);
            string[] words = [.. wanted, .. settings.Words(parsed), .. points];
            var merge = string.Concat(points.Select(word => Quoted(word) + " "));
            var scripts = new ClusterScripts(
                string.Join(' ', words.Select(Quoted)),
                merge,
                parsed.GetValue(shards) ?? 8
            );
            terminal.Out.Write(print(scripts, parsed));
            return ExitCode.AsExpected;
        });
        return command;
    }

    /// <summary>A word as a shell takes it, without single quotes, which enclose some of the scripts.</summary>
    private static string Quoted(string word) =>
        word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+".Contains(c)) ? word
        : word.All(c => c is not ('\'' or '"' or '$' or '`' or '\\' or '\n')) ? $"\"{word}\""
        : throw new InputException($"'{word}' cannot stand in a script: it has a quote, $, ` or \\.");
}
