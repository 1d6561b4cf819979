module NtkTheory.Core.Tests.Kernels.ActivationTests

open System
open NtkTheory.Numerics
open NtkTheory.Models
open Xunit

let private samples = [ -6.0; -2.3; -1.0; -0.4; -0.05; 0.03; 0.7; 1.4; 2.6; 5.0 ]

let private close tolerance expected actual =
    NtkTheory.Core.Tests.Golden.close tolerance tolerance expected actual

[<Fact>]
let ``derivatives agree with central differences`` () =
    for activation in Activation.all do
        let f = Activation.value activation

        for z in samples do
            let h = 1e-5 * (1.0 + abs z)
            let slope = (f (z + h) - f (z - h)) / (2.0 * h)
            close 2e-7 slope (Activation.derivative activation z)

            match Activation.secondDerivative activation with
            | None -> ()
            | Some second ->
                let first = Activation.derivative activation
                close 2e-7 ((first (z + h) - first (z - h)) / (2.0 * h)) (second z)

[<Fact>]
let ``smoothness and Lipschitz constants are the largest values of the derivatives`` () =
    let grid = [ for i in -4000 .. 4000 -> float i / 400.0 ]

    for activation in Activation.all do
        let largest f = grid |> Seq.map (f >> abs) |> Seq.max
        let lipschitz = Activation.lipschitz activation

        if lipschitz < infinity then
            close 1e-4 lipschitz (largest (Activation.derivative activation))

        match Activation.secondDerivative activation with
        | Some second when Activation.isSmooth activation ->
            // the supremum of elu is the limit at 0 from below, a grid step away
            close 3e-3 (Activation.smoothness activation) (largest second)
        | _ -> Assert.True(activation = Identity || Activation.smoothness activation = infinity)

[<Fact>]
let ``parity and homogeneity hold at sample points`` () =
    for activation in Activation.all do
        let f = Activation.value activation

        for z in samples do
            match Activation.parity activation with
            | Even -> close 1e-15 (f z) (f -z)
            | Odd -> close 1e-15 (-(f z)) (f -z)
            | Mixed -> ()

            match Activation.homogeneity activation with
            | Some degree -> close 1e-14 (3.0 ** degree * f z) (f (3.0 * z))
            | None -> ()

[<Fact>]
let ``the value of the derivative at the kink is an option`` () =
    Assert.Equal(0.0, Activation.derivativeWith 0.0 Relu 0.0)
    Assert.Equal(1.0, Activation.derivative Relu 0.0)

[<Fact>]
let ``softplus keeps its digits far from zero`` () =
    close 1e-15 (exp -40.0) (Activation.value Softplus -40.0)
    Assert.Equal(800.0, Activation.value Softplus 800.0)

[<Fact>]
let ``Gaussian moments are exact within their radius`` () =
    let check expected (estimate: Estimate) =
        Assert.True(abs (estimate.Value - expected) <= estimate.Radius + 1e-16 * expected)
        Assert.True(estimate.Radius < 1e-11 * expected)

    check 1.0 (GaussianExpectation.estimate 1.0 0.0 [] (fun _ -> 1.0))
    check 3.0 (GaussianExpectation.estimate 24.0 1.0 [] (fun z -> z ** 4.0))
    check (exp 2.0) (GaussianExpectation.estimate 1.0 2.0 [] (fun z -> exp (2.0 * z)))
    check 0.5 (GaussianExpectation.estimate 2.0 1.0 [ 0.0 ] (fun z -> max z 0.0 ** 2.0))

    let tail =
        GaussianExpectation.estimate 1.0 0.0 [ 0.3 ] (fun z -> if z >= 0.3 then 1.0 else 0.0)

    check (0.5 * MathNet.Numerics.SpecialFunctions.Erfc(0.3 / sqrt 2.0)) tail

[<Fact>]
let ``bivariate expectations with kinks have their closed forms at every correlation`` () =
    for rho in [ -1.0; -0.9; 0.0; 0.5; 0.99; 1.0 ] do
        let relu = Activation.value Relu, [ 0.0 ]
        let value = GaussianExpectation.bivariate relu relu rho (1.0 - abs rho)
        let closed = (sqrt (1.0 - rho * rho) + rho * (Math.PI - acos rho)) / Math.Tau
        close 1e-13 closed value
