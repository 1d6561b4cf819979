using System.CommandLine;

namespace NtkTheory.Cli.Commands;

/// <summary>Options as they were written on the command line.</summary>
internal static class GivenWords
{
    /// <summary>The names and values of those that were given.</summary>
    public static IEnumerable<string> Of(ParseResult parsed, params Option[] options) =>
        options
            .Select(parsed.GetResult)
            .Where(result => result is { Implicit: false })
            .SelectMany(result => result!.Tokens.Select(token => token.Value).Prepend(result.Option.Name));
}
