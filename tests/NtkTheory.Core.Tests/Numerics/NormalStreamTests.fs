module NtkTheory.Core.Tests.Numerics.NormalStreamTests

open System
open MathNet.Numerics
open NtkTheory.Numerics
open NtkTheory.Reference
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private normals lanes (Seed key) count =
    let values = Array.zeroCreate count
    NormalStream.fillNormal lanes key values
    values

[<Fact>]
let ``every width gives the same bits at every length`` () =
    for count in [ 0; 1; 2; 15; 16; 17; 100 ] do
        let expected = normals One (Seed.ofInt 3) count

        for lanes in Lanes.all do
            Assert.Equal<float[]>(expected, normals lanes (Seed.ofInt 3) count)

[<Property>]
let ``fewer numbers are the beginning of more`` (seed: int) =
    let count = abs seed % 50
    let seed = Seed.ofInt seed
    Array.truncate count (Draw.normals seed 60) = Draw.normals seed count

[<Fact>]
let ``uniform numbers are those of the words`` () =
    let seed = Seed.ofInt 11
    let single = [| for i in 0L .. 40L -> Draw.uniformAt i seed |]
    Assert.Equal<float[]>(single, Draw.uniforms seed 41)

[<Fact>]
let ``a pair is the transform of Box and Muller of its two words`` () =
    let seed = Seed.ofInt 2
    let values = Draw.normals seed 64

    for block in 0..3 do
        for j in 0..7 do
            let first = 16 * block + j
            let radius = sqrt (-2.0 * log (Draw.uniformAt (int64 first) seed))
            let turn = Series.ofFloat (Draw.uniformAt (int64 first + 8L) seed)
            // the radius and the sine may be off by 2 ulp each
            Assert.Equal(radius * Series.sin (2m * Series.pi * turn), values[first + 8], 14)
            Assert.Equal(radius * Series.sin (2m * Series.pi * (turn + 0.25m)), values[first], 14)

/// The bounds are five standard errors: chance passes them in one draw of 10^6 and the seed is fixed.
[<Fact>]
let ``moments are those of the normal law`` () =
    let count = 1_000_000
    let values = Draw.normals (Seed.ofInt 1) count

    let moment k =
        values |> Array.averageBy (fun z -> pown z k)

    let error variance = 5.0 * sqrt (variance / float count)
    Assert.InRange(moment 1, -error 1.0, error 1.0)
    Assert.InRange(moment 2 - 1.0, -error 2.0, error 2.0)
    Assert.InRange(moment 3, -error 15.0, error 15.0)
    Assert.InRange(moment 4 - 3.0, -error 96.0, error 96.0)
    Assert.InRange(moment 6 - 15.0, -error 10170.0, error 10170.0)

/// The band of Dvoretzky, Kiefer, Wolfowitz and Massart at one in a million.
[<Fact>]
let ``the distribution function is the normal one`` () =
    let count = 100_000
    let values = Draw.normals (Seed.ofInt 4) count |> Array.sort

    let cdf z =
        0.5 * SpecialFunctions.Erfc(-z / sqrt 2.0)

    let distance =
        values
        |> Array.mapi (fun i z ->
            max (abs (cdf z - float i / float count)) (abs (cdf z - float (i + 1) / float count)))
        |> Array.max

    Assert.True(distance <= sqrt (log (2.0 / 1e-6) / (2.0 * float count)))

[<Fact>]
let ``streams and lags are uncorrelated`` () =
    let count = 200_000
    let a = Draw.normals (Seed.ofInt 1 |> Seed.at 0) count
    let b = Draw.normals (Seed.ofInt 1 |> Seed.at 1) count
    let bound = 5.0 / sqrt (float count)

    let correlation lag (x: float[]) (y: float[]) =
        Seq.map2 (*) x (Seq.skip lag y) |> Seq.average

    for lag in 0..17 do
        Assert.InRange(correlation lag a b, -bound, bound)
        Assert.InRange(correlation (lag + 1) a a, -bound, bound)

    let squares = Array.map (fun z -> (z * z - 1.0) / sqrt 2.0)
    Assert.InRange(correlation 8 (squares a) (squares a), -bound, bound)
    Assert.InRange(correlation 0 (squares a) (squares b), -bound, bound)

[<Fact>]
let ``tails are as heavy as they should be`` () =
    let count = 2_000_000
    let values = Draw.normals (Seed.ofInt 8) count

    for z in [ 3.0; 4.0; 4.5 ] do
        let share = SpecialFunctions.Erfc(z / sqrt 2.0)
        let seen = values |> Array.filter (fun x -> abs x > z) |> Array.length |> float
        let expected = share * float count
        Assert.InRange(seen, expected - 5.0 * sqrt expected, expected + 5.0 * sqrt expected)

    Assert.DoesNotContain(values, fun x -> Double.IsNaN x || Double.IsInfinity x)
