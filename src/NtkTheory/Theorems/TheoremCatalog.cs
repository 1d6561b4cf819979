using Microsoft.FSharp.Collections;
using NtkTheory.Catalog;
using NtkTheory.Claims;
using NtkTheory.Reporting;
using CoreCatalog = NtkTheory.Catalog.Catalog;
using CoreTheorem = NtkTheory.Claims.Theorem;

namespace NtkTheory;

/// <summary>Every statement that the product knows, and the ways of naming some of them.</summary>
public static class TheoremCatalog
{
    private const int Suggestions = 3;

    private static readonly Lazy<IReadOnlyList<Theorem>> AllTheorems = new(() => Of(CoreCatalog.items));

    private static readonly Lazy<IReadOnlyDictionary<string, Theorem>> ById = new(() =>
        AllTheorems.Value.ToDictionary(theorem => theorem.Id)
    );

    /// <summary>All statements, in the order of the catalog.</summary>
    public static IReadOnlyList<Theorem> All => AllTheorems.Value;

    /// <summary>The statements that are judged when none is named: a handful of each lecture.</summary>
    public static IReadOnlyList<Theorem> Flagship => Same(CoreCatalog.flagship);

    /// <summary>The topics, in the order of the catalog.</summary>
    public static IReadOnlyList<string> Topics => [.. All.Select(theorem => theorem.Topic).Distinct()];

    /// <summary>The statement with an id, or null.</summary>
    public static Theorem? Find(string id) => ById.Value.GetValueOrDefault(id);

    /// <summary>
    /// The statements that any of the names selects: an id, a topic, "all", or the start of an id and a star. No name
    /// selects the flagship set.
    /// </summary>
    /// <exception cref="ArgumentException">A name selects nothing; the message suggests nearby ones.</exception>
    public static IReadOnlyList<Theorem> Select(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var selected = CoreCatalog.select(ListModule.OfSeq(names));
        return selected.IsOk
            ? Same(selected.ResultValue)
            : throw new ArgumentException(Unknown(selected.ErrorValue.First()));
    }

    /// <summary>Those of some ids, of the catalog or not, that any of the names selects.</summary>
    public static IReadOnlyList<string> Matching(IReadOnlyList<string> names, IReadOnlyList<string> ids)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(ids);
        return [.. ids.Where(id => names.Any(name => CoreCatalog.selectsId(name, id)))];
    }

    /// <summary>The ids and topics nearest to a name, best first.</summary>
    public static IReadOnlyList<string> Suggest(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var known = All.Select(theorem => theorem.Id).Concat(Topics).Distinct();
        return
        [
            .. known
                .Select(id => (Id: id, Distance: Spelling.Distance(name, id)))
                .Where(near => near.Distance <= Math.Max(2, near.Id.Length / 2))
                .OrderBy(near => near.Distance)
                .ThenBy(near => near.Id, StringComparer.Ordinal)
                .Take(Suggestions)
                .Select(near => near.Id),
        ];
    }

    /// <summary>The catalog as a JSON array of objects with id, topic, title, kind, status, sharpness, source, statement.</summary>
    public static string ToJson() => Json.catalog(CoreCatalog.items);

    internal static string Unknown(string name)
    {
        var near = Suggest(name);
        return near.Count == 0
            ? $"No statement or topic is called '{name}'."
            : $"No statement or topic is called '{name}'; did you mean {Alternatives(near)}?";
    }

    private static string Alternatives(IReadOnlyList<string> near) =>
        near.Count == 1 ? near[0] : $"{string.Join(", ", near.SkipLast(1))} or {near[^1]}";

    private static IReadOnlyList<Theorem> Of(IEnumerable<CatalogItem> items) =>
        [.. items.Select(item => new Theorem(item))];

    private static IReadOnlyList<Theorem> Same(IEnumerable<CatalogItem> items) =>
        [.. items.Select(item => ById.Value[CoreTheorem.entry(item).Id])];
}
