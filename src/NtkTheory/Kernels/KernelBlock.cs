namespace NtkTheory;

/// <summary>Consecutive rows of a Gram matrix.</summary>
/// <param name="FirstRow">The number of the first row, from 0.</param>
/// <param name="Values">Rows x n.</param>
public sealed record KernelBlock(int FirstRow, double[,] Values);
