namespace NtkTheory.Catalog

open System
open NtkTheory.Claims

/// Every statement of the sources, and the ways of naming some of them.
module Catalog =

    /// All statements, thirds in the order in which they are compiled.
    let items: CatalogItem list = List.concat []

    let private id item = (Theorem.entry item).Id

    /// The ids that `ntk verify` judges when it is given none: one handful of each lecture.
    let flagshipIds = []

    /// The statements judged when none is named.
    let flagship =
        items |> List.filter (fun item -> List.contains (id item) flagshipIds)

    /// Whether a name selects a statement: its id, its topic, "all", or an id that ends in a star.
    let private selects (name: string) item =
        name = "all"
        || id item = name
        || Entry.topic (Theorem.entry item) = name
        || name.EndsWith '*'
           && (id item).StartsWith(name.TrimEnd '*', StringComparison.Ordinal)

    /// The statements that any of the names selects, in the order of the catalog, or the names that select none.
    let select names =
        match names |> List.filter (fun name -> not (items |> List.exists (selects name))) with
        | [] when List.isEmpty names -> Ok flagship
        | [] ->
            Ok(
                items
                |> List.filter (fun item -> names |> List.exists (fun name -> selects name item))
            )
        | unknown -> Error unknown
