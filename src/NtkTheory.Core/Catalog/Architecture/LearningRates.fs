/// Learning rates of gradient descent on linear models (lecture 7 of the notes).
module NtkTheory.Catalog.Architecture.LearningRates

open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics
open NtkTheory.Claims
open NtkTheory.Catalog.Architecture.Notes

/// Least squares |theta X - Y|^2/2 with a d x n matrix of whole numbers, a start, and a rate in hundredths.
type LeastSquares = {
    X: int list list
    Start: int list
    Target: int list
    HundredthsEta: int
    Steps: int
}

let private leastSquares =
    let generator =
        gen {
            let! d = Gen.choose (1, 3)
            let! n = Gen.choose (1, 4)
            let! x = Gen.listOfLength d (Gen.listOfLength n (Gen.choose (-2, 2)))
            let! start = Gen.listOfLength d (Gen.choose (-4, 4))
            let! target = Gen.listOfLength d (Gen.choose (-4, 4))
            let! eta = Gen.choose (1, 30)
            let! steps = Gen.choose (1, 8)

            return {
                X = x
                Start = start
                Target = target
                HundredthsEta = eta
                Steps = steps
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun i -> Shapes.smaller 1 i.Steps |> Seq.map (fun s -> { i with Steps = s }))
    )

let private matrix (rows: int list list) : Matrix<float> =
    Matrix<float>.Build.DenseOfRows(rows |> Seq.map (Seq.map float))

let private vector (v: int list) : Vector<float> =
    Vector<float>.Build.DenseOfEnumerable(v |> Seq.map float)

let private eta i = float i.HundredthsEta / 100.0

/// The first coordinate of the error after gradient steps on the residuals.
let private descended i =
    let x, target = matrix i.X, vector i.Target
    let y = x.TransposeThisAndMultiply target

    let step (theta: Vector<float>) _ =
        theta - (x * (x.TransposeThisAndMultiply theta - y)).Multiply(eta i)

    Seq.fold step (vector i.Start) (seq { 1 .. i.Steps }) - target

/// An upper bound of every number on the way: (1 + eta |X|^2)^t times the norms.
let private growth i =
    let x = matrix i.X
    let size = (vector i.Start).L1Norm() + (vector i.Target).L1Norm() + 1.0
    size * (1.0 + eta i * Spectrum.frobenius x ** 2.0) ** float i.Steps

let private coordinate i (error: Vector<float>) =
    Estimate.rounded (40 * i.Steps) (growth i) error[0]

/// e_t = e_0 (I - eta X X^T)^t.
let errorsFollowALinearRecursion =
    let closed sign i =
        let x = matrix i.X
        let identity: Matrix<float> = Matrix<float>.Build.DenseIdentity x.RowCount
        let factor = identity - (x.TransposeAndMultiply x).Multiply(sign * eta i)
        (factor.Power i.Steps) * (vector i.Start - vector i.Target) |> coordinate i

    let claim =
        Claim.identity leastSquares (fun i -> coordinate i (descended i)) (closed 1.0)

    {
        Entry =
            page
                "learning-rate/gd-linear-identity"
                "The error of gradient descent on least squares follows a linear recursion"
                @"For L(\theta) = |\theta X - Y|^2/2, Y = \theta_* X: \theta_{t+1} - \theta_* = (\theta_t - \theta_*)(I - \eta X X^T)."
                (orf "7" "Intuition 1")
                "Left: the first coordinate of the error after t gradient steps on the residuals. Right: the matrix power applied to the first error."
        Claim = claim
        Controls = [
            Control.bound "ascent in place of descent" (closed -1.0) claim
            Control.bound "half of the rate" (closed 0.5) claim
        ]
    }

/// A diagonal problem: eigenvalues and start in tenths, rate and time.
type Diagonal = {
    TenthsLambda: int list
    Start: int list
    HundredthsEta: int
    T: int
}

let private diagonals =
    let generator =
        gen {
            let! d = Gen.choose (1, 4)
            let! lambda = Gen.listOfLength d (Gen.choose (1, 20))
            let! start = Shapes.point d
            let! eta = Gen.choose (1, 300)
            let! t = Gen.choose (1, 30)

            return {
                TenthsLambda = lambda
                Start = start
                HundredthsEta = eta
                T = t
            }
        }

    let shrink i =
        seq {
            for t in Shapes.smaller 1 i.T do
                yield { i with T = t }

            if i.TenthsLambda.Length > 1 then
                yield {
                    i with
                        TenthsLambda = i.TenthsLambda.Tail
                        Start = i.Start.Tail
                }
        }

    Arb.fromGenShrink (generator, shrink)

let private lambdas i =
    i.TenthsLambda |> List.map (fun l -> float l / 10.0)

let private lowest i = List.min (lambdas i)

let private highest i = List.max (lambdas i)

let private rate i = float i.HundredthsEta / 100.0

let private norm (values: float list) =
    sqrt (List.sumBy (fun v -> v * v) values)

/// |e_t| over |e_0| by stepping.
let private shrinkage eta i =
    let step e =
        List.map2 (fun l v -> v - eta * l * v) (lambdas i) e

    let start = i.Start |> List.map float
    let last = Seq.fold (fun e _ -> step e) start (seq { 1 .. i.T })
    let ratio = norm last / norm start
    Estimate.rounded (6 * i.T + 20) (max 1e-12 ratio) ratio

let private hasStart =
    Hypothesis.named "a nonzero start" (fun i -> List.exists ((<>) 0) i.Start)

let private withinHalfRange =
    Hypothesis.named "eta at most 2/(lmin + lmax)" (fun i -> rate i <= 2.0 / (lowest i + highest i))

/// |e_t| <= |e_0| e^{-eta t lmin}.
let errorsDecayExponentiallyInTime =
    let exponential i =
        let value = exp (-rate i * float i.T * lowest i)
        Estimate.rounded 8 1.0 value

    // printed: the factor of one step bounded by the exponential of t steps
    let oneStep i =
        let value = 1.0 - rate i * lowest i
        Estimate.rounded 4 1.0 value

    let claim = {
        Claim.atMost diagonals (fun i -> shrinkage (rate i) i) exponential with
            Hypotheses = [ hasStart; withinHalfRange ]
            Effort = { Instances = 3.0; Draws = 1.0 }
    }

    {
        Entry = {
            page
                "learning-rate/exp-step"
                "The error decays exponentially in time"
                @"|e_t| \le |e_0| e^{-\eta t \lambda_{min}} for 0 \le \eta \le 2/(\lambda_{min} + \lambda_{max})."
                (orf "7" "Intuition 1")
                "Left: |e_t|/|e_0| by stepping a diagonal problem. Right: the exponential." with
                Sharpness = Tight
                Remark =
                    "Misprinted: (1 - eta lmin)|e_t| <= |e_t| e^{-eta t lmin} bounds one step by t steps, false for t >= 2 (0.9 > 0.8187 at eta lmin = 1/10). That is a control; so is the range eta < 2/lmax."
        }
        Claim = claim
        Controls = [
            Control.create "printed: one step at most the exponential of t steps" {
                claim with
                    Measured = fun i _ -> oneStep i
            }
            Control.without "eta at most 2/(lmin + lmax)" diagonals claim
        ]
    }

/// The best factor over all rates is (kappa - 1)/(kappa + 1).
let private worstFactor eta i =
    max (abs (1.0 - eta * lowest i)) (abs (1.0 - eta * highest i))

/// The smallest worst factor over a fine grid of rates and golden section around it.
let private bestFactor i =
    let top = 2.0 / highest i
    let grid = [ for k in 1..199 -> top * float k / 200.0 ]
    let around = grid |> List.minBy (fun eta -> worstFactor eta i)

    let rec section low high k =
        if k = 0 then
            worstFactor ((low + high) / 2.0) i
        else
            let a, b = low + 0.382 * (high - low), low + 0.618 * (high - low)

            if worstFactor a i < worstFactor b i then
                section low b (k - 1)
            else
                section a high (k - 1)

    section (around - top / 200.0) (around + top / 200.0) 60 |> Estimate.within 1e-9

let private kappa i = highest i / lowest i

let private optimal formula i =
    Estimate.within 1e-12 (formula (kappa i))

let private conditioned =
    Hypothesis.named "condition number above 1" (fun i -> kappa i > 1.05)

/// Best rate as printed: factor 1/kappa.
let bestRateIsTheInverseConditionNumber =
    let claim = {
        Claim.identity diagonals bestFactor (optimal (fun k -> 1.0 / k)) with
            Hypotheses = [ conditioned ]
    }

    {
        Entry = {
            page
                "learning-rate/optimal-step"
                "The best convergence factor, as printed"
                @"The best convergence rate is $\eta\lambda_{min}/2, i.e$. the factor $1/\kappa$ with $\kappa = \lambda_{max}/\lambda_{min}$ at $\eta = 2/\lambda_{max}$."
                (orf "7" "Intuition 1")
                "Left: the smallest worst factor max(|1 - eta lmin|, |1 - eta lmax|) over rates, by grid and golden section. Right: 1/kappa." with
                Status = FalseAsStated "learning-rate/optimal-step/repaired"
                Remark =
                    "The display is garbled. At eta = 2/lmax the largest eigenvalue's component does not contract at all; at kappa = 10 the best factor is 9/11."
        }
        Claim = claim
        Controls = [
            Control.bound "1 - 1/kappa" (optimal (fun k -> 1.0 - 1.0 / k)) claim
            Control.bound "1 - 2/kappa" (optimal (fun k -> 1.0 - 2.0 / k)) claim
        ]
    }

/// Best factor (kappa - 1)/(kappa + 1).
let bestFactorIsKappaMinusOneOverKappaPlusOne =
    let claim = {
        Claim.identity diagonals bestFactor (optimal (fun k -> (k - 1.0) / (k + 1.0))) with
            Hypotheses = [ conditioned ]
    }

    {
        Entry = {
            page
                "learning-rate/optimal-step/repaired"
                "The best convergence factor is (kappa - 1)/(kappa + 1)"
                @"$\min_\eta \max(|1 - \eta\lambda_{min}|, |1 - \eta\lambda_{max}|) = \frac{\kappa - 1}{\kappa + 1}$ at $\eta = 2/(\lambda_{min} + \lambda_{max})$; at $\eta = 1/\lambda_{max}$ the factor is $1 - 1/\kappa$."
                (added "7")
                "Left: grid and golden section over rates. Right: the formula." with
                Status = Repairs "learning-rate/optimal-step"
                Remark =
                    "Read as the exponent 2/kappa the statement holds at this rate: |e_t| <= |e_0| e^{-2t/kappa}."
        }
        Claim = claim
        Controls = [
            Control.bound "the printed 1/kappa" (optimal (fun k -> 1.0 / k)) claim
            Control.bound "1 - 1/kappa, the factor at 1/lmax" (optimal (fun k -> 1.0 - 1.0 / k)) claim
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack errorsFollowALinearRecursion
    Theorem.pack errorsDecayExponentiallyInTime
    Theorem.pack bestRateIsTheInverseConditionNumber
    Theorem.pack bestFactorIsKappaMinusOneOverKappaPlusOne
]
