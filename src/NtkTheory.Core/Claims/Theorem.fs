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

/// What a page about a statement says of its check.
type Facts = {
    Entry: Entry
    Kind: string
    Hypotheses: string list
    /// Conditions on a whole data set; empty where the claim does not quantify over data.
    DataConditions: string list
    /// Whether instances can be taken from a data set.
    OnData: bool
    /// What each control breaks.
    Controls: string list
    /// The function behind a definition, or why nothing is computed; empty where there is a check.
    Implementation: string
}

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

    /// The name of the kind of a claim.
    let kindOfClaim (claim: Claim<'I>) =
        match claim.Kind with
        | Deterministic -> "Deterministic"
        | Identity -> "Identity"
        | Probabilistic _ -> "Probabilistic"
        | Expectation _ -> "Expectation"
        | Rate _ -> "Rate"
        | Law _ -> "Law"

    /// The name of the kind of a line of the catalog.
    let kind item =
        match item with
        | Stated _ -> "Statement"
        | Observed _ -> "Experiment"
        | Checkable theorem ->
            theorem.Accept
                {
                    new ITheoremVisitor<string> with
                        member _.Visit theorem = kindOfClaim theorem.Claim
                }

    /// What a reader is told of a line of the catalog.
    let entry item =
        match item with
        | Checkable theorem -> theorem.Entry
        | Stated(entry, _) -> entry
        | Observed(entry, _) -> entry

    let private factsOf (theorem: Theorem<'I>) = {
        Entry = theorem.Entry
        Kind = kindOfClaim theorem.Claim
        Hypotheses = theorem.Claim.Hypotheses |> List.map _.Name
        DataConditions =
            theorem.Claim.Data
            |> Option.map (fun use' -> use'.Requires |> List.map _.Name)
            |> Option.defaultValue []
        OnData = theorem.Claim.Data.IsSome
        Controls = theorem.Controls |> List.map _.Breaks
        Implementation = ""
    }

    /// What a page about a line of the catalog says of its check.
    let facts item =
        let without entry kind implementation = {
            Entry = entry
            Kind = kind
            Hypotheses = []
            DataConditions = []
            OnData = false
            Controls = []
            Implementation = implementation
        }

        match item with
        | Checkable theorem ->
            theorem.Accept
                {
                    new ITheoremVisitor<Facts> with
                        member _.Visit theorem = factsOf theorem
                }
        | Stated(entry, implementation) -> without entry "Statement" implementation
        | Observed(entry, experiment) -> without entry "Experiment" $"experiment: {experiment.Figure}"
