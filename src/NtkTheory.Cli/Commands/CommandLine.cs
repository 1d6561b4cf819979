using System.CommandLine;

namespace NtkTheory.Cli.Commands;

/// <summary>The command that makes a result again.</summary>
internal static class CommandLine
{
    /// <summary>The command as it was given, without the options that leave the result as it is.</summary>
    public static string Of(string name, ParseResult parsed, params string[] without)
    {
        var words = new List<string> { "ntk", name };
        var tokens = parsed.Tokens.Select(token => token.Value).Skip(1).ToArray();
        for (var i = 0; i < tokens.Length; i++)
        {
            if (!without.Contains(tokens[i]))
            {
                words.Add(Quoted(tokens[i]));
            }
            else if (i + 1 < tokens.Length && tokens[i] != "--quiet")
            {
                i++;
            }
        }

        return string.Join(' ', words);
    }

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_./:,=+".Contains(c))
            ? word
            : $"'{word.Replace("'", "'\\''")}'";
}
