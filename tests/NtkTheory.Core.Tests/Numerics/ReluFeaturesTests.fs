module NtkTheory.Core.Tests.Numerics.ReluFeaturesTests

open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private points n = Draw.normalMatrix (Seed.ofInt 1) n 6
let private hidden m = Draw.normalMatrix (Seed.ofInt 2) m 6

/// The kernel of the gradient, neuron by neuron.
let private naive m n i j =
    let x, w = points n, hidden m

    Seq.sum (
        seq {
            for r in 0 .. m - 1 ->
                let a, b = x.Row(i).DotProduct(w.Row r), x.Row(j).DotProduct(w.Row r)

                if a >= 0.0 && b >= 0.0 then
                    x.Row(i).DotProduct(x.Row j) + a * b
                else
                    0.0
        }
    )
    / float m

[<Theory; InlineData(1, 1); InlineData(2, 1); InlineData(3, 64); InlineData(10, 65); InlineData(9, 1100)>]
let ``the kernel is that of the gradient`` n m =
    let gram = ReluFeatures.tangentGram Execution.sequential (hidden m) (points n)

    for i in 0 .. n - 1 do
        for j in 0 .. n - 1 do
            // 2 m terms of at most |x_i| |x_j| (1 + |w|^2) / m, |w|^2 and norms below 40
            let slack = Estimate.gamma (2 * m + 40) * 40.0 * 41.0
            Assert.InRange(gram[i, j] - naive m n i j, -slack, slack)

[<Fact>]
let ``neither width nor workers change a bit`` () =
    let gram execution =
        ReluFeatures.tangentGram execution (hidden 700) (points 33)

    for lanes in Lanes.all do
        for workers in [ 1; 2 ] do
            Assert.Equal(
                gram Execution.sequential,
                gram {
                    Execution.workers workers with
                        Lanes = lanes
                }
            )
