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

/// Every theorem of the topic.
let all = [ Theorem.pack reluIsCriticalForWeightVarianceTwoAtEveryVariance ]
