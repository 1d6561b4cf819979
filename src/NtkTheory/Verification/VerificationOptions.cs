namespace NtkTheory;

/// <summary>How a verification is done. Immutable; change a copy with <c>with</c>.</summary>
public sealed record VerificationOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static VerificationOptions Default { get; } = new();

    /// <summary>Where all randomness starts: equal seeds give equal verdicts. Any number; default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>How much work a verdict may cost. Default: <see cref="VerificationBudget.Standard"/>.</summary>
    public VerificationBudget Budget { get; init; } = VerificationBudget.Standard;

    /// <summary>
    /// The probability that chance refutes any true theorem of the run, or any broken version passes for refuted.
    /// Above 0 and at most 0.1; default: 1e-9.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public double FalseAlarmRate
    {
        get;
        init
        {
            if (value is not (> 0.0 and <= 0.1))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(value),
                    value,
                    "The false-alarm rate must be above 0 and at most 0.1."
                );
            }

            field = value;
        }
    } = 1e-9;

    /// <summary>
    /// How many theorems are judged at the same time, from 1 to 1,024; the verdicts do not depend on it. Default: the
    /// number of processors.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int Workers
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024);
            field = value;
        }
    } = Environment.ProcessorCount;

    /// <summary>
    /// The points on which claims about data are judged; all others keep their own instances, and so do all where it
    /// is null, which is the default.
    /// </summary>
    public Dataset? Data { get; init; }
}
