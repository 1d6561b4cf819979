module NtkTheory.Core.Tests.Statistics.LawTests

open MathNet.Numerics.Distributions
open NtkTheory.Core.Tests.Golden
open NtkTheory.Sampling
open NtkTheory.Statistics
open NtkTheory.Testing
open Xunit

[<Fact>]
let ``distances of tiny samples by hand`` () =
    let uniform x = max 0.0 (min 1.0 x)
    close 1e-15 0.0 0.5 (EmpiricalLaw.distance uniform [| 0.5 |])
    close 1e-15 0.0 0.25 (EmpiricalLaw.distance uniform [| 0.25; 0.75 |])
    close 1e-15 0.0 1.0 (EmpiricalLaw.distance uniform [| 2.0 |])

[<Fact>]
let ``an atom in both is no distance`` () =
    let step x = if x < 0.0 then 0.0 else 1.0
    close 0.0 0.0 0.0 (EmpiricalLaw.distance step [| 0.0; 0.0; 0.0 |])

// DKW at level 1e-9: a miss would be one in a thousand million.
[<Fact>]
let ``normal draws follow the normal law`` () =
    let draws = Draw.normals (Seed.ofInt 1) 20000
    let distance = EmpiricalLaw.distance (fun x -> Normal.CDF(0.0, 1.0, x)) draws
    Assert.True(distance <= EmpiricalLaw.band 1e-9 draws.Length, $"distance {distance}")

let private ladder slope = [
    for scale in [ 64.0; 128.0; 256.0; 512.0; 1024.0 ] ->
        {
            Scale = scale
            Mean = 3.0 * scale ** slope
            StandardError = 0.0
        }
]

[<Fact>]
let ``an exact power has its order and no radius to speak of`` () =
    let order = LogLogFit.order 1e-9 1 (ladder -0.5)
    // Ten roundings of logarithms of size at most 10.
    close 1e-13 0.0 -0.5 order.Value
    Assert.True(order.Radius < 1e-12)

[<Fact>]
let ``a correction that dies out is covered by the drift`` () =
    let points =
        ladder -0.5
        |> List.map (fun p -> {
            p with
                Mean = p.Mean * (1.0 + 8.0 / p.Scale)
        })

    let order = LogLogFit.order 1e-9 1 points
    Assert.True(abs (order.Value + 0.5) <= order.Radius)
    Assert.True(order.Radius < 0.1)

// The interval at level 0.05 must contain the truth in at least 95 % of fits; of 300 fits more than 35 miss with
// probability below 1e-5 if so.
[<Fact>]
let ``unequal noise keeps the level`` () =
    let noisy k =
        ladder -0.5
        |> List.mapi (fun i p ->
            let sd = 0.01 * float (1 + 3 * i)
            let z = Draw.normals (Seed.ofInt 9 |> Seed.at k |> Seed.at i) 1

            {
                p with
                    Mean = p.Mean * exp (sd * z[0])
                    StandardError = sd * p.Mean
            })

    let misses =
        Seq.init 300 (fun k -> LogLogFit.order 0.05 100 (noisy k))
        |> Seq.filter (fun order -> abs (order.Value + 0.5) > order.Radius)
        |> Seq.length

    Assert.InRange(misses, 0, 35)
