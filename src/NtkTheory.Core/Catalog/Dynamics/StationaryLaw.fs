/// The stationary law of stochastic gradient descent: lecture 11/16 of the notes.
module NtkTheory.Catalog.Dynamics.StationaryLaw

open System
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.SgdData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private entry id status sharpness =
    Sources.entry id status sharpness (notes "11/16" "fluctuation-dissipation relation")

/// As in the fluctuation theorems: condition numbers of 100 and 100 times some hundred roundings.
let private solved scale value =
    nearly (Estimate.gamma 200 * 1e4) scale value

let private direction p =
    Vector<float>.Build.Dense(p, fun i -> cos (float (i + 1)))

let private form (m: Matrix<float>) =
    (direction m.RowCount).DotProduct(m * direction m.RowCount)

/// Each batch as its probability, its gradient at the minimum and its Hessian.
let private batches item =
    let sgd = problem item
    let star = SgdStationary.minimizer sgd
    let still = SgdStationary.batches sgd star

    let moved =
        Array.init star.Count (fun j ->
            let shifted = star.Clone()
            shifted[j] <- shifted[j] + 1.0
            SgdStationary.batches sgd shifted)

    still
    |> Array.mapi (fun k (probability: float, g) ->
        let columns = moved |> Array.map (fun batch -> snd batch[k] - g)
        probability, g, Matrix<float>.Build.DenseOfColumnVectors columns)

let private sigma item =
    (SgdStationary.stationaryCovariance (problem item)).Value

/// The claim of the theorems on problems that have a stationary law.
let private stationary measured bound = {
    Claim.identity instances measured bound with
        Vary = vary
        Hypotheses = [ isWellConditioned; isNoisy; isStable ]
        Effort = { Instances = 0.5; Draws = 1.0 }
}

/// The mean of (v.(theta' - theta*))^2 one step after the stationary law.
let private oneStepLater step noise item =
    let eta = step * (problem item).StepSize
    let s = sigma item

    batches item
    |> Array.sumBy (fun (probability, g, h) ->
        let v = direction g.Count
        let back = v - (h.TransposeThisAndMultiply v).Multiply eta

        probability
        * (back.DotProduct(s * back) + noise * (eta * v.DotProduct g) ** 2.0))

let quadraticMeansAreKeptByAStep: Theorem<Sgd> =
    let bound item =
        (let value = form (sigma item) in solved value value)

    let measured step noise item =
        (let value = oneStepLater step noise item in solved value value)

    let claim = stationary (measured 1.0 1.0) bound

    {
        Entry =
            entry
                "sgd/fdr-master"
                Proved
                Exact
                "in the stationary law, a step does not change the mean of any function"
                @"\langle O(\theta)\rangle=\big\langle[\![O(\theta-\eta\nabla L^B(\theta))]\!]\big\rangle"
                "O the square of a linear form at theta*: left from the linear equation for the stationary covariance, right by enumeration of all batches."
                "Needs a stationary law with the moments of O; mean stability is not enough."
        Claim = claim
        Controls = [
            Control.create "without the noise at the minimum" {
                claim with
                    Measured = fun item _ -> measured 1.0 0.0 item
            }
            Control.create "half the step" {
                claim with
                    Measured = fun item _ -> measured 0.5 1.0 item
            }
        ]
    }

let meanGradientVanishes: Theorem<Sgd> =
    // the mean of the stationary law is the zero of the mean gradient, solved from the batches at 0 and at the axes
    let measured (item: Sgd) =
        let sgd = problem item
        let p = item.Dimension

        let meanAt (theta: Vector<float>) =
            SgdStationary.batches sgd theta
            |> Array.map (fun (q, g) -> g.Multiply(q: float))
            |> Array.reduce (+)

        let origin = Vector<float>.Build.Dense p
        let atOrigin = meanAt origin

        let slopes =
            Matrix<float>
                .Build.DenseOfColumnVectors(
                    Array.init p (fun j ->
                        meanAt (Vector<float>.Build.Dense(p, fun i -> if i = j then 1.0 else 0.0))
                        - atOrigin)
                )

        let mean: Vector<float> = slopes.Solve(atOrigin.Negate())
        solved (1.0 + mean.L2Norm()) (mean.DotProduct(direction p))

    let bound shrink (item: Sgd) =
        let star = SgdStationary.minimizer (problem item)
        solved (1.0 + star.L2Norm()) (shrink item * star.DotProduct(direction item.Dimension))

    let claim = stationary measured (bound (fun _ -> 1.0))

    {
        Entry =
            entry
                "sgd/fdr-gradient"
                Proved
                Exact
                "in the stationary law, the mean gradient vanishes"
                @"\langle\nabla L(\theta)\rangle=0;\qquad\text{least squares: }\langle\theta\rangle=\theta^*\text{ at every step size}"
                "left: the fixed point of the mean step, from all batches by enumeration; right: the least-squares solution; along a fixed direction."
                ""
        Claim = claim
        Controls = [
            Control.bound "shrunk by the step size" (bound (fun item -> 1.0 - item.RelativeStep)) claim
            Control.scaled 1.05 claim
        ]
    }

/// S + M S M^T + M^2 S M^2^T + ... over 2^doublings terms.
let rec private geometric doublings (s: Matrix<float>) (m: Matrix<float>) : Matrix<float> =
    if doublings = 0 then
        s
    else
        geometric (doublings - 1) (s + m * s * m.Transpose()) (m * m)

/// The same sum where each step draws its factor: the factors act on the p^2 entries by a Kronecker product.
let private accumulated item =
    let eta = (problem item).StepSize
    let all = batches item
    let p = (problem item).Inputs.ColumnCount
    let one = Matrix<float>.Build.DenseIdentity p

    let step =
        all
        |> Array.map (fun (q, _, h: Matrix<float>) ->
            let a = one - h.Multiply eta
            a.KroneckerProduct(a).Multiply q)
        |> Array.reduce (+)

    let noise =
        all
        |> Array.map (fun (q, g, _) -> g.OuterProduct(g).Multiply(q * eta * eta))
        |> Array.reduce (+)

    let rec sum count (s: Vector<float>) (power: Matrix<float>) =
        if count = 0 then
            s
        else
            sum (count - 1) (s + power * s) (power * power)

    // 0.99^4096 < 1e-17
    let entries =
        sum 12 (Vector<float>.Build.DenseOfArray(noise.ToColumnMajorArray())) step

    Matrix<float>.Build.Dense(p, p, entries.ToArray())

let stationaryCovarianceSolvesALinearEquation: Theorem<Sgd> =
    let claim =
        stationary (fun item -> (let value = form (accumulated item) in solved value value)) (fun item ->
            (let value = form (sigma item) in solved value value))

    {
        Entry = {
            entry
                "sgd/stationary-covariance"
                Proved
                Exact
                "the stationary covariance by a linear equation, without sampling"
                @"\Sigma=\mathbb E[(I-\eta G^B)\Sigma(I-\eta G^B)]+\eta^2\,\mathbb E[\xi\xi^T],\qquad\xi=\nabla L^B(\theta^*)"
                "left: the covariance after 4096 steps from theta*, factors and noise from all batches by enumeration; right: the linear solve in p(p+1)/2 unknowns from closed forms."
                "Needs a spectral radius of the second-moment map below 1. Mean stability is not enough: examples 1 and 3, batch 1, eta = 0.3 have mean factor -1/2 and second-moment factor 2.095." with
                Source = added "11/16" "stationary covariance"
        }
        Claim = claim
        Controls = [
            Control.bound
                "noise that does not depend on the state"
                (fun item ->
                    let sgd = problem item
                    let c = SgdStationary.covariance sgd (SgdStationary.minimizer sgd)

                    let value = form (SgdStationary.lyapunov sgd.StepSize (SgdStationary.hessian sgd) c) in
                    solved value value)
                claim
            Control.scaled 1.05 claim
        ]
    }

let additiveNoiseGivesLyapunovsEquation: Theorem<Sgd> =
    let parts item =
        let sgd = problem item
        sgd.StepSize, SgdStationary.hessian sgd, SgdStationary.covariance sgd (SgdStationary.minimizer sgd)

    let measured item =
        let eta, h, c = parts item
        let step = Matrix<float>.Build.DenseIdentity h.RowCount - h.Multiply eta
        // the smallest eta h is 2e-4: 2^22 steps forget the start
        let value = form (geometric 22 (c.Multiply(eta * eta)) step)
        solved value value

    let claim =
        stationary measured (fun item ->
            let eta, h, c = parts item
            let value = form (SgdStationary.lyapunov eta h c) in
            solved value value)

    {
        Entry = {
            entry
                "sgd/lyapunov"
                Proved
                Exact
                "noise that does not depend on the state leaves a covariance that solves Lyapunov's equation"
                @"H\Sigma+\Sigma H-\eta H\Sigma H=\eta C;\qquad \Sigma_{ij}=\frac{\eta C_{ij}}{h_i+h_j-\eta h_ih_j}\quad\text{in the eigenbasis of }H"
                "left: the sum of eta^2 (I - eta H)^t C (I - eta H)^t over 2^22 steps by doubling; right: the closed form; as quadratic forms."
                "For C = alpha H: Sigma = eta alpha (2 I - eta H)^-1." with
                Source = added "11/16" "state-independent noise"
        }
        Claim = claim
        Controls = [
            Control.bound
                "without eta H Sigma H"
                (fun item ->
                    let eta, h, c = parts item
                    // the quadratic term is negligible at a step of 1e-9, and the rest is linear in the step
                    let value = eta / 1e-9 * form (SgdStationary.lyapunov 1e-9 h c) in
                    solved value value)
                claim
            Control.scaled 1.05 claim
        ]
    }
