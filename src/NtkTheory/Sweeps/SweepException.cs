namespace NtkTheory;

/// <summary>A checkpoint that cannot be used, or parts that do not belong together. The message is one sentence.</summary>
public sealed class SweepException : Exception
{
    /// <summary>Says that a checkpoint cannot be used.</summary>
    public SweepException()
        : base("The checkpoint cannot be used.") { }

    /// <summary>Says why a checkpoint cannot be used.</summary>
    public SweepException(string message)
        : base(message) { }

    /// <summary>Says why a checkpoint cannot be used, and what it came from.</summary>
    public SweepException(string message, Exception innerException)
        : base(message, innerException) { }
}
