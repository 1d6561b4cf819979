namespace NtkTheory.Cli;

/// <summary>What the program says to the shell.</summary>
internal static class ExitCode
{
    public const int AsExpected = 0;
    public const int Surprise = 1;
    public const int Inconclusive = 2;
    public const int BadInput = 3;
    public const int Fault = 4;

    /// <summary>EX_TEMPFAIL of the BSD conventions: try again.</summary>
    public const int Unfinished = 75;

    /// <summary>The lines for the help.</summary>
    public const string Help = """
        Exit codes:
          0  every verdict is the expected one
          1  a surprise: a verdict other than the expected one
          2  inconclusive: the budget could not tell, or the run was stopped
          3  bad usage or input
          4  a fault in a check or in the program
          75 interrupted; the checkpoint is kept, so run it again
        A shard that is complete gives 0 whatever its verdicts: 'ntk merge' tells.
        """;

    /// <summary>The gravest of what a report holds: a fault, then a surprise, then an open question.</summary>
    public static int Of(VerificationReport report)
    {
        var kinds = report.Verdicts.Select(verdict => verdict.Kind).ToHashSet();
        var surprise = report.Surprises.Any(verdict => verdict.Kind != VerdictKind.Inconclusive);
        return kinds.Contains(VerdictKind.Faulted) ? Fault
            : surprise ? Surprise
            : kinds.Contains(VerdictKind.Inconclusive) || report.IsPartial ? Inconclusive
            : AsExpected;
    }
}
