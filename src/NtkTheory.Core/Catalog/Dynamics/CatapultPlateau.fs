/// What happens on the plateau of the catapult: lecture 11/7 of the notes.
module NtkTheory.Catalog.Dynamics.CatapultPlateau

open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.CatapultData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

let private lecture = notes "11/7"

let private catapults = starts 2.05 3.9 unlabelled

let private onStart lowest highest = [ hasNoLabel; isRealizable; isBetween lowest highest ]

let private peakLoss item =
    enclosedRun 1000 item |> Array.map lossOf |> largest

/// A closed form in the inputs of an instance: some ten roundings.
let private closed value = Estimate.rounded 16 value value

let plateauIsBelowTheSquaredKernel: Theorem<Start> =
    let bound (item: Start) =
        CatapultPhases.peakLossBounds item.Kappa item.StepSize item.Kernel
        |> snd
        |> closed

    let claim = {
        Claim.atMost catapults peakLoss bound with
            Vary = varyStart
            Hypotheses = onStart 2.0 4.0
    }

    theorem
        (entry
            "catapult/peak-loss"
            Proved
            Tight
            (lecture "catapult phase")
            "the loss on the plateau is at most of the order of the width"
            @"y=0,\ 2<\eta\lambda_0<4:\qquad\max_t\ell_t\le\frac{\lambda_0^2}{8\kappa},\qquad\kappa=\frac{|x|^2}{md}"
            $"the largest loss of 1000 steps against the bound. {enclosed}"
            "From z^2 <= lambda^2/(4 kappa) and a kernel that does not grow; attained at the start by z_0 = lambda_0/(2 sqrt(kappa)). With catapult/peak-loss-lower the plateau is Theta(m).")
        claim
        [
            Control.scaled 0.9 claim
            Control.without (isBetween 2.0 4.0).Name (starts 4.1 6.0 unlabelled) claim
        ]

let plateauIsAboveTheSquaredExcess: Theorem<Start> =
    let bound factor (item: Start) =
        let a0 = item.StepSize * item.Kernel
        let value = factor * (a0 - 2.0) ** 2.0 / (32.0 * item.StepSize ** 2.0 * item.Kappa)
        // a0 - 2 loses the digits that cancel: a factor a0/(a0 - 2) at most, and twice that for its square
        Estimate.rounded 16 (value * 2.0 * a0 / (a0 - 2.0)) value

    let hasOutput =
        Hypothesis.named "z_0 is not 0" (fun (item: Start) -> item.Output <> 0.0)

    let claim = {
        Claim.atLeast catapults peakLoss (bound 1.0) with
            Vary = varyStart
            Hypotheses = hasOutput :: onStart 2.04 4.0
    }

    theorem
        (entry
            "catapult/peak-loss-lower"
            Proved
            Loose
            (added "11/7" "lower bound of the plateau")
            "the loss on the plateau is at least of the order of the width"
            @"y=0,\ 2<\eta\lambda_0<4,\ z_0\ne0:\qquad\max_t\ell_t\ge\frac{(\eta\lambda_0-2)^2}{32\,\eta^2\kappa}"
            $"the largest loss of 1000 steps against the bound; nearer to the threshold than 1/25 the growth takes longer. {enclosed}"
            "Until b >= dl/8 or a < 2 + dl/2, dl = eta lambda_0 - 2, the output grows by the factor 1 + 3 dl/8 or more, and a drop of a by dl/2 needs b >= dl^2/16. The factor lost is 8 as eta lambda_0 tends to 2.")
        claim
        [
            Control.bound "20 times the bound" (bound 20.0) claim
            Control.without (isBetween 2.04 4.0).Name (starts 0.5 1.5 unlabelled) claim
        ]

let escapeTakesLogarithmicTime: Theorem<Start> =
    // the first step at which the condition holds for certain; it may hold from the first at which it is possible
    let escape (item: Start) =
        let excess = item.StepSize * item.Kernel - 2.0

        let distances (state: EnclosedState) =
            let a = Estimate.scale item.StepSize state.Kernel

            let b = Estimate.scale (2.0 * item.Kappa * item.StepSize ** 2.0) (lossOf state)

            [ b.Value - excess / 8.0, b.Radius; 2.0 + excess / 2.0 - a.Value, a.Radius ]

        let run = enclosedRun 1000 item |> Array.map distances

        let first sign =
            run
            |> Array.tryFindIndex (List.exists (fun (gap, radius) -> gap >= sign * radius))

        match first 1.0, first -1.0 with
        | Some certain, Some possible -> Estimate.within (float (certain - possible)) (float certain)
        | _ -> Estimate.within infinity (float run.Length)

    // the logarithm loses what its argument has by cancellation in a0 - 2, at least 1/20
    let steps count = nearly 1e-12 count count

    let bound (item: Start) =
        CatapultPhases.escapeTimeBound (item.StepSize * item.Kernel) (scaledOutput item)
        |> steps

    let faster (item: Start) =
        let excess = item.StepSize * item.Kernel - 2.0
        let doublings = max 0.0 (log (excess / (8.0 * scaledOutput item)))
        steps (1.0 + doublings / (2.0 * log (1.0 + 2.0 * excess)))

    let claim = {
        Claim.atMost catapults escape bound with
            Vary = varyStart
            Hypotheses =
                Hypothesis.named "z_0 is not 0" (fun (item: Start) -> item.Output <> 0.0)
                :: onStart 2.0 4.0
    }

    theorem
        (entry
            "catapult/escape-time"
            Proved
            Tight
            (lecture "time T_1")
            "the plateau is reached in a number of steps logarithmic in the width"
            @"y=0,\ 2<a_0=\eta\lambda_0<4,\ \delta=a_0-2,\ b=\kappa\eta^2z^2:\quad\min\{t:b_t\ge\tfrac\delta8\text{ or }a_t<2+\tfrac\delta2\}\le1+\frac{\max(0,\log\frac{\delta}{8b_0})}{2\log(1+\frac{3\delta}8)}"
            $"the first such step of the run against the bound. {enclosed}"
            "b_0 is of order 1/m, so this is the T_1 = O(log m) of the notes; the slope of T_1 in log m is 1/(2 log(a_0 - 1)) as m grows.")
        claim
        [
            Control.bound "growth by 1 + 2 dl in each step" faster claim
            Control.scaled 0.5 claim
        ]

/// The largest increase of the kernel in a step at which the loss exceeds a multiple of its first value.
let private largestIncrease multiple item =
    let run = enclosedRun 200 item
    let first = (lossOf run[0]).Value

    Array.pairwise run
    |> Array.filter (fun (here, _) -> (lossOf here).Value > multiple * first)
    |> Array.map (fun (here, next) -> Estimate.subtract next.Kernel here.Kernel)
    |> fun changes ->
        if changes.Length = 0 then
            Estimate.exact -1.0
        else
            largest changes

let kernelShrinksOnThePlateauAsPrinted: Theorem<Start> =
    let claim = {
        Claim.atMost (starts 2.05 3.9 (between -1.0 1.0)) (largestIncrease 1.0) (fun _ -> Estimate.exact 0.0) with
            Vary = varyStart
            Hypotheses = [ isRealizable; isBetween 2.0 4.0 ]
    }

    theorem
        (entry
            "catapult/lambda-decrease"
            (FalseAsStated "catapult/lambda-decrease/repaired")
            Exact
            (lecture "catapult phase")
            "on the plateau the kernel shrinks in each step, as printed for every label"
            @"2<\eta\lambda_0<4:\qquad\lambda_{t+1}<\lambda_t\text{ while the loss is on its plateau}"
            $"the largest change of the kernel in a step from a loss above the first. {enclosed}"
            "For kappa = 1/100, lambda_0 = 1, z_0 = 0.1, y = 1/2, eta = 3 the kernel grows from 0.953 to 0.963 in the third step. In the lazy phase m = d = 1, x = u = v = 1, y = 2, eta = 0.1 leads from 2 to 2.42.")
        claim
        [
            Control.create "each step takes 1/1000" {
                claim with
                    Bound = fun _ -> Estimate.exact -1e-3
            }
            measuring "in every step of the run" (largestIncrease 0.0) claim
        ]

let kernelShrinksExactlyWhenThePullIsPositive: Theorem<NetworkStep> =
    let change (item: NetworkStep) =
        let network = network item
        let start = Catapult.state network
        let r = start.Output - item.Label
        let kernel = Catapult.kernel (Catapult.step item.StepSize item.Label network)
        start, r, kernel - start.Kernel

    // signs are exact where the numbers are not lost in rounding, which a hypothesis sees to
    let measured item =
        let _, _, difference = change item in Estimate.exact (float (sign difference))

    let pull factor (item: NetworkStep) =
        let start, r, _ = change item
        (4.0 - item.StepSize * start.Kernel) * r * r + factor * item.Label * r

    let bound factor item =
        Estimate.exact (-float(sign (pull factor item)))

    let isVisible =
        Hypothesis.named "the kernel moves by more than rounding" (fun item ->
            let _, _, difference = change item
            abs difference > 1e-11 * stepScale item)

    let claim = {
        Claim.identity networkSteps measured (bound 4.0) with
            Vary = varyNetwork
            Hypotheses = [ isAwake; isVisible ]
    }

    theorem
        (entry
            "catapult/lambda-decrease/repaired"
            (Repairs "catapult/lambda-decrease")
            Exact
            (lecture "catapult phase")
            "the kernel shrinks in a step exactly if (4 - eta lambda) r^2 + 4 y r is positive"
            @"\lambda_{t+1}<\lambda_t\iff(4-\eta\lambda_t)r_t^2+4y\,r_t>0;\quad\text{enough: }\eta\lambda_t<4,\ |r_t|>\frac{4|y|}{4-\eta\lambda_t}"
            "the sign of the change of the kernel after one step of gradient descent on all weights, against the sign of the formula."
            "Always for y = 0, eta lambda < 4 and r not 0. On the plateau |r| is of order sqrt(m), so that wide networks obey the printed form there.")
        claim
        [
            Control.bound "printed: eta lambda < 4" (bound 0.0) claim
            Control.bound "2 y r in place of 4 y r" (bound 2.0) claim
        ]

let runsEndFlat: Theorem<Start> =
    let settled = 20000

    let final (item: Start) =
        let run = enclosedRun settled item

        match Array.tryLast run with
        | Some last -> Estimate.scale item.StepSize last.Kernel
        | None -> Estimate.scale item.StepSize (Estimate.exact item.Kernel)

    let converges =
        Hypothesis.named "the run converges, and not by a residual of exactly 0" (fun item ->
            hasConverged (enclosedRun settled item))

    let instances = starts 0.2 3.95 (between -1.0 1.0)

    let claim = {
        Claim.atMost instances final (fun _ -> Estimate.exact 2.0) with
            Vary = varyStart
            Hypotheses = [ isRealizable; isBetween 0.0 4.0; converges ]
    }

    let hits =
        instances
        |> Arb.toGen
        |> Gen.map (fun (item: Start) -> { item with Output = item.Label })
        |> Arb.fromGen

    theorem
        (entry
            "catapult/final-flatness"
            Proved
            Tight
            (lecture "catapult phase")
            "a run that converges ends where the kernel is at most 2/eta"
            @"r_t\to0,\ r_t\ne0\ \forall t\ \Rightarrow\ \eta\lambda(\infty)\le2"
            $"eta times the kernel at a residual below 1e-60. {enclosed}"
            "Otherwise the residual would be repelled. The notes say that lambda(infinity) is small: for kappa = 1/1000, y = 0, z_0 = 0.1 and eta = 3 the kernel falls from 1 to 0.079.")
        claim
        [ Control.scaled 0.9 claim; Control.without converges.Name hits claim ]

/// In the order of the lecture.
let all = [
    Theorem.pack plateauIsBelowTheSquaredKernel
    Theorem.pack plateauIsAboveTheSquaredExcess
    Theorem.pack escapeTakesLogarithmicTime
    Theorem.pack kernelShrinksOnThePlateauAsPrinted
    Theorem.pack kernelShrinksExactlyWhenThePullIsPositive
    Theorem.pack runsEndFlat
]
