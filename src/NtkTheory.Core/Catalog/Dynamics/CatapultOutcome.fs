/// How descent with a large step begins and ends: lectures 10/5 and 11/7 of the notes.
module NtkTheory.Catalog.Dynamics.CatapultOutcome

open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.CatapultData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

let private lecture = notes "11/7"

/// How a run goes, as a number.
[<RequireQualifiedAccess>]
type private Course =
    | Falls = 0
    | Leaps = 1
    | Diverges = 2
    | Other = 3

let private steps = 2000

/// Whether a sequence falls from each step to the next in its second half: the kernel may end so small that a run takes
/// any number of steps to an absolute tolerance, so this is what convergence is recognized by. Below 1e-12 a residual
/// is rounding of z - y.
let private endsFalling (losses: float[]) =
    losses[losses.Length / 2 ..]
    |> Array.pairwise
    |> Array.forall (fun (here, next) -> next < here || here < 1e-12)

/// By simulation alone. Runs near the critical one amplify rounding, but not so that they end otherwise: what decides
/// the end, w, keeps its sign, and instances stay 1/50 away from w = 0.
let private course (item: Start) =
    let ending, _, count =
        Catapult.classify 1e-150 steps item.Kappa item.StepSize item.Label (stateOf item)

    let sizes =
        Catapult.trajectory item.Kappa item.StepSize item.Label count (stateOf item)
        |> Array.map (fun s -> abs (s.Output - item.Label))

    let rises =
        sizes
        |> Array.pairwise
        |> Array.exists (fun (here, next) -> next > here && here >= 1e-12)

    match ending with
    | Diverged -> Course.Diverges
    | _ when not (endsFalling sizes) -> Course.Other
    | _ when not rises -> Course.Falls
    | _ when sizes[1] > sizes[0] -> Course.Leaps
    | _ -> Course.Other

let private simulated item = Estimate.exact (float (course item))

let private byThresholds (leap: float) diverge (item: Start) =
    let a0 = item.StepSize * item.Kernel

    let expected =
        if a0 < leap then Course.Falls
        elif a0 < diverge then Course.Leaps
        else Course.Diverges

    Estimate.exact (float expected)

let private isOffThresholds =
    Hypothesis.named "eta lambda_0 is 1/50 away from 2 and 4" (fun (item: Start) ->
        let a0 = item.StepSize * item.Kernel in abs (a0 - 2.0) > 0.02 && abs (a0 - 4.0) > 0.02)

/// b_0 < |a_0 - 2|, so that the first step of the catapult phase leads up.
let private isSmall =
    Hypothesis.named "kappa eta^2 z_0^2 < |eta lambda_0 - 2|/2, as in wide networks" (fun (item: Start) ->
        let b0 = scaledOutput item
        b0 > 0.0 && 2.0 * b0 < abs (item.StepSize * item.Kernel - 2.0))

let private phaseNames =
    "0 the loss only falls, 1 it rises at first and falls in the end, 2 it diverges"

let thresholdsOfTheThreePhases: Theorem<Start> =
    let claim = {
        Claim.identity (starts 0.3 6.0 unlabelled) simulated (byThresholds 2.0 4.0) with
            Vary = varyStart
            Hypotheses = [ hasNoLabel; isRealizable; isOffThresholds; isSmall; hasResidual ]
    }

    theorem
        (entry
            "sharpness/ntk-phases"
            Proved
            Exact
            (notes "10/5" "large learning rates (Lewkowycz et al.)")
            "lazy, catapult and divergent phase are separated by the tangent kernel at the start"
            @"$0<\eta<2/\lambda_0$: lazy; $2/\lambda_0<\eta<C_*/\lambda_0$: catapult; $\eta>C_*/\lambda_0$: divergent, with $\lambda_0$ the largest eigenvalue of the tangent kernel and $C_*=4$ for the quadratic model of one sample with $y=0$."
            $"the run by simulation ({phaseNames}) against the thresholds; loss (z - y)^2/2. Falling in the end: in each step of the second half of 2000."
            "The notes call C_* a mystery. For a linear model there is no catapult phase (C_* = 2), and with a label the threshold shifts by a term of order 1/m (catapult/threshold-finite-width). Other losses scale the step size.")
        claim
        [
            Control.bound "C_* = 3" (byThresholds 2.0 3.0) claim
            Control.bound "no catapult phase: C_* = 2, as for linear models" (byThresholds 2.0 2.0) claim
            Control.bound "lazy only below 1" (byThresholds 1.0 4.0) claim
        ]

let phasesAsPrinted: Theorem<Start> =
    let instances = startsOf (betweenLog 1e-3 0.1) 0.3 6.0 (between -3.0 3.0)

    let claim = {
        Claim.identity instances simulated (byThresholds 2.0 4.0) with
            Vary = varyStart
            Hypotheses = [ isRealizable; isOffThresholds; hasResidual ]
    }

    theorem
        (entry
            "catapult/phases"
            (FalseAsStated "catapult/phases/repaired")
            Exact
            (lecture "\"Thm\" of three phases")
            "the three phases of descent, as printed for every label"
            @"$\gamma<2/\lambda_0$: the loss falls; $2/\lambda_0<\gamma<4/\lambda_0$: it rises, settles at $\Theta(m)$ and tends to $0$ with $\lambda_{t+1}<\lambda_t$; $\gamma>4/\lambda_0$: it diverges."
            $"the run by simulation ({phaseNames}) against the printed thresholds, at widths from 10 to 1000."
            "At a finite width all three limits shift with the label: kappa = 1/100, lambda_0 = 1, z_0 = 1/10, y = 1 diverges at gamma = 3.9. A start with kappa gamma^2 z_0^2 > gamma lambda_0 - 2 falls at once, and divergence is faster than exponential. The notes ask for m >> 1, which gives the limits but not the rate of divergence.")
        claim
        [
            Control.bound "divergence from 3/lambda_0 on" (byThresholds 2.0 3.0) claim
            Control.bound "no catapult phase" (byThresholds 2.0 2.0) claim
        ]

/// The statements on a run of the repaired form that its simulation contradicts.
let private broken leap diverge (peakFactor: float) (item: Start) =
    let a0 = item.StepSize * item.Kernel
    let run = enclosedRun steps item
    let losses = run |> Array.map lossOf

    let rises (values: Estimate[]) =
        values
        |> Array.pairwise
        |> Array.exists (fun (p, q) -> Estimate.lower q > Estimate.upper p)

    let falls (values: Estimate[]) =
        values
        |> Array.pairwise
        |> Array.exists (fun (p, q) -> Estimate.upper q < Estimate.lower p)

    let kernels = run |> Array.map _.Kernel
    let converges = losses |> Array.map _.Value |> endsFalling

    let clauses =
        if a0 < leap then
            [ rises losses; rises kernels; not converges ]
        elif a0 < diverge then
            let lower, upper =
                CatapultPhases.peakLossBounds item.Kappa item.StepSize item.Kernel

            let top = largest losses

            [
                falls losses[..1]
                rises kernels
                not converges
                Estimate.upper top < lower
                Estimate.lower top > peakFactor * upper
                item.StepSize * Estimate.lower (Array.last kernels) > 2.0
            ]
        else
            [ falls kernels; converges ]

    clauses |> List.filter id |> List.length |> float |> Estimate.exact

let phasesWithoutLabel: Theorem<Start> =
    let claim = {
        Claim.atMost (starts 0.3 6.0 unlabelled) (broken 2.0 4.0 1.0) (fun _ -> Estimate.exact 0.0) with
            Vary = varyStart
            Hypotheses = [ hasNoLabel; isRealizable; isOffThresholds; isSmall; hasResidual ]
    }

    theorem
        (entry
            "catapult/phases/repaired"
            (Repairs "catapult/phases")
            Exact
            (lecture "\"Thm\" of three phases")
            "the three phases of descent without a label, exact at every width"
            @"$y=0$, $b_0=\kappa\gamma^2z_0^2$. $\gamma\lambda_0\le2$: $\ell_{t+1}<\ell_t\to0$, $\lambda_{t+1}\le\lambda_t$. $2<\gamma\lambda_0<4$, $0<b_0<\gamma\lambda_0-2$: $\ell_1>\ell_0$, $\frac{(\gamma\lambda_0-2)^2}{32\gamma^2\kappa}\le\max_t\ell_t\le\frac{\lambda_0^2}{8\kappa}$, $\lambda_{t+1}\le\lambda_t$, $\ell_t\to0$, $\gamma\lambda(\infty)\le2$. $\gamma\lambda_0>4$: $\lambda_{t+1}\ge\lambda_t$, and $\ell_t\to0$ only by an exact hit."
            "the number of these clauses that the run, in interval arithmetic, contradicts."
            "With a label the threshold of divergence is exact as well (catapult/threshold-finite-width), and the rest holds up to shifts of order 1/m. At 4/lambda_0 itself the run is chaotic (catapult/critical).")
        claim
        [
            Control.without hasNoLabel.Name (starts 0.3 6.0 (between -3.0 3.0)) claim
            measuring "divergence from 3/lambda_0 on" (broken 2.0 3.0 1.0) claim
            measuring "a tenth of the upper bound of the plateau" (broken 2.0 4.0 0.1) claim
        ]

/// Residuals of 60 steps, and the greatest of some number made of step and state.
let private largestOver steps value (item: Start) =
    enclosedRun steps item |> Array.mapi value |> largest

let private narrowStarts lowest highest =
    startsOf (betweenLog 1e-3 1.0) lowest highest (between -10.0 10.0)

let lossFallsInTheLazyPhaseAsPrinted: Theorem<Start> =
    let measured (item: Start) =
        let first = abs (item.Output - item.Label)
        largestOver 60 (fun _ state -> Estimate.scale (1.0 / first) (Estimate.magnitude state.Residual)) item

    let claim = {
        Claim.atMost (narrowStarts 0.2 1.98) measured (fun _ -> Estimate.exact 1.0) with
            Vary = varyStart
            Hypotheses = [ isRealizable; isBetween 0.0 2.0; hasResidual ]
    }

    theorem
        (entry
            "catapult/phase-lazy"
            (FalseAsStated "catapult/phase-lazy/repaired")
            Exact
            (lecture "first phase")
            "below 2/lambda_0 optimization looks linear, as printed"
            @"0<\eta<\frac2{\lambda_0}:\qquad|r_t|\le|r_0|\text{ for all }t"
            "the largest residual of 60 steps over the first, at widths from 1 to 1000. Radius: the recursion in interval arithmetic."
            "Narrow networks leave the linear regime: m = d = 1, x = u = v = 1, y = -10, eta = 0.9 has eta lambda_0 = 1.8 and outputs 1, 79.2, 497973, ...")
        claim
        [
            Control.create "below 1/lambda_0" {
                claim with
                    Instances = narrowStarts 0.2 0.98
                    Hypotheses = [ isRealizable; isBetween 0.0 1.0; hasResidual ]
            }
            Control.without (isBetween 0.0 2.0).Name (narrowStarts 2.1 3.9) claim
        ]

let residualsShrinkInTheLazyPhase: Theorem<Start> =
    let bounds (item: Start) =
        CatapultPhases.lazyBounds item.Kappa item.StepSize item.Label (stateOf item)

    // the residual over its bound and the drift of eta lambda over its own, whichever is larger
    let measured rateOf driftShare (item: Start) =
        let rate, drift, _ = bounds item
        let a0 = item.StepSize * item.Kernel
        let first = abs (item.Output - item.Label)
        let rate: float = rateOf item rate

        let worst step (state: EnclosedState) =
            let size =
                Estimate.magnitude state.Residual
                |> Estimate.scale (1.0 / (first * pown rate step))

            let moved =
                Estimate.subtract (Estimate.scale item.StepSize state.Kernel) (Estimate.exact a0)
            // a0 is itself the product of two inputs, rounded
            let moved =
                Estimate.within (moved.Radius + 4.0 * Estimate.unitRoundoff * a0) (abs moved.Value)

            largest [| size; Estimate.scale (1.0 / (driftShare * drift)) moved |]

        largestOver 60 worst item

    let condition =
        Hypothesis.named "D + G_0 + sqrt(G_0 Y) <= (1 - |1 - eta lambda_0|)/2" (fun item ->
            let _, _, holds = bounds item in holds)

    let small = startsOf (betweenLog 1e-6 1e-2) 0.1 1.9 (between -2.0 2.0) |> ofOrderOne

    let claim = {
        Claim.atMost small (measured (fun _ rate -> rate) 1.0) (fun _ -> Estimate.exact 1.0) with
            Vary = varyStart
            Hypotheses = [ isRealizable; hasResidual; condition ]
    }

    theorem
        (entry
            "catapult/phase-lazy/repaired"
            (Repairs "catapult/phase-lazy")
            Tight
            (lecture "first phase")
            "below 2/lambda_0 optimization looks linear, with the width that this needs"
            @"$a_0=\eta\lambda_0$, $\rho=\frac{1+|1-a_0|}2$, $G_0=\kappa\eta^2r_0^2$, $Y=\kappa\eta^2y^2$, $D=\frac{4G_0}{1-\rho^2}+\frac{4\sqrt{G_0Y}}{1-\rho}$. If $0<a_0<2$ and $D+G_0+\sqrt{G_0Y}\le\frac{1-|1-a_0|}2$, then $|r_t|\le\rho^t|r_0|$ and $|\eta\lambda_t-a_0|\le D$ for all $t$."
            "the larger of residual and drift over their bounds in 60 steps. Radius: the recursion in interval arithmetic."
            "D is of order 1/m. For y = 0 and eta lambda_0 <= 2 the loss falls at every width (catapult/phases/repaired).")
        claim
        [
            measuring
                "rate |1 - eta lambda_0|"
                (measured (fun (item: Start) _ -> max 1e-3 (abs (1.0 - item.StepSize * item.Kernel))) 1.0)
                claim
            measuring "drift D/5" (measured (fun _ rate -> rate) 0.2) claim
            Control.without condition.Name (narrowStarts 0.2 1.98) claim
        ]

/// In the order of the lectures.
let all = [
    Theorem.pack thresholdsOfTheThreePhases
    Theorem.pack phasesAsPrinted
    Theorem.pack phasesWithoutLabel
    Theorem.pack lossFallsInTheLazyPhaseAsPrinted
    Theorem.pack residualsShrinkInTheLazyPhase
]
