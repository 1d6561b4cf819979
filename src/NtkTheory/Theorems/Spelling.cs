namespace NtkTheory;

/// <summary>How far two names are apart.</summary>
internal static class Spelling
{
    /// <summary>
    /// The number of letters to insert, delete, replace or exchange with a neighbour that turns one name into the
    /// other (Damerau 1964, restricted to one edit per place).
    /// </summary>
    public static int Distance(string from, string to)
    {
        var table = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                table[i, j] = Math.Min(i, j) == 0 ? Math.Max(i, j) : Cheapest(table, from, to, i, j);
            }
        }

        return table[from.Length, to.Length];
    }

    private static int Cheapest(int[,] table, string from, string to, int i, int j)
    {
        var replaced = table[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
        var best = Math.Min(replaced, 1 + Math.Min(table[i - 1, j], table[i, j - 1]));
        var exchanged = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
        return exchanged ? Math.Min(best, table[i - 2, j - 2] + 1) : best;
    }
}
