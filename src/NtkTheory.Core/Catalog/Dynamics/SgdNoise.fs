/// The noise of mini-batches: lecture 11/16 of the notes.
module NtkTheory.Catalog.Dynamics.SgdNoise

open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.SgdData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

let private entry id status =
    Sources.entry id status Exact (notes "11/16" "noise of mini-batches")

/// Sums of at most 128 batches of at most 7 gradients.
let private summed scale value =
    nearly (Estimate.gamma 2000) scale value

/// A fixed vector in general position.
let private direction p =
    Vector<float>.Build.Dense(p, fun i -> cos (float (i + 1)))

let private along (v: Vector<float>) = v.DotProduct(direction v.Count)

let private form (m: Matrix<float>) =
    (direction m.RowCount).DotProduct(m * direction m.RowCount)

let private batchesAt item =
    SgdStationary.batches (problem item) (somewhere item)

let private mean (f: Vector<float> -> float) item =
    batchesAt item |> Array.sumBy (fun (p: float, g) -> p * f g)

/// The largest square of a batch's gradient: a scale for sums of gradients and of their squares.
let private scaleOf item =
    1.0
    + (batchesAt item |> Array.sumBy (fun (_, g: Vector<float>) -> g.DotProduct g))

let private gradientAlong item =
    along (SgdStationary.gradient (problem item) (somewhere item))

let batchGradientsAreUnbiased: Theorem<Sgd> =
    let bound factor item =
        summed (scaleOf item) (factor item * gradientAlong item)

    let claim = {
        Claim.identity instances (fun item -> summed (scaleOf item) (mean along item)) (bound (fun _ -> 1.0)) with
            Vary = vary
    }

    {
        Entry =
            entry
                "sgd/minibatch-unbiased"
                Proved
                "the gradient of a random batch has the full gradient as mean"
                @"[\![\nabla L^B(\theta)]\!]=\nabla L(\theta),\qquad L^B=\frac1b\sum_{k\in B}l_k"
                "the mean over all batches by enumeration, 2^m of them or all subsets of size b, along a fixed direction in general position."
                "Both for batches in which each example stands with probability b/m and for uniform subsets: the fixed factor 1/b makes up for the random size."
        Claim = claim
        Controls = [
            Control.bound
                "1/m in place of 1/b"
                (bound (fun (item: Sgd) -> float item.Batch / float item.Examples))
                claim
            Control.scaled 1.05 claim
        ]
    }

let secondMomentOfABatchHasAClosedForm: Theorem<Sgd> =
    let bound item =
        summed (scaleOf item) (form (SgdStationary.secondMoment (problem item) (somewhere item)))

    let claim = {
        Claim.identity
            instances
            (fun item -> summed (scaleOf item) (mean (fun g -> along g ** 2.0) item))
            bound with
            Vary = vary
    }

    {
        Entry = {
            entry
                "sgd/second-moment-formula"
                Proved
                "the second moment of a batch gradient in closed form"
                @"\tilde C=\nabla L\,\nabla L^T+\tfrac1b\big(1-\tfrac bm\big)S_2\quad\text{(independent)},\qquad \nabla L\,\nabla L^T+\tfrac{m-b}{b(m-1)}\big(S_2-\nabla L\,\nabla L^T\big)\quad\text{(subsets)},\quad S_2=\tfrac1m\sum_kg_kg_k^T"
                "left: enumeration of all batches; right: the closed form; both as quadratic forms at a direction in general position."
                "" with
                Source = added "11/16" "second moment of a batch"
        }
        Claim = claim
        Controls = [
            Control.bound
                "independent sampling's formula with both samplings"
                (fun (item: Sgd) ->
                    let other =
                        if item.Sampling = Bernoulli then
                            WithoutReplacement
                        else
                            Bernoulli

                    summed
                        (scaleOf item)
                        (form (
                            SgdStationary.secondMoment
                                (problem { item with Sampling = other })
                                (somewhere item)
                        )))
                claim
            Control.bound
                "without the noise"
                (fun item -> summed (scaleOf item) (gradientAlong item ** 2.0))
                claim
        ]
    }

let secondMomentIsCovariancePlusSquaredMean: Theorem<Sgd> =
    let variance item =
        let centre = mean along item in mean (fun g -> (along g - centre) ** 2.0) item

    let bound square item =
        summed (scaleOf item) (variance item + square item)

    let claim = {
        Claim.identity
            instances
            (fun item ->
                summed (scaleOf item) (form (SgdStationary.secondMoment (problem item) (somewhere item))))
            (bound (fun item -> gradientAlong item ** 2.0)) with
            Vary = vary
    }

    {
        Entry =
            entry
                "sgd/second-moment-vs-cov"
                Proved
                "the second moment of a batch gradient is its covariance plus the square of the full gradient"
                @"\tilde C_{ii}=C_{ii}+(\partial_iL)^2\ge C_{ii}"
                "left: the closed form; right: the variance over all batches by enumeration, plus the square of the full gradient; in a direction in general position in place of a coordinate."
                "Misprint: the square is printed with the batch loss, a random variable; it must be the full loss."
        Claim = claim
        Controls = [
            Control.bound
                "printed: the square of a batch's gradient"
                (bound (fun item -> along (batchesAt item |> Array.head |> snd) ** 2.0))
                claim
            Control.bound "without the square" (bound (fun _ -> 0.0)) claim
        ]
    }

let stepIsDescentPlusCentredNoise: Theorem<Sgd> =
    let eta item = (problem item).StepSize

    /// The second moment of the step, along a direction.
    let measured item =
        summed (scaleOf item * eta item ** 2.0) (mean (fun g -> (eta item * along g) ** 2.0) item)

    /// A moment of the noise along the direction, by enumeration.
    let noiseMoment order item =
        let size = scaleOf item * eta item ** 2.0

        mean (fun g -> pown (eta item * (gradientAlong item - along g)) order) item
        |> summed (size ** (float order / 2.0))

    let bound power item =
        let c = form (SgdStationary.covariance (problem item) (somewhere item))

        summed
            (scaleOf item * eta item ** 2.0)
            ((eta item * gradientAlong item) ** 2.0 + eta item ** power * c)

    let claim = {
        Claim.identity instances measured (bound 2.0) with
            Vary = vary
            Hypotheses = [ isNoisy ]
    }

    {
        Entry =
            entry
                "sgd/noise-decomposition"
                Proved
                "a step is a descent step plus noise of mean zero and covariance eta^2 C"
                @"-\eta\nabla L^B=-\eta\nabla L+\xi,\quad \xi=\eta(\nabla L-\nabla L^B),\quad[\![\xi]\!]=0,\quad[\![\xi\xi^T]\!]=\eta^2C(\theta)"
                "the second moment of a step over all batches by enumeration against the sum of both parts; cross terms vanish as the noise has mean zero."
                "The noise is not Gaussian: with m examples it has at most 2^m atoms, and its fourth moment is another, which is a control."
        Claim = claim
        Controls = [
            Control.create "covariance eta C" { claim with Bound = bound 1.0 }
            Control.bound
                "noise without the descent step"
                (fun item ->
                    summed
                        (eta item ** 2.0 * scaleOf item)
                        (eta item ** 2.0
                         * form (SgdStationary.covariance (problem item) (somewhere item))))
                claim
            Control.create "Gaussian noise: its fourth moment is three squares of the second" {
                claim with
                    Measured = fun item _ -> noiseMoment 4 item
                    Bound =
                        fun item ->
                            noiseMoment 2 item
                            |> fun second -> Estimate.scale 3.0 (Estimate.multiply second second)
            }
        ]
    }

/// The relative distance of C at the minimum from the multiples of H, on four examples on two axes.
type FourExamples = {
    /// The size of the residuals on either axis.
    First: float
    Second: float
    /// How long the examples on the second axis are.
    Length: float
    Sampling: BatchSampling
}

let private fourExamples equal =
    gen {
        let! first = between 0.2 3.0
        let! second = between 0.2 3.0
        let! length = between 0.5 2.0
        let! sampling = Gen.elements [ Bernoulli; WithoutReplacement ]

        return {
            First = first
            Second = if equal then first else second
            Length = length
            Sampling = sampling
        }
    }
    |> Arb.fromGen

let private fourPoints (item: FourExamples) : LeastSquaresSgd = {
    Inputs =
        Matrix<float>
            .Build
            .DenseOfRowArrays([| 1.0; 0.0 |], [| 1.0; 0.0 |], [| 0.0; item.Length |], [| 0.0; item.Length |])
    Labels = vector [| item.First; -item.First; item.Second; -item.Second |]
    Batch = 1
    StepSize = 0.1
    Sampling = item.Sampling
}

let private noiseAtMinimum item =
    let sgd = fourPoints item
    SgdStationary.covariance sgd (SgdStationary.minimizer sgd)

let private disproportion item =
    let h = SgdStationary.hessian (fourPoints item)
    let c = noiseAtMinimum item
    let alpha = (h.PointwiseMultiply c).RowSums().Sum() / Spectrum.frobenius h ** 2.0
    Estimate.within 1e-12 (Spectrum.frobenius (c - h.Multiply alpha) / Spectrum.frobenius c)

let noiseIsProportionalToTheHessianAsPrinted: Theorem<FourExamples> =
    let claim =
        Claim.identity (fourExamples false) disproportion (fun _ -> Estimate.exact 0.0)

    {
        Entry =
            entry
                "sgd/noise-proportional-hessian"
                (FalseAsStated "sgd/noise-proportional-hessian/repaired")
                "late in training the noise covariance is proportional to the Hessian, as printed"
                @"C(\theta^*)=\alpha H(\theta^*)"
                "the relative Frobenius distance of the noise covariance at the minimum from the nearest multiple of the Hessian; two examples on each of two axes, batch 1."
                "With residuals of size 1 on one axis and 2 on the other C = diag(3/8, 3/2) but H = I/2. In general the distance is a figure to report and no theorem."
        Claim = claim
        Controls = [
            Control.bound "proportional up to a thousandth" (fun _ -> Estimate.within 1e-3 0.0) claim
            Control.bound "proportional up to a hundredth" (fun _ -> Estimate.within 1e-2 0.0) claim
        ]
    }

let noiseIsProportionalToTheHessianForEqualResiduals: Theorem<FourExamples> =
    let measured item =
        (let value = form (noiseAtMinimum item) in nearly 1e-12 value value)

    /// alpha = r^2/b (1 - b/m), or r^2 (m - b)/(b (m - 1)) for subsets, at b = 1 and m = 4; H is diagonal.
    let bound (item: FourExamples) =
        let alpha = item.First ** 2.0 * (if item.Sampling = Bernoulli then 0.75 else 1.0)
        let v = direction 2
        let value = alpha * (v[0] ** 2.0 + (item.Length * v[1]) ** 2.0) / 2.0
        nearly 1e-14 value value

    let claim = Claim.identity (fourExamples true) measured bound

    {
        Entry =
            entry
                "sgd/noise-proportional-hessian/repaired"
                (Repairs "sgd/noise-proportional-hessian")
                "where all residuals have the same size, the noise covariance at the minimum is proportional to the Hessian"
                @"|x_k\cdot\theta^*-y_k|=r\quad\text{for all }k\ \Rightarrow\ C(\theta^*)=\alpha H,\qquad\alpha=\tfrac{r^2}b\big(1-\tfrac bm\big)\quad\text{(independent)},\quad\tfrac{r^2(m-b)}{b(m-1)}\quad\text{(subsets)}"
                "both sides as quadratic forms in a direction in general position; two examples on each of two axes, batch 1."
                "A property of special data: the residuals at the minimum are hardly ever of one size."
        Claim = claim
        Controls = [
            Control.create "residuals of different sizes" {
                claim with
                    Instances = fourExamples false
                    Vary = fun _ -> (fourExamples false).Generator
            }
            Control.scaled 1.05 claim
        ]
    }
