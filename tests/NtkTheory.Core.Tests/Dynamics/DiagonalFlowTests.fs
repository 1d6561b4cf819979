module NtkTheory.Core.Tests.Dynamics.DiagonalFlowTests

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private network seed count dimension alpha =
    let seed = Seed.ofInt seed

    {
        Inputs = Draw.normalMatrix (Seed.split "inputs" seed) count dimension
        Labels = Draw.normals (Seed.split "labels" seed) count
        Start = Draw.uniformsBetween 0.5 2.0 (Seed.split "start" seed) dimension
        Alpha = alpha
    }

let private minimizer network =
    match DiagonalNetwork.minimizer network with
    | Ok found -> found
    | Error reason -> failwith $"inconsistent: %A{reason.Combination}"

let private distance (x: float[]) y =
    Array.fold2 (fun sum a b -> sum + (a - b) * (a - b)) 0.0 x y |> sqrt

let private norm x = distance x (Array.map (fun _ -> 0.0) x)

/// |r| at a point of the flow, and how wrong it may be: a relative error e of the parameters moves beta by at most
/// 4 e W, W = diag(c cosh s), as in the flow's own radius.
let private residual network (reached: OdeEnd) =
    let w =
        Array.map2 (fun c b -> sqrt (c * c + b * b)) (DiagonalNetwork.scales network) reached.State

    let error =
        4.0 * reached.AccumulatedError * norm w * Spectrum.frobenius network.Inputs

    Estimate.within error (norm (DiagonalFlow.residual network reached.State))

let private ofDual network nu =
    DiagonalNetwork.betaOfDual
        network.Inputs
        (DiagonalNetwork.scales network)
        (Vector<float>.Build.DenseOfArray nu)

/// A residual r at beta = c sinh(X^T nu) moves it by W X^T H^-1 r to first order, W = diag(c cosh(X^T nu)) and
/// H = X W X^T: at most |r| sqrt(max W / lambda_min(H)); doubled for the second order.
let private movedBy network (beta: float[]) residual =
    let w =
        Array.map2 (fun c b -> sqrt (c * c + b * b)) (DiagonalNetwork.scales network) beta

    let rooted: Matrix<float> = network.Inputs.MapIndexed(fun _ i x -> x * sqrt w[i])

    let least = (Spectrum.smallest (rooted * rooted.Transpose())).Value
    2.0 * residual * sqrt (Array.max w / least)

[<Theory; InlineData(1e-4); InlineData(1e-2); InlineData(1.0); InlineData(1e2); InlineData(1e4)>]
let ``the flow of all parameters ends at the minimizer, fifty by two hundred`` alpha =
    let problem = network 5 50 200 alpha
    // theta^2 is of size alpha^2 and its rounding, hundredfold by extrapolation, is what residuals can settle to
    let small = 1e-12 * (1.0 + alpha * alpha)
    let reached = DiagonalFlow.limit 1e-8 small 1e30 problem
    let expected = minimizer problem
    Golden.close reached.Radius 0.0 0.0 (distance reached.Beta expected.Beta)
    // at alpha = 10^4 beta is a difference of squares 10^9 times as large
    Assert.InRange(reached.Radius, 0.0, 1e-3 * norm expected.Beta)

[<Theory; InlineData(1e-4); InlineData(1e-2); InlineData(1.0); InlineData(1e2); InlineData(1e4)>]
let ``the flow of the dual variables ends at the minimizer, fifty by two hundred`` alpha =
    let problem = network 5 50 200 alpha
    let reached = DiagonalFlow.dualLimit 1e-8 3e-12 1e10 problem
    let beta = ofDual problem reached.State
    let residual = norm (DiagonalFlow.residual problem beta)
    let expected = (minimizer problem).Beta
    // rounding moves X^T nu by u d |X| |nu|, a relative error of beta, on either side
    let rounding = 1e-12 * norm expected
    Golden.close (movedBy problem beta residual + rounding) 0.0 0.0 (distance beta expected)
    Assert.InRange(residual, 0.0, 3e-11)

[<Theory; InlineData(0.05); InlineData(0.5); InlineData(2.0)>]
let ``both forms of the flow pass the same points`` alpha =
    let problem = network 7 3 6 alpha

    for time in [ 0.01; 0.1; 1.0 ] do
        let parameters = DiagonalFlow.betaAt 1e-11 problem time
        let dual = DiagonalFlow.dualAt 1e-11 problem time
        // either error is a few hundred tolerances, and labels and scales are of size 1
        Assert.InRange(distance parameters.State (ofDual problem dual.State), 0.0, 1e-8)

[<Property(MaxTest = 30)>]
let ``the loss falls along the flow and below the potential over eight times the time`` (seed: int) =
    let seed' = Seed.ofInt seed
    let alpha = exp (6.0 * Draw.uniformAt 0L seed' - 5.0)
    let problem = network seed 2 4 alpha
    let times = [ 0.0; 1e-3; 1e-2; 0.1; 1.0; 10.0 ]

    let residuals =
        times
        |> List.map (fun t -> residual problem (DiagonalFlow.betaAt 1e-9 problem t))

    let potential = (minimizer problem).Potential
    let lower r = max 0.0 (Estimate.lower r)

    List.pairwise residuals
    |> List.forall (fun (before, after) -> lower after <= Estimate.upper before)
    && List.forall2 (fun t r -> 4.0 * t * lower r ** 2.0 <= potential * (1.0 + 1e-12)) times residuals

[<Fact>]
let ``flows with a coordinate at zero, equal rows and no labels`` () =
    let problem = network 3 2 4 0.5

    let partly = {
        problem with
            Start = [| 1.0; 0.0; 0.5; 0.0 |]
    }

    let reached = DiagonalFlow.limit 1e-9 1e-12 1e30 partly
    Assert.Equal(0.0, reached.Beta[1])
    Golden.close reached.Radius 0.0 0.0 (distance reached.Beta (minimizer partly).Beta)

    let twice = {
        problem with
            Inputs = problem.Inputs.Stack problem.Inputs
            Labels = Array.append problem.Labels problem.Labels
    }

    let reached = DiagonalFlow.limit 1e-9 1e-12 1e30 twice
    Golden.close reached.Radius 0.0 0.0 (distance reached.Beta (minimizer problem).Beta)

    let calm =
        DiagonalFlow.limit 1e-9 1e-12 1e30 { problem with Labels = [| 0.0; 0.0 |] }

    Assert.Equal<float[]>(Array.zeroCreate 4, calm.Beta)
