using System.Globalization;
using Spectre.Console;

namespace NtkTheory.Cli.Terminals;

/// <summary>What a long work is doing: one changing line on a terminal, a line for each step in a file.</summary>
internal static class StepDisplay
{
    /// <summary>Runs the work with a listener that shows its steps; nothing is shown when quiet.</summary>
    public static async Task<T> ShowAsync<T>(
        Terminal terminal,
        bool quiet,
        Func<IProgress<string>?, Task<T>> work
    )
    {
        if (quiet)
        {
            return await work(null);
        }

        return terminal.Status.Profile.Capabilities.Interactive && terminal.Status.Profile.Out.IsTerminal
            ? await terminal
                .Status.Status()
                .StartAsync(
                    "starting",
                    context => work(new Listener(step => context.Status(Markup.Escape(step))))
                )
            : await work(new Listener(step => terminal.Error.WriteLine($"... {step}")));
    }

    /// <summary>A part from 0 to 1 as steps, one for each tenth.</summary>
    public static IProgress<double>? Tenths(IProgress<string>? steps, string what) =>
        steps is null ? null : new Parts(steps, what);

    private sealed class Listener(Action<string> tell) : IProgress<string>
    {
        public void Report(string value) => tell(value);
    }

    private sealed class Parts(IProgress<string> steps, string what) : IProgress<double>
    {
        private int told;

        public void Report(double value)
        {
            var tenths = (int)(10.0 * value);
            if (tenths > told)
            {
                told = tenths;
                steps.Report(string.Create(CultureInfo.InvariantCulture, $"{what}: {10 * tenths} %"));
            }
        }
    }
}
