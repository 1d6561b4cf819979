module NtkTheory.Core.Tests.Kernels.DualActivationTests

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private covariance kaa kbb kab = { Kaa = kaa; Kbb = kbb; Kab = kab }

/// E s(u) s(v) to 30 digits by mpmath with 40 digits: trapezoidal sums with step 1/16 over |z| <= 13 in both standard
/// normal coordinates, whose error is below 1e-32 for functions analytic within pi/2 of the line.
let private thirtyDigits = [
    Tanh, covariance 1.0 1.0 0.6, 0.22522215352688365611400574944802
    Tanh, covariance 1.0 2.0 -0.8, -0.2385070950087587713536930978983
    Tanh, covariance 0.5 0.5 0.4999, 0.27361706697876673668094294823884
    Gelu, covariance 1.0 1.0 0.6, 0.26251586197249033728353894727887
    Gelu, covariance 1.0 2.0 -0.8, -0.027482799913657744938865162496989
    Gelu, covariance 0.5 0.5 0.4999, 0.18951581882892079369161197891884
]

/// The same for E s'(u) s'(v) of tanh.
let private slopes = [
    covariance 1.0 1.0 0.6, 0.39358779809476821667227276250658
    covariance 1.0 2.0 -0.8, 0.31404423907321187995984367367504
    covariance 0.5 0.5 0.4999, 0.59239336832096334111221036122767
]

/// E f(u) f(v) by the coefficients of both deviations, and the bound on its error.
let private series f k =
    let table =
        HermiteSeries.create Execution.sequential f (0.5 * Math.PI) [| sqrt k.Kaa; sqrt k.Kbb |]

    HermiteSeries.expectation table 0 1 (k.Kab / sqrt (k.Kaa * k.Kbb))

[<Fact>]
let ``the series encloses the thirty digits, and its truncation shrinks with the degree`` () =
    for activation, k, exact in thirtyDigits do
        let series degree =
            DualActivation.mehler (Activation.value activation, []) degree k

        for degree in [ 4; 8; 16; 32; 64 ] do
            let estimate = series degree

            Assert.True(
                abs (estimate.Value - exact) <= estimate.Radius,
                $"{activation} at {k}, degree {degree}"
            )

        Assert.True((series 64).Radius < (series 8).Radius)

[<Fact>]
let ``quadrature and series of many deviations have the thirty digits`` () =
    for activation, k, exact in thirtyDigits do
        Golden.close 1e-16 4e-15 exact (DualActivation.value activation k)
        let found = series (Activation.value activation) k
        Assert.True(abs (found.Value - exact) <= found.Radius)
        Golden.close 1e-15 4e-15 exact found.Value

    for k, exact in slopes do
        Golden.close 1e-16 4e-15 exact (DualActivation.derivative Tanh k)
        Golden.close 1e-15 4e-15 exact (series (Activation.derivative Tanh) k).Value

[<Property(MaxTest = 60)>]
let ``ELU in closed form is its quadrature`` (seed: int) =
    let draws = Draw.normals (Seed.ofInt seed) 3
    let kaa, kbb = exp draws[0], exp draws[1]
    let k = covariance kaa kbb (0.99 * tanh draws[2] * sqrt (kaa * kbb))
    Golden.close 1e-13 1e-12 (DualActivation.quadrature Elu k) (DualActivation.value Elu k)
    Golden.close 1e-13 1e-12 (DualActivation.derivativeQuadrature Elu k) (DualActivation.derivative Elu k)

[<Fact>]
let ``ELU of parallel, opposite and vanishing variables`` () =
    let square =
        GaussianExpectation.mean (GaussianExpectation.rule []) (fun z -> Activation.value Elu z ** 2.0)

    Golden.close 0.0 1e-14 square (DualActivation.value Elu (covariance 1.0 1.0 1.0))

    let opposite =
        GaussianExpectation.mean (GaussianExpectation.rule []) (fun z ->
            Activation.value Elu z * Activation.value Elu -z)

    Golden.close 0.0 1e-14 opposite (DualActivation.value Elu (covariance 1.0 1.0 -1.0))
    Assert.Equal(0.0, DualActivation.value Elu (covariance 0.0 1.0 0.0))
    Assert.Equal(1.0, DualActivation.derivative Elu (covariance 0.0 0.0 0.0))

[<Property(MaxTest = 60)>]
let ``the bivariate normal probabilities sum to one and respect symmetry`` (seed: int) =
    let draws = Draw.normals (Seed.ofInt seed) 3
    let h, k, rho = 2.0 * draws[0], 2.0 * draws[1], tanh (2.0 * draws[2])
    let lower = BivariateNormal.lower
    // the four quadrants around (h, k)
    let total = lower h k rho + lower h -k -rho + lower -h k -rho + lower -h -k rho
    Golden.close 0.0 2e-15 1.0 total
    Golden.close 1e-16 1e-14 (lower h k rho) (lower k h rho)

[<Fact>]
let ``bivariate normal probabilities at the ends`` () =
    let lower = BivariateNormal.lower
    // Sheppard: 1/4 + asin(rho) / (2 pi) at the origin
    for rho in [ -1.0; -0.9; 0.0; 0.3; 1.0 ] do
        Golden.close 1e-15 1e-15 (0.25 + asin rho / Math.Tau) (lower 0.0 0.0 rho)

    Golden.close 0.0 1e-15 (BivariateNormal.cdf -0.5) (lower 1.0 -0.5 1.0)
    Golden.close 1e-16 0.0 0.0 (lower 0.3 -0.5 -1.0)
    Golden.close 0.0 1e-14 (BivariateNormal.cdf 1.0 + BivariateNormal.cdf 0.5 - 1.0) (lower 1.0 0.5 -1.0)
    // E[Z1; Z1 > 0] = phi(0), whatever Z2 does
    Golden.close 0.0 1e-15 (1.0 / sqrt Math.Tau) (BivariateNormal.firstMoment 0.0 40.0 0.5)
