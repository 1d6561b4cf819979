namespace NtkTheory;

/// <summary>A token that cannot be replayed: the theorem or the data set is another one. The message says which.</summary>
public sealed class ReplayException : Exception
{
    /// <summary>Says that a token cannot be replayed.</summary>
    public ReplayException()
        : base("The token cannot be replayed.") { }

    /// <summary>Says why a token cannot be replayed.</summary>
    public ReplayException(string message)
        : base(message) { }

    /// <summary>Says why a token cannot be replayed, and what it came from.</summary>
    public ReplayException(string message, Exception innerException)
        : base(message, innerException) { }
}
