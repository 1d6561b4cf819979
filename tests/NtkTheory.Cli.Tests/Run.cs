using NtkTheory.Cli.Terminals;

namespace NtkTheory.Cli.Tests;

/// <summary>The program run in this process, and what it wrote.</summary>
internal sealed record Run(int Code, string Out, string Error)
{
    public static Task<Run> Of(params string[] args) => Of(CancellationToken.None, args);

    public static async Task<Run> Of(CancellationToken cancellation, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Ntk.RunAsync(args, Terminal.To(output, error), cancellation);
        return new Run(code, output.ToString(), error.ToString());
    }
}
