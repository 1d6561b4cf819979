using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace NtkTheory.Cli;

/// <summary>The usual help, then the exit codes.</summary>
internal sealed class HelpWithExitCodes(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => usual.ClearsParseErrors;

    public override int Invoke(ParseResult parseResult)
    {
        usual.MaxWidth = 80;
        var code = usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(ExitCode.Help);
        return code;
    }
}
