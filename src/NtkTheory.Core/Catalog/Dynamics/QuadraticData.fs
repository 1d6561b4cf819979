/// Random quadratic models for the theorems of lecture 11/2.
module NtkTheory.Catalog.Dynamics.QuadraticData

open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// N samples in R^p, a strength eps, and a time.
type Quadratic = {
    Samples: int
    Parameters: int
    /// eps.
    Strength: float
    Time: float
    /// theta_0 = 0 or random.
    FromZero: bool
    Seed: int
}

let private symmetric seed p =
    let m: Matrix<float> = Draw.normalMatrix seed p p
    (m + m.Transpose()).Multiply 0.5

/// The model: features near orthonormal (so that K is well conditioned), symmetric Gaussian curvatures.
let model item =
    let seed = Seed.ofInt item.Seed
    let p, n = item.Parameters, item.Samples
    let noise: Matrix<float> = Draw.normalMatrix (Seed.split "features" seed) p n

    {
        Features =
            Matrix<float>.Build.Dense(p, n, fun i j -> (if i = j then 1.0 else 0.0) + 0.3 * noise[i, j])
        Curvatures = Array.init n (fun a -> symmetric (Seed.split "curvature" seed |> Seed.at a) p)
        Labels = vector (Draw.uniformsBetween -1.0 1.0 (Seed.split "labels" seed) n)
        Start =
            if item.FromZero then
                vector (Array.zeroCreate p)
            else
                vector (Draw.uniformsBetween -1.0 1.0 (Seed.split "start" seed) p)
        Strength = item.Strength
    }

/// The curvature of a test point.
let testCurvature item =
    symmetric (Seed.ofInt item.Seed |> Seed.split "test") item.Parameters

/// A vector that is not a solution of anything.
let someVector name item =
    vector (Draw.normals (Seed.ofInt item.Seed |> Seed.split name) item.Parameters)

/// K = Phi^T Phi with eigenvalues above 1/5.
let isWellConditioned =
    Hypothesis.named "the least eigenvalue of K exceeds 1/5" (fun item ->
        let features = (model item).Features

        features.RowCount >= features.ColumnCount
        && features.Svd(false).S.Minimum() ** 2.0 > 0.2)

let instances extra =
    let generator =
        gen {
            let! n = Gen.choose (1, 3)
            let! more = Gen.choose (extra, 2)
            let! time = between 0.2 3.0
            let! zero = Gen.elements [ true; false ]
            let! eps = betweenLog 0.01 0.5
            let! seed = Points.seeds

            return {
                Samples = n
                Parameters = n + more
                Strength = eps
                Time = time
                FromZero = zero
                Seed = seed
            }
        }

    let shrink (item: Quadratic) =
        seq {
            for n in fewer 1 item.Samples do
                yield { item with Samples = n }

            for p in fewer (item.Samples + extra) item.Parameters do
                yield { item with Parameters = p }

            for t in simplerPositive item.Time do
                yield { item with Time = t }

            if not item.FromZero then
                yield { item with FromZero = true }

            for seed in fewer 0 item.Seed do
                yield { item with Seed = seed }
        }

    Arb.fromGenShrink (generator, shrink)

let vary (item: Quadratic) =
    gen {
        let! seed = Points.seeds
        return { item with Seed = seed }
    }

/// 1/eps at which orders in eps are read: corrections fade towards the upper end.
let ladder: Ladder<Quadratic> = {
    Scales = [ 125.0; 250.0; 500.0; 1000.0; 2000.0 ]
    At = fun (item: Quadratic) scale -> { item with Strength = 1.0 / scale }
    Replicates = 1
}

/// The order of an error that is analytic in eps is a whole number, so 0.4 on either side decides it.
/// A claim on the order in eps of the norm of an error, at least `order`.
let orderAtLeast (order: float) extra error =
    let measured item _ =
        Estimate.exact ((error item: Vector<float>).L2Norm())

    {
        Claim.rate ladder AtMost (instances extra) measured (fun _ -> Estimate.within 0.4 -order) with
            Vary = vary
            Hypotheses = [ isWellConditioned ]
            Effort = { Instances = 3.0; Draws = 1.0 }
    }
