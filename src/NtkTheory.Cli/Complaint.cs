using System.CommandLine;
using System.CommandLine.Parsing;

namespace NtkTheory.Cli;

/// <summary>What is wrong with a command line, in one sentence, with the name that was meant where one is near.</summary>
internal static class Complaint
{
    /// <summary>The sentence; nothing where all is well.</summary>
    public static string? Of(ParseResult parsed)
    {
        var help = $"See '{Path(parsed.CommandResult)} --help'.";
        return (UnknownOption(parsed), parsed.Errors) switch
        {
            ({ } option, _) => $"{NoOption(option, parsed.CommandResult)} {help}",
            (null, []) => null,
            (null, [var first, ..]) when parsed.CommandResult.Command.Subcommands.Count == 0 =>
                $"{first.Message} {help}",
            _ => $"{NoCommand(parsed)} {help}",
        };
    }

    /// <summary>
    /// A word that looks like an option and that no option took, nor could be meant as a name, after two dashes alone.
    /// </summary>
    private static string? UnknownOption(ParseResult parsed) =>
        parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
            ? null
            : parsed
                .CommandResult.Tokens.Select(token => token.Value)
                .Concat(parsed.UnmatchedTokens)
                .FirstOrDefault(word => word.Length > 2 && word.StartsWith("--", StringComparison.Ordinal));

    private static string NoOption(string option, CommandResult result)
    {
        var near = Nearest(option, Options(result).Select(known => known.Name));
        return near is null ? $"There is no option {option}." : $"There is no option {option}; {Meant(near)}";
    }

    private static string NoCommand(ParseResult parsed)
    {
        var names = parsed.CommandResult.Command.Subcommands.Select(sub => sub.Name).ToList();
        var all = string.Join(", ", names);
        return parsed.UnmatchedTokens is not [var word, ..] ? $"Say what to do: {all}."
            : Nearest(word, names) is { } near ? $"'{word}' is no command; {Meant(near)}"
            : $"'{word}' is no command; there are {all}.";
    }

    private static string Meant(string name) => $"did you mean {name}?";

    /// <summary>The name that differs from a word in no more than every third letter, and in the fewest.</summary>
    private static string? Nearest(string word, IEnumerable<string> names) =>
        names
            .Select(name => (Name: name, Distance: Spelling.Distance(word, name)))
            .Where(near => 3 * near.Distance <= Math.Max(word.Length, near.Name.Length))
            .OrderBy(near => near.Distance)
            .Select(near => near.Name)
            .FirstOrDefault();

    /// <summary>The options of a command, and those that commands around it lend it.</summary>
    private static IEnumerable<Option> Options(CommandResult result) =>
        result.Parent is CommandResult outer
            ? result.Command.Options.Concat(Options(outer).Where(option => option.Recursive))
            : result.Command.Options;

    /// <summary>The words that lead to a command.</summary>
    private static string Path(CommandResult result) =>
        result.Parent is CommandResult outer ? $"{Path(outer)} {result.Command.Name}" : "ntk";
}
