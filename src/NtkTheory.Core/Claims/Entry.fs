namespace NtkTheory.Claims

/// Where a statement stands.
type Source = {
    /// The document, such as "ORF 543 notes".
    Document: string
    /// The lecture within it, by number or date.
    Lecture: string
    /// The number or name of the statement there, such as "Lemma 2".
    Number: string
    /// The paper that it comes from, where one is named; otherwise empty.
    Paper: string
}

/// What the catalog says of a statement's truth.
type Status =
    /// True, as proved in the source or in the entry.
    | Proved
    /// False as printed; the id of the repaired version.
    | FalseAsStated of repairedBy: string
    /// The corrected version of a false statement; the id of that statement.
    | Repairs of original: string
    /// Believed but not proved; a verdict is evidence only.
    | Conjectured
    /// A notion, not a claim.
    | Definition
    /// Recalled from elsewhere and not checkable by computation.
    | Cited
    /// An observation whose experiment reports a figure and no truth.
    | Empirical

/// How near the measured side comes to the bound.
type Sharpness =
    /// The bound is attained, or its constant cannot be lowered.
    | Tight
    /// True with room to spare.
    | Loose
    /// An equality.
    | Exact

/// What a reader is told of a statement, apart from its check.
type Entry = {
    /// Topic and short name, such as "gram/concentration".
    Id: string
    /// The statement in a line.
    Title: string
    /// The statement with its constants and hypotheses: sentences with LaTeX between dollar signs, or one formula
    /// in LaTeX without any dollar sign.
    Statement: string
    Source: Source
    Status: Status
    Sharpness: Sharpness
    /// How each side is computed, and how exactly.
    Method: string
    /// A misprint, the reason why a printed form fails, or what the check leaves open; may be empty.
    Remark: string
}

/// Parts of an entry.
module Entry =

    /// The id up to the first slash: the file of the catalog that it stands in.
    let topic entry = entry.Id.Split('/')[0]

    /// The id as a name that links can use.
    let anchor entry = entry.Id.Replace('/', '-')
