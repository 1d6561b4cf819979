module NtkTheory.Core.Tests.Reporting.BaselineTests

open System
open System.Threading
open NtkTheory.Catalog
open NtkTheory.Claims
open NtkTheory.Core.Tests.Verification.Synthetic
open NtkTheory.Numerics
open NtkTheory.Reporting
open NtkTheory.Sampling
open NtkTheory.Verification
open Xunit

/// A change to a claim, whatever its instances are.
type private IMutation =
    abstract Apply: Claim<'I> -> Claim<'I>

let private mutate (mutation: IMutation) item =
    match item with
    | Checkable theorem ->
        theorem.Accept
            {
                new ITheoremVisitor<CatalogItem> with
                    member _.Visit theorem =
                        // The broken versions are dropped from both runs: only the claim itself is compared.
                        Theorem.pack {
                            theorem with
                                Claim = mutation.Apply theorem.Claim
                                Controls = []
                        }
            }
    | other -> other

let private unchanged = {
    new IMutation with
        member _.Apply claim = claim
}

let private boundTimes factor = {
    new IMutation with
        member _.Apply claim = {
            claim with
                Bound = claim.Bound >> Estimate.scale factor
        }
}

/// A relative error of up to 1e-6, another one at each instance, as a faulty kernel would have.
let private noisy = {
    new IMutation with
        member _.Apply claim =
            let noise instance =
                let hash =
                    claim.Describe instance |> Seq.fold (fun h c -> Seed.mix (h ^^^ uint64 c)) 1UL

                1e-6 * (2.0 * float (hash >>> 11) / float (1UL <<< 53) - 1.0)

            let measured instance seed =
                let clean = claim.Measured instance seed

                {
                    clean with
                        Value = clean.Value * (1.0 + noise instance)
                }

            { claim with Measured = measured }
}

let private planOf items = {
    Origin = { Version = "1"; Backend = "managed" }
    Seed = 1
    Budget = Budget.smoke
    FalseAlarmRate = 1e-9
    Data = ""
    Statements = items |> List.map (fun item -> (Theorem.entry item).Id)
}

let private record items =
    let report =
        Run.verify
            {
                options 2 with
                    Workers = Environment.ProcessorCount
            }
            ignore
            CancellationToken.None
            items

    Baseline.record (planOf items) [ "flagship" ] report.Evidence

/// Theorems of the flagship set that are claimed as inequalities with a bound to change.
let private subjects =
    Catalog.flagship
    |> List.filter (fun item ->
        match item, (Theorem.entry item).Status with
        | Checkable _, (Proved | Repairs _) -> Theorem.kind item = "Deterministic"
        | _ -> false)

let private recorded = lazy (record (subjects |> List.map (mutate unchanged)))

let private caught mutation =
    let now = record (subjects |> List.map (mutate mutation))
    let changed = Baseline.compare recorded.Value now |> List.map fst |> Set.ofList

    subjects
    |> List.map (fun item -> (Theorem.entry item).Id)
    |> List.partition changed.Contains

[<Fact>]
let ``an equal run shows no change`` () =
    Assert.NotEmpty subjects
    let caught, _ = caught unchanged
    Assert.Empty caught

[<Fact>]
let ``halving the constant of any bound is caught`` () =
    let _, missed = caught (boundTimes 0.5)
    Assert.Empty missed

[<Fact>]
let ``loosening any bound by three is caught`` () =
    let _, missed = caught (boundTimes 3.0)
    Assert.Empty missed

[<Fact>]
let ``a relative noise of a millionth on the measured side is caught`` () =
    let _, missed = caught noisy
    Assert.Empty missed

let private synthetic bound = [
    Theorem.pack (theorem "synthetic/a" (below bound) [])
    Stated(entry "synthetic/b" Cited, "nothing to compute")
]

let private words was now =
    Baseline.compare was now
    |> List.map (fun (id, change) -> $"{id}: {Baseline.describe change}")

[<Fact>]
let ``each change is one line`` () =
    let was = record (synthetic (fun n -> float n + 1.0))
    let tighter = record (synthetic (fun n -> float n))
    let false' = record (synthetic (fun _ -> 100.0))

    Assert.Equal<string list>(
        [ "synthetic/a: verdict was Holds, is Refuted" ],
        words was false' |> List.truncate 1
    )

    Assert.Equal<string list>([ "synthetic/a: tightness was 0.9989868288, is 1" ], words was tighter)

    Assert.Equal<string list>(
        [ "synthetic/b: recorded, but no longer there" ],
        words was {
            was with
                Entries = [ was.Entries.Head ]
        }
    )

    Assert.Equal<string list>(
        [ "synthetic/b: not recorded, is NotCheckable" ],
        words
            {
                was with
                    Entries = [ was.Entries.Head ]
            }
            was
    )

[<Fact>]
let ``an order that drifts is named with its interval`` () =
    let ladder = {
        Scales = [ 10.0; 20.0; 40.0; 80.0; 160.0 ]
        At = (fun _ scale -> scale)
        Replicates = 1
    }

    let instances = FsCheck.FSharp.Arb.fromGen (FsCheck.FSharp.Gen.constant 1.0)

    let rate power =
        let claim =
            Claim.rate ladder Equals instances (fun scale _ -> Estimate.exact (scale ** power)) (fun _ ->
                Estimate.exact -0.5)

        record [ Theorem.pack (theorem "synthetic/rate" claim []) ]

    let change = words (rate -0.5) (rate -0.5001)
    Assert.Contains("order was -0.5 ±", String.concat "\n" change)

[<Fact>]
let ``a recording comes back from its file`` () =
    let was = record (synthetic (fun n -> float n + 1.0))
    let text = BaselineFile.write was
    let again = BaselineFile.tryRead text |> Option.get
    Assert.Equal(text, BaselineFile.write again)
    Assert.Empty(Baseline.compare was again)
    Assert.Equal(None, BaselineFile.tryRead "{}")
    Assert.Equal(None, BaselineFile.tryRead "no json")

[<Fact>]
let ``two recordings stand side by side`` () =
    let was = record (synthetic (fun n -> float n + 1.0))
    let now = record (synthetic (fun n -> float n))
    let line = Assert.Single(BaselineTable.lines false was now)
    Assert.Matches(@"^synthetic/a +Holds +0\.99\d+ +≠ +Holds +1$", line)
    Assert.Equal(2, (BaselineTable.lines true was now).Length)
