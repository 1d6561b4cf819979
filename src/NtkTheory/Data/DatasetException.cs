namespace NtkTheory;

/// <summary>
/// A data set that cannot be used. The message is one sentence that names the file and, where there is one, the
/// row, the column and the offending value.
/// </summary>
public sealed class DatasetException : Exception
{
    /// <summary>Says what is wrong with a data set.</summary>
    public DatasetException()
        : this("The data set cannot be used.") { }

    /// <summary>Says what is wrong with a data set.</summary>
    public DatasetException(string message)
        : base(message) { }

    /// <summary>Says what is wrong with a data set, and what it came from.</summary>
    public DatasetException(string message, Exception innerException)
        : base(message, innerException) { }

    internal DatasetException(
        string file,
        string what,
        int? row = null,
        string? column = null,
        string? value = null
    )
        : base($"{file}: {Place(row, column)}{what}.")
    {
        Row = row;
        Column = column;
        Value = value;
    }

    /// <summary>The row, where there is one: 1 is the first after the header.</summary>
    public int? Row { get; }

    /// <summary>The column's name, where there is one.</summary>
    public string? Column { get; }

    /// <summary>The offending text, where there is one.</summary>
    public string? Value { get; }

    private static string Place(int? row, string? column) =>
        (row, column) switch
        {
            (null, null) => "",
            (int r, null) => $"row {r}: ",
            (null, string c) => $"column '{c}': ",
            (int r, string c) => $"row {r}, column '{c}': ",
        };
}
