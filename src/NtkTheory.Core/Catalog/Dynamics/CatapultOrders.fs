/// Orders of the catapult in the step size and in the width: lecture 11/7 of the notes.
module NtkTheory.Catalog.Dynamics.CatapultOrders

open FsCheck
open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.CatapultData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private lecture = notes "11/7"

/// Descent for a fixed time in some number of steps.
type TimedDescent = {
    Start: Start
    /// eta times the number of steps.
    Time: float
    Steps: int
}

let private timed =
    gen {
        // outputs of order one: the flow is smooth on the scale of a step
        let! start = starts 0.5 1.5 (between -1.0 1.0) |> ofOrderOne |> Arb.toGen
        let! time = between 0.3 1.5

        return {
            Start = start
            Time = time
            Steps = 16
        }
    }
    |> Arb.fromGen

let private stepsLadder: Ladder<TimedDescent> = {
    Scales = [ 16.0; 32.0; 64.0; 128.0; 256.0; 512.0 ]
    At = fun item scale -> { item with Steps = int scale }
    Replicates = 1
}

/// |z - z_flow| + |lambda - lambda_flow| at the end, the flow run for a multiple of the time.
let private distanceToFlow speed item =
    let start = stateOf item.Start
    let kappa, y = item.Start.Kappa, item.Start.Label
    let eta = item.Time / float item.Steps
    let reached = Catapult.trajectory kappa eta y item.Steps start |> Array.last
    let flow = Catapult.flow 1e-12 kappa y (speed * item.Time) start
    Estimate.exact (abs (reached.Output - flow.Output) + abs (reached.Kernel - flow.Kernel))

let private away =
    Hypothesis.named "|z_0 - y| > 1/5" (fun (item: TimedDescent) ->
        abs (item.Start.Output - item.Start.Label) > 0.2)

let descentTendsToTheFlow: Theorem<TimedDescent> =
    // orders are whole numbers: 0.4 on either side decides them
    let claimOf order speed = {
        Claim.rate stepsLadder AtMost timed (fun item _ -> distanceToFlow speed item) (fun _ ->
            Estimate.within 0.4 -order) with
            Hypotheses = [ away ]
            Effort = { Instances = 3.0; Draws = 1.0 }
    }

    theorem
        (entry
            "catapult/gd-to-gf"
            Proved
            Tight
            (lecture "gradient descent with a small step")
            "gradient descent tends to gradient flow at the first order in the step size"
            @"\big|(z,\lambda)_{k}-(z,\lambda)(t)\big|=O(\eta),\qquad\eta=t/k,\quad\dot z=-\lambda r,\ \dot\lambda=-4\kappa z r"
            "distance of output and kernel after 16 to 512 steps of total length t from the flow at time t, integrated to 1e-12; the order in the number of steps."
            "The flow keeps lambda^2 - 4 kappa z^2; a step of descent multiplies it by (1 - kappa eta^2 r^2)^2.")
        (claimOf 1.0 1.0)
        [
            Control.create "order 2" (claimOf 2.0 1.0)
            Control.create "the flow at 1.3 times the time" (claimOf 1.0 1.3)
        ]

/// Copies of one neuron: output of order sqrt(m), as on the plateau.
type Copies = {
    Copies: int
    Dimension: int
    StepSize: float
    Label: float
    Seed: int
}

let private copies =
    gen {
        let! dimension = Gen.choose (1, 5)
        let! eta = between 0.2 2.0
        let! label = between 0.5 1.0
        let! sign = Gen.elements [ -1.0; 1.0 ]
        let! seed = Points.seeds

        return {
            Copies = 16
            Dimension = dimension
            StepSize = eta
            Label = sign * label
            Seed = seed
        }
    }
    |> Arb.fromGen

let private ofCopies (item: Copies) =
    let neuron =
        network {
            Width = 1
            Dimension = item.Dimension
            StepSize = item.StepSize
            Label = item.Label
            Seed = item.Seed
        }

    // turned so that its gate is open
    let turned =
        neuron.InnerWeights[0]
        |> Array.map (fun u -> if neuron.Gates[0] = 1.0 then u else -u)

    Catapult.create
        neuron.Input
        (Array.replicate item.Copies turned)
        (Array.replicate item.Copies neuron.OuterWeights[0])

let private copiesLadder: Ladder<Copies> = {
    Scales = [ 256.0; 512.0; 1024.0; 2048.0; 4096.0 ]
    At = fun item scale -> { item with Copies = int scale }
    Replicates = 1
}

/// The kernel of m copies is that of one at every m.
let private isAtThePlateau =
    Hypothesis.named "|z| > sqrt(m)/2 and eta lambda is 1/2 away from 2" (fun item ->
        let state = Catapult.state (ofCopies { item with Copies = 1 })

        abs state.Output > 0.5 && abs (item.StepSize * state.Kernel - 2.0) > 0.5)

let kernelMovesByOrderOneOnThePlateau: Theorem<Copies> =
    let remainder drift item =
        let network = ofCopies item
        let state = Catapult.state network
        let moved = Catapult.kernel (Catapult.step item.StepSize item.Label network)
        let square = state.Output * state.Output * Catapult.kappa network

        Estimate.exact (
            abs (
                moved
                - state.Kernel
                - item.StepSize * square * (item.StepSize * state.Kernel - drift)
            )
        )

    // the remainder is a series in 1/sqrt(m): half a power apart, so 0.2 on either side decides
    let claimOf order drift = {
        Claim.rate copiesLadder AtMost copies (fun item _ -> remainder drift item) (fun _ ->
            Estimate.within 0.2 -order) with
            Hypotheses = [ isAtThePlateau ]
            Effort = { Instances = 3.0; Draws = 1.0 }
    }

    theorem
        (entry
            "catapult/plateau-increment"
            Proved
            Tight
            (lecture "around T_1")
            "on the plateau the tangent kernel moves by a step of order one"
            @"z=\zeta\sqrt m:\qquad\lambda_{t+1}=\lambda_t+\eta\,\frac{|x|^2}{d}\,\zeta^2\,\big[\eta\lambda_t-4\big]+O\big(m^{-1/2}\big)"
            "descent on all weights of m = 256 to 4096 copies of one random neuron, whose output is of order sqrt(m); the order of the remainder in m."
            "The notes' line after T_1 reads z(t+1) = z(t) + beta |x|^2/d [3 z(0) - y]; it stands for the kernel's recursion (2) with r and z of order sqrt(m). The remainder is -2 eta kappa z y (eta lambda - 2) and smaller, so it vanishes for y = 0.")
        (claimOf 0.5 4.0)
        [
            Control.create "order 1" (claimOf 1.0 4.0)
            Control.create "2 in place of 4" (claimOf 0.5 2.0)
        ]

/// Starts of wide networks: outputs and labels of order one.
let private wide lowest highest labels =
    gen {
        let! scaled = between lowest highest
        let! kernel = between 0.5 2.0
        let! output = between 0.1 1.0
        let! label = labels

        return {
            Kappa = 0.001
            StepSize = scaled / kernel
            Kernel = kernel
            Output = output
            Label = label
        }
    }
    |> Arb.fromGen

let peakLossGrowsLikeTheWidth: Theorem<Start> =
    let peak item =
        let states =
            Catapult.trajectory item.Kappa item.StepSize item.Label 400 (stateOf item)

        let _, top = Catapult.peak item.Label states
        Estimate.exact ((top.Output - item.Label) ** 2.0 / 2.0)

    // the peak is read at whole steps, which moves it by a bounded factor: up to 0.25 on a ladder of 10^2
    let claimOf order = {
        Claim.rate
            (widthLadder [ 100.0; 1000.0; 10000.0; 100000.0; 1000000.0 ])
            Equals
            (wide 2.3 3.7 unlabelled)
            (fun item _ -> peak item)
            (fun _ -> Estimate.within 0.25 order) with
            Effort = { Instances = 3.0; Draws = 1.0 }
    }

    theorem
        (entry
            "catapult/peak-loss-growth"
            Proved
            Tight
            (lecture "catapult phase")
            "the loss on the plateau grows like the width"
            @"y=0,\ 2<\eta\lambda_0<4:\qquad\max_t\ell_t=\Theta(m)"
            "the largest loss of 400 steps of the recursion at 1/kappa = 100 to 10^6; its order in the width."
            "Follows from the two bounds of catapult/peak-loss and catapult/peak-loss-lower.")
        (claimOf 1.0)
        [
            Control.create "sqrt(m)" (claimOf 0.5)
            Control.create "m^(3/2)" (claimOf 1.5)
        ]

/// In the order of the lecture.
let all = [
    Theorem.pack descentTendsToTheFlow
    Theorem.pack kernelMovesByOrderOneOnThePlateau
    Theorem.pack peakLossGrowsLikeTheWidth
]
