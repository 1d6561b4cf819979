namespace NtkTheory.Data;

/// <summary>The numbers and labels of a file as they stand there.</summary>
/// <param name="Name">What messages and reports call it.</param>
/// <param name="Columns">The names of the feature columns.</param>
/// <param name="Points">One point per row.</param>
/// <param name="Labels">One label per point, as text.</param>
/// <param name="LabelName">The name of the label column.</param>
internal sealed record RawTable(
    string Name,
    IReadOnlyList<string> Columns,
    IReadOnlyList<double[]> Points,
    IReadOnlyList<string> Labels,
    string LabelName
);
