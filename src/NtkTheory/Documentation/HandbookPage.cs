namespace NtkTheory;

/// <summary>One file of the documentation that a report makes.</summary>
/// <param name="Name">The name of the file.</param>
/// <param name="Text">Markdown.</param>
public sealed record HandbookPage(string Name, string Text);
