using System.Text;
using NtkTheory.Claims;
using NtkTheory.Reporting;

namespace NtkTheory;

/// <summary>A file that grows by one durable line for each finished statement.</summary>
internal sealed class CheckpointFile : IDisposable
{
    private readonly FileStream stream;
    private readonly string path;

    private CheckpointFile(string path, FileStream stream) => (this.path, this.stream) = (path, stream);

    /// <summary>What was finished when the file was opened.</summary>
    public IReadOnlyList<Evidence> Finished { get; private set; } = [];

    /// <summary>
    /// Opens the file of a part of a run, or begins it. A line that was torn when the process was killed is cut off.
    /// Two processes cannot have it open.
    /// </summary>
    /// <exception cref="SweepException">It is in use, or belongs to another run.</exception>
    public static CheckpointFile Open(
        string path,
        RunPlan plan,
        Reporting.Shard shard,
        IEnumerable<Theorem> theorems
    )
    {
        var file = new CheckpointFile(path, Guarded(path, () => Stream(path)));
        try
        {
            file.Continue(plan, shard, theorems);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Adds a finished statement and waits until the disk has it.</summary>
    public void Add(Evidence evidence) => Append(CheckpointModule.line(evidence));

    public void Dispose() => stream.Dispose();

    private static FileStream Stream(string path) =>
        new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private void Continue(RunPlan plan, Reporting.Shard shard, IEnumerable<Theorem> theorems)
    {
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var part = SweepPart.Parse(path, bytes, theorems);
        if (part is null)
        {
            Cut(0);
            Append(CheckpointModule.header(plan, shard));
            return;
        }

        Refuse(part.Checkpoint, plan, shard);
        Cut(part.Checkpoint.Length);
        Finished = [.. part.Checkpoint.Evidence];
    }

    private void Refuse(Checkpoint found, RunPlan plan, Reporting.Shard shard)
    {
        if (!found.Shard.Equals(shard))
        {
            throw new SweepException(
                $"{path} is of another run: shard {found.Shard.Index}/{found.Shard.Count}, not {shard.Index}/{shard.Count}."
            );
        }

        if (CheckpointModule.difference(found.Plan, plan) is { } difference)
        {
            throw new SweepException($"{path} is of another run: {difference.Value}.");
        }
    }

    private void Cut(int length)
    {
        stream.SetLength(length);
        stream.Seek(0, SeekOrigin.End);
    }

    private void Append(string line) =>
        Guarded(
            path,
            () =>
            {
                stream.Write(Encoding.UTF8.GetBytes(line));
                stream.Flush(flushToDisk: true);
                return stream;
            }
        );

    private static FileStream Guarded(string path, Func<FileStream> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure)
            when (failure
                    is IOException
                        or UnauthorizedAccessException
                        or ArgumentException
                        or NotSupportedException
            )
        {
            throw new SweepException(
                $"{path}: the checkpoint cannot be written ({failure.Message.TrimEnd('.')}).",
                failure
            );
        }
    }
}
