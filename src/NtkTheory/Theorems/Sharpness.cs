namespace NtkTheory;

/// <summary>How near the measured side comes to the bound.</summary>
public enum Sharpness
{
    /// <summary>The bound is attained, or its constant cannot be lowered.</summary>
    Tight,

    /// <summary>True with room to spare.</summary>
    Loose,

    /// <summary>An equality.</summary>
    Exact,
}
