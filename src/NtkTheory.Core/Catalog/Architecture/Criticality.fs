/// Slopes of the variance map at its fixed points (lecture of 9/19).
module NtkTheory.Catalog.Architecture.Criticality

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// Which perturbation of two equal inputs.
type Direction =
    /// Both variances together: dK'/dK.
    | Parallel
    /// The covariance alone: dK'_ab/dK_ab.
    | Perpendicular

/// One slope of one activation at one variance.
type Slope = {
    Activation: Activation
    Cw: float
    K: float
    Direction: Direction
}

let private slopes activations =
    let generator =
        gen {
            let! activation = Gen.elements activations
            let! cw = Gen.choose (1, 40)
            let! k = Gen.choose (1, 40)
            let! direction = Gen.elements [ Parallel; Perpendicular ]

            return {
                Activation = activation
                Cw = float cw / 10.0
                K = float k / 10.0
                Direction = direction
            }
        }

    let shrink i =
        seq {
            if i.K <> 1.0 then
                yield { i with K = 1.0 }

            if i.Cw <> 1.0 then
                yield { i with Cw = 1.0 }
        }

    Arb.fromGenShrink (generator, shrink)

/// Rounding of a quadrature sum over at most a thousand nodes whose terms stay below 4 C_w times the mean square.
let private quadrature i value =
    Estimate.rounded 1000 (4.0 * i.Cw * (1.0 + Criticality.secondMoment i.Activation i.K / i.K)) value

let private slope i =
    match i.Direction with
    | Parallel -> Criticality.chiParallel i.Cw i.Activation i.K
    | Perpendicular -> Criticality.chiPerp i.Cw i.Activation i.K
    |> quadrature i

/// chi_parallel = chi_perp = C_w / 2 for ReLU at every variance.
let reluIsCriticalForWeightVarianceTwoAtEveryVariance: Theorem<Slope> =
    let half i = Estimate.rounded 1 i.Cw (i.Cw / 2.0)

    let claim = {
        Claim.identity (slopes [ Relu ]) slope half with
            Hypotheses = [ Hypothesis.named "ReLU" (fun i -> i.Activation = Relu) ]
    }

    {
        Entry = {
            Id = "criticality/relu-criticality"
            Title = "ReLU is critical exactly for C_w = 2 and C_b = 0, at every variance"
            Statement =
                @"For ReLU $\chi_\parallel(K) = \chi_\perp(K) = C_w/2$ for every $K > 0$, so both slopes are $1$ exactly if $C_w = 2$; then "
                + @"$K_* = C_b + C_w K_*/2$ has a solution exactly if $C_b = 0$, and every $K_* \ge 0$ is one."
            Source = orf "9/19" "Example ReLU"
            Status = Proved
            Sharpness = Exact
            Method =
                "Left: quadrature of C_w E[s^2 (z^2/K - 1)]/(2K) and C_w E s'^2 over panels broken at the kink. Right: C_w / 2."
            Remark =
                "The display between the conditions and the conclusion is garbled in the notes; the conclusion is right."
        }
        Claim = claim
        Controls = [
            Control.bound "C_w in place of C_w / 2" (fun i -> Estimate.exact i.Cw) claim
            Control.without "ReLU" (slopes [ Tanh; Erf; LeakyRelu 0.1; Gelu ]) claim
        ]
    }

let private smooth = [ Tanh; Erf; Sin; Gelu; Silu; Softplus ]

let private squareDerivative i f =
    Criticality.expectation i.Activation i.K (fun z -> f (sqrt i.K * z))

let private parallelOnly activations =
    slopes activations
    |> Arb.mapFilter (fun i -> { i with Direction = Parallel }) (fun i -> i.Direction = Parallel)

/// A symmetric difference quotient with one step of Richardson's extrapolation: error of order h^4 and rounding over h.
let private difference (f: float -> float) x h =
    let quotient h = (f (x + h) - f (x - h)) / (2.0 * h)
    (4.0 * quotient (h / 2.0) - quotient h) / 3.0

let private secondTerm i =
    Activation.secondDerivative i.Activation |> Option.defaultValue (fun _ -> nan)

/// (C_w/2) E (s^2)'' and parts of it.
let private halfSecondDerivative keepSlope keepCurvature i =
    let s, s', s'' =
        Activation.value i.Activation, Activation.derivative i.Activation, secondTerm i

    i.Cw
    * squareDerivative i (fun u -> keepSlope * s' u ** 2.0 + keepCurvature * s u * s'' u)
    |> quadrature i

/// dK'/dK = (C_w/2) E (s^2)''.
let varianceSlopeIsTheMeanSecondDerivative =
    let measured i =
        i.Cw * difference (Criticality.secondMoment i.Activation) i.K (0.01 * i.K)
        |> Estimate.within (1e-7 * i.Cw * (1.0 + Criticality.secondMoment i.Activation i.K))

    let claim =
        Claim.identity (parallelOnly smooth) measured (halfSecondDerivative 1.0 1.0)

    {
        Entry = {
            page
                "criticality/chi-parallel"
                "The slope of the variance map is the mean second derivative of the square"
                @"$\chi_\parallel(K) = dK'/dK = (C_w/2) E_K[(s^2)''] = C_w E_K[s'^2 + s s''], K > 0$, for $s^2$ once continuously differentiable with polynomial growth; equivalently $C_w E[s^2 (z^2/K - 1)]/(2K)$."
                (orf "9/19" "Parallel perturbation")
                "Left: a difference quotient of the variance map (order four) over quadratures. Right: quadrature of the derivatives." with
                Remark = "For discontinuous s the boundary terms are missing: not applicable."
        }
        Claim = claim
        Controls = [
            Control.bound "without the factor 1/2" (halfSecondDerivative 2.0 2.0) claim
            Control.bound "without s s''" (halfSecondDerivative 1.0 0.0) claim
        ]
    }

let private closedOnes = [ Erf; Sin; Gelu; Bump; Monomial 2; Monomial 3; Cos ]

/// dK'_ab/dK_ab on the diagonal = C_w E s'^2.
let covarianceSlopeIsTheMeanSquaredDerivative =
    let dual i kab =
        let covariance = { Kaa = i.K; Kbb = i.K; Kab = kab }
        DualActivation.value i.Activation covariance

    let scale i = 1.0 + abs (dual i i.K)

    let measured i =
        i.Cw * difference (dual i) i.K (1e-2 * min 1.0 i.K)
        |> Estimate.within (1e-6 * i.Cw * scale i)

    let slope power i =
        Criticality.chiPerp i.Cw i.Activation i.K * power
        |> Estimate.within (1e-12 * i.Cw * scale i)

    let claim = Claim.identity (slopes closedOnes) measured (slope 1.0)

    {
        Entry =
            page
                "criticality/chi-perp"
                "The slope of the covariance map on the diagonal is the mean squared derivative"
                @"\chi_\perp(K) = dK'_{ab}/dK_{ab} at K_{aa} = K_{bb} = K_{ab} = K equals C_w E_K[s'(z)^2] (Price's theorem)."
                (orf "9/19" "Perpendicular perturbation")
                "Left: a difference quotient in K_ab of the closed dual activation through the diagonal, where it is analytic. Right: quadrature of s'^2."
        Claim = claim
        Controls = [
            Control.bound "half of it" (slope 0.5) claim
            Control.bound
                "the parallel slope"
                (fun i -> Estimate.within 1e-9 (Criticality.chiParallel i.Cw i.Activation i.K))
                claim
        ]
    }

/// chi_par - chi_perp = C_w E[s s''].
let slopesDifferByTheMeanCurvature =
    let measured i =
        i.Cw * Criticality.curvature i.Activation i.K |> quadrature i

    let claim =
        Claim.identity (parallelOnly smooth) measured (halfSecondDerivative 0.0 1.0)

    {
        Entry =
            page
                "criticality/chi-difference"
                "The two slopes differ by the mean of s s''"
                @"\chi_\parallel(K) - \chi_\perp(K) = C_w E_K[s s''], K > 0, s twice differentiable."
                (orf "9/19" "Example tanh")
                "Left: both slopes without second derivatives, C_w E[s^2 (z^2/K - 1)]/(2K) and C_w E s'^2. Right: quadrature of s s''."
        Claim = claim
        Controls = [
            Control.bound "twice that" (halfSecondDerivative 0.0 2.0) claim
            Control.bound "equal slopes" (fun _ -> Estimate.exact 0.0) claim
        ]
    }

/// E[s s''] < 0 for tanh at K > 0.
let tanhHasEqualSlopesOnlyAtZero =
    let measured i =
        Criticality.curvature i.Activation i.K |> quadrature { i with Cw = 1.0 }

    let claim = {
        Claim.atMost (parallelOnly [ Tanh ]) measured (fun _ -> Estimate.exact 0.0) with
            Hypotheses = [ Hypothesis.named "tanh" (fun i -> i.Activation = Tanh) ]
    }

    {
        Entry = {
            page
                "criticality/tanh-zero-iff"
                "For tanh the mean of s s'' vanishes only at variance 0"
                @"s s'' = -2 \tanh^2 (1 - \tanh^2) \le 0, so E_K[s s''] < 0 for K > 0 and = 0 for K = 0."
                (orf "9/19" "Example tanh")
                "Left: the difference of the two slopes per unit C_w, by quadrature without second derivatives. Right: 0." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.bound "bounded away from 0 at every variance" (fun _ -> Estimate.exact -0.25) claim
            Control.without "tanh" (slopes [ Gelu; Silu; Softplus ]) claim
        ]
    }

/// Every theorem of the topic.
let all = [
    Theorem.pack varianceSlopeIsTheMeanSecondDerivative
    Theorem.pack covarianceSlopeIsTheMeanSquaredDerivative
    Theorem.pack reluIsCriticalForWeightVarianceTwoAtEveryVariance
    Theorem.pack slopesDifferByTheMeanCurvature
    Theorem.pack tanhHasEqualSlopesOnlyAtZero
]
