using System.Diagnostics.CodeAnalysis;
using Microsoft.FSharp.Core;
using NtkTheory.Claims;
using CoreToken = NtkTheory.Verification.ReplayToken;

namespace NtkTheory;

/// <summary>The way to a counterexample as one word. Two tokens are equal when their words are.</summary>
public sealed class ReplayToken : IEquatable<ReplayToken>
{
    private readonly string word;

    internal ReplayToken(Replay replay)
    {
        Replay = replay;
        word = CoreToken.format(replay);
    }

    internal Replay Replay { get; }

    /// <summary>The id of the theorem.</summary>
    public string TheoremId => Replay.Id;

    /// <summary>The seed of the run that found it.</summary>
    public int Seed => Replay.Seed;

    /// <summary>Whether the data set of that run is needed.</summary>
    public bool NeedsData => Replay.Data.Length > 0;

    /// <summary>The token that a word stands for.</summary>
    /// <exception cref="FormatException">The word is no token.</exception>
    public static ReplayToken Parse(string word) =>
        TryParse(word, out var token) ? token : throw new FormatException($"'{word}' is no replay token.");

    /// <summary>The token that a word stands for, or null.</summary>
    public static bool TryParse(string? word, [NotNullWhen(true)] out ReplayToken? token)
    {
        var replay = word is null ? null : CoreToken.tryParse(word);
        token = FSharpOption<Replay>.get_IsSome(replay) ? new ReplayToken(replay!.Value) : null;
        return token is not null;
    }

    /// <inheritdoc/>
    public bool Equals(ReplayToken? other) => other is not null && word == other.word;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ReplayToken);

    /// <inheritdoc/>
    public override int GetHashCode() => word.GetHashCode(StringComparison.Ordinal);

    /// <summary>The word.</summary>
    public override string ToString() => word;
}
