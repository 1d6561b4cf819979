using System.Globalization;
using Spectre.Console;

namespace NtkTheory.Cli.Terminals;

/// <summary>How far a run is: a bar on a terminal, a line for each verdict in a file, nothing when asked to be quiet.</summary>
internal static class ProgressDisplay
{
    /// <summary>Runs the work with a listener that shows how far it is.</summary>
    public static async Task<T> ShowAsync<T>(
        Terminal terminal,
        bool quiet,
        Func<IProgress<VerificationProgress>?, Task<T>> work
    )
    {
        if (quiet)
        {
            return await work(null);
        }

        return terminal.Status.Profile.Capabilities.Interactive && terminal.Status.Profile.Out.IsTerminal
            ? await WithBarAsync(terminal.Status, work)
            : await work(new Listener(step => WriteLine(terminal.Error, step)));
    }

    private static void WriteLine(TextWriter writer, VerificationProgress step) =>
        writer.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"[{step.Finished}/{step.Total}] {step.Latest.Theorem.Id}: {step.Latest.Kind} ({step.Latest.Duration.TotalSeconds:F2} s)"
            )
        );

    private static Task<T> WithBarAsync<T>(
        IAnsiConsole console,
        Func<IProgress<VerificationProgress>?, Task<T>> work
    ) =>
        console
            .Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(
                new SpinnerColumn(),
                new ProgressBarColumn { Width = 24 },
                new PercentageColumn(),
                new ElapsedTimeColumn(),
                new TaskDescriptionColumn { Alignment = Justify.Left }
            )
            .StartAsync(context =>
            {
                var bar = context.AddTask("starting");
                return work(
                    new Listener(step =>
                    {
                        bar.MaxValue = step.Total;
                        bar.Value = step.Finished;
                        bar.Description = Markup.Escape(step.Latest.Theorem.Id);
                    })
                );
            });

    private sealed class Listener(Action<VerificationProgress> tell) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => tell(value);
    }
}
