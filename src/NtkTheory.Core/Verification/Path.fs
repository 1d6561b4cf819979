namespace NtkTheory.Verification

open FsCheck
open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Sampling

/// From a seed to an instance and back: random start, climbing steps, shrinking steps.
module Path =

    let private sample (Seed state) size gen =
        // FsCheck wants an odd gamma; any odd number gives a full-period stream.
        Gen.sampleWithSeed (Rnd(state, Seed.mix state ||| 1UL)) size 1 gen
        |> Array.exactlyOne

    /// The start of the way to random instance number `index`.
    let start size index = {
        Size = size
        Index = index
        Climb = []
        Shrink = []
    }

    /// The random instance that a way starts with.
    let origin (claim: Claim<_>) seed (path: InstancePath) =
        sample (seed |> Seed.split "instance" |> Seed.at path.Index) path.Size claim.Instances.Generator

    /// The neighbour of an instance that climbing step number `step` proposes.
    let neighbour (claim: Claim<_>) seed size step instance =
        sample (seed |> Seed.split "climb" |> Seed.at step) size (claim.Vary instance)

    /// Candidates smaller than an instance, in the order in which they are tried.
    let smaller (claim: Claim<_>) instance = claim.Instances.Shrinker instance

    /// The instance at the end of a way.
    let instance claim seed (path: InstancePath) =
        let climbed =
            path.Climb
            |> List.fold
                (fun current step -> neighbour claim seed path.Size step current)
                (origin claim seed path)

        path.Shrink
        |> List.fold (fun current k -> smaller claim current |> Seq.item k) climbed

    /// The stream for the draws at the end of a way: each step of the way has its own, so that a shrunk or
    /// confirmed instance is tested on fresh draws.
    let draws phase seed (path: InstancePath) =
        let fold name steps parent =
            steps |> List.fold (fun s k -> s |> Seed.split name |> Seed.at k) parent

        seed
        |> Seed.split phase
        |> Seed.at path.Index
        |> fold "climb" path.Climb
        |> fold "shrink" path.Shrink
