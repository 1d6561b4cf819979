/// Phases, thresholds and the critical solution of the catapult against golden values.
module NtkTheory.Core.Tests.Dynamics.CatapultGoldenTests

open NtkTheory.Core.Tests
open NtkTheory.Core.Tests.Golden
open NtkTheory.Models
open Xunit

let private input name (case: Case) = number (get name case.Inputs)
let private output name (case: Case) = number (get name case.Outputs)

let private startOf case : CatapultState = {
    Output = input "z0" case
    Kernel = input "lambda0" case
}

let private phaseNamed name =
    match name with
    | "lazy" -> CatapultPhase.Lazy
    | "catapult" -> CatapultPhase.Catapult
    | "divergent" -> CatapultPhase.Divergent
    | other -> failwith $"no phase is called {other}"

[<Fact>]
let ``trajectory, peak and end of a phase`` () =
    let case = Golden.case "dynamics" "catapult/phases#1"
    let kappa, eta, y = input "kappa" case, input "gamma" case, input "y" case
    let start = startOf case
    let near expected actual = close 1e-13 1e-9 expected actual

    Assert.Equal(
        phaseNamed ((get "phase" case.Outputs).GetString() |> nonNull),
        CatapultPhases.phase kappa eta y start
    )

    let states = Catapult.trajectory kappa eta y 400 start

    Array.iteri (fun t z -> near z states[t].Output) (vector (get "z" case.Outputs))
    Array.iteri (fun t l -> near l states[t].Kernel) (vector (get "lambda" case.Outputs))

    let step, peak = Catapult.peak y states
    let lower, upper = CatapultPhases.peakLossBounds kappa eta start.Kernel
    Assert.Equal(int (output "peak_t" case), step)
    near (output "peak_abs_z" case) (abs peak.Output)
    near (output "peak_loss" case) ((peak.Output - y) ** 2.0 / 2.0)
    near (output "peak_loss_lower" case) lower
    near (output "peak_loss_upper" case) upper
    near (output "lambda_400" case) states[400].Kernel
    near (output "gamma_lambda_400" case) (eta * states[400].Kernel)

[<Fact>]
let ``the critical solution, in closed form and by descent`` () =
    let case = Golden.case "dynamics" "catapult/critical#1"
    let kappa, eta = input "kappa" case, input "gamma" case
    let start = startOf case
    let z = vector (get "z" case.Outputs)
    let states = Catapult.trajectory kappa eta (input "y" case) (z.Length - 1) start
    let amplitude, phi, _ = CatapultPhases.criticalOutput kappa eta start.Output 0
    close 0.0 1e-9 (output "amplitude" case) amplitude
    close 0.0 1e-9 (output "phi" case) phi

    z
    |> Array.iteri (fun t expected ->
        let _, _, closed = CatapultPhases.criticalOutput kappa eta start.Output t
        close 0.0 1e-9 expected closed
        close 0.0 1e-9 expected states[t].Output
        close 0.0 1e-9 (output "lambda" case) states[t].Kernel)

[<Fact>]
let ``a narrow network diverges in the lazy phase of wide ones`` () =
    let case = Golden.case "dynamics" "catapult/phase-lazy#1"

    let network =
        Catapult.create
            (vector (get "x" case.Inputs))
            (rows (get "U" case.Inputs))
            (vector (get "v" case.Inputs))

    let eta, y = input "gamma" case, input "y" case
    close 0.0 1e-13 (output "gamma_lambda0" case) (eta * Catapult.kernel network)
    let z, lambda = vector (get "z" case.Outputs), vector (get "lambda" case.Outputs)

    Seq.unfold (fun network -> Some(network, Catapult.step eta y network)) network
    |> Seq.truncate z.Length
    |> Seq.iteri (fun t network ->
        close 0.0 1e-13 z[t] (Catapult.output network)
        close 0.0 1e-13 lambda[t] (Catapult.kernel network))

[<Fact>]
let ``a label shifts the threshold of divergence`` () =
    let case = Golden.case "dynamics" "catapult/threshold-finite-width#1"
    let kappa, eta, y = input "kappa" case, input "gamma" case, input "y" case
    let start = startOf case
    let z = vector (get "z" case.Outputs)

    Catapult.trajectory kappa eta y (z.Length - 1) start
    |> Array.iteri (fun t state -> close 0.0 1e-8 z[t] state.Output)

    let diverges = (get "diverges" case.Outputs).GetBoolean()
    let reached, _, _ = Catapult.classify 1e-12 10000 kappa eta y start
    Assert.Equal(diverges, (reached = Diverged))
    Assert.Equal(diverges, (CatapultPhases.phase kappa eta y start = CatapultPhase.Divergent))
    Assert.Equal(diverges, eta > CatapultPhases.criticalStep kappa y start)
