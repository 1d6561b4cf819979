module NtkTheory.Core.Tests.Statistics.MeanTests

open NtkTheory.Core.Tests.Golden
open NtkTheory.Sampling
open NtkTheory.Statistics
open NtkTheory.Testing
open Xunit

// Quantiles from published tables, given there to the digits compared.
[<Fact>]
let ``quantiles agree with the tables`` () =
    close 5e-4 0.0 1.960 (Mean.normalCritical 0.05)
    close 5e-4 0.0 6.109 (Mean.normalCritical 1e-9)
    close 5e-4 0.0 12.706 (Mean.studentCritical 0.05 1)
    close 5e-4 0.0 2.228 (Mean.studentCritical 0.05 10)

[<Property>]
let ``Student's quantile falls to the normal one`` (a: byte) =
    let dof = 1 + int a

    Mean.studentCritical 1e-6 dof > Mean.studentCritical 1e-6 (dof + 1)
    && Mean.studentCritical 1e-6 dof > Mean.normalCritical 1e-6

[<Fact>]
let ``radii shrink in the order Bernstein needs`` () =
    let radius draws =
        Mean.bernsteinRadius 1e-9 0.25 1.0 draws
    // The defining equation, solved: 2 exp(-n t^2 / (2 (v + r t / 3))) = level.
    let t = radius 1000
    close 0.0 1e-9 1e-9 (2.0 * exp (-1000.0 * t * t / (2.0 * (0.25 + t / 3.0))))
    Assert.True(radius 1000 > Mean.gaussianRadius 1e-9 0.25 1000)

[<Fact>]
let ``a median of means is the middle of the block means`` () =
    close 0.0 1e-15 3.5 (Mean.medianOfMeans 3 [| 1.0; 2.0; 3.0; 4.0; 100.0; 200.0; 7.0 |])
    close 0.0 1e-15 5.0 (Mean.medianOfMeans 1 [| 4.0; 6.0 |])

// Draws with an infinite third moment: |T|^3-like tails, variance known. At level 0.05 the true mean may leave the
// radius in at most 5 % of runs; 400 runs exceed 40 with probability under 1e-4 if so.
[<Fact>]
let ``the median of means keeps its level for heavy tails`` () =
    let draws, runs = 300, 400
    let blocks, errors = Mean.medianOfMeansPlan 0.05 draws
    // Pareto with exponent 5/2: mean 5/3, variance 20/9.
    let pareto seed =
        Draw.uniforms seed draws |> Array.map (fun u -> u ** -0.4)

    let radius = errors * sqrt (20.0 / 9.0 / float (draws / blocks * blocks))

    let misses =
        Seq.init runs (fun k -> Mean.medianOfMeans blocks (pareto (Seed.at k (Seed.ofInt 5))))
        |> Seq.filter (fun mean -> abs (mean - 5.0 / 3.0) > radius)
        |> Seq.length

    Assert.InRange(misses, 0, 40)
