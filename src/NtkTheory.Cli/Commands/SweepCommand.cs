using System.CommandLine;
using System.Globalization;
using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Commands;

/// <summary><c>ntk sweep</c>: both sides of a theorem along a ladder of a parameter.</summary>
internal static class SweepCommand
{
    private const int Most = 100;

    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "The statement." };
        var over = new Option<string[]>("--over")
        {
            HelpName = "NAME=A..B",
            Description =
                "A parameter and its values: A..B doubles from A to B, A,B,C lists them. "
                + "The first is swept, once for each choice of the others; none for the ladder of a rate.",
        };
        var seed = Choices.Whole("--seed", "Where all randomness starts [default: 0].");
        var draws = Choices.Whole(
            "--draws",
            "Draws at each value, for claims about chance [default: 200].",
            2
        );
        var threshold = new Option<double?>("--informative")
        {
            HelpName = "X",
            Description =
                "What a bound must pass to say anything [default: below 1, of lower bounds above 0].",
        };
        var csv = new Option<string>("--csv") { HelpName = "FILE", Description = "Writes the numbers." };
        var report = new Option<string>("--report")
        {
            HelpName = "FILE.html",
            Description = "Writes a page with a plot.",
        };
        var quiet = new Option<bool>("--quiet") { Description = "No progress." };
        var command = new Command("sweep", "Shows both sides of a theorem along a ladder of a parameter.")
        {
            id,
            over,
            seed,
            draws,
            threshold,
            csv,
            report,
            quiet,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var ranges = (parsed.GetValue(over) ?? []).Select(Range).ToList();
                var asCsv = ReportFile.Prepare(parsed.GetValue(csv), terminal);
                var asHtml = ReportFile.Prepare(parsed.GetValue(report), terminal);
                var theorem = Selection.Of([parsed.GetValue(id)!])[0];
                var sweep = await StepDisplay.ShowAsync(
                    terminal,
                    parsed.GetValue(quiet),
                    // a single value may take long and is not stopped halfway, so a stop does not wait for its end
                    steps =>
                        Task.Run(
                                () =>
                                    Swept(
                                        theorem,
                                        ranges,
                                        parsed.GetValue(seed) ?? 0,
                                        parsed.GetValue(draws) ?? 200,
                                        parsed.GetValue(threshold),
                                        StepDisplay.Tenths(steps, "values of the parameter"),
                                        cancellation
                                    ),
                                cancellation
                            )
                            .WaitAsync(cancellation)
                );
                var heading = Lines.Wrap($"{sweep.Theorem.Id}: {sweep.Theorem.Title}", terminal.Width);
                terminal.Out.WriteLine($"{string.Join('\n', heading)}\n{sweep.ToText()}");
                asCsv?.Write(sweep.ToCsv());
                asHtml?.Write(sweep.ToHtml());
                return ExitCode.AsExpected;
            }
        );
        return command;
    }

    private static ParameterSweep Swept(
        Theorem theorem,
        IReadOnlyList<ParameterRange> ranges,
        int seed,
        int draws,
        double? threshold,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        try
        {
            return ParameterSweep.Run(theorem, ranges, seed, draws, threshold, progress, cancellation);
        }
        catch (ArgumentException failure)
        {
            throw new InputException(failure.Message.ReplaceLineEndings(" ").Split(" (Parameter")[0]);
        }
    }

    private static ParameterRange Range(string text)
    {
        var values = text.Split('=') is [{ Length: > 0 }, var list] ? Values(list) : null;
        return values is { Count: > 0 and <= Most }
            ? new ParameterRange(text.Split('=')[0], values)
            : throw new InputException(
                $"--over is NAME=A..B with 0 < A < B, or NAME=A,B,C with at most {Most} values, not '{text}'."
            );
    }

    private static List<double>? Values(string text)
    {
        if (text.Split("..") is [var from, var to])
        {
            return Number(from) is { } low and > 0.0 && Number(to) is { } high && low < high
                ? [.. Enumerable.Range(0, Most).Select(k => low * Math.Pow(2.0, k)).TakeWhile(v => v <= high)]
                : null;
        }

        var values = text.Split(',').Select(Number).ToList();
        return values.TrueForAll(value => value is not null)
            ? values.ConvertAll(value => value!.Value)
            : null;
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && double.IsFinite(value)
            ? value
            : null;
}
