namespace NtkTheory;

/// <summary>One more theorem is judged.</summary>
/// <param name="Finished">How many are judged.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Latest">The verdict on the latest.</param>
public sealed record VerificationProgress(int Finished, int Total, Verdict Latest);
