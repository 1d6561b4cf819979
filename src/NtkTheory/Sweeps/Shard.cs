using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using CoreShard = NtkTheory.Reporting.Shard;

namespace NtkTheory;

/// <summary>One part of a sweep that is spread over machines. Immutable.</summary>
public sealed record Shard
{
    /// <summary>Part number <paramref name="index"/> of <paramref name="count"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1, or the index is not from 1 to the count.</exception>
    public Shard(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(index, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, count);
        (Index, Count) = (index, count);
    }

    /// <summary>The sweep as one part.</summary>
    public static Shard Whole { get; } = new(1, 1);

    /// <summary>The number of the part, from 1.</summary>
    public int Index { get; }

    /// <summary>How many parts there are.</summary>
    public int Count { get; }

    /// <summary>The part that a text such as "3/8" names.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Shard? shard)
    {
        shard =
            text?.Split('/') is [var first, var second]
            && TryWhole(first, out var index)
            && TryWhole(second, out var count)
            && 1 <= index
            && index <= count
                ? new Shard(index, count)
                : null;
        return shard is not null;
    }

    /// <summary>The part as text, such as "3/8".</summary>
    public override string ToString() => $"{Index}/{Count}";

    internal CoreShard ToCore() => new(Index, Count);

    private static bool TryWhole(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
