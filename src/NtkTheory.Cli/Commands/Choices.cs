using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace NtkTheory.Cli.Commands;

/// <summary>Options whose values are checked, with one sentence for each bad one.</summary>
internal static class Choices
{
    /// <summary>One of a few words.</summary>
    public static Option<string> Of(string name, string description, string usual, params string[] words) =>
        new(name)
        {
            HelpName = string.Join('|', words),
            Description = description,
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                var word = Text(result);
                if (!words.Contains(word))
                {
                    result.AddError($"{name} is one of {string.Join(", ", words)}, not '{word}'.");
                }

                return word;
            },
        };

    /// <summary>A whole number in a range, or nothing.</summary>
    public static Option<int?> Whole(
        string name,
        string description,
        int least = int.MinValue,
        int most = int.MaxValue
    ) =>
        new(name)
        {
            HelpName = "N",
            Description = description,
            CustomParser = result =>
            {
                if (
                    int.TryParse(
                        Text(result),
                        NumberStyles.AllowLeadingSign,
                        CultureInfo.InvariantCulture,
                        out var number
                    )
                    && number >= least
                    && number <= most
                )
                {
                    return number;
                }

                var range = (least, most) switch
                {
                    (int.MinValue, _) => "a whole number of at most ten digits",
                    (_, int.MaxValue) => $"a whole number from {least} on",
                    _ => $"a whole number from {least} to {most}",
                };
                result.AddError($"{name} is {range}, not '{Text(result)}'.");
                return null;
            },
        };

    private static string Text(ArgumentResult result) =>
        result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
}
