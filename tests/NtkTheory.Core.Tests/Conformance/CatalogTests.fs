namespace NtkTheory.Core.Tests.Conformance

open System
open System.Reflection
open System.Threading
open NtkTheory.Catalog
open NtkTheory.Claims
open NtkTheory.Verification
open Xunit
open Xunit.Abstractions

/// The one run of the whole catalog that several tests look at. NTK_TEST_BUDGET scales all budgets.
type CatalogRun() =
    let scale =
        match Environment.GetEnvironmentVariable "NTK_TEST_BUDGET" with
        | null
        | "" -> 1
        | text -> int text

    let standard = Budget.standard
    let clock = Diagnostics.Stopwatch.StartNew()

    let report =
        lazy
            Run.verify
                {
                    Seed = 1
                    Budget = {
                        standard with
                            Instances = scale * standard.Instances
                            Draws = scale * standard.Draws
                            Climb = scale * standard.Climb
                    }
                    FalseAlarmRate = 1e-9
                    Workers = Environment.ProcessorCount
                    Data = None
                    Clock = fun () -> clock.Elapsed.TotalSeconds
                }
                ignore
                CancellationToken.None
                Catalog.items

    member _.Report = report.Value

type CatalogTests(run: CatalogRun, output: ITestOutputHelper) =

    let entries = Catalog.items |> List.map Theorem.entry
    let ids = entries |> List.map _.Id |> Set.ofList

    interface IClassFixture<CatalogRun>

    [<Fact>]
    member _.``ids are unique``() =
        let repeated =
            entries |> List.countBy _.Id |> List.filter (fun (_, count) -> count > 1)

        Assert.Empty repeated

    [<Fact>]
    member _.``false statements and their repairs name each other``() =
        for entry in entries do
            match entry.Status with
            | FalseAsStated repair ->
                Assert.Equal($"{entry.Id}/repaired", repair)
                Assert.True(ids.Contains repair, $"{entry.Id} has no repair")
            | Repairs original -> Assert.True(ids.Contains original, $"{entry.Id} repairs nothing")
            | _ -> ()

    [<Fact>]
    member _.``entries read as pages``() =
        for entry in entries do
            Assert.False(String.IsNullOrWhiteSpace entry.Title, entry.Id)
            Assert.False(String.IsNullOrWhiteSpace entry.Statement, entry.Id)
            Assert.False(String.IsNullOrWhiteSpace entry.Source.Document, entry.Id)

            match entry.Status with
            | FalseAsStated _ ->
                Assert.False(String.IsNullOrWhiteSpace entry.Remark, $"{entry.Id} does not say why it fails")
            | _ -> ()

    [<Fact>]
    member _.``every theorem value is in the catalog``() =
        let isTheorem (property: PropertyInfo) =
            property.PropertyType.IsGenericType
            && property.PropertyType.GetGenericTypeDefinition() = typedefof<Theorem<_>>

        let values =
            typeof<Entry>.Assembly.GetTypes()
            |> Seq.filter (fun t -> (string t.Namespace).StartsWith "NtkTheory.Catalog")
            |> Seq.collect (fun t -> t.GetProperties(BindingFlags.Public ||| BindingFlags.Static))
            |> Seq.filter isTheorem
            |> List.ofSeq

        for property in values do
            let theorem = property.GetValue null
            let entry = property.PropertyType.GetProperty("Entry") |> nonNull
            let id = (entry.GetValue theorem |> nonNull :?> Entry).Id
            Assert.True(ids.Contains id, $"{property.Name} ({id}) is not in the catalog")

    [<Fact>]
    member _.``every theorem has two controls``() =
        for item in Catalog.items do
            match item with
            | Checkable _ ->
                let facts = Theorem.facts item

                Assert.True(
                    facts.Controls.Length >= 2,
                    $"{facts.Entry.Id} has {facts.Controls.Length} controls"
                )

                Assert.Equal(facts.Controls.Length, facts.Controls |> List.distinct |> List.length)
            | _ -> ()

    [<Fact>]
    member _.``the standard budget refutes every control``() =
        for evidence in run.Report.Evidence do
            for control in evidence.Controls do
                Assert.True(control.Refuted, $"{evidence.Entry.Id} survives: {control.Breaks}")

    [<Fact>]
    member _.``every verdict is the expected one``() =
        for evidence in run.Report.Evidence do
            if evidence.Seconds > 3.0 then
                output.WriteLine $"%6.1f{evidence.Seconds} s {evidence.Entry.Id}"

        let surprises =
            run.Report.Evidence
            |> List.filter (fun e -> not (Verdict.isExpected e.Entry.Status e.Verdict))
            |> List.map (fun e -> $"{e.Entry.Id}: {Verdict.name e.Verdict} {Verdict.reason e.Verdict}")

        Assert.True(surprises.IsEmpty, String.concat "\n" surprises)
