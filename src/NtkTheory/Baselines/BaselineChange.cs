namespace NtkTheory;

/// <summary>A way in which a statement is no longer what was recorded.</summary>
/// <param name="TheoremId">The statement.</param>
/// <param name="What">What has changed, in words with both numbers.</param>
public sealed record BaselineChange(string TheoremId, string What)
{
    /// <summary>The change as one line.</summary>
    public override string ToString() => $"{TheoremId}: {What}";
}
