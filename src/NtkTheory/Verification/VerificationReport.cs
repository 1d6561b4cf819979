using Microsoft.FSharp.Collections;
using NtkTheory.Claims;
using NtkTheory.Reporting;
using NtkTheory.Verification;

namespace NtkTheory;

/// <summary>What a verification has brought. Immutable.</summary>
public sealed class VerificationReport
{
    private readonly RunReport report;
    private readonly IReadOnlyList<Theorem> theorems;

    internal VerificationReport(
        RunReport report,
        IReadOnlyList<Theorem> theorems,
        VerificationOptions options
    )
    {
        this.report = report;
        this.theorems = theorems;
        Options = options;
        var byId = theorems.ToDictionary(theorem => theorem.Id);
        Verdicts = [.. report.Evidence.Select(evidence => new Verdict(byId[evidence.Entry.Id], evidence))];
    }

    internal IReadOnlyList<Theorem> Theorems => theorems;

    internal FSharpList<Claims.Evidence> Evidence => report.Evidence;

    /// <summary>The options of the run.</summary>
    public VerificationOptions Options { get; }

    /// <summary>One verdict for each theorem, in the order in which they were given; those not reached are missing.</summary>
    public IReadOnlyList<Verdict> Verdicts { get; }

    /// <summary>Whether the run was cancelled before its last theorem.</summary>
    public bool IsPartial => report.Partial;

    /// <summary>How many theorems were given.</summary>
    public int Total => theorems.Count;

    /// <summary>Whether every theorem was judged and no verdict is a surprise.</summary>
    public bool IsAsExpected => !IsPartial && Verdicts.All(verdict => verdict.IsExpected);

    /// <summary>The verdicts that differ from what the catalog leads one to expect.</summary>
    public IReadOnlyList<Verdict> Surprises => [.. Verdicts.Where(verdict => !verdict.IsExpected)];

    /// <summary>
    /// The verdicts on theorems whose instances were subsamples of the data set; none where there was none. False
    /// statements keep their own instances, as they may happen to hold on some points.
    /// </summary>
    public IReadOnlyList<Verdict> OnData =>
        Options.Data is null
            ? []
            : [.. Verdicts.Where(v => v.Theorem.UsesData && v.Theorem.Status != TheoremStatus.FalseAsStated)];

    /// <summary>The report as one JSON object; equal but for seconds and workers for equal options and seeds.</summary>
    public string ToJson() => Json.report(Engine.Origin, report);

    /// <summary>The report as a Markdown document: what was done, the verdicts, a section for each statement.</summary>
    public string ToMarkdown() => Markdown.report(Engine.Origin, Items, report);

    /// <summary>The report as one HTML page that needs no other file and no network.</summary>
    public string ToHtml() => HtmlReport.report(Engine.Origin, Items, report);

    private FSharpList<CatalogItem> Items => ListModule.OfSeq(theorems.Select(theorem => theorem.Item));

    /// <summary>The report as documentation: an index, a page per topic, and one about what the notes get wrong.</summary>
    public IReadOnlyList<HandbookPage> ToPages() =>
        [
            .. Handbook
                .pages(ListModule.OfSeq(theorems.Select(theorem => theorem.Item)), report)
                .Select(page => new HandbookPage(page.Name, page.Text)),
        ];
}
