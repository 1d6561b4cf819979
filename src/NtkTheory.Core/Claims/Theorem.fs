namespace NtkTheory.Claims

/// A statement that can be judged.
type Theorem<'I> = {
    Entry: Entry
    Claim: Claim<'I>
    /// At least two: a check that cannot fail is worth nothing.
    Controls: Control<'I> list
}

/// Something done with a theorem whatever its instances are.
type ITheoremVisitor<'R> =
    abstract Visit: Theorem<'I> -> 'R

/// A theorem with the type of its instances hidden, so that all fit in one catalog.
type ITheorem =
    abstract Entry: Entry
    abstract Accept: ITheoremVisitor<'R> -> 'R

/// A measurement that reports a figure and judges nothing.
type Experiment = {
    /// What the figure is, with its unit.
    Figure: string
    Run: NtkTheory.Sampling.Seed -> NtkTheory.Numerics.Estimate
}

/// A line of the catalog.
type CatalogItem =
    /// A theorem with its check.
    | Checkable of ITheorem
    /// A definition or a recalled fact: the function that implements it, or why nothing can be computed.
    | Stated of Entry * implementation: string
    /// An empirical observation (status `Empirical`) with the experiment that repeats it.
    | Observed of Entry * Experiment

/// Ways of putting statements into the catalog.
module Theorem =

    /// A theorem as a line of the catalog.
    let pack (theorem: Theorem<'I>) =
        Checkable
            {
                new ITheorem with
                    member _.Entry = theorem.Entry
                    member _.Accept visitor = visitor.Visit theorem
            }

    /// What a reader is told of a line of the catalog.
    let entry item =
        match item with
        | Checkable theorem -> theorem.Entry
        | Stated(entry, _) -> entry
        | Observed(entry, _) -> entry
