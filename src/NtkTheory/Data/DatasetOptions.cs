namespace NtkTheory;

/// <summary>How a data set is made ready. Immutable; change a copy with <c>with</c>.</summary>
public sealed record DatasetOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static DatasetOptions Default { get; } = new();

    /// <summary>What is done to the points. Default: <see cref="Normalization.Unit"/>.</summary>
    public Normalization Normalization { get; init; } = Normalization.Unit;

    /// <summary>
    /// What becomes of repeated points, judged before and after the normalization (points on one ray coincide once
    /// they have unit norm). Default: <see cref="DuplicateRows.Drop"/>.
    /// </summary>
    public DuplicateRows Duplicates { get; init; } = DuplicateRows.Drop;

    /// <summary>What becomes of constant columns. Default: <see cref="ConstantColumns.Refuse"/>.</summary>
    public ConstantColumns ConstantColumns { get; init; } = ConstantColumns.Refuse;

    /// <summary>
    /// The most numbers (rows times columns) that are read, from 4 on; a larger file is refused. Default: 20 million,
    /// which take 160 MB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 4.</exception>
    public int MaxValues
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 4);
            field = value;
        }
    } = 20_000_000;
}
