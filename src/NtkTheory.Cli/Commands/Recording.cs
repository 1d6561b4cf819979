using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Commands;

/// <summary>Runs whose results are kept in files and compared with later ones.</summary>
internal static class Recording
{
    /// <summary>
    /// Of the false-alarm rate each statement has the same share, however many are judged: a new statement changes no
    /// interval of another.
    /// </summary>
    private const double Share = 1e-12;

    /// <summary>Judges the statements; nothing where the run was stopped, of which the user is told.</summary>
    public static async Task<VerificationReport?> MakeAsync(
        Terminal terminal,
        IReadOnlyList<Theorem> theorems,
        VerificationOptions options,
        CancellationToken cancellation
    )
    {
        var shared = options with { FalseAlarmRate = Share * theorems.Count };
        var report = await ProgressDisplay.ShowAsync(
            terminal,
            quiet: false,
            progress => Verifier.VerifyAsync(theorems, shared, progress, cancellation)
        );
        if (!report.IsPartial)
        {
            return report;
        }

        terminal.Error.WriteLine("ntk: the run was stopped, so nothing is recorded.");
        return null;
    }
}
