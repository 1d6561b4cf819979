using NtkTheory.Cli;
using NtkTheory.Cli.Terminals;

using var interruption = Interruption.OfProcess();
return await Ntk.RunAsync(args, Terminal.OfProcess(), interruption.Token);
