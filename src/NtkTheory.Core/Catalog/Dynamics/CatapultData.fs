/// Networks and starts for the theorems on the catapult: lecture 11/7 of the notes.
module NtkTheory.Catalog.Dynamics.CatapultData

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

/// The network, standard normal weights on a standard normal input.
let network (item: NetworkStep) =
    let seed = Seed.ofInt item.Seed
    let input = Draw.normals (Seed.split "input" seed) item.Dimension

    let inner =
        Array.init item.Width (fun i -> Draw.normals (Seed.split "inner" seed |> Seed.at i) item.Dimension)

    Catapult.create input inner (Draw.normals (Seed.split "outer" seed) item.Width)

/// Networks of width 1 to 20 on inputs of dimension 1 to 6, with labels up to 2 and any step size.
let networkSteps =
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

/// Other weights of the same shape.
let varyNetwork (item: NetworkStep) =
    gen {
        let! seed = Points.seeds
        return { item with Seed = seed }
    }

let isAwake =
    Hypothesis.named "one gate is open" (fun item -> (network item).Gates |> Array.exists (fun s -> s > 0.0))

/// Sum of the magnitudes that cancel in a step, for radii: (1 + eta lambda + kappa eta^2 |z r|)^2 (1 + |r|)(1 + lambda).
let stepScale item =
    let network = network item
    let start = Catapult.state network
    let r = abs (start.Output - item.Label)

    let growth =
        1.0
        + item.StepSize * start.Kernel
        + Catapult.kappa network * (item.StepSize ** 2.0) * abs start.Output * r

    growth * growth * (1.0 + r) * (1.0 + start.Kernel)

/// A start of the recursion: everything that descent on one input depends on.
type Start = {
    /// kappa = |x|^2/(m d), of order 1/m.
    Kappa: float
    /// eta.
    StepSize: float
    /// lambda_0.
    Kernel: float
    /// z_0.
    Output: float
    /// y.
    Label: float
}

/// Output and kernel of a start.
let stateOf (item: Start) : CatapultState = {
    Output = item.Output
    Kernel = item.Kernel
}

/// kappa eta^2 z^2 at the start.
let scaledOutput (item: Start) =
    item.Kappa * (item.StepSize * item.Output) ** 2.0

/// Starts with eta lambda_0 in an interval, with kappa and labels from the given generators, and with outputs of any
/// share of the largest that a network of this kernel can have, lambda_0/(2 sqrt(kappa)).
let startsOf kappas lowest highest labels =
    let generator =
        gen {
            let! scaled = between lowest highest
            let! kernel = between 0.5 2.0
            let! kappa = kappas
            let! share = betweenLog 1e-5 0.999
            let! sign = Gen.elements [ -1.0; 1.0 ]
            let! label = labels

            return {
                Kappa = kappa
                StepSize = scaled / kernel
                Kernel = kernel
                Output = sign * share * kernel / (2.0 * sqrt kappa)
                Label = label
            }
        }

    let shrink (item: Start) =
        seq {
            for kappa in [ 0.1; 0.01; 0.001 ] do
                if kappa > item.Kappa then
                    yield { item with Kappa = kappa }

            for kernel in simplerPositive item.Kernel do
                yield { item with Kernel = kernel }

            for eta in simplerPositive item.StepSize do
                yield { item with StepSize = eta }

            for z in simpler item.Output do
                yield { item with Output = z }

            for y in simpler item.Label do
                yield { item with Label = y }
        }

    Arb.fromGenShrink (generator, shrink)

/// The same with kappa from 1e-5 to 0.1: wide networks.
let starts lowest highest labels =
    startsOf (betweenLog 1e-5 0.1) lowest highest labels

/// Starts near a start.
let varyStart (item: Start) =
    gen {
        let! a = between -0.1 0.1
        let! b = between -0.1 0.1
        let! c = between -0.3 0.3

        return {
            item with
                StepSize = item.StepSize * exp a
                Output = item.Output * exp b
                Label = item.Label * exp c
        }
    }

/// No label but 0.
let unlabelled = Gen.constant 0.0

let hasNoLabel = Hypothesis.named "y = 0" (fun (item: Start) -> item.Label = 0.0)

/// |z| <= lambda/(2 sqrt(kappa)), with two neurons enough for each such pair.
let isRealizable =
    Hypothesis.named "a network has this output and kernel" (fun (item: Start) ->
        2.0 * sqrt item.Kappa * abs item.Output <= item.Kernel)

/// eta lambda_0 strictly between two numbers; also keeps a shrinker in the phase of its instance.
let isBetween lowest highest =
    Hypothesis.named $"{lowest} < eta lambda_0 < {highest}" (fun (item: Start) ->
        let scaled = item.StepSize * item.Kernel in scaled > lowest && scaled < highest)

let hasResidual =
    Hypothesis.named "z_0 is not y" (fun (item: Start) -> abs (item.Output - item.Label) > 1e-3)

/// The same starts with outputs of order one, as random networks have them.
let ofOrderOne (instances: Arbitrary<Start>) =
    let shrunk (item: Start) = {
        item with
            Output = item.Output / (1.0 + abs item.Output)
    }

    Arb.fromGenShrink (instances |> Arb.toGen |> Gen.map shrunk, Arb.toShrink instances)

/// A ladder of widths, kappa = 1/width.
let widthLadder scales : Ladder<Start> = {
    Scales = scales
    At = fun (item: Start) scale -> { item with Kappa = 1.0 / scale }
    Replicates = 1
}

/// How an enclosed number's radius comes about, for the pages.
let enclosed =
    "Radius: the recursion in interval arithmetic, as far as its errors stay small."

/// The enclosed run while the residual is above 1e-60 and below 1e30 in size, at most so many steps and as long as its
/// errors are small.
let enclosedRun most (item: Start) =
    CatapultEnclosure.run 1e-60 1e30 item.Kappa item.StepSize item.Label (stateOf item)
    |> Seq.truncate most
    |> Array.ofSeq

/// Whether a run ends with a residual that only convergence can make so small, and not with one that is 0 by a hit.
let hasConverged (run: EnclosedState[]) =
    run.Length > 0 && abs (Array.last run).Residual.Value < 1e-50

/// (z - y)^2/2.
let lossOf (state: EnclosedState) =
    Estimate.scale 0.5 (Estimate.multiply state.Residual state.Residual)

/// The largest of some enclosed numbers, enclosed.
let largest (numbers: Estimate[]) =
    let top = numbers |> Array.maxBy _.Value
    let upper = numbers |> Seq.map Estimate.upper |> Seq.max
    Estimate.within (max top.Radius (upper - top.Value)) top.Value
