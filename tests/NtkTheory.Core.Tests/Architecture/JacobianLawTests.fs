module NtkTheory.Core.Tests.Architecture.JacobianLawTests

open System
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private cases = Golden.cases "architecture" "paths/log-normal" |> Array.ofList

[<Fact>]
let ``log moments of a layer have their golden values`` () =
    let widths = Golden.vector (Golden.get "n" cases[0].Inputs)
    let means = Golden.vector (Golden.get "mean" cases[0].Outputs)
    let variances = Golden.vector (Golden.get "var" cases[0].Outputs)

    for i, n in Array.indexed widths do
        let struct (mean, variance) = JacobianLaw.layerMoments (int n)
        Golden.close 0.0 2e-13 means[i] mean
        Golden.close 0.0 1e-13 variances[i] variance

[<Fact>]
let ``log moments of an entry have their golden values`` () =
    let output name =
        Golden.number (Golden.get name cases[1].Outputs)

    let widths = List.replicate 10 100
    let struct (mean, variance) = JacobianLaw.productMoments widths
    Golden.close 0.0 1e-12 (output "E_log_prod_given_alive") mean
    Golden.close 0.0 1e-12 (output "Var_log_prod_given_alive") variance
    let struct (mean, variance) = JacobianLaw.entryMoments widths
    Golden.close 0.0 1e-12 (output "E_log_entry_squared_times_n0/2_given_alive") mean
    Golden.close 0.0 1e-12 (output "Var_log_entry_squared_given_alive") variance
    Golden.close 0.0 1e-12 (output "P_dead") (JacobianLaw.deathProbability widths)

[<Fact>]
let ``without hidden layers the law is a chi-square of one degree of freedom`` () =
    let cdf = JacobianLaw.cdf []

    for x in [ 1e-4; 0.1; 1.0; 4.0; 20.0 ] do
        Golden.close 1e-9 0.0 (1.0 - MathNet.Numerics.SpecialFunctions.Erfc(sqrt (x / 2.0))) (cdf x)

[<Property(MaxTest = 30)>]
let ``the distribution function rises from the atom to one`` (a: byte) (b: byte) =
    let widths = [ 1 + int a % 9; 1 + int b % 9 ]
    let cdf = JacobianLaw.cdf widths
    let values = [ 0.0; 1e-9; 0.01; 0.3; 1.0; 5.0; 1e6 ] |> List.map cdf
    Golden.close 1e-15 0.0 (JacobianLaw.deathProbability widths) values.Head
    Golden.close 1e-8 0.0 1.0 (List.last values)
    List.pairwise values |> List.forall (fun (x, y) -> x <= y + 1e-10)

[<Fact>]
let ``sampled entries follow the law`` () =
    let net = {
        HeNet.Widths = [ 3; 4; 6 ]
        Law = Normal
    }

    let cdf = JacobianLaw.cdf [ 4; 6 ]
    let x = Array.create 3 1.0
    let count = 4000

    let squares =
        Array.init count (fun k ->
            1.5
            * (HeSample.jacobian (HeSample.draw net (Seed.at k (Seed.ofInt 4))) x)[0] ** 2.0)

    for t in [ 0.0; 0.01; 0.1; 0.5; 2.0 ] do
        let share = squares |> Array.filter (fun s -> s <= t) |> Array.length |> float
        // eight standard errors of a share
        Golden.close (4.0 / sqrt (float count)) 0.0 (cdf t) (share / float count)

[<Fact>]
let ``tails of the kernel have their golden values`` () =
    let case = Golden.case "architecture" "paths/trace-tail"

    let output name =
        Golden.number (Golden.get name case.Outputs)

    let inputs = Golden.rows (Golden.get "data" case.Inputs)

    let mean =
        inputs |> Array.sumBy (fun x -> 6.0 * Array.sumBy (fun t -> t * t) x / 2.0)

    Golden.close 0.0 1e-14 (output "E_trace") mean
    Golden.close 0.0 1e-13 (output "R_sharp") (KernelTails.traceBound [ 10; 10 ] mean 0.1)
    Golden.close 0.0 1e-13 (output "R_notes_with_C1=1") (KernelTails.printedTraceBound [ 10; 10 ] mean 0.1 2)

[<Fact>]
let ``the matrix Chernoff counterexample has its golden values`` () =
    let case = Golden.case "architecture" "paths/matrix-chernoff"

    let output name =
        Golden.number (Golden.get name case.Outputs)

    let r = 4.0 * (1.0 + sqrt 2.0 * sqrt 3.0)
    Golden.close 0.0 1e-13 (output "log_P_true") (KernelTails.logOneNeuronTail 20.0)
    Golden.close 0.0 1e-13 (output "log_claimed_bound") (KernelTails.logChernoff 1 4.0 r 20.0)

[<Fact>]
let ``layer contributions have their golden values`` () =
    let bias = Golden.case "architecture" "learning-rate/ntk-layer-scaling-bias"
    let expected = Golden.vector (Golden.get "E_sum_dz/db^(k)_sq, k=1..4" bias.Outputs)

    let means =
        PathMoments.biasLayerMeans {
            Widths = [ 3; 4; 5; 6 ]
            Law = Normal
        }

    List.iteri (fun k (m: Rational) -> Golden.close 0.0 1e-15 expected[k] (Rational.toFloat m)) means

    let scaling = Golden.case "architecture" "learning-rate/eta-w-scaling"
    let stable = Golden.vector (Golden.get "E_contribution_eta_w=1/n" scaling.Outputs)

    let printed =
        Golden.vector (Golden.get "E_contribution_eta_w=1/sqrt(n)" scaling.Outputs)

    for i, n in Array.indexed [| 16; 256; 4096 |] do
        let net = {
            HeNet.Widths = [ 1; n ]
            Law = Normal
        }

        let normalized = PathMoments.ntkLayerMeans net [ Rational.One ] |> List.item 1
        // by raw weights: over the squared scale 2 / n
        let raw = Rational.toFloat normalized * float n / 2.0
        Golden.close 0.0 1e-14 stable[i] (raw / float n)
        Golden.close 0.0 1e-14 printed[i] (raw / sqrt (float n))

[<Fact>]
let ``descent on eigenvalues has its golden values`` () =
    let contraction = Golden.case "architecture" "learning-rate/contraction"
    let eta = Golden.number (Golden.get "eta" contraction.Inputs)
    let eigenvalues = Golden.vector (Golden.get "eigs" contraction.Inputs)
    let last = LinearDescent.errors eta 10 eigenvalues [| 1.0; 1.0 |]
    let expected = Golden.vector (Golden.get "e_10" contraction.Outputs)
    Array.iter2 (Golden.close 0.0 1e-13) expected last

    Golden.close
        0.0
        1e-14
        (Golden.number (Golden.get "true_factor" contraction.Outputs))
        (LinearDescent.worstFactor eta eigenvalues)

    let decaying = Golden.case "architecture" "learning-rate/robbins-monro"
    let means = Golden.vector (Golden.get "E e_t^2, t=1..10" decaying.Outputs)

    let variances =
        LinearDescent.noisyVariances 1.0 1.0 7.0 (Seq.init 10 (fun s -> 1.0 / float (s + 1)))
        |> Seq.tail
        |> Array.ofSeq

    Array.iter2 (Golden.close 1e-15 1e-14) means variances

    let floors = Golden.case "architecture" "learning-rate/constant-step-noise-floor"
    let etas = Golden.vector (Golden.get "eta" floors.Inputs)
    let values = Golden.vector (Golden.get "stationary_E_e2" floors.Outputs)

    Array.iter2
        (fun eta value -> Golden.close 0.0 1e-15 value (LinearDescent.noiseFloor eta 1.0 1.0))
        etas
        values

[<Fact>]
let ``the catapult has its golden trajectory`` () =
    let case = Golden.case "architecture" "classifiers/catapult"
    let f = Golden.vector (Golden.get "f" case.Outputs)
    let lambda = Golden.vector (Golden.get "lambda" case.Outputs)

    // kappa = 1/n with n = 10
    Catapult.trajectory 0.1 1.0 0.0 4 { Output = 1.0; Kernel = 3.0 }
    |> Array.iteri (fun i state ->
        Golden.close 0.0 1e-14 f[i] state.Output
        Golden.close 0.0 1e-14 lambda[i] state.Kernel)

[<Fact>]
let ``raw mean-field steps and the spurious rate have their golden values`` () =
    let field = Golden.case "architecture" "pathologies/mean-field"

    let raw =
        Golden.vector (Golden.get "raw W2_i=1/n, eta=1: f after 1 step" field.Outputs)

    for i, n in Array.indexed [| 10.0; 1000.0 |] do
        // output weights 1/n and hidden weights 1, gradient of f^2/2 at f = 1
        let v, w = 1.0 / n - 1.0, 1.0 - 1.0 / n
        Golden.close 0.0 1e-12 raw[i] (n * v * w)

    let line = Golden.case "architecture" "pathologies/linearization"
    let value, slope, eta = 3.0, 3.0, Golden.number (Golden.get "eta" line.Inputs)
    Golden.close 0.0 1e-15 (Golden.number (Golden.get "taylor" line.Outputs)) (value + slope)

    Golden.close
        0.0
        1e-15
        (Golden.number (Golden.get "notes_formula_with_eta" line.Outputs))
        (value + eta * slope)
