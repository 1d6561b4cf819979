/// The tangent kernel of finite nets: gradients, evolution, large width (lecture of 10/3).
module NtkTheory.Catalog.Architecture.TangentKernels

open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// A small ReLU net at random whole inputs, for kernels in raw weights.
type KernelNet = {
    Widths: int list
    Xs: int list list
    Seed: int
}

let private kernelNets =
    let generator =
        gen {
            let! widths = Shapes.integers (1, 4) (1, 5)
            let! count = Gen.choose (1, 4)
            let! xs = Gen.listOfLength count (Shapes.point widths.Head)
            let! seed = Shapes.seeds

            return {
                Widths = widths
                Xs = xs
                Seed = seed
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun (i: KernelNet) -> Shapes.shorter 1 i.Xs |> Seq.map (fun xs -> { i with Xs = xs }))
    )

let private sampleOf (i: KernelNet) =
    HeSample.draw
        {
            HeNet.Widths = i.Widths
            Law = Normal
        }
        (Seed.ofInt i.Seed)

let private inputsOf i =
    i.Xs |> List.map (List.map float >> Array.ofList) |> Array.ofList

/// The gradient of the output by all raw weights, by central differences of each weight (the output is a polynomial of
/// degree one in each weight while no neuron changes sign).
let private gradient (sample: HeSample) (x: float[]) =
    let value (s: HeSample) =
        (HeSample.preactivations s x |> Array.last)[0]

    let moved l k step = {
        sample with
            Weights =
                sample.Weights
                |> Array.mapi (fun m w ->
                    if m = l then
                        Array.mapi (fun j v -> if j = k then v + step else v) w
                    else
                        w)
    }

    let h = 1e-6

    sample.Weights
    |> Array.mapi (fun l w ->
        w
        |> Array.mapi (fun k _ -> (value (moved l k h) - value (moved l k -h)) / (2.0 * h)))
    |> Array.concat

/// Theta_ab of the first and last input in raw weights, by forward and backward passes.
let private rawKernel factor i =
    let sample, xs = sampleOf i, inputsOf i
    let layers = HeSample.ntkLayers sample xs[0] (Array.last xs)
    Seq.sum (Seq.mapi (fun l t -> factor (float sample.Sizes[l]) * t) layers)

/// No neuron is so near to its kink that the differences could see it.
let private isSafe i =
    let sample = sampleOf i

    inputsOf i
    |> Array.forall (fun x ->
        let z = HeSample.preactivations sample x

        z[.. z.Length - 2]
        |> Array.forall (Array.forall (fun t -> t = 0.0 || abs t > 1e-3)))

/// Theta is the Gram matrix of gradients.
let tangentKernelIsTheGramMatrixOfGradients =
    let measured i =
        let sample, xs = sampleOf i, inputsOf i

        let value =
            Array.fold2 (fun s a b -> s + a * b) 0.0 (gradient sample xs[0]) (gradient sample (Array.last xs))

        Estimate.within (1e-6 * (1.0 + abs value + abs (rawKernel (fun n -> n / 2.0) i))) value

    let bound factor i =
        rawKernel factor i |> Estimate.within 1e-9

    let claim = {
        Claim.identity kernelNets measured (bound (fun n -> n / 2.0)) with
            Hypotheses = [ Hypothesis.named "no neuron at its kink" isSafe ]
    }

    {
        Entry = {
            page
                "hessian/ntk-definition"
                "The tangent kernel is the Gram matrix of gradients"
                @"\Theta(x, y) = \sum_j \partial_{\theta_j} z(x) \partial_{\theta_j} z(y) = \sum_k \langle x^{(k-1)}, y^{(k-1)}\rangle \langle \delta^{(k)}_x, \delta^{(k)}_y\rangle for raw weights."
                (orf "10/3" "NTK")
                "Left: gradients by central differences of every weight. Right: forward and backward passes." with
                Remark = "In normalized weights layer k carries the further factor 2/n_{k-1}."
        }
        Claim = claim
        Controls = [
            Control.bound "normalized in place of raw weights" (bound (fun _ -> 1.0)) claim
            Control.bound "twice the kernel" (bound id) claim
        ]
    }

let private kernelMatrix i : Matrix<float> =
    let sample, xs = sampleOf i, inputsOf i
    Matrix<float>.Build.Dense(xs.Length, xs.Length, fun a b -> HeSample.ntk sample xs[a] xs[b])

let private lowestEigenvalue (k: Matrix<float>) =
    let values = k.Evd(Symmetricity.Symmetric).EigenValues.Real()
    Estimate.within (Estimate.gamma 500 * Spectrum.frobenius k) (values.Minimum())

/// Theta is positive semidefinite.
let tangentKernelIsPositiveSemidefinite =
    let claim =
        Claim.atLeast kernelNets (kernelMatrix >> lowestEigenvalue) (fun _ -> Estimate.exact 0.0)

    let hadamardInverse i =
        let k = kernelMatrix i

        lowestEigenvalue (
            k.Subtract(
                Matrix<float>.Build.DenseIdentity(k.RowCount).Multiply(2.0 * k.Trace() / float k.RowCount)
            )
        )

    {
        Entry = {
            page
                "hessian/kernel-psd"
                "The tangent kernel is positive semidefinite"
                @"$\lambda_{min}(\Theta) \ge 0$ for every net and inputs, as $\Theta = J J^T$."
                (orf "10/3" "Kernels as inner products")
                "Left: the smallest eigenvalue of the kernel matrix of a random ReLU net. Right: 0; the radius is the backward error of the eigensolver." with
                Sharpness = Tight
                Remark = "Repeated or dead inputs give the eigenvalue 0."
        }
        Claim = claim
        Controls = [
            Control.create "shifted down by twice its mean eigenvalue" {
                claim with
                    Measured = fun i _ -> hadamardInverse i
            }
            Control.bound
                "at least half of the mean eigenvalue"
                (fun i ->
                    let k = kernelMatrix i
                    Estimate.exact (0.5 * k.Trace() / float k.RowCount + 1e-3))
                claim
        ]
    }

/// One gradient step of tiny rate moves outputs by -eta sum Theta dl/dz.
let outputsMoveByTheTangentKernel =
    let rate = 1e-6

    let measured i =
        let sample, xs = sampleOf i, inputsOf i

        let value (s: HeSample) x =
            (HeSample.preactivations s x |> Array.last)[0]

        let residuals = xs |> Array.map (fun x -> value sample x - 1.0)
        let gradients = xs |> Array.map (gradient sample)

        let direction =
            Array.init gradients[0].Length (fun j ->
                Seq.sum (Seq.init xs.Length (fun a -> residuals[a] * gradients[a][j])))

        let starts = sample.Weights |> Array.map Array.length |> Array.scan (+) 0

        let moved = {
            sample with
                Weights =
                    sample.Weights
                    |> Array.mapi (fun l w ->
                        w |> Array.mapi (fun k v -> v - rate * direction[starts[l] + k]))
        }

        (value moved xs[0] - value sample xs[0]) / rate

    let scale i =
        let xs = inputsOf i
        let sample = sampleOf i

        let size =
            xs
            |> Array.sumBy (fun x -> abs ((HeSample.preactivations sample x |> Array.last)[0] - 1.0))

        let k = kernelMatrix i

        1e-3
        + (1.0 + size) ** 2.0 * (float (List.max i.Widths) * (1.0 + k.Trace())) ** 2.0

    let formula sign i =
        let sample, xs = sampleOf i, inputsOf i

        let one x =
            let layers = HeSample.ntkLayers sample xs[0] x
            let kernel = Seq.sum (Seq.mapi (fun l t -> float sample.Sizes[l] / 2.0 * t) layers)
            kernel * ((HeSample.preactivations sample x |> Array.last)[0] - 1.0)

        Estimate.within 1e-9 (sign * Seq.sumBy one xs)

    let claim = {
        Claim.identity
            kernelNets
            (fun i -> Estimate.within (20.0 * rate * scale i + 1e-5 * sqrt (scale i)) (measured i))
            (formula -1.0) with
            Hypotheses = [ Hypothesis.named "no neuron at its kink" isSafe ]
    }

    {
        Entry = {
            page
                "hessian/ntk-evolution"
                "Outputs move by the tangent kernel times the loss gradients"
                @"Under gradient flow $dz(x)/dt = -\sum_i \Theta(x, x_i)\, \partial\ell/\partial z_i$; gradient descent agrees to $O(\eta^2)$."
                (orf "10/3" "NTK and evolution")
                "Left: the output's change after one gradient step of rate 1e-6 on sum (z_i - 1)^2/2, over the rate. Right: the kernel sum; the radius is of second order in the rate." with
                Sharpness = Exact
        }
        Claim = claim
        Controls = [
            Control.bound "ascent" (formula 1.0) claim
            Control.bound "half the speed" (formula -0.5) claim
        ]
    }

/// Depth and width of an equal-width net.
type EqualWidths = { Depth: int; Width: int }

/// n Var / mean^2 tends to 5L - 4L(L+2)/(3(L+1)).
let tangentKernelBecomesDeterministicAtRateOneOverN =
    let instances = Gen.choose (1, 5) |> Gen.map (fun l -> { Depth = l; Width = 64 })

    let ladder = {
        Scales = [ 64.0; 256.0; 1024.0; 4096.0; 16384.0 ]
        At = fun (i: EqualWidths) scale -> { i with Width = int scale }
        Replicates = 1
    }

    let relativeVariance (i: EqualWidths) =
        let net = {
            HeNet.Widths = List.replicate (i.Depth + 1) i.Width
            Law = Normal
        }

        let x = [ Rational.One ]
        let mean, second = PathMoments.ntkMean net x, PathMoments.ntkSecond net x
        Rational.toFloat ((second - mean * mean) / (mean * mean))

    let claim =
        Claim.rate
            ladder
            Equals
            (Arb.fromGenShrink (
                instances,
                (fun i -> Shapes.smaller 1 i.Depth |> Seq.map (fun l -> { i with Depth = l }))
            ))
            (fun i _ -> Estimate.exact (relativeVariance i))
            (fun _ -> Estimate.within 0.01 -1.0)

    {
        Entry = {
            page
                "hessian/ntk-deterministic-limit"
                "At large width the tangent kernel is deterministic, at rate 1/n"
                @"At He initialization with Gaussian weights and equal widths $n: n\,Var\Theta/(E\Theta)^2 \to 5L - \frac{4L(L+2)}{3(L+1)}$ for $L$ fixed (3 exactly for $L = 1$)."
                (orf "10/3" "NTK in the large-width limit")
                "Left: the order in n of the exact relative variance (transfer matrices in fractions) over n = 2^6 .. 2^14. Right: -1. The constant is a golden value of the tests." with
                Remark =
                    "Needs L fixed: for L/n -> g the ratio E Theta^2/(E Theta)^2 tends to e^{5g}(1/3 + (6g - 1 + e^{-6g})/(27 g^2)) > 1."
        }
        Claim = claim
        Controls = [
            Control.bound "order -1/2" (fun _ -> Estimate.within 0.01 -0.5) claim
            Control.create "the depth growing with the width" {
                claim with
                    Kind =
                        Rate {
                            ladder with
                                Scales = [ 4.0; 6.0; 8.0; 12.0; 16.0 ]
                                At = fun _ scale -> { Depth = int scale; Width = int scale }
                        }
            }
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack tangentKernelIsTheGramMatrixOfGradients
    Theorem.pack tangentKernelIsPositiveSemidefinite
    Theorem.pack outputsMoveByTheTangentKernel
    Theorem.pack tangentKernelBecomesDeterministicAtRateOneOverN
]
