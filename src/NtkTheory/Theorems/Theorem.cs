using NtkTheory.Claims;
using NtkTheory.Reporting;
using CoreTheorem = NtkTheory.Claims.Theorem;

namespace NtkTheory;

/// <summary>A statement of the catalog, or a user's own. Immutable.</summary>
public sealed class Theorem
{
    private readonly Facts facts;

    internal Theorem(CatalogItem item)
    {
        Item = item;
        facts = CoreTheorem.facts(item);
    }

    internal CatalogItem Item { get; }

    private Entry Entry => facts.Entry;

    /// <summary>Topic and short name, such as "gram/concentration".</summary>
    public string Id => Entry.Id;

    /// <summary>The id up to the first slash.</summary>
    public string Topic => EntryModule.topic(Entry);

    /// <summary>The statement in a line.</summary>
    public string Title => Entry.Title;

    /// <summary>The statement with its constants and hypotheses, in LaTeX.</summary>
    public string Statement => Entry.Statement;

    /// <summary>Where it stands.</summary>
    public Source Source =>
        new(Entry.Source.Document, Entry.Source.Lecture, Entry.Source.Number, Entry.Source.Paper);

    /// <summary>What the catalog says of its truth.</summary>
    public TheoremStatus Status => (TheoremStatus)Entry.Status.Tag;

    /// <summary>The repaired version of a false statement, the false one of a repair; otherwise null.</summary>
    public string? RelatedId =>
        Entry.Status switch
        {
            Status.FalseAsStated broken => broken.repairedBy,
            Status.Repairs repair => repair.original,
            _ => null,
        };

    /// <summary>How near the measured side comes to the bound.</summary>
    public Sharpness Sharpness => (Sharpness)Entry.Sharpness.Tag;

    /// <summary>What kind of truth is claimed.</summary>
    public TheoremKind Kind => Enum.Parse<TheoremKind>(facts.Kind);

    /// <summary>Whether it has a check; definitions, recalled facts and experiments have none.</summary>
    public bool IsCheckable => Item.IsCheckable;

    /// <summary>Whether its instances can be taken from a data set.</summary>
    public bool UsesData => facts.OnData;

    /// <summary>The conditions without which it says nothing.</summary>
    public IReadOnlyList<string> Hypotheses => facts.Hypotheses;

    /// <summary>The conditions on a whole data set, where its instances can be taken from one.</summary>
    public IReadOnlyList<string> DataConditions => facts.DataConditions;

    /// <summary>What each broken version breaks.</summary>
    public IReadOnlyList<string> Controls => facts.Controls;

    /// <summary>How each side is computed, and how exactly.</summary>
    public string Method => Entry.Method;

    /// <summary>A misprint, or the reason why a printed form fails; may be empty.</summary>
    public string Remark => Entry.Remark;

    /// <summary>What the page says of a statement that is not checked: the function that implements it, or why there is none.</summary>
    public string Implementation => facts.Implementation;

    /// <summary>The page about it for a terminal.</summary>
    /// <param name="width">The longest line, at least 40 characters.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 40.</exception>
    public string ToText(int width = 80)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 40);
        return PlainText.page(width, facts);
    }

    /// <summary>The id.</summary>
    public override string ToString() => Id;
}
