/// Small least-squares problems for the theorems on stochastic gradient descent: lecture 11/16.
module NtkTheory.Catalog.Dynamics.SgdData

open FsCheck
open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Sampling

/// m examples in R^p, a batch size, and a step size in units of 1/largest eigenvalue of H.
type Sgd = {
    Examples: int
    Dimension: int
    Batch: int
    RelativeStep: float
    Sampling: BatchSampling
    Seed: int
}

let problem item =
    let seed = Seed.ofInt item.Seed

    let inputs =
        Draw.normalMatrix (Seed.split "inputs" seed) item.Examples item.Dimension

    let largest = inputs.Svd(false).S.Maximum() ** 2.0 / float item.Examples

    {
        Inputs = inputs
        Labels = vector (Draw.uniformsBetween -2.0 2.0 (Seed.split "labels" seed) item.Examples)
        Batch = item.Batch
        StepSize = item.RelativeStep / largest
        Sampling = item.Sampling
    }

/// Some point of parameter space.
let somewhere item =
    vector (Draw.normals (Seed.ofInt item.Seed |> Seed.split "theta") item.Dimension)

let instances =
    let generator =
        gen {
            let! p = Gen.choose (1, 3)
            let! m = Gen.choose (p + 1, 7)
            let! batch = Gen.choose (1, m)
            let! step = between 0.02 0.6
            let! sampling = Gen.elements [ Bernoulli; WithoutReplacement ]
            let! seed = Points.seeds

            return {
                Examples = m
                Dimension = p
                Batch = batch
                RelativeStep = step
                Sampling = sampling
                Seed = seed
            }
        }

    let shrink item =
        seq {
            for p in fewer 1 item.Dimension do
                yield { item with Dimension = p }

            for m in fewer (max item.Batch (item.Dimension + 1)) item.Examples do
                yield { item with Examples = m }

            for b in fewer 1 item.Batch do
                yield { item with Batch = b }

            for step in simplerPositive item.RelativeStep do
                yield { item with RelativeStep = step }

            for seed in fewer 0 item.Seed do
                yield { item with Seed = seed }
        }

    Arb.fromGenShrink (generator, shrink)

let vary item =
    gen {
        let! seed = Points.seeds
        let! step = between 0.02 0.6

        return {
            item with
                Seed = seed
                RelativeStep = step
        }
    }

/// H with condition number below 100: rounding of theta* and Sigma stays near its roundoff times that.
let isWellConditioned =
    Hypothesis.named "condition number of the Hessian below 100" (fun item ->
        let s = (problem item).Inputs.Svd(false).S
        s.Minimum() > 0.1 * s.Maximum())

/// The second moments contract at least by a hundredth.
let isStable =
    Hypothesis.named "a stationary law with second moments (spectral radius below 0.99)" (fun item ->
        SgdStationary.spectralRadius (problem item) < 0.99)

/// Not all examples in every batch: otherwise there is no noise.
let isNoisy =
    Hypothesis.named "batches are random" (fun item -> item.Batch < item.Examples)
