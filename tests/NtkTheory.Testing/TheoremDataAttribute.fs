namespace NtkTheory.Testing

open System
open System.Runtime.InteropServices
open System.Threading
open NtkTheory
open Xunit.Abstractions
open Xunit.Sdk

/// A theorem of the catalog as the argument of a test; the test explorer shows its id.
[<Sealed; AllowNullLiteral>]
type TheoremCase(id: string, timeout: TimeSpan) =
    let mutable id = id
    let mutable timeout = timeout

    /// For the deserializer of xunit.
    new() = TheoremCase("", Timeout.InfiniteTimeSpan)

    /// The id of the theorem.
    member _.Id = id

    /// The theorem.
    member _.Theorem =
        match TheoremCatalog.Find id with
        | null -> invalidOp $"No statement is called '{id}'."
        | theorem -> theorem

    /// Judges the theorem at the budget of the environment. Fails with the counterexample and its replay token
    /// unless the verdict is the expected one, and where the timeout of the data attribute stops it.
    member this.Verify
        ([<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken)
        =
        use stop = CancellationTokenSource.CreateLinkedTokenSource cancellation
        stop.CancelAfter timeout

        try
            TheoremTest.Verify(this.Theorem, stop.Token) |> ignore
        with :? OperationCanceledException when not cancellation.IsCancellationRequested ->
            raise (XunitException $"{id}: not judged within {timeout.TotalSeconds} s")

    /// The id.
    override _.ToString() = id

    interface IXunitSerializable with
        member _.Serialize info =
            info.AddValue("id", id)
            info.AddValue("timeout", timeout.Ticks)

        member _.Deserialize info =
            id <- info.GetValue<string> "id"
            timeout <- TimeSpan.FromTicks(info.GetValue<int64> "timeout")

/// Gives a theory one case per theorem that the names select: ids, topics, "gram/*" or "all". Statements without
/// a check are left out, as a test of them would test nothing.
[<Sealed; AttributeUsage(AttributeTargets.Method, AllowMultiple = true)>]
type TheoremDataAttribute([<ParamArray>] names: string[]) =
    inherit DataAttribute()

    /// Milliseconds after which a case is stopped and fails; no limit where it is 0.
    member val Timeout = 0 with get, set

    /// The cases.
    override this.GetData _ =
        let limit =
            if this.Timeout = 0 then
                Timeout.InfiniteTimeSpan
            else
                TimeSpan.FromMilliseconds(float this.Timeout)

        TheoremCatalog.Select names
        |> Seq.filter _.IsCheckable
        |> Seq.map (fun theorem -> [| box (TheoremCase(theorem.Id, limit)) |])
