module NtkTheory.Core.Tests.Numerics.ElementwiseTests

open System
open NtkTheory.Numerics
open NtkTheory.Reference
open NtkTheory.Sampling
open Xunit

/// The distance in units in the last place of the exact value (itself rounded, so a whole number).
let private ulps exact (value: float) =
    abs (value - exact) / (Math.BitIncrement(abs exact) - abs exact)

let private worst exact f (points: float[]) =
    Array.map2 (fun x value -> ulps (exact x) value) points (f (Lanes.widest ()) points)
    |> Array.max

let private between low high =
    Draw.uniformsBetween low high (Seed.ofInt 5) 4001

[<Fact>]
let ``the logarithm is right to 2 ulp`` () =
    let near = between 0.5 2.0
    Assert.InRange(worst Series.log Elementwise.log near, 0.0, 2.0)
    Assert.InRange(worst Series.log Elementwise.log (between 0.01 0.5), 0.0, 2.0)
    Assert.InRange(worst log Elementwise.log (between -700.0 700.0 |> Array.map exp), 0.0, 3.0)

[<Fact>]
let ``the exponential is right to 2 ulp`` () =
    Assert.InRange(worst Series.exp Elementwise.exp (between -9.0 9.0), 0.0, 2.0)
    Assert.InRange(worst exp Elementwise.exp (between -700.0 700.0), 0.0, 3.0)

[<Fact>]
let ``the hyperbolic tangent is right to 4 ulp`` () =
    Assert.InRange(worst Series.tanh Elementwise.tanh (between -9.0 9.0), 0.0, 4.0)
    Assert.InRange(worst Series.tanh Elementwise.tanh (between -0.1 0.1), 0.0, 4.0)
    Assert.Equal<float[]>([| 0.0; 1.0; -1.0 |], Elementwise.tanh One [| 0.0; 800.0; -Double.MaxValue |])

[<Fact>]
let ``the error function is right to 2 ulp`` () =
    Assert.InRange(worst Series.erf Elementwise.erf (between -3.0 3.0), 0.0, 2.0)
    Assert.InRange(worst Series.erf Elementwise.erf (between -0.01 0.01), 0.0, 2.0)
    Assert.Equal<float[]>([| 0.0; 1.0; -1.0 |], Elementwise.erf One [| 0.0; 7.0; -1e300 |])

[<Fact>]
let ``every width gives the same bits at every length`` () =
    for length in [ 0; 1; 2; 7; 8; 9; 33 ] do
        let points = Draw.uniformsBetween 0.1 5.0 (Seed.ofInt length) length

        for f in [ Elementwise.log; Elementwise.exp; Elementwise.tanh; Elementwise.erf ] do
            for lanes in Lanes.all do
                Assert.Equal<float[]>(f One points, f lanes points)
