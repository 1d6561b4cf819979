using Xunit;

namespace NtkTheory.Tests.Examples;

public class ExampleTests
{
    [Fact]
    public void Irises_are_told_apart() =>
        Assert.Matches(@"^species 0, accuracy when left out 9[5-9]\.\d ?%$", ClassifyIris.Run());

    [Fact]
    public void A_posterior_knows_what_it_has_seen_and_doubts_what_it_has_not()
    {
        var posterior = PosteriorOfACurve.Run();
        Assert.Equal(Math.Sin(1.0), posterior.Mean[1], 3);
        Assert.InRange(posterior.Variance[1], 0.0, 1e-5);
        Assert.True(posterior.Variance[2] > posterior.Variance[0]);
        Assert.InRange(posterior.Mean[0], 0.3, 0.7);
    }

    [Fact]
    public void Theory_demands_more_width_than_a_network_needs() =>
        Assert.Matches("^[a-z/-]+.*: the theorem demands .* neurons", WidthOfANetwork.Run());
}
