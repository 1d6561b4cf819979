namespace NtkTheory.Reporting

open NtkTheory.Claims
open NtkTheory.Verification

/// One file of the documentation.
type HandbookPage = {
    /// The name of the file.
    Name: string
    Text: string
}

/// The catalog as pages: one per topic with statement, source, how it is measured and the verdict of a run, one
/// about what the notes get wrong, and an index.
module Handbook =

    let private page name lines = {
        Name = name
        Text = String.concat "\n" lines
    }

    let private isFalse (evidence: Evidence) =
        match evidence.Entry.Status with
        | FalseAsStated _ -> true
        | _ -> false

    /// Says who wrote the page, so that nobody edits it by hand and `ntk docs` knows it for its own.
    let private origin (report: RunReport) =
        $"*Written by `ntk docs write` from a run with seed {report.Options.Seed} and the budget {report.Options.Budget.Name}.*"

    let private topicPage report facts (topic, evidence: Evidence list) =
        page $"{topic}.md" [
            $"# {topic}"
            ""
            origin report
            ""
            yield! Markdown.table evidence
            ""
            yield! evidence |> List.collect (Markdown.statement facts)
        ]

    let private repairLine (evidence: Evidence) =
        match evidence.Entry.Status with
        | FalseAsStated repair ->
            $"Repaired as [{repair}]({Entry.topic evidence.Entry}.md#{repair.Replace('/', '-')})."
        | _ -> ""

    let private wrongPage report facts (evidence: Evidence list) =
        page "what-the-notes-get-wrong.md" [
            "# What the notes get wrong"
            ""
            "Each statement below is false as it is printed. The engine refutes it by itself; the counterexample is the smallest that it found, and the command makes it again to the last digit."
            ""
            origin report
            ""
            for one in evidence |> List.filter isFalse do
                yield! Markdown.statement facts one
                repairLine one
                ""
        ]

    /// A topic with how many of its statements hold, are refuted, and have another verdict.
    let private indexRow (topic, evidence: Evidence list) =
        let count name =
            evidence |> List.filter (fun e -> Verdict.name e.Verdict = name) |> List.length

        let holds, refuted = count "Holds", count "Refuted"
        $"| [{topic}]({topic}.md) | {evidence.Length} | {holds} | {refuted} | {evidence.Length - holds - refuted} |"

    let private indexPage report topics =
        page "index.md" [
            "# The theorems"
            ""
            origin report
            ""
            "[What the notes get wrong](what-the-notes-get-wrong.md)"
            ""
            "| Topic | Statements | Hold | Refuted | Other |"
            "| --- | ---: | ---: | ---: | ---: |"
            yield! topics |> List.map indexRow
            ""
        ]

    /// The pages of a run.
    let pages (items: CatalogItem list) (report: RunReport) =
        let facts =
            items
            |> List.map (fun item -> (Theorem.entry item).Id, Theorem.facts item)
            |> Map.ofList

        let topics = report.Evidence |> List.groupBy (fun e -> Entry.topic e.Entry)

        [
            indexPage report topics
            wrongPage report facts report.Evidence
            yield! topics |> List.map (topicPage report facts)
        ]
