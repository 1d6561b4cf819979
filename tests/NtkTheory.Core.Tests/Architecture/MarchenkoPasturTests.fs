module NtkTheory.Core.Tests.Architecture.MarchenkoPasturTests

open MathNet.Numerics.Integration
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private cases = Golden.cases "architecture" "bayesian-linear/marchenko-pastur"

[<Fact>]
let ``the closed forms have their golden values`` () =
    let case = cases[0]

    let output name i =
        (Golden.vector (Golden.get name case.Outputs))[i]

    for i, alpha in Array.indexed (Golden.vector (Golden.get "alpha" case.Inputs)) do
        let struct (low, high) = MarchenkoPastur.support alpha
        Golden.close 0.0 1e-14 (output "lambda_minus" i) low
        Golden.close 0.0 1e-14 (output "lambda_plus" i) high
        Golden.close 0.0 1e-14 (output "cdf(1/2)" i) (MarchenkoPastur.cdf alpha 0.5)
        Golden.close 0.0 1e-14 (output "cdf(1)" i) (MarchenkoPastur.cdf alpha 1.0)
        Golden.close 0.0 1e-14 (output "cdf(2)" i) (MarchenkoPastur.cdf alpha 2.0)
        Golden.close 0.0 1e-14 (output "density(1)" i) (MarchenkoPastur.density alpha 1.0)

[<Fact>]
let ``the moments have their golden values`` () =
    let expected = Golden.rows (Golden.get "moments" cases[1].Outputs)

    for row, alpha in Array.zip expected [| Rational.ratio 1 4; Rational.ratio 1 2 |] do
        for k in 1..5 do
            Golden.close 0.0 1e-15 row[k - 1] (Rational.toFloat (MarchenkoPastur.moment alpha k))

[<Fact>]
let ``finite moments have their golden values`` () =
    let case = Golden.case "architecture" "bayesian-linear/wishart-finite-moments"
    let shapes = Golden.rows (Golden.get "(P,n0)" case.Inputs)
    let expected = Golden.rows (Golden.get "E_(1/P)tr Sigma^k, k=1..3" case.Outputs)

    for shape, row in Array.zip shapes expected do
        let moments = MarchenkoPastur.finiteMoments (int shape[0]) (int shape[1])
        List.iteri (fun k m -> Golden.close 0.0 1e-15 row[k] (Rational.toFloat m)) moments

[<Property>]
let ``the distribution function is the integral of the density`` (a: byte) (t: byte) =
    // near ratio 1 the density runs up to 1 / x at an end close to 0, where the quadrature is too coarse
    let alpha = (1.0 + float a) / 300.0
    let struct (low, high) = MarchenkoPastur.support alpha
    let x = low + (high - low) * float t / 255.0
    // x = low + (high - low) sin^2 removes the square roots at both ends
    let top = asin (sqrt ((x - low) / (high - low)))

    let integrand u =
        let y = low + (high - low) * sin u ** 2.0
        MarchenkoPastur.density alpha y * (high - low) * 2.0 * sin u * cos u

    let integral =
        GaussLegendreRule.Integrate(System.Func<_, _> integrand, 0.0, top, 128)

    Golden.close 1e-9 0.0 integral (MarchenkoPastur.cdf alpha x)

[<Property>]
let ``the quantile inverts the distribution function`` (a: byte) (t: byte) =
    let alpha, p = (1.0 + float a) / 257.0, (float t + 0.5) / 256.0
    Golden.close 1e-12 0.0 p (MarchenkoPastur.cdf alpha (MarchenkoPastur.quantile alpha p))

[<Fact>]
let ``at ratio 1 the law is that of the squared semicircle`` () =
    Golden.close 0.0 1e-14 (1.0 / 3.0 + sqrt 3.0 / (2.0 * System.Math.PI)) (MarchenkoPastur.cdf 1.0 1.0)

[<Fact>]
let ``a single data point has one positive eigenvalue`` () =
    let spectrum = MarchenkoPastur.sampleSpectrum (Seed.ofInt 3) 1 4
    Assert.Single spectrum |> ignore
    Assert.True(spectrum[0] > 0.0)

[<Fact>]
let ``ratios outside (0, 1] are refused`` () =
    for alpha in [ 0.0; -1.0; 1.5; nan ] do
        Assert.Throws<System.ArgumentOutOfRangeException>(fun () -> MarchenkoPastur.cdf alpha 1.0 |> ignore)
        |> ignore
