using System.Text.Json;
using Xunit;

namespace NtkTheory.Tests.Verification;

public class VerifierTests
{
    private static Theorem Square(string name, double constant) =>
        Claim
            .About($"mine/{name}", random => Math.Round(10 * random.NextDouble(), 2))
            .Says("a number times itself")
            .Measures(x => x * x)
            .IsAtMost(x => constant * x * x)
            .BreaksWhenScaled(0.5 / constant)
            .BreaksWith("a smaller constant", x => 0.9 * x * x)
            .ToTheorem();

    private static readonly IReadOnlyList<Theorem> Five =
    [
        Square("a", 1),
        Square("b", 2),
        Square("c", 0.9),
        Square("d", 1.5),
        Square("e", 3),
    ];

    private sealed class Listener(Action<VerificationProgress> action) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => action(value);
    }

    [Fact]
    public void A_report_has_a_verdict_for_each_theorem_in_their_order()
    {
        var report = Verifier.Verify(Five);
        Assert.Equal(Five, report.Verdicts.Select(verdict => verdict.Theorem));
        Assert.False(report.IsPartial);
        Assert.False(report.IsAsExpected);
        Assert.Equal("mine/c", Assert.Single(report.Surprises).Theorem.Id);
    }

    [Fact]
    public void Progress_is_told_of_each_verdict()
    {
        var seen = new List<VerificationProgress>();
        Verifier.Verify(Five, null, new Listener(seen.Add));
        Assert.Equal([1, 2, 3, 4, 5], seen.Select(step => step.Finished));
        Assert.All(seen, step => Assert.Equal(5, step.Total));
    }

    [Fact]
    public async Task A_cancelled_run_leaves_what_was_finished()
    {
        using var source = new CancellationTokenSource();
        var options = new VerificationOptions { Workers = 1 };
        var stop = new Listener(step =>
        {
            if (step.Finished == 2)
            {
                source.Cancel();
            }
        });
        var report = await Verifier.VerifyAsync(Five, options, stop, source.Token);
        Assert.True(report.IsPartial);
        Assert.Equal(["mine/a", "mine/b"], report.Verdicts.Select(verdict => verdict.Theorem.Id));
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.True(json.RootElement.GetProperty("partial").GetBoolean());
        Assert.Contains("partial", report.ToMarkdown());
    }

    [Fact]
    public void One_theorem_that_is_cancelled_has_no_verdict() =>
        Assert.Throws<OperationCanceledException>(() =>
            Verifier.Verify(Five[0], null, new CancellationToken(true))
        );

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void Workers_change_nothing_but_the_field_of_their_name(int workers)
    {
        Assert.Equal(Json(1), Json(workers));

        static string Json(int workers)
        {
            var lines = Verifier
                .Verify(Five, new VerificationOptions { Workers = workers })
                .ToJson()
                .Split('\n');
            return string.Join(
                '\n',
                lines.Where(line => !line.Contains("\"seconds\"") && !line.Contains("\"workers\""))
            );
        }
    }

    [Fact]
    public void The_seed_changes_the_samples()
    {
        double Tightness(int seed) =>
            Verifier
                .Verify(Five, new VerificationOptions { Seed = seed, Budget = VerificationBudget.Smoke })
                .Verdicts[2]
                .Counterexample!.Measured.Value;
        Assert.NotEqual(Tightness(1), Tightness(2));
    }

    [Fact]
    public void An_id_may_not_occur_twice() =>
        Assert.Throws<ArgumentException>(() => Verifier.Verify([Five[0], Five[0]]));

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.2)]
    [InlineData(double.NaN)]
    public void The_false_alarm_rate_has_a_range(double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new VerificationOptions { FalseAlarmRate = rate });

    [Theory]
    [InlineData(0)]
    [InlineData(2000)]
    public void The_workers_have_a_range(int workers) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new VerificationOptions { Workers = workers });

    [Fact]
    public void A_budget_says_what_was_changed()
    {
        Assert.Equal("standard", VerificationBudget.Standard.Name);
        Assert.Equal(
            "smoke, 7 instances, 9 draws",
            (VerificationBudget.Smoke with { Instances = 7, Draws = 9 }).Name
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => VerificationBudget.Smoke with { Draws = 0 });
    }

    [Theory]
    [InlineData("")]
    [InlineData("mine/a")]
    [InlineData("mine/a~x~y")]
    public void A_word_that_is_no_token_is_refused(string word)
    {
        Assert.False(ReplayToken.TryParse(word, out _));
        Assert.Throws<FormatException>(() => ReplayToken.Parse(word));
    }

    [Fact]
    public void A_token_of_an_unknown_theorem_is_explained()
    {
        var failure = Assert.Throws<ReplayException>(() =>
            Verifier.Replay(ReplayToken.Parse("no/such~1~s3i4"))
        );
        Assert.StartsWith("No statement or topic is called 'no/such'", failure.Message);
    }
}
