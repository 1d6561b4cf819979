/// Stationary laws of stochastic gradient descent and of finite chains: oracles, laws, small and degenerate cases.
module NtkTheory.Core.Tests.Dynamics.SgdLawsTests

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Reference
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private draw seed examples dimension batch sampling : LeastSquaresSgd =
    let seed = Seed.ofInt seed

    let inputs: Matrix<float> =
        Draw.normalMatrix (Seed.split "inputs" seed) examples dimension

    {
        Inputs = inputs
        Labels = Vector<float>.Build.DenseOfArray(Draw.normals (Seed.split "labels" seed) examples)
        Batch = batch
        // below 2/(largest squared input), so that every batch contracts
        StepSize = 0.3 / (inputs.EnumerateRows() |> Seq.map (fun x -> x.DotProduct x) |> Seq.max)
        Sampling = sampling
    }

let private both = [ Bernoulli; WithoutReplacement ]

let private entries (m: Matrix<float>) = m.ToRowArrays() |> Array.concat

[<Property(MaxTest = 20, Replay = "17,19")>]
let ``second moments are those of all batches`` (seed: int, m: byte, b: byte) =
    let examples = 2 + int m % 4

    for sampling in both do
        let sgd = draw seed examples 2 (1 + int b % examples) sampling
        let theta = [| 0.3; -1.2 |]

        Array.iter2
            (Golden.close 1e-12 1e-11)
            (Batches.secondMoment
                (sampling = Bernoulli)
                (sgd.Inputs.ToRowArrays())
                (sgd.Labels.ToArray())
                sgd.Batch
                theta
             |> Array.concat)
            (entries (SgdStationary.secondMoment sgd (Vector<float>.Build.DenseOfArray theta)))

[<Fact>]
let ``mean and covariance are those of hundreds of steps`` () =
    for seed, sampling in List.allPairs [ 1; 2; 3 ] both do
        // curvatures of order one: a step shrinks what is left of the start by a tenth or more
        let sgd = {
            draw seed 4 2 1 sampling with
                Inputs =
                    Matrix<float>
                        .Build
                        .DenseOfRowArrays([| 1.0; 0.0 |], [| 0.0; 1.0 |], [| 1.0; 1.0 |], [| 1.0; -1.0 |])
                StepSize = 0.3
        }

        let star = (SgdStationary.minimizer sgd).ToArray()

        let mean, second =
            Batches.moments
                (sampling = Bernoulli)
                (sgd.Inputs.ToRowArrays())
                (sgd.Labels.ToArray())
                1
                sgd.StepSize
                [| 0.0; 0.0 |]
                250

        Array.iter2 (Golden.close 1e-9 1e-9) star mean
        let sigma = (SgdStationary.stationaryCovariance sgd).Value

        for i, j in [ 0, 0; 0, 1; 1, 1 ] do
            Golden.close 1e-9 1e-8 (second[i][j] - mean[i] * mean[j]) sigma[i, j]

[<Property(MaxTest = 20, Replay = "17,19")>]
let ``a step more keeps the stationary covariance`` (seed: int, m: byte, p: byte, b: byte) =
    let dimension = 1 + int p % 3
    let examples = dimension + 1 + int m % 3
    let batch = 1 + int b % examples

    both
    |> List.forall (fun sampling ->
        let sgd = draw seed examples dimension batch sampling

        match SgdStationary.stationaryCovariance sgd with
        | None -> SgdStationary.spectralRadius sgd >= 1.0
        | Some sigma ->
            let noise =
                (SgdStationary.covariance sgd (SgdStationary.minimizer sgd)).Multiply(sgd.StepSize ** 2.0)

            let after = SgdStationary.contraction sgd sigma + noise
            (after - sigma).FrobeniusNorm() <= 1e-9 * (1e-12 + sigma.FrobeniusNorm()))

[<Fact>]
let ``one example, a whole batch and no step`` () =
    let sgd: LeastSquaresSgd = {
        Inputs = Matrix<float>.Build.DenseOfRowArrays [| [| 2.0 |] |]
        Labels = Vector<float>.Build.DenseOfArray [| 6.0 |]
        Batch = 1
        StepSize = 0.1
        Sampling = WithoutReplacement
    }

    // fitted exactly: no noise at the minimum
    Assert.Equal(3.0, (SgdStationary.minimizer sgd)[0])
    Golden.close 1e-30 0.0 0.0 (SgdStationary.stationaryCovariance sgd).Value[0, 0]
    Assert.True((SgdStationary.stationaryCovariance { sgd with StepSize = 0.0 }).IsNone)
    // eta lambda = 2 exactly: the mean flips for ever
    Assert.True((SgdStationary.stationaryCovariance { sgd with StepSize = 0.5 }).IsNone)

[<Fact>]
let ``problems without a stationary law are refused`` () =
    let refuses (act: unit -> obj) =
        Assert.Throws<ArgumentException>(fun () -> act () |> ignore) |> ignore

    let sgd = draw 1 3 2 1 Bernoulli
    refuses (fun () -> SgdStationary.hessian { sgd with Batch = 4 })
    refuses (fun () -> SgdStationary.hessian { sgd with Batch = 0 })

    let flat = {
        sgd with
            Inputs = Matrix<float>.Build.DenseOfRowArrays [| [| 1.0; 1.0 |]; [| 2.0; 2.0 |]; [| 3.0; 3.0 |] |]
    }

    refuses (fun () -> SgdStationary.minimizer flat)
    let identity = Matrix<float>.Build.DenseIdentity 2
    refuses (fun () -> SgdStationary.lyapunov 2.0 identity identity)
    refuses (fun () -> SgdStationary.lyapunov 0.0 identity identity)

[<Property(MaxTest = 40, Replay = "17,19")>]
let ``stationary laws are those of long walks and stay`` (seed: int, n: byte) =
    let n = 1 + int n % 6
    let weights = Draw.uniforms (Seed.ofInt seed) (n * n)

    let rows =
        Array.init n (fun i ->
            let row = weights[i * n .. (i + 1) * n - 1] |> Array.map (fun w -> 0.05 + w)
            row |> Array.map (fun w -> w / Array.sum row))

    let transition = Matrix<float>.Build.DenseOfRowArrays rows
    let law = MarkovChain.stationary transition
    Array.iter2 (Golden.close 1e-12 1e-12) (Chains.stationary rows 400) law
    let after = transition.LeftMultiply(Vector<float>.Build.DenseOfArray law)
    Array.iter2 (Golden.close 1e-14 1e-14) law (after.ToArray())

[<Property(MaxTest = 40, Replay = "17,19")>]
let ``doubly stochastic chains leave the uniform law`` (n: byte, weight: byte) =
    let n = 1 + int n % 30
    let uniform = Array.create n (1.0 / float n)
    let share = float weight / 256.0
    // steps of one size everywhere, and a mixture with a cyclic shift: both have columns that add up to 1
    let ring = MarkovChain.ring (Array.create n 1)

    let shift =
        Matrix<float>.Build.Dense(n, n, fun i j -> if j = (i + 1) % n then 1.0 else 0.0)

    let mixture = ring.Multiply(share) + shift.Multiply(1.0 - share)

    for chain in [ ring; mixture ] do
        Array.iter2 (Golden.close 1e-13 0.0) uniform (MarkovChain.stationary chain)

[<Property(MaxTest = 40, Replay = "17,19")>]
let ``lazy rings have the law inverse to their rates`` (a: byte, b: byte, c: byte) =
    let rates = [| a; b; c; a |] |> Array.map (fun r -> 0.1 + float r / 300.0)
    let total = rates |> Array.sumBy (fun r -> 1.0 / r)
    let law = MarkovChain.stationary (MarkovChain.lazyRing rates)
    Array.forall2 (fun r p -> abs (p - 1.0 / (r * total)) < 1e-13) rates law

[<Fact>]
let ``chains of one and two sites, and chains with more laws than one`` () =
    Assert.Equal<float[]>([| 1.0 |], MarkovChain.stationary (MarkovChain.ring [| 1 |]))
    Assert.Equal<float[]>([| 1.0 |], MarkovChain.stationary (MarkovChain.lazyRing [| 0.0 |]))
    Assert.Equal<float[]>([| 0.5; 0.5 |], MarkovChain.stationary (MarkovChain.ring [| 1; 1 |]))

    // a site that is never left takes all mass
    let trap = Matrix<float>.Build.DenseOfRowArrays [| [| 0.5; 0.5 |]; [| 0.0; 1.0 |] |]
    Array.iter2 (Golden.close 1e-15 0.0) [| 0.0; 1.0 |] (MarkovChain.stationary trap)

    let refuses (act: unit -> obj) =
        Assert.Throws<ArgumentException>(fun () -> act () |> ignore) |> ignore

    refuses (fun () -> MarkovChain.stationary (MarkovChain.ring [| 2; 2; 2; 2 |]))
    refuses (fun () -> MarkovChain.stationary (MarkovChain.lazyRing [| 0.0; 0.0 |]))
    refuses (fun () -> MarkovChain.ring [||])
    refuses (fun () -> MarkovChain.challenge 0)
    refuses (fun () -> MarkovChain.lazyRing [| 1.5 |])
    refuses (fun () -> MarkovChain.stationary (Matrix<float>.Build.Dense(2, 2, 0.4)))
