module NtkTheory.Core.Tests.Architecture.LinearBayesTests

open System
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private number name (case: Golden.Case) =
    Golden.number (Golden.get name case.Inputs)

let private output name (case: Golden.Case) =
    Golden.number (Golden.get name case.Outputs)

/// The widths n_0 .. n_L, however the case writes them.
let private widths (case: Golden.Case) =
    match number "L" case with
    | 0.0 -> [ int (number "n0" case) ]
    | 1.0 -> [ int (number "n0" case); int (number "n1" case) ]
    | _ -> Golden.vector (Golden.get "n0..nL" case.Inputs) |> Array.map int |> List.ofArray

let private posterior case = {
    LinearPosterior.Widths = widths case
    Points = int (number "P" case)
    Variance = number "sigma2" case
    SquaredNorm = number "theta_star_norm2" case
}

[<Fact>]
let ``the evidence has its golden values`` () =
    for id in [ "bayesian-linear/evidence-closed-form"; "bayesian-linear/evidence-meijer" ] do
        for case in Golden.cases "architecture" id do
            let evidence = exp (BayesianInterpolation.logEvidence (posterior case))
            Golden.close 0.0 2e-13 (output "density_at_theta_star" case) evidence

[<Fact>]
let ``the closed forms of shallow nets have their golden values`` () =
    let cases =
        Golden.cases "architecture" "bayesian-linear/evidence-closed-form"
        |> Array.ofList

    Golden.close
        0.0
        1e-14
        (output "density_at_theta_star" cases[0])
        (exp (BayesianInterpolation.logEvidenceShallow 5 3 0.5 2.0))

    for case in cases[1..] do
        let n = widths case
        let value = exp (BayesianInterpolation.logEvidenceOneLayer n[0] n[1] 2 1.0 1.0)
        Golden.close 0.0 1e-13 (output "density_at_theta_star" case) value

[<Fact>]
let ``the free norm of the posterior has its golden values`` () =
    for case in Golden.cases "architecture" "bayesian-linear/posterior-perp-norm" do
        Golden.close
            0.0
            1e-12
            (output "E_post_norm_perp2" case)
            (BayesianInterpolation.perpendicularSquare (posterior case))

[<Fact>]
let ``the limits at effective depth have their golden values`` () =
    let case = Golden.case "architecture" "bayesian-linear/effective-depth"
    let expected = Golden.vector (Golden.get "limit_E_post_norm_perp2" case.Outputs)

    for depth, value in Array.zip [| Some 1; Some 2; Some 5; None |] expected do
        Golden.close 0.0 2e-14 value (BayesianInterpolation.limitAtEffectiveDepth 0.5 1.0 1.0 depth)

[<Fact>]
let ``the best prior variances have their golden values`` () =
    let case = Golden.case "architecture" "bayesian-linear/evidence-argmax"
    let best = Golden.vector (Golden.get "sigma2_opt" case.Outputs)
    let norms = Golden.vector (Golden.get "E_post_norm_perp2_at_opt" case.Outputs)

    for i, (points, widths) in Array.indexed [| 5, [ 10 ]; 5, [ 10; 10 ]; 20, [ 40; 40 ] |] do
        let m = {
            LinearPosterior.Widths = widths
            Points = points
            Variance = 1.0
            SquaredNorm = 1.0
        }

        let variance = BayesianInterpolation.bestVariance m
        Golden.close 0.0 1e-12 best[i] variance

        Golden.close
            0.0
            1e-12
            norms[i]
            (BayesianInterpolation.perpendicularSquare { m with Variance = variance })

[<Fact>]
let ``the prediction's variance and kurtosis have their golden values`` () =
    let case = Golden.case "architecture" "bayesian-linear/prediction-variance"
    let free = number "n0" case - number "P" case
    let variance = number "x_perp_norm2" case * number "theta_perp_norm2" case / free
    Golden.close 0.0 1e-15 (output "Var f | norms" case) variance
    Golden.close 0.0 1e-15 (output "kurtosis_ratio E f^4/(E f^2)^2" case) (3.0 * free / (free + 2.0))

[<Fact>]
let ``log-norms of deep linear nets have their golden moments`` () =
    let case = Golden.case "architecture" "bayesian-linear/deep-linear-log-norm"
    let means = Golden.vector (Golden.get "E_log_norm" case.Outputs)
    let variances = Golden.vector (Golden.get "Var_log_norm" case.Outputs)

    let nets = [
        [ 3; 4; 5 ]
        List.replicate 11 10
        List.replicate 11 100
        List.replicate 51 50
    ]

    nets
    |> List.iteri (fun i widths ->
        let struct (mean, variance) = DeepLinear.logNormMoments widths
        // psi(n/2) and ln(n/2) cancel to a hundredth at n = 100
        Golden.close 0.0 2e-13 means[i] mean
        Golden.close 0.0 1e-14 variances[i] variance)

[<Fact>]
let ``sampled norms have the exact fourth moment within eight standard errors`` () =
    let widths, count = [ 3; 4; 5 ], 20000

    let squares =
        Array.init count (fun k ->
            DeepLinear.product widths (Seed.at k (Seed.ofInt 9))
            |> Array.sumBy (fun t -> t * t))

    let fourth = squares |> Array.averageBy (fun s -> s * s)

    let eighth =
        widths
        |> List.fold (fun p n -> let n = float n in p * (n + 2.0) * (n + 4.0) * (n + 6.0) / (n * n * n)) 1.0

    Golden.close
        (8.0 * sqrt (eighth / float count))
        0.0
        (Rational.toFloat (DeepLinear.fourthMoment widths))
        fourth

    Golden.close (8.0 * sqrt (3.5 / float count)) 0.0 1.0 (Array.average squares)

[<Property(MaxTest = 30)>]
let ``the evidence normalizes`` (a: byte) (b: byte) =
    // over theta_* in R^P: int p(t) surface(P) t^{(P-1)/2} dt/(2 sqrt t) = 1, in u = ln t
    let p, n0, n1 = 1 + int a % 3, 4, 2 + int b % 5

    let density u =
        let t = exp u

        let m = {
            LinearPosterior.Widths = [ n0; n1 ]
            Points = p
            Variance = 1.0
            SquaredNorm = t
        }

        let surface =
            2.0 * Math.PI ** (float p / 2.0)
            / exp (MathNet.Numerics.SpecialFunctions.GammaLn(float p / 2.0))

        exp (BayesianInterpolation.logEvidence m) * surface * t ** (float p / 2.0) / 2.0

    let total =
        Seq.sumBy (fun k -> 0.25 * density (-30.0 + 0.25 * float k)) (seq { 0..150 })

    Golden.close 1e-5 0.0 1.0 total
