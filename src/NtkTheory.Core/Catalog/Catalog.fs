namespace NtkTheory.Catalog

open System
open NtkTheory.Claims

/// Every statement of the sources, and the ways of naming some of them.
module Catalog =

    /// All statements, thirds in the order in which they are compiled.
    let items: CatalogItem list =
        List.concat [ Kernels.All.items; Architecture.All.items; Dynamics.All.items ]

    let private id item = (Theorem.entry item).Id

    /// What `ntk verify` judges when it is given nothing: some of each lecture, repairs included.
    let flagshipIds =
        set [
            "hermite/expansion"
            "hermite/mehler"
            "hermite/nonpoly-all-nonzero"
            "gram/hermite-pd"
            "gram/hcts-pd-criterion"
            "kernel/arccos0"
            "gram/concentration"
            "gram/perturbation"
            "concentration/matrix-bernstein"
            "linearization/smooth"
            "linearization/relu"
            "linearization/relu-exact-sup"
            "linearization/rates-recap"
            "convergence/gd-linear-rate"
            "flow/jacot-formula"
            "margin/qp-equivalence"
            "margin/kkt"
            "margin/direction-rate"
            "margin/degenerate-loglog"
            "implicit-bias/q-function"
            "implicit-bias/q-alpha"
            "implicit-bias/l1-limit"
            "implicit-bias/l2-limit"
            "widths/jl"
            "widths/entropy-exact"
            "widths/stable-le-entropy"
            "catapult/recursion-residual"
            "catapult/recursion-ntk"
            "quadratic/feature-evolution"
            "paths/input-jacobian-fourth-moment"
            "regions/zaslavsky"
            "regions/sawtooth"
            "bayesian-linear/marchenko-pastur"
            "paths/ntk-diagonal-mean"
            "sgd/fdr-alignment"
            "criticality/relu-criticality"
        ]

    let private isFlagship item =
        let name = id item
        flagshipIds.Contains name || flagshipIds.Contains(name.Replace("/repaired", ""))

    /// The statements judged when none is named.
    let flagship = items |> List.filter isFlagship

    /// Whether a name selects the statement with an id: its id, its topic, "all", or the start of an id and a star.
    let selectsId (name: string) (id: string) =
        name = "all"
        || id = name
        || id.Split('/')[0] = name
        || name.EndsWith '*' && id.StartsWith(name.TrimEnd '*', StringComparison.Ordinal)

    let private selects name item = selectsId name (id item)

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
