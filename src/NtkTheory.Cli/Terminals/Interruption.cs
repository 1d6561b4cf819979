using System.Runtime.InteropServices;

namespace NtkTheory.Cli.Terminals;

/// <summary>
/// The first Ctrl-C, or SIGTERM, asks the work to stop, so that what is finished can be reported; the second ends
/// the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    private Interruption() =>
        registrations = [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask),
        ];

    public CancellationToken Token => source.Token;

    public static Interruption OfProcess() => new();

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        source.Dispose();
    }

    private void Ask(PosixSignalContext context)
    {
        context.Cancel = !source.IsCancellationRequested;
        source.Cancel();
    }
}
