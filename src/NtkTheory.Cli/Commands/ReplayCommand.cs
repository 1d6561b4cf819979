using System.CommandLine;
using System.Globalization;
using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Commands;

/// <summary><c>ntk replay</c>: makes a counterexample again.</summary>
internal static class ReplayCommand
{
    public static Command Create(Terminal terminal)
    {
        var token = new Argument<string>("TOKEN")
        {
            Description = "What 'ntk verify' printed with the counterexample.",
        };
        var data = new DataArguments();
        var command = new Command("replay", "Makes a counterexample again, to the last digit.") { token };
        data.AddTo(command);
        command.SetAction(parsed =>
            Run(terminal, parsed.GetValue(token)!, needsData => data.Read(parsed, needsData))
        );
        return command;
    }

    private static int Run(Terminal terminal, string word, Func<bool, Dataset?> data)
    {
        if (!ReplayToken.TryParse(word, out var token))
        {
            throw new InputException($"'{word}' is no replay token.");
        }

        var seen = Verifier.Replay(token, data(token.NeedsData));
        terminal.Out.WriteLine($"{seen.Theorem.Id}: {seen.Theorem.Title}");
        terminal.Out.WriteLine($"instance: {seen.Instance}");
        terminal.Out.WriteLine($"measured: {Digits(seen.Measured)}");
        terminal.Out.WriteLine($"bound:    {Digits(seen.Bound)}");
        terminal.Out.WriteLine($"slack:    {Digits(seen.Slack)}");
        terminal.Out.WriteLine(seen.IsViolated ? "The claim fails here." : "The claim does not fail here.");
        return seen.IsViolated ? ExitCode.AsExpected : ExitCode.Surprise;
    }

    private static string Digits(Estimate estimate)
    {
        var value = estimate.Value.ToString("R", CultureInfo.InvariantCulture);
        var radius = estimate.Radius.ToString("G3", CultureInfo.InvariantCulture);
        return estimate.Radius == 0.0 ? value : $"{value} ± {radius}";
    }
}
