namespace NtkTheory;

/// <summary>What happened to one broken version of a theorem.</summary>
/// <param name="Breaks">What it breaks: a tightened constant, a dropped hypothesis, a misprint.</param>
/// <param name="IsRefuted">Whether the search saw that it is false.</param>
public sealed record ControlOutcome(string Breaks, bool IsRefuted);
