using Xunit;

namespace NtkTheory.Tests.Sweeps;

public class BaselineTests
{
    private static readonly VerificationOptions Options = VerificationOptions.Default with
    {
        Budget = VerificationBudget.Smoke,
    };

    private static readonly IReadOnlyList<Theorem> Theorems = TheoremCatalog.Select(["regions"]);

    [Fact]
    public void A_recording_compares_equal_to_the_same_run_of_one_of_its_statements()
    {
        var recorded = Baseline.Parse(Recorded(Theorems).ToJson());
        Assert.Equal(["regions"], recorded.Names);
        Assert.Equal(
            Theorems.Select(theorem => theorem.Id).Order(StringComparer.Ordinal),
            recorded.TheoremIds
        );
        // The false-alarm rate is shared among all statements of the recording, whichever are judged again.
        IReadOnlyList<Theorem> one = [Theorems[^1]];
        var again = Baseline.Record(["regions"], recorded.Verify(one, workers: 1));
        Assert.Empty(recorded.Only([one[0].Id]).ChangesTo(again));
    }

    [Fact]
    public void A_changed_bound_is_one_line()
    {
        var change = Assert.Single(Recorded([Own(1.0)]).ChangesTo(Recorded([Own(1.5)])));
        Assert.Equal("mine/square", change.TheoremId);
        Assert.StartsWith("mine/square: tightness was 0.9", change.ToString());
        Assert.Single(Recorded([Own(1.0)]).SideBySide(Recorded([Own(1.5)])));
    }

    [Fact]
    public void Statements_that_vanish_or_appear_are_lines()
    {
        var (one, other) = (Recorded([Own(1.0)]), Recorded([Theorems[0]]));
        Assert.Equal(["recorded, but no longer there"], one.ChangesTo(other).Take(1).Select(c => c.What));
        Assert.StartsWith("not recorded", one.ChangesTo(other)[1].What);
        Assert.Contains("different selections", one.SettingChangedTo(other));
    }

    [Fact]
    public void A_stopped_run_is_not_recorded()
    {
        var report = Verifier.Verify(Theorems, Options, null, new CancellationToken(canceled: true));
        Assert.Throws<ArgumentException>(() => Baseline.Record(["regions"], report));
    }

    [Fact]
    public void Other_texts_and_other_data_are_refused()
    {
        Assert.Throws<FormatException>(() => Baseline.Parse("{}"));
        Assert.Throws<SweepException>(() => Recorded([Own(1.0)]).Verify([Own(1.0)], Dataset.Iris));
    }

    private static Baseline Recorded(IReadOnlyList<Theorem> theorems) =>
        Baseline.Record(["regions"], Verifier.Verify(theorems, Options));

    private static Theorem Own(double bound) =>
        Claim
            .About("mine/square", random => random.NextDouble())
            .Measures(x => x * x)
            .IsAtMost(x => bound * x)
            .BreaksWhenScaled(0.1)
            .BreaksWith("zero", _ => 0.0)
            .ToTheorem();
}
