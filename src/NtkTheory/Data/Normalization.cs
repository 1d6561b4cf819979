namespace NtkTheory;

/// <summary>What is done to the points of a data set before they are used.</summary>
public enum Normalization
{
    /// <summary>Nothing: the points keep their numbers.</summary>
    None,

    /// <summary>Each point is divided by its Euclidean norm. The default.</summary>
    Unit,

    /// <summary>
    /// Each column is centred and divided by its standard deviation (of the population), then each point is
    /// divided by its Euclidean norm.
    /// </summary>
    StandardizeUnit,
}
