namespace NtkTheory.Testing

open System
open System.Runtime.InteropServices
open System.Threading
open System.Threading.Tasks
open NtkTheory
open Xunit.Sdk

/// A theorem as a test: it fails unless the verdict is the expected one.
[<AbstractClass; Sealed>]
type TheoremTest =

    static member private Message(verdict: Verdict, options: VerificationOptions) =
        let reason = if verdict.Reason = "" then "" else $" ({verdict.Reason})"

        let example =
            match verdict.Counterexample with
            | null -> []
            | found -> [
                $"  instance: {found.Instance}"
                $"  measured {found.Measured}, bound {found.Bound}"
                $"  replay token: {found.Token}"
              ]

        [
            $"{verdict.Theorem.Id}: {verdict.Kind}{reason}, where {verdict.Expected} is expected"
            yield! example
            $"  seed {options.Seed}, budget {options.Budget.Name}"
        ]
        |> String.concat "\n"

    /// Judges a theorem under the given options and returns the verdict, or throws what xunit reports as a failure,
    /// with the counterexample and its replay token.
    static member Verify
        (
            theorem: Theorem,
            options: VerificationOptions,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) =
        let verdict = Verifier.Verify(theorem, options, cancellation)

        if verdict.IsExpected then
            verdict
        else
            raise (XunitException(TheoremTest.Message(verdict, options)))

    /// Judges a theorem of the catalog, or one's own claim, at the budget of the environment.
    static member Verify
        (
            theorem: Theorem,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) =
        TheoremTest.Verify(theorem, VerificationOptions(Budget = TestBudget.current ()), cancellation)

    /// The same on another thread, for tests that have a timeout.
    static member VerifyAsync
        (
            theorem: Theorem,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : Task =
        Task.Run(Action(fun () -> TheoremTest.Verify(theorem, cancellation) |> ignore), cancellation)
