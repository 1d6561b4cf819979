namespace NtkTheory.Tests.Examples;

/// <summary>How wide a network has to be for a data set: by the theorems, and by trial.</summary>
public static class WidthOfANetwork
{
    public static string Run()
    {
        var wine = Dataset.Load(Path.Combine("Data", "wine.csv"));
        var options = new DataAnalysisOptions
        {
            Runs = 2,
            SamplePoints = 20,
            Seed = 7,
        };
        var analysis = DataAnalysis.Run(wine, options);

        foreach (var guarantee in analysis.Guarantees.Where(guarantee => guarantee.ObservedWidth is not null))
        {
            if (guarantee.DemandedWidth < guarantee.ObservedWidth)
            {
                return $"{guarantee.TheoremId} demands less than was needed";
            }
        }

        return analysis.Headline;
    }
}
