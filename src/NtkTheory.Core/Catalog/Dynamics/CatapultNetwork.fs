/// The two-layer ReLU network with frozen gates, its gradients and its kernel: lecture 11/7 of the notes.
module NtkTheory.Catalog.Dynamics.CatapultNetwork

open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.CatapultData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// A random network and a random displacement of all its weights.
type Displacement = {
    Width: int
    Dimension: int
    /// Standard deviation of each weight's displacement.
    Size: float
    Seed: int
}

let private displacements smallest largest =
    let generator =
        gen {
            let! width = Gen.choose (1, 8)
            let! dimension = Gen.choose (1, 5)
            let! size = between smallest largest
            let! seed = Points.seeds

            return {
                Width = width
                Dimension = dimension
                Size = size
                Seed = seed
            }
        }

    let shrink (item: Displacement) =
        seq {
            for m in fewer 1 item.Width do
                yield { item with Width = m }

            for d in fewer 1 item.Dimension do
                yield { item with Dimension = d }

            for seed in fewer 0 item.Seed do
                yield { item with Seed = seed }
        }

    Arb.fromGenShrink (generator, shrink)

let private stepOf (item: Displacement) = {
    Width = item.Width
    Dimension = item.Dimension
    StepSize = 1.0
    Label = 0.0
    Seed = item.Seed
}

let private start item = network (stepOf item)

/// Changes of u_1, .., u_m and of v.
let private change (item: Displacement) =
    let seed = Seed.ofInt item.Seed |> Seed.split "displacement"

    let draw seed count =
        Draw.normals seed count |> Array.map ((*) item.Size)

    Array.init item.Width (fun i -> draw (Seed.at i seed) item.Dimension),
    draw (Seed.split "outer" seed) item.Width

let private moved innerFactor outerFactor item =
    let network = start item
    let inner, outer = change item
    let plus (factor: float) = Array.map2 (fun w c -> w + factor * c)

    {
        network with
            InnerWeights = Array.map2 (plus innerFactor) network.InnerWeights inner
            OuterWeights = plus outerFactor network.OuterWeights outer
    }

let private root (item: Displacement) =
    sqrt (float (item.Width * item.Dimension))

let private inputAlong (network: GatedNetwork) (direction: float[]) =
    Array.fold2 (fun sum x u -> sum + x * u) 0.0 network.Input direction

/// The sum over neurons of a term of (s_i, u_i.x, v_i, du_i.x, dv_i), and the sum of the magnitudes of all products
/// in it for the radius.
let private neurons term item =
    let network = start item
    let inner, outer = change item

    Array.init item.Width (fun i ->
        term
            network.Gates[i]
            (inputAlong network network.InnerWeights[i])
            network.OuterWeights[i]
            (inputAlong network inner[i])
            outer[i])
    |> Array.sum

/// The magnitudes that add up and cancel: products of weights and displacements with all signs positive.
let private magnitude item =
    let network = start item
    let inner, outer = change item
    let size (a: float[]) = Array.sumBy abs a
    let reach = network.Input |> Seq.map abs |> Seq.max

    Array.init item.Width (fun i ->
        (size network.InnerWeights[i] + size inner[i])
        * reach
        * (abs network.OuterWeights[i] + abs outer[i]))
    |> Array.sum
    |> fun sum -> 1.0 + sum / root item

let private rounded (item: Displacement) value =
    Estimate.rounded (20 * (item.Width * item.Dimension + 10)) (magnitude item) value

let private varyDisplacement (item: Displacement) =
    gen {
        let! seed = Points.seeds
        return { item with Seed = seed }
    }

let private identity instances measured bound = {
    Claim.identity instances (fun item -> rounded item (measured item)) (fun item ->
        rounded item (bound item)) with
        Vary = varyDisplacement
}

let private noGateFlips =
    Hypothesis.named "no gate flips" (fun item ->
        let end' = moved 1.0 1.0 item
        (Catapult.create end'.Input end'.InnerWeights end'.OuterWeights).Gates = end'.Gates)

let private lecture = notes "11/7"

let private frozen =
    "left: the network on displaced weights; right: the polynomial of degree 2 from derivatives at the start. Radius: 20 roundings per weight of the magnitudes that cancel."

let taylorModelIsTheNetworkWithFrozenGates: Theorem<Displacement> =
    let relu item =
        let reached = moved 1.0 1.0 item
        Catapult.output (Catapult.create reached.Input reached.InnerWeights reached.OuterWeights)

    let taylor mixed item =
        neurons (fun s ux v dux dv -> s * (v * ux + v * dux + ux * dv + mixed * dux * dv)) item
        / root item

    let claim = {
        identity (displacements 0.05 0.5) relu (taylor 1.0) with
            Hypotheses = [ noGateFlips ]
    }

    theorem
        (entry
            "catapult/quadratic-approx"
            Proved
            Exact
            (lecture "quadratic approximation")
            "a ReLU network is its second-order Taylor polynomial while no gate flips"
            @"z(u,v)=z^0+\sum_i\nabla_{u_i}^0\cdot\Delta u_i+\partial_{v_i}^0\Delta v_i+\Delta u_i^TH_i^0\,\Delta v_i=\sum_i\frac{s_iv_i\,u_i^Tx}{\sqrt{md}},\qquad s_i=1\{u_i(0)^Tx\ge0\}"
            frozen
            "There are no pure second derivatives: the model is bilinear in inner and outer weights, so nothing is lost but the flips of gates. Not defined where u_i(0).x = 0.")
        claim
        [
            Control.bound
                "without the mixed second derivative"
                (fun item -> rounded item (taylor 0.0 item))
                claim
            Control.without "no gate flips" (displacements 1.0 3.0) claim
        ]

let gradientsHaveClosedForms: Theorem<Displacement> =
    let at inner outer item =
        Catapult.output (moved inner outer item)

    // a bilinear function: symmetric differences and mixed second differences are derivatives, whatever the step
    let measured item =
        let first = (at 1.0 1.0 item - at -1.0 -1.0 item) / 2.0
        let mixed = at 1.0 1.0 item - at 1.0 0.0 item - at 0.0 1.0 item + at 0.0 0.0 item
        first + 3.0 * mixed

    let formula gate (outer: Displacement -> float) item =
        let inner = neurons (fun s _ v dux _ -> gate s * v * dux) item / root item
        let others = neurons (fun s ux _ dux dv -> gate s * (ux + 3.0 * dux) * dv) item
        inner + others / outer item

    let instances = displacements 0.1 2.0
    let claim = identity instances measured (formula id root)
    let rivalOf gate outer item = rounded item (formula gate outer item)

    theorem
        (entry
            "catapult/gradients"
            Proved
            Exact
            (lecture "gradients")
            "gradients and mixed second derivatives of the network"
            @"\nabla_{u_i}z=\frac{s_iv_i\,x}{\sqrt{md}},\qquad\partial_{v_i}z=\frac{s_i\,u_i^Tx}{\sqrt{md}},\qquad H_i=\partial_{v_i}\nabla_{u_i}z=\frac{s_i\,x}{\sqrt{md}}"
            "left: symmetric differences along a random displacement plus three times the mixed second difference, both exact for a bilinear function; right: the formulas. Radius: 20 roundings per weight of the magnitudes that cancel."
            "Misprint: the notes have 1/sqrt(m) for the second and the third; the printed factor is a control.")
        claim
        [
            Control.bound "printed: 1/sqrt(m)" (rivalOf id (fun item -> sqrt (float item.Width))) claim
            Control.bound "all gates open" (rivalOf (fun _ -> 1.0) root) claim
        ]

/// The squared norm of the gradient by symmetric differences along each weight, exact for a bilinear function.
let private squaredGradient item =
    let network = network item

    let along change =
        (Catapult.output (change 1.0) - Catapult.output (change -1.0)) / 2.0

    let inner i k size = {
        network with
            InnerWeights =
                network.InnerWeights
                |> Array.mapi (fun j u ->
                    if j = i then
                        u |> Array.mapi (fun l w -> if l = k then w + size else w)
                    else
                        u)
    }

    let outer i size = {
        network with
            OuterWeights = network.OuterWeights |> Array.mapi (fun j w -> if j = i then w + size else w)
    }

    seq {
        for i in 0 .. item.Width - 1 do
            along (outer i)

            for k in 0 .. item.Dimension - 1 do
                along (inner i k)
    }
    |> Seq.sumBy (fun slope -> slope * slope)

let private kernelFormula gate product (item: NetworkStep) =
    let network = network item
    let square = inputAlong network network.Input

    Array.fold2
        (fun sum s (u, v) -> sum + gate s * (square * v * v + product * (inputAlong network u) ** 2.0))
        0.0
        network.Gates
        (Array.zip network.InnerWeights network.OuterWeights)
    / float (item.Width * item.Dimension)

let kernelHasAClosedForm: Theorem<NetworkStep> =
    // a difference of two outputs of size |z| + slope, squared and added up over all weights
    let rounded (item: NetworkStep) value =
        let count = item.Width * (item.Dimension + 1)
        let output = abs (Catapult.output (network item))

        let magnitudes =
            magnitude {
                Width = item.Width
                Dimension = item.Dimension
                Size = 1.0
                Seed = item.Seed
            }

        Estimate.rounded (20 * (count + 10)) (float count * (1.0 + output + magnitudes) ** 2.0) value

    let claim = {
        Claim.identity networkSteps (fun item -> rounded item (squaredGradient item)) (fun item ->
            rounded item (kernelFormula id 1.0 item)) with
            Vary = varyNetwork
            Hypotheses = [ isAwake ]
    }

    let rival gate product item =
        rounded item (kernelFormula gate product item)

    theorem
        (entry
            "catapult/ntk-closed-form"
            Proved
            Exact
            (lecture "tangent kernel")
            "the tangent kernel of the network on its input"
            @"\lambda=\|\nabla_\theta z\|^2=\sum_i\frac{s_i\big(|x|^2v_i^2+(u_i^Tx)^2\big)}{md}"
            "left: the squared differences of the output along each weight, exact for a bilinear function; right: the formula. Radius: 20 roundings per weight of the magnitudes that cancel."
            "With v_i |x| and u_i.x as coordinates the kernel is a sum of squares and the output a sum of products: see catapult/ntk-lower-bound.")
        claim
        [
            Control.bound "all gates open" (rival (fun _ -> 1.0) 1.0) claim
            Control.bound "without (u_i.x)^2" (rival id 0.0) claim
        ]

let kernelIsAboveTheOutput: Theorem<NetworkStep> =
    let rounded (item: NetworkStep) value =
        Estimate.rounded (20 * (item.Width * item.Dimension + 10)) (stepScale item) value

    let narrow =
        networkSteps
        |> Arb.toGen
        |> Gen.map (fun item -> { item with Width = 1 + item.Width % 3 })
        |> Arb.fromGen

    let claim = {
        Claim.atLeast narrow (fun item -> rounded item (Catapult.kernel (network item))) (fun item ->
            let network = network item
            rounded item (2.0 * sqrt (Catapult.kappa network) * abs (Catapult.output network))) with
            Vary = varyNetwork
            Hypotheses = [ isAwake ]
    }

    theorem
        (entry
            "catapult/ntk-lower-bound"
            Proved
            Tight
            (added "11/7" "kernel and output")
            "the tangent kernel is at least 2 sqrt(kappa) times the size of the output"
            @"\lambda\ge2\sqrt\kappa\,|z|,\qquad\kappa=\frac{|x|^2}{md}"
            "left: the squared norm of the gradient; right: the output of the same network. Radius: 20 roundings per weight."
            "The inequality of arithmetic and geometric means on each neuron, attained where |x| v_i = u_i.x for all i; for y = 0 it says b <= a^2/4, the region in which the normalised map lives.")
        claim
        [
            Control.scaled 1.2 claim
            Control.bound
                "kappa = |x|^2/m"
                (fun item -> Estimate.scale (sqrt (float item.Dimension)) (claim.Bound item))
                claim
        ]

/// In the order of the lecture.
let all = [
    Theorem.pack taylorModelIsTheNetworkWithFrozenGates
    Theorem.pack gradientsHaveClosedForms
    Theorem.pack kernelHasAClosedForm
    Theorem.pack kernelIsAboveTheOutput
]
