/// Where the threshold of divergence lies at a finite width: lecture 11/7 of the notes.
module NtkTheory.Catalog.Dynamics.CatapultThreshold

open FsCheck
open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.CatapultData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

/// w of a network before a step with a constant in place of 4, and after it.
let private excess constant (item: NetworkStep) network =
    let state = Catapult.state network
    let r = state.Output - item.Label

    item.StepSize * state.Kernel
    - constant
    - Catapult.kappa network * item.StepSize ** 2.0 * item.Label * r

let thresholdIsKeptUpToAPositiveFactor: Theorem<NetworkStep> =
    let rounded (item: NetworkStep) value =
        let scale =
            stepScale item * (4.0 + item.StepSize + abs item.Label * item.StepSize ** 2.0)

        let kappa = Catapult.kappa (network item)
        Estimate.rounded (40 * (item.Width * item.Dimension + 10)) (scale * (1.0 + kappa)) value

    let measured constant (item: NetworkStep) =
        Catapult.step item.StepSize item.Label (network item) |> excess constant item

    let formula constant (item: NetworkStep) =
        let network = network item
        let state = Catapult.state network
        let pull = state.Output * (state.Output - item.Label)

        excess constant item network
        * (1.0 + Catapult.kappa network * item.StepSize ** 2.0 * pull)

    let claimOf constant = {
        Claim.identity networkSteps (fun item -> rounded item (measured constant item)) (fun item ->
            rounded item (formula constant item)) with
            Vary = varyNetwork
            Hypotheses = [ isAwake ]
    }

    let claim = claimOf 4.0

    theorem
        (entry
            "catapult/threshold-invariant"
            Proved
            Exact
            (added "11/7" "sign of w")
            "a step multiplies the distance to the threshold by a positive factor"
            @"w=\eta\lambda-4-\kappa\eta^2y\,r:\qquad w_{t+1}=w_t\,(1+\kappa\eta^2z_tr_t),\qquad1+\kappa\eta^2zr\ge1-\tfrac{\kappa\eta^2y^2}4"
            "left: w after one step of gradient descent on all weights; right: the formula. Radius: 40 roundings per weight of the magnitudes that cancel."
            "So sqrt(kappa) eta |y| < 2 fixes the sign of w for ever: below 0 the run is bounded, above 0 nothing converges but by an exact hit.")
        claim
        [
            Control.create "3 in place of 4" (claimOf 3.0)
            Control.bound
                "factor 1 + kappa eta^2 z^2"
                (fun item ->
                    let network = network item
                    let z = Catapult.output network

                    rounded
                        item
                        (excess 4.0 item network
                         * (1.0 + Catapult.kappa network * item.StepSize ** 2.0 * z * z)))
                claim
        ]

/// Whether the run leaves the region |r| < 2/(eta sqrt(kappa)) that no run below the threshold leaves.
let private escapes (item: Start) eta =
    let rec walk count state =
        let r = state.Output - item.Label

        if not (eta * sqrt item.Kappa * abs r < 2.0 + 1e-9) then
            true
        elif count = 0 then
            false
        else
            walk (count - 1) (Catapult.recursion item.Kappa eta item.Label state)

    walk 400 (stateOf item)

/// The step size at which runs begin to escape, by bisection between 2/lambda_0 and 8/lambda_0, to 1e-12 of it. Rounding
/// adds some units of 4 * 2^-53 to w in each step and grows like w itself, so it shifts the threshold by as much.
let private observedThreshold (item: Start) =
    let rec halve count low high =
        let middle = (low + high) / 2.0

        if count = 0 then middle
        elif escapes item middle then halve (count - 1) low middle
        else halve (count - 1) middle high

    halve 44 (2.0 / item.Kernel) (8.0 / item.Kernel)

/// Widths of 10 and more, outputs and labels of order one.
let private labelled =
    startsOf (betweenLog 1e-5 0.1) 4.0 4.0 (between -2.0 2.0) |> ofOrderOne

let private isMild =
    Hypothesis.named "sqrt(kappa) |y| < lambda_0/8 and z_0 is not y" (fun (item: Start) ->
        sqrt item.Kappa * abs item.Label < item.Kernel / 8.0
        && abs (item.Output - item.Label) > 1e-3)

let thresholdShiftsWithTheLabel: Theorem<Start> =
    let measured (item: Start) =
        let eta = observedThreshold item
        Estimate.within (1e-11 * (1.0 + eta * item.Kernel)) (eta * item.Kernel)

    let bound shift (item: Start) =
        let eta = CatapultPhases.criticalStep (shift * item.Kappa) item.Label (stateOf item)
        Estimate.rounded 20 (eta * item.Kernel) (eta * item.Kernel)

    let claim = {
        Claim.identity labelled measured (bound 1.0) with
            Vary = varyStart
            Hypotheses = [ isRealizable; isMild ]
    }

    theorem
        (entry
            "catapult/threshold-finite-width"
            Proved
            Exact
            (added "11/7" "threshold at a finite width")
            "the threshold of divergence at every width and for every label"
            @"\eta_c\lambda_0=4+\kappa\eta_c^2\,y(z_0-y)"
            "left: the step size from which on runs escape |r| < 2/(eta sqrt(kappa)) within 400 steps, by bisection to 1e-12; right: the root of the equation."
            "Proved: below the root every run is bounded, above it none converges but by an exact hit. That all those escape is observed. The printed threshold is 4/lambda_0; catapult/threshold-shift has the order of the difference.")
        claim
        [
            Control.bound "printed: 4/lambda_0" (bound 0.0) claim
            Control.bound "twice the shift" (bound 2.0) claim
        ]

let thresholdShiftIsOfTheOrderOfTheInverseWidth: Theorem<Start> =
    let ladder = widthLadder [ 100.0; 300.0; 1000.0; 3000.0; 10000.0 ]

    let isShifted =
        Hypothesis.named "|y (z_0 - y)| > 1/5, |y| < 1" (fun (item: Start) ->
            abs (item.Label * (item.Output - item.Label)) > 0.2 && abs item.Label < 1.0)

    // the next term is smaller by kappa eta^2 y (z_0 - y): 0.2 on either side decides an order
    let claimOf order = {
        Claim.rate
            ladder
            Equals
            labelled
            (fun item _ -> Estimate.exact (abs (observedThreshold item * item.Kernel - 4.0)))
            (fun _ -> Estimate.within 0.2 -order) with
            Hypotheses = [ isShifted ]
            Effort = { Instances = 3.0; Draws = 1.0 }
    }

    theorem
        (entry
            "catapult/threshold-shift"
            Proved
            Tight
            (added "11/7" "threshold at a finite width")
            "the threshold of divergence tends to 4/lambda_0 like the inverse width"
            @"|\eta_c\lambda_0-4|=\frac{16\,\kappa}{\lambda_0^2}\,|y(z_0-y)|+O(\kappa^2)=O(1/m)"
            "the threshold by bisection of simulated runs at 1/kappa = 100 to 10000; the order of its distance to 4 in the width."
            "")
        (claimOf 1.0)
        [
            Control.create "1/sqrt(m)" (claimOf 0.5)
            Control.create "1/m^2" (claimOf 2.0)
        ]

/// In the order of the lecture.
let all = [
    Theorem.pack thresholdIsKeptUpToAPositiveFactor
    Theorem.pack thresholdShiftsWithTheLabel
    Theorem.pack thresholdShiftIsOfTheOrderOfTheInverseWidth
]
