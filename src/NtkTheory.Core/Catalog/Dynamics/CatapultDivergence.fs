/// The threshold of divergence of the catapult: lecture 11/7 of the notes.
module NtkTheory.Catalog.Dynamics.CatapultDivergence

open FsCheck
open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.CatapultData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

let private lecture = notes "11/7"

let private excess (item: Start) =
    CatapultPhases.thresholdExcess item.Kappa item.StepSize item.Label (stateOf item)

/// sqrt(kappa) eta |y|.
let private scaledLabel (item: Start) =
    sqrt item.Kappa * item.StepSize * abs item.Label

let private labelIsBelow limit =
    Hypothesis.named $"sqrt(kappa) eta |y| < {limit}" (fun item -> scaledLabel item < limit)

let private isBelowThreshold =
    Hypothesis.named "eta lambda_0 < 4 + kappa eta^2 y (z_0 - y)" (fun item -> excess item < -1e-9)

let private isAboveThreshold =
    Hypothesis.named "eta lambda_0 > 4 + kappa eta^2 y (z_0 - y)" (fun item -> excess item > 1e-9)

let private labels = between -3.0 3.0

/// Networks of width 10 to 1000, on which a label of order one shows.
let private narrow lowest highest labels =
    startsOf (betweenLog 1e-3 0.1) lowest highest labels

/// The greatest eta sqrt(kappa) |r_t|.
let private reach (item: Start) =
    enclosedRun 500 item
    |> Array.map (fun state ->
        Estimate.scale (item.StepSize * sqrt item.Kappa) (Estimate.magnitude state.Residual))
    |> largest

let lossConvergesBelowFourAsPrinted: Theorem<Start> =
    let claim = {
        Claim.atMost (narrow 2.02 3.98 labels) reach (fun _ -> Estimate.exact 2.0) with
            Vary = varyStart
            Hypotheses = [ isRealizable; isBetween 2.0 4.0 ]
    }

    theorem
        (entry
            "catapult/phase-catapult"
            (FalseAsStated "catapult/phase-catapult/repaired")
            Exact
            (lecture "second phase")
            "between 2/lambda_0 and 4/lambda_0 descent converges, as printed for every label"
            @"\frac2{\lambda_0}<\eta<\frac4{\lambda_0}:\qquad\ell_t\to0;\quad\text{in particular }\eta\sqrt\kappa\,|r_t|\le2\text{ for all }t"
            $"the largest scaled residual of 500 steps: beyond 2 nothing converges but by an exact hit. {enclosed}"
            "kappa = 1/100, lambda_0 = 1, z_0 = 1/10, y = 1 diverges at eta = 3.9; with kappa = 1e-4 it converges. The threshold shifts with the label.")
        claim
        [
            Control.bound "reach 1" (fun _ -> Estimate.exact 1.0) claim
            Control.without (isBetween 2.0 4.0).Name (narrow 4.1 6.0 labels) claim
        ]

let lossIsBoundedBelowTheThreshold: Theorem<Start> =
    let claim = {
        Claim.atMost (narrow 0.5 4.2 labels) reach (fun _ -> Estimate.exact 2.0) with
            Vary = varyStart
            Hypotheses = [ isRealizable; labelIsBelow 2.0; isBelowThreshold ]
    }

    let printed =
        Hypothesis.named "eta lambda_0 < 4" (fun (item: Start) -> item.StepSize * item.Kernel < 4.0)

    theorem
        (entry
            "catapult/phase-catapult/repaired"
            (Repairs "catapult/phase-catapult")
            Tight
            (lecture "second phase")
            "below the exact threshold descent stays bounded, whatever the label"
            @"$\eta\lambda_0<4+\kappa\eta^2y(z_0-y)$ and $\sqrt\kappa\,\eta|y|<2$: $|r_t|<\frac2{\eta\sqrt\kappa}$ and $\eta\lambda_t<4+2\sqrt\kappa\,\eta|y|$ for all $t$. For $\sqrt\kappa\,\eta|y|<1$ almost all starts converge (observed); for $y=0$ all do (catapult/phase-catapult-sum)."
            $"the largest scaled residual of 500 steps against 2. {enclosed}"
            "w = eta lambda - 4 - kappa eta^2 y r keeps its sign, and lambda >= 2 sqrt(kappa) |z| turns w < 0 into a bound on r. At sqrt(kappa) eta |y| > 1 even the flattest minimum has eta lambda > 2.")
        claim
        [
            Control.scaled 0.9 claim
            Control.create "the printed threshold 4/lambda_0" {
                claim with
                    Instances = narrow 3.0 3.999 labels
                    Hypotheses = [ isRealizable; labelIsBelow 2.0; printed ]
            }
            Control.without isBelowThreshold.Name (narrow 4.1 6.0 labels) claim
        ]

let squaredOutputsAddUpToABoundedSum: Theorem<Start> =
    let measured (item: Start) =
        enclosedRun 2000 item
        |> Array.map (fun state ->
            let z = Estimate.add state.Residual (Estimate.exact item.Label)
            Estimate.scale (item.Kappa * item.StepSize * item.StepSize) (Estimate.multiply z z))
        |> Array.reduce Estimate.add

    let bound (item: Start) =
        let a0 = item.StepSize * item.Kernel
        // 4 - a0 loses the digits that cancel: at most a factor 4/(4 - a0)
        let value = CatapultPhases.summedSquaresBound a0
        Estimate.rounded 20 (value * 4.0 / (4.0 - a0)) value

    let claim = {
        Claim.atMost (starts 0.3 3.98 unlabelled) measured bound with
            Vary = varyStart
            Hypotheses = [ hasNoLabel; isRealizable; isBetween 0.0 4.0 ]
    }

    theorem
        (entry
            "catapult/phase-catapult-sum"
            Proved
            Tight
            (lecture "second phase")
            "without a label descent below 4/lambda_0 converges at every width"
            @"y=0,\ a_0=\eta\lambda_0<4:\qquad\sum_t\kappa\eta^2z_t^2\le\frac{a_0}{4-a_0},\quad\text{so }\ell_t\to0"
            $"the sum over 2000 steps against the bound. {enclosed}"
            "a_{t+1} - a_t = -b_t (4 - a_t) adds up to at most a_0, and 4 - a_t >= 4 - a_0. Attained at a_0 = 2, b_0 = 1, where one step ends in a = b = 0.")
        claim
        [
            Control.scaled 0.5 claim
            Control.without hasNoLabel.Name (starts 0.3 3.98 (between 0.5 3.0)) claim
        ]

let lossGrowsAboveFourAsPrinted: Theorem<Start> =
    // the least of l_t / (l_0 growth^t)
    let smallest growth (item: Start) =
        let losses = enclosedRun 60 item |> Array.map lossOf
        let first = losses[0].Value

        losses
        |> Array.mapi (fun t -> Estimate.scale (1.0 / (first * pown growth t)))
        |> Array.minBy Estimate.upper

    let claim = {
        Claim.atLeast (narrow 4.02 6.0 labels) (smallest 1.0) (fun _ -> Estimate.exact 1.0) with
            Vary = varyStart
            Hypotheses = [ isRealizable; isBetween 4.0 6.1; hasResidual ]
    }

    theorem
        (entry
            "catapult/phase-divergent"
            (FalseAsStated "catapult/phase-divergent/repaired")
            Exact
            (lecture "third phase")
            "above 4/lambda_0 the loss grows like (1 + eps)^t for all t, as printed"
            @"\eta>\frac4{\lambda_0}:\qquad\ell_t\approx(1+\epsilon)^t\text{ for all }t;\quad\text{in particular }\ell_t\ge\ell_0"
            $"the smallest loss of 60 steps over the first. {enclosed}"
            "m = d = 1, x = 1, u = 2, v = 1, y = 0, eta = 1 has eta lambda_0 = 5 and loss 0 after one step. With a label, runs above 4/lambda_0 may converge. Where the loss does grow, it is not exponentially: log |z_{t+1}|/log |z_t| tends to 3.")
        claim
        [
            measuring "growth by 1/10 in each step" (smallest 1.1) claim
            Control.create "from 3/lambda_0 on" {
                claim with
                    Instances = narrow 3.02 6.0 labels
                    Hypotheses = [ isRealizable; isBetween 3.0 6.1; hasResidual ]
            }
        ]

let nothingConvergesAboveTheThreshold: Theorem<Start> =
    // the smallest w_t / (w_0 (1 - share kappa eta^2 y^2)^t)
    let measured share (item: Start) =
        let w0 = abs (excess item)
        let slowest = 1.0 - share * scaledLabel item ** 2.0

        let ratios =
            enclosedRun 60 item
            |> Array.mapi (fun t state ->
                CatapultEnclosure.thresholdExcess item.Kappa item.StepSize item.Label state
                |> Estimate.scale (1.0 / (w0 * pown slowest t)))

        ratios |> Array.minBy Estimate.upper

    // w_0 is a difference of numbers near 4: some roundings of them, seen in units of w_0
    let bound (item: Start) =
        Estimate.rounded 20 (10.0 / abs (excess item)) 1.0

    let claim = {
        Claim.atLeast (narrow 3.8 6.0 labels) (measured 0.25) bound with
            Vary = varyStart
            Hypotheses = [ isRealizable; labelIsBelow 2.0; isAboveThreshold ]
    }

    theorem
        (entry
            "catapult/phase-divergent/repaired"
            (Repairs "catapult/phase-divergent")
            Tight
            (lecture "third phase")
            "above the exact threshold descent stays above it, and so cannot converge"
            @"$w=\eta\lambda-4-\kappa\eta^2y\,r$. If $w_0>0$ and $\sqrt\kappa\,\eta|y|<2$, then $w_t\ge w_0\big(1-\tfrac{\kappa\eta^2y^2}4\big)^t>0$; a residual that is small is repelled, and none tends to $0$ but by $r_t=0$ for some $t$. For $y=0$ the kernel grows without bound."
            $"the smallest ratio of w_t to its bound in 60 steps. {enclosed}"
            "A step multiplies w by 1 + kappa eta^2 z r, which is least at z = y/2. Exact hits are a set of measure zero; the smallest is m = d = 1, x = 1, u = 2, v = 1, y = 0, eta = 1.")
        claim
        [
            measuring "1 - kappa eta^2 y^2/8" (measured 0.125) claim
            Control.without (labelIsBelow 2.0).Name (narrow 3.8 6.0 (between 10.0 30.0)) claim
            Control.without isAboveThreshold.Name (narrow 2.0 3.9 labels) claim
        ]

/// A start on the critical curve, eta lambda_0 = 4 exactly, y = 0, and a number of steps.
type CriticalStart = {
    /// log_2 of the step size.
    Doublings: int
    Kappa: float
    /// z_0 over the largest output of such a start.
    Share: float
    Steps: int
}

let private criticalStarts =
    let generator =
        gen {
            let! doublings = Gen.choose (-3, 3)
            let! kappa = betweenLog 1e-4 1.0
            let! share = between -1.0 1.0
            let! steps = Gen.choose (1, 8)

            return {
                Doublings = doublings
                Kappa = kappa
                Share = share
                Steps = steps
            }
        }

    let shrink (item: CriticalStart) =
        seq {
            for steps in fewer 1 item.Steps do
                yield { item with Steps = steps }

            if item.Doublings <> 0 then
                yield { item with Doublings = 0 }

            for kappa in simplerPositive item.Kappa do
                yield { item with Kappa = kappa }

            for share in simpler item.Share do
                yield { item with Share = share }
        }

    Arb.fromGenShrink (generator, shrink)

let criticalRunsAreChaotic: Theorem<CriticalStart> =
    let eta (item: CriticalStart) = 2.0 ** float item.Doublings

    let start item : CatapultState = {
        Output = item.Share * 2.0 / (eta item * sqrt item.Kappa)
        Kernel = 4.0 / eta item
    }

    let simulated item =
        let run =
            CatapultEnclosure.run -1.0 1e30 item.Kappa (eta item) 0.0 (start item)
            |> Seq.truncate (item.Steps + 1)
            |> Array.ofSeq

        if run.Length = item.Steps + 1 then
            run[item.Steps].Residual
        else
            Estimate.within infinity 0.0

    // cos(3^t arccos c): the arc cosine loses the digits of c near 1, and 3^t multiplies what is lost
    let formula power share item =
        let amplitude, phi, _ =
            CatapultPhases.criticalOutput item.Kappa (eta item) (start item).Output item.Steps

        let slope = min (1.0 / sqrt (max 1e-300 (1.0 - item.Share * item.Share))) 1e8
        let error = Estimate.gamma 20 * amplitude * pown 3.0 item.Steps * (4.0 + slope)
        Estimate.within error (share * amplitude * cos (pown power item.Steps * phi))

    let claim = Claim.identity criticalStarts simulated (formula 3.0 1.0)

    theorem
        (entry
            "catapult/critical"
            Proved
            Exact
            (added "11/7" "critical step size")
            "at 4/lambda_0 descent without a label is chaotic, in closed form"
            @"y=0,\ \eta\lambda_0=4:\qquad\lambda_t=\lambda_0,\quad z_t=\frac2{\eta\sqrt\kappa}\cos(3^t\varphi),\quad\cos\varphi=\tfrac12z_0\,\eta\sqrt\kappa"
            $"the output after 1 to 8 steps of the recursion against the formula. {enclosed} On the right the rounding of the angle, multiplied by 3^t."
            "With R = eta sqrt(kappa) z the step is the Chebyshev polynomial R^3 - 3 R. Errors triple in each step, so doubles follow it for some twenty steps.")
        claim
        [
            Control.bound "2^t in place of 3^t" (formula 2.0 1.0) claim
            Control.bound "half the amplitude" (formula 3.0 0.5) claim
        ]

/// In the order of the lecture.
let all = [
    Theorem.pack lossConvergesBelowFourAsPrinted
    Theorem.pack lossIsBoundedBelowTheThreshold
    Theorem.pack squaredOutputsAddUpToABoundedSum
    Theorem.pack lossGrowsAboveFourAsPrinted
    Theorem.pack nothingConvergesAboveTheThreshold
    Theorem.pack criticalRunsAreChaotic
]
