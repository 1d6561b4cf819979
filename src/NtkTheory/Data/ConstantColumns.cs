namespace NtkTheory;

/// <summary>
/// What becomes of a column with the same number in each row. A column of zeros changes no norm and no inner
/// product: it is left out whatever the choice, and reported.
/// </summary>
public enum ConstantColumns
{
    /// <summary>A <see cref="DatasetException"/> names the column. The default.</summary>
    Refuse,

    /// <summary>The column is left out, and reported.</summary>
    Drop,

    /// <summary>The column stays, as a bias does; it cannot be standardized.</summary>
    Keep,
}
