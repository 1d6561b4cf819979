using System.CommandLine;
using System.CommandLine.Invocation;

namespace NtkTheory.Cli;

/// <summary>The version of the product, whatever process it runs in.</summary>
internal sealed class ShowVersion : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(Engine.Version);
        return ExitCode.AsExpected;
    }
}
