using Microsoft.FSharp.Core;
using NtkTheory.Claims;
using NtkTheory.Reporting;
using CoreTheorem = NtkTheory.Claims.Theorem;

namespace NtkTheory;

/// <summary>What a checkpoint file held when it was read. Immutable.</summary>
public sealed class SweepPart
{
    private SweepPart(string path, Checkpoint checkpoint)
    {
        Path = path;
        Checkpoint = checkpoint;
    }

    internal Checkpoint Checkpoint { get; }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Which part of the sweep it is.</summary>
    public Shard Shard => new(Checkpoint.Shard.Index, Checkpoint.Shard.Count);

    /// <summary>How many statements are finished.</summary>
    public int Finished => Checkpoint.Evidence.Length;

    /// <summary>Whether all statements of the part are finished.</summary>
    public bool IsComplete => CheckpointModule.isComplete(Checkpoint);

    /// <summary>Whether the sweep was on a data set.</summary>
    public bool NeedsData => Checkpoint.Plan.Data.Length > 0;

    /// <summary>Reads a file; null where not even its first line was written whole.</summary>
    /// <exception cref="SweepException">The file cannot be read, or is no checkpoint of this version's catalog.</exception>
    public static SweepPart? Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Parse(path, Bytes(path), TheoremCatalog.All);
    }

    internal static SweepPart? Parse(string path, byte[] bytes, IEnumerable<Theorem> theorems)
    {
        // Another sweep's statements are read, too: what differs is then said in terms of its settings.
        var byId = theorems
            .UnionBy(TheoremCatalog.All, theorem => theorem.Id)
            .ToDictionary(theorem => theorem.Id, theorem => theorem.Item);
        var entryOf = FuncConvert.FromFunc<string, Entry>(id => CoreTheorem.entry(byId[id]));
        var read = CheckpointModule.read(entryOf, bytes);
        if (read.IsError)
        {
            throw new SweepException($"{path} {read.ErrorValue}.");
        }

        return FSharpOption<Checkpoint>.get_IsSome(read.ResultValue)
            ? new SweepPart(path, read.ResultValue!.Value)
            : null;
    }

    private static byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SweepException(
                $"{path}: the checkpoint cannot be read ({failure.Message.TrimEnd('.')}).",
                failure
            );
        }
    }
}
