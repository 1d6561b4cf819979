using System.Text.RegularExpressions;
using Xunit;

namespace NtkTheory.Tests.Sweeps;

public sealed class SweepTests : IDisposable
{
    private static readonly IReadOnlyList<Theorem> Theorems = TheoremCatalog.Select([
        "regions",
        "linearization",
    ]);

    private static readonly VerificationOptions Options = VerificationOptions.Default with
    {
        Seed = 4,
        Budget = VerificationBudget.Smoke with { Instances = 5, Draws = 50 },
        Workers = 1,
    };

    private readonly string folder = Directory.CreateTempSubdirectory("ntk-sweep-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_stopped_sweep_is_continued_to_the_report_of_an_undisturbed_run()
    {
        using var stop = new CancellationTokenSource();
        var first = Sweep.Verify(Theorems, File("a"), Options, null, After(2, stop), stop.Token);
        Assert.True(first.IsPartial);
        Assert.False(SweepPart.Read(File("a"))!.IsComplete);
        var judged = new Counter();
        var second = Sweep.Verify(Theorems, File("a"), Options, null, judged);
        Assert.Equal(Theorems.Count - first.Verdicts.Count, judged.Count);
        Assert.Equal(Text(Verifier.Verify(Theorems, Options)), Text(second));
        Assert.True(SweepPart.Read(File("a"))!.IsComplete);
    }

    [Fact]
    public void Shards_merge_to_the_undivided_report_in_any_order()
    {
        var parts = Enumerable.Range(1, 3).Select(Part).Reverse().ToList();
        Assert.Equal(Text(Verifier.Verify(Theorems, Options)), Text(Sweep.Merge(parts)));
        Assert.Empty(Sweep.Unfinished(parts));
    }

    [Fact]
    public void Parts_that_do_not_belong_together_are_refused()
    {
        var (one, two) = (Part(1), Part(2));
        Assert.Equal([3], Sweep.Unfinished([one, two]));
        var hole = Assert.Throws<SweepException>(() => Sweep.Merge([one, two]));
        Assert.Equal("The parts cannot be merged: shard 3 of 3 missing or not finished.", hole.Message);
        Sweep.Verify(Theorems, File("seed"), Options with { Seed = 5 }, new Shard(3, 3));
        var other = Assert.Throws<SweepException>(() =>
            Sweep.Merge([one, two, SweepPart.Read(File("seed"))!])
        );
        Assert.EndsWith("seed 4 and seed 5.", other.Message);
    }

    [Fact]
    public void A_file_of_another_sweep_is_refused_and_left_as_it_was()
    {
        Part(1);
        var before = System.IO.File.ReadAllText(File("1"));
        string Refusal(IReadOnlyList<Theorem> theorems, VerificationOptions options, Shard shard) =>
            Assert.Throws<SweepException>(() => Sweep.Verify(theorems, File("1"), options, shard)).Message;
        Assert.Contains("seed 4 and seed 5", Refusal(Theorems, Options with { Seed = 5 }, new Shard(1, 3)));
        Assert.Contains("shard 1/3, not 2/3", Refusal(Theorems, Options, new Shard(2, 3)));
        Assert.Contains("different selections", Refusal([Theorems[0]], Options, new Shard(1, 3)));
        Assert.Contains("data", Refusal(Theorems, Options with { Data = Dataset.Iris }, new Shard(1, 3)));
        Assert.Equal(before, System.IO.File.ReadAllText(File("1")));
    }

    [Fact]
    public void A_file_in_use_is_refused()
    {
        using var writer = System.IO.File.Open(
            File("used"),
            FileMode.Create,
            FileAccess.Write,
            FileShare.Read
        );
        var refusal = Assert.Throws<SweepException>(() => Sweep.Verify(Theorems, File("used"), Options));
        Assert.Contains("cannot be written", refusal.Message);
    }

    [Fact]
    public void Other_files_are_no_checkpoints()
    {
        System.IO.File.WriteAllText(File("text"), "no checkpoint\n");
        Assert.Throws<SweepException>(() => SweepPart.Read(File("text")));
        Assert.Throws<SweepException>(() => SweepPart.Read(File("absent")));
        System.IO.File.WriteAllText(File("torn"), "{\"format\":\"ntk");
        Assert.Null(SweepPart.Read(File("torn")));
    }

    [Fact]
    public void A_sweep_on_data_is_merged_on_the_same_data()
    {
        var onData = Options with { Data = Dataset.Iris };
        Sweep.Verify(Theorems, File("iris"), onData);
        var part = SweepPart.Read(File("iris"))!;
        Assert.True(part.NeedsData);
        Assert.Throws<SweepException>(() => Sweep.Merge([part]));
        Assert.Equal(Text(Verifier.Verify(Theorems, onData)), Text(Sweep.Merge([part], Dataset.Iris)));
    }

    [Theory]
    [InlineData("1/1", 1, 1)]
    [InlineData("3/8", 3, 8)]
    public void A_shard_is_read_from_its_text(string text, int index, int count)
    {
        Assert.True(Shard.TryParse(text, out var shard));
        Assert.Equal(new Shard(index, count), shard);
        Assert.Equal(text, shard.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("0/4")]
    [InlineData("5/4")]
    [InlineData("1/2/3")]
    [InlineData("-1/4")]
    public void Other_texts_are_no_shards(string? text) => Assert.False(Shard.TryParse(text, out _));

    private SweepPart Part(int index)
    {
        Sweep.Verify(Theorems, File($"{index}"), Options, new Shard(index, 3));
        return SweepPart.Read(File($"{index}"))!;
    }

    private string File(string name) => Path.Combine(folder, name);

    private static string Text(VerificationReport report) =>
        Regex.Replace(report.ToJson(), "\"(seconds|workers)\": [0-9.]+", "");

    private static Counter After(int count, CancellationTokenSource stop) => new(count, stop);

    private sealed class Counter(int last = int.MaxValue, CancellationTokenSource? stop = null)
        : IProgress<VerificationProgress>
    {
        public int Count { get; private set; }

        public void Report(VerificationProgress value)
        {
            if (++Count == last)
            {
                stop!.Cancel();
            }
        }
    }
}
