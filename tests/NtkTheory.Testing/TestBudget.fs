namespace NtkTheory.Testing

open System
open NtkTheory

/// How much work the tests of theorems may cost.
module TestBudget =

    /// The environment variable that sets it: smoke, standard (where it is not set) or thorough.
    [<Literal>]
    let Variable = "NTK_BUDGET"

    /// The budget with a name; none and the empty name stand for the standard one.
    let named (name: string | null) =
        match name with
        | null
        | ""
        | "standard" -> VerificationBudget.Standard
        | "smoke" -> VerificationBudget.Smoke
        | "thorough" -> VerificationBudget.Thorough
        | other -> invalidArg (nameof name) $"{Variable} is one of smoke, standard, thorough, not '{other}'."

    /// The budget that the environment sets.
    let current () =
        named (Environment.GetEnvironmentVariable Variable)
