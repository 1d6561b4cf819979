/// Off-diagonal tangent kernels and tails of their eigenvalues (lecture of 11/30).
module NtkTheory.Catalog.Architecture.PathTails

open System
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

let private he = { Cb = 0.0; Cw = 2.0 }

/// Two inputs with whole coordinates and a number of hidden layers.
type Pair = { Xa: int list; Xb: int list; L: int }

let private real (x: int list) = x |> List.map float |> Array.ofList

let private dot x y = float (List.map2 (*) x y |> List.sum)

let private pairs deepest =
    let generator =
        gen {
            let! n0 = Gen.choose (1, 4)
            let! a = Shapes.point n0
            let! b = Shapes.point n0
            let! l = Gen.choose (1, deepest)
            return { Xa = a; Xb = b; L = l }
        }

    let shrink i =
        seq {
            for l in Shapes.smaller 1 i.L do
                yield { i with L = l }

            for a in Shapes.lower 0 i.Xa do
                if List.exists ((<>) 0) a then
                    yield { i with Xa = a }

            for b in Shapes.lower 0 i.Xb do
                if List.exists ((<>) 0) b then
                    yield { i with Xb = b }
        }

    Arb.fromGenShrink (generator, shrink)

let private first i =
    KernelRecursion.first he (real i.Xa) (real i.Xb)

/// |x_a| |x_b| / n_0 times the sum of the absolute layer kernels bounds every term of the recursion.
let private scaleOf i =
    let k = first i
    sqrt (k.Kaa * k.Kbb) * float (i.L + 1)

/// Theta of infinite width by numerical integration of E r(u) r(v) and E 1(u) 1(v).
let private integrated i =
    let relu, step =
        DualActivation.quadrature Relu, DualActivation.derivativeQuadrature Relu

    KernelRecursion.tangentBy relu step he (first i) (i.L + 1)
    |> List.last
    |> Estimate.within (1e-9 * scaleOf i)

/// The same by arc-cosine kernels.
let private closed i =
    let value = KernelRecursion.tangent he Relu (first i) (i.L + 1) |> List.last
    // rho is rounded, and arccos of it keeps half of the digits only at parallel inputs
    Estimate.within (3e-8 * scaleOf i) value

let private bothOn = DualActivation.derivative Relu

let private printedOffDiagonal layers i =
    let k = first i
    let trajectory = KernelRecursion.layers he Relu k i.L
    let both = trajectory |> List.map bothOn |> List.fold (*) 1.0

    let value =
        dot i.Xa i.Xb / float i.Xa.Length
        * 2.0 ** float (i.L + 1)
        * layers (float i.L)
        * both

    Estimate.within (3e-8 * scaleOf i * float (i.L + 1)) value

let private offDiagonalMethod =
    "Left: the kernel of infinite width by the layer recursion with both Gaussian integrals taken numerically over panels broken at the kinks. Right: the formula."

let private light = { Instances = 0.05; Draws = 1.0 }

/// The printed product formula off the diagonal.
let offDiagonalKernelIsAProductOverLayers =
    let claim = {
        Claim.identity (pairs 2) integrated (printedOffDiagonal id) with
            Effort = light
    }

    {
        Entry = {
            page
                "paths/ntk-offdiagonal"
                "The off-diagonal tangent kernel, as printed"
                @"E \Theta_{ab} = \frac{x_a \cdot x_b}{n_0} 2^{L+1} L \prod_{l=1}^L E[\xi^{(l)}_a \xi^{(l)}_b]."
                (orf "11/30" "Lemma (off-diagonal NTK)")
                offDiagonalMethod with
                Status = FalseAsStated "paths/ntk-offdiagonal/repaired"
                Remark =
                    "The joint indicators are not independent of the weights, distinct paths do not cancel, layers do not factorize, and L should be L + 1. For x_a = e_1, x_b = e_2, n_0 = 2, L = 1 it gives 0; the truth is 1/pi at every width."
        }
        Claim = claim
        Controls = [
            Control.bound "with L + 1 in place of L" (printedOffDiagonal (fun l -> l + 1.0)) claim
            Control.bound "without the factor L" (printedOffDiagonal (fun _ -> 1.0)) claim
        ]
    }

/// Theta^(l+1) = K^(l+1) + Theta^(l) kappa_0.
let offDiagonalKernelFollowsTheArcCosineRecursion =
    let claim = {
        Claim.identity (pairs 2) integrated closed with
            Effort = light
    }

    {
        Entry = {
            page
                "paths/ntk-offdiagonal/repaired"
                "The off-diagonal tangent kernel follows the arc-cosine recursion"
                @"At infinite width $\Theta^{(1)} = K^{(1)}$ and $\Theta^{(l+1)} = K^{(l+1)} + \Theta^{(l)} \kappa_0(\rho_l), \kappa_0(\rho) = (\pi - \arccos\rho)/\pi, K^{(l+1)}_{ab} = \sqrt{K_{aa} K_{bb}} \kappa_1(\rho_l)$; exact at every width for $L = 1$ and on the diagonal."
                (added "11/30")
                offDiagonalMethod with
                Status = Repairs "paths/ntk-offdiagonal"
                Remark = "The last weight matrix contributes K^{(L+1)}_{ab}, not 0 as the notes wonder."
        }
        Claim = claim
        Controls = [
            Control.bound "the printed product formula" (printedOffDiagonal id) claim
            Control.bound
                "the last weight matrix left out"
                (fun i ->
                    let k = KernelRecursion.layers he Relu (first i) (i.L + 1) |> List.last
                    Estimate.subtract (closed i) (Estimate.exact k.Kab))
                claim
        ]
    }

/// E Theta_ab for two hidden layers of which the first has one neuron: given its two values a, b >= 0 the rest is a net
/// with one hidden layer and parallel scalar inputs; the outer mean is taken over the pair (u, v).
let private narrowMean i =
    let k = first i
    let relu = DualActivation.quadrature Relu k
    let both = DualActivation.derivativeQuadrature Relu k
    // Theta_3 + Theta_2 given (a, b): 2ab + 2ab; Theta_1: K_ab^(1) 2 times the chance that both are on
    4.0 * relu + k.Kab * 2.0 * both

/// At finite width the mean differs from the limit from two layers on.
let narrowNetsHaveABiasedOffDiagonalMean =
    let formula i =
        let k = first i
        let next = KernelRecursion.next he Relu k
        2.0 * next.Kab + k.Kab * 2.0 * bothOn k |> Estimate.within (3e-8 * scaleOf i)

    let claim = {
        Claim.identity (pairs 1) (fun i -> Estimate.within (1e-9 * scaleOf i) (narrowMean i)) formula with
            Effort = { Instances = 0.1; Draws = 1.0 }
    }

    let wide i =
        KernelRecursion.tangent he Relu (first i) 3
        |> List.last
        |> Estimate.within (3e-8 * scaleOf i)

    {
        Entry = {
            page
                "paths/ntk-offdiagonal-finite-width"
                "From two hidden layers on the finite-width mean is biased off the diagonal"
                @"For $L = 2, n_1 = 1$ and any $n_2: E \Theta_{ab} = 2 K^{(2)}_{ab} + K^{(1)}_{ab} \kappa_0(\rho_1)$, which is not the limit $\Theta^{(3)}$; the bias is $O(1/n)$. For $x = (1,0), (3/5,4/5): 1.7780$ against $1.5443$."
                (added "11/30")
                "Left: the mean over the first layer's pair of values by numerical integration, the rest of the net by hand. Right: arc-cosine kernels." with
                Remark =
                    "A caveat: comparing a finite net's mean with the recursion needs an allowance of order 1/n for L >= 2."
        }
        Claim = claim
        Controls = [
            Control.bound "the limit of infinite width" wide claim
            Control.bound
                "one weight matrix left out"
                (fun i ->
                    Estimate.subtract
                        (formula i)
                        (Estimate.exact (KernelRecursion.next he Relu (first i)).Kab))
                claim
        ]
    }

/// P(both on) = 1/2 - arccos(rho)/(2 pi).
let orthantProbabilityIsAnAngle =
    let quadrature i =
        DualActivation.derivativeQuadrature Relu (first i) |> Estimate.within 1e-10

    let angle factor i =
        let cosine = dot i.Xa i.Xb / sqrt (dot i.Xa i.Xa * dot i.Xb i.Xb)

        0.5 - factor * acos (Math.Clamp(cosine, -1.0, 1.0)) / Math.Tau
        |> Estimate.within 3e-8

    let claim = {
        Claim.identity (pairs 1) quadrature (angle 1.0) with
            Effort = { Instances = 0.1; Draws = 1.0 }
    }

    {
        Entry = {
            page
                "paths/orthant-probability"
                "The probability that a neuron is on at both inputs"
                @"$E[1\{w \cdot x_a \ge 0\} 1\{w \cdot x_b \ge 0\}] = 1/2 - \arccos(\rho)/(2\pi) \le 1/2, \rho$ the cosine of the inputs, for a rotation-invariant row $w$."
                (orf "11/30" "Bound of mu_max")
                "Left: the two-dimensional Gaussian integral by panels. Right: the angle." with
                Remark =
                    "In later layers the notes' bound by 1/2 holds too; rows must be Gaussian or rotation invariant."
        }
        Claim = claim
        Controls = [
            Control.bound "1/2 for every pair" (fun _ -> Estimate.exact 0.5) claim
            Control.bound "the angle over pi" (angle 2.0) claim
        ]
    }

/// Some inputs with whole coordinates, and a number of hidden layers.
type Inputs = { Xs: int list list; L: int }

let private inputSets =
    let generator =
        gen {
            let! n0 = Gen.choose (1, 3)
            let! count = Gen.choose (1, 4)
            let! xs = Gen.listOfLength count (Shapes.point n0)
            let! orthogonal = Gen.elements [ true; false; false ]
            let! l = Gen.choose (1, 4)
            let basis = List.init n0 (fun i -> List.init n0 (fun j -> if i = j then 1 else 0))

            return {
                Xs = (if orthogonal then basis else xs)
                L = l
            }
        }

    let shrink i =
        seq {
            for xs in Shapes.shorter 1 i.Xs do
                yield { i with Xs = xs }

            for l in Shapes.smaller 1 i.L do
                yield { i with L = l }
        }

    Arb.fromGenShrink (generator, shrink)

let private kernelMatrix entry i : Matrix<float> =
    let xs = Array.ofList i.Xs

    Matrix<float>
        .Build.Dense(xs.Length, xs.Length, fun a b -> (entry { Xa = xs[a]; Xb = xs[b]; L = i.L }: float))

let private trueKernel i =
    kernelMatrix (fun pair -> (closed pair).Value) i

let private largest (matrix: Matrix<float>) =
    let top = matrix.Evd(Symmetricity.Symmetric).EigenValues.Real().Maximum()
    // the eigensolver's backward error, and the kernels' own radius
    Estimate.within ((Estimate.gamma 200 + 1e-7) * abs top) top

let private rowSum (matrix: Matrix<float>) =
    (matrix.PointwiseAbs().RowSums()).Maximum()

let private rowBound shrinkage i =
    let k = trueKernel i
    let value = shrinkage * min (rowSum k) (Spectrum.frobenius k)
    Estimate.rounded 64 value value

/// The largest eigenvalue is at most the largest row sum and the Frobenius norm.
let largestEigenvalueIsAtMostEachNorm =
    let claim = Claim.atMost inputSets (trueKernel >> largest) (rowBound 1.0)

    {
        Entry = {
            page
                "paths/row-norm-bound"
                "The largest eigenvalue of a kernel matrix is at most each matrix norm"
                @"$\lambda_{max}(\Theta) \le \min(\max_a \sum_b |\Theta_{ab}|, \|\Theta\|_F)$ for every symmetric matrix."
                (orf "11/30" "Bound of mu_max")
                "Left: the symmetric eigensolver on the tangent kernel of infinite width. Right: the two norms." with
                Sharpness = Tight
                Remark = "Equality for one input and for parallel inputs."
        }
        Claim = claim
        Controls = [
            Control.scaled 0.95 claim
            Control.bound
                "the largest diagonal entry"
                (fun i -> Estimate.exact ((trueKernel i).Diagonal().Maximum()))
                claim
        ]
    }

/// C_0 of the notes: the printed kernel formula in place of the kernel.
let private printedC0 layers i =
    let entry pair =
        let k = first pair

        abs (dot pair.Xa pair.Xb) / float pair.Xa.Length
        * 2.0
        * layers (float pair.L)
        * bothOn k

    let k = kernelMatrix entry i
    Estimate.within 1e-7 (min (rowSum k) (Spectrum.frobenius k))

/// mu_max <= C_0 as printed.
let largestEigenvalueIsAtMostThePrintedConstant =
    let claim = Claim.atMost inputSets (trueKernel >> largest) (printedC0 id)

    {
        Entry = {
            page
                "paths/lambda-max-bound"
                "The largest eigenvalue of the mean kernel, bounded as printed"
                @"\mu_{max} \le C_0 = \min of the row-sum and Frobenius bounds of (2L/n_0)|x_a \cdot x_b|(1 - \arccos(\rho_{ab})/\pi)."
                (orf "11/30" "Bound of mu_max")
                "Left: the largest eigenvalue of the tangent kernel of infinite width. Right: C_0." with
                Status = FalseAsStated "paths/lambda-max-bound/repaired"
                Remark =
                    "C_0 rests on the printed off-diagonal kernel, which vanishes for orthogonal inputs: e_1, e_2, n_0 = 2, L = 1 have C_0 = 1 and largest eigenvalue 2.318."
        }
        Claim = claim
        Controls = [
            Control.bound "L + 1 in place of L" (printedC0 (fun l -> l + 1.0)) claim
            Control.scaled 0.5 claim
        ]
    }

/// mu_max <= the same norms of the true kernel, and <= its trace.
let largestEigenvalueIsAtMostTheNormsOfTheTrueKernel =
    let bound i =
        let trace =
            i.Xs
            |> List.sumBy (fun x -> dot x x)
            |> (*) (2.0 * float (i.L + 1) / float i.Xs.Head.Length)

        let k = trueKernel i
        Estimate.within (1e-6 * trace) (List.min [ trace; rowSum k; Spectrum.frobenius k ])

    let claim = Claim.atMost inputSets (trueKernel >> largest) bound

    {
        Entry = {
            page
                "paths/lambda-max-bound/repaired"
                "The largest eigenvalue of the mean kernel is at most its norms and its trace"
                @"$\mu_{max} \le \min(\max_a \sum_b |\Theta_{ab}|, \|\Theta\|_F, (2(L+1)/n_0) \sum_a |x_a|^2)$ for the true mean kernel $\Theta$."
                (added "11/30")
                "Left: the symmetric eigensolver. Right: the norms of the arc-cosine kernel matrix and the trace in closed form." with
                Status = Repairs "paths/lambda-max-bound"
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.bound "the printed C_0" (printedC0 id) claim
            Control.scaled 0.9 claim
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack offDiagonalKernelIsAProductOverLayers
    Theorem.pack offDiagonalKernelFollowsTheArcCosineRecursion
    Theorem.pack narrowNetsHaveABiasedOffDiagonalMean
    Theorem.pack orthantProbabilityIsAnAngle
    Theorem.pack largestEigenvalueIsAtMostEachNorm
    Theorem.pack largestEigenvalueIsAtMostThePrintedConstant
    Theorem.pack largestEigenvalueIsAtMostTheNormsOfTheTrueKernel
]
