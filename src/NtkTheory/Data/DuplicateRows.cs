namespace NtkTheory;

/// <summary>What becomes of a point that repeats an earlier one.</summary>
public enum DuplicateRows
{
    /// <summary>Only the first of them stays. The default.</summary>
    Drop,

    /// <summary>All stay; theorems that need distinct points then do not apply.</summary>
    Keep,
}
