/// The exact recursion of the catapult: lecture 11/7 of the notes.
module NtkTheory.Catalog.Dynamics.CatapultRecursion

open FsCheck
open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// A gated network with random weights on one input, and a step of gradient descent.
type NetworkStep = {
    Width: int
    Dimension: int
    /// eta.
    StepSize: float
    /// y.
    Label: float
    Seed: int
}

let private network (item: NetworkStep) =
    let seed = Seed.ofInt item.Seed
    let input = Draw.normals (Seed.split "input" seed) item.Dimension

    let inner =
        Array.init item.Width (fun i -> Draw.normals (Seed.split "inner" seed |> Seed.at i) item.Dimension)

    Catapult.create input inner (Draw.normals (Seed.split "outer" seed) item.Width)

let private steps =
    let generator =
        gen {
            let! width = Gen.choose (1, 20)
            let! dimension = Gen.choose (1, 6)
            let! eta = between 0.05 2.0
            let! label = between -2.0 2.0
            let! seed = Points.seeds

            return {
                Width = width
                Dimension = dimension
                StepSize = eta
                Label = label
                Seed = seed
            }
        }

    let shrink (item: NetworkStep) =
        seq {
            for m in fewer 1 item.Width do
                yield { item with Width = m }

            for d in fewer 1 item.Dimension do
                yield { item with Dimension = d }

            for eta in simplerPositive item.StepSize do
                yield { item with StepSize = eta }

            for y in simpler item.Label do
                yield { item with Label = y }

            for seed in fewer 0 item.Seed do
                yield { item with Seed = seed }
        }

    Arb.fromGenShrink (generator, shrink)

let private vary (item: NetworkStep) =
    gen {
        let! seed = Points.seeds
        return { item with Seed = seed }
    }

let internal isAwake =
    Hypothesis.named "one gate is open" (fun item -> (network item).Gates |> Array.exists (fun s -> s > 0.0))

let private startOf item : CatapultState =
    let network = network item

    {
        Output = Catapult.output network
        Kernel = Catapult.kernel network
    }

/// Sum of the magnitudes that cancel in a step, for the radius: (1 + eta lambda + kappa eta^2 |z r|)(1 + |r|)(1 + lambda).
let private scale item =
    let start = startOf item
    let r = abs (start.Output - item.Label)
    let kappa = Catapult.kappa (network item)

    let growth =
        1.0
        + item.StepSize * start.Kernel
        + kappa * (item.StepSize ** 2.0) * abs start.Output * r

    growth * growth * (1.0 + r) * (1.0 + start.Kernel)

let private rounded item value =
    Estimate.rounded (20 * (item.Width * item.Dimension + 10)) (scale item) value

let private claimOf measured bound = {
    Claim.identity steps (fun item -> rounded item (measured item)) (fun item -> rounded item (bound item)) with
        Vary = vary
        Hypotheses = [ isAwake ]
}

let residualFollowsTheRecursion: Theorem<NetworkStep> =
    let measured item =
        Catapult.output (Catapult.step item.StepSize item.Label (network item))
        - item.Label

    let formula kappa item =
        let start = startOf item
        let r = start.Output - item.Label

        r
        * (1.0 - item.StepSize * start.Kernel
           + kappa * item.StepSize ** 2.0 * start.Output * r)

    let kappa item = Catapult.kappa (network item)
    let claim = claimOf measured (fun item -> formula (kappa item) item)

    {
        Entry = {
            Id = "catapult/recursion-residual"
            Title = "the residual of gradient descent follows an exact recursion"
            Statement =
                @"r_{t+1}=r_t\big(1-\eta\lambda_t+\kappa\eta^2 z_t r_t\big),\qquad r=z-y,\ \kappa=\frac{|x|^2}{md}"
            Source = notes "11/7" "recursion (1)"
            Status = Proved
            Sharpness = Exact
            Method =
                "left: one step of gradient descent on all m(d+1) weights of the network with frozen gates; right: the recursion from output and kernel alone. Radius: 20 roundings per weight of the magnitudes that cancel."
            Remark = "The scan of the notes reads kappa as |x|^2/(n delta); it is |x|^2/(md)."
        }
        Claim = claim
        Controls = [
            Control.create "without the term of order eta^2" (claimOf measured (formula 0.0))
            Control.create
                "kappa = |x|^2/m"
                (claimOf measured (fun item -> formula (kappa item * float item.Dimension) item))
        ]
    }

let kernelFollowsTheRecursion: Theorem<NetworkStep> =
    let measured item =
        Catapult.kernel (Catapult.step item.StepSize item.Label (network item))

    let formula last item =
        let start = startOf item
        let r = start.Output - item.Label
        let kappa = Catapult.kappa (network item)

        start.Kernel
        + item.StepSize
          * kappa
          * (item.StepSize * start.Kernel * r * r - last start.Output r)

    let claim = claimOf measured (formula (fun z r -> 4.0 * z * r))

    {
        Entry = {
            Id = "catapult/recursion-ntk"
            Title = "the tangent kernel of gradient descent follows an exact recursion"
            Statement =
                @"\lambda_{t+1}=\lambda_t+\eta\kappa r_t^2\Big[\eta\lambda_t-\frac{4z_t}{z_t-y}\Big]=\lambda_t+\eta\kappa\,(\eta\lambda_t r_t^2-4z_t r_t)"
            Source = notes "11/7" "recursion (2)"
            Status = Proved
            Sharpness = Exact
            Method =
                "left: the squared gradient norm after one step of gradient descent on all weights; right: the recursion, in product form without a division by r. Radius: 20 roundings per weight of the magnitudes that cancel."
            Remark =
                "Misprint: the notes have 4/(z - y) where 4 z/(z - y) is right; for m = d = 1, x = 1, u = 2, v = 1, y = 0, eta = 1/4 the kernel is 9/4 and the printed form gives 17/4. The printed form is a control."
        }
        Claim = claim
        Controls = [
            Control.create "printed: 4/(z - y)" (claimOf measured (formula (fun _ r -> 4.0 * r)))
            Control.create "2 z/(z - y)" (claimOf measured (formula (fun z r -> 2.0 * z * r)))
        ]
    }
