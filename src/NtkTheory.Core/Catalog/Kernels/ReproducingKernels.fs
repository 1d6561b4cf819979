/// Kernels and their Hilbert spaces.
module NtkTheory.Catalog.Kernels.ReproducingKernels

open System
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Catalog.Kernels.KernelProblem

let private orf = Sources.orf "10/31"

/// Whole points of R^d and a whole weight for each, not all 0.
type WholeForm = {
    Points: int list list
    Weights: int list
}

let private forms dimensions counts =
    let entry = Gen.choose (-3, 3)

    let make =
        gen {
            let! dimension = Gen.choose dimensions
            let! count = Gen.choose counts
            let! points = Gen.listOfLength count (Gen.listOfLength dimension entry)
            let! weights = Gen.listOfLength count entry

            return {
                Points = points
                Weights =
                    if List.forall ((=) 0) weights then
                        1 :: weights.Tail
                    else
                        weights
            }
        }

    let without i form = {
        Points = List.removeAt i form.Points
        Weights = List.removeAt i form.Weights
    }

    make
    |> Shrinking.towards (fun form -> [
        for i in 0 .. form.Points.Length - 1 do
            let smaller = without i form

            if List.exists ((<>) 0) smaller.Weights then
                smaller
    ])

let private inner x y = List.sum (List.map2 (*) x y)

/// The sum of a_i a_j <x_i, x_j> over all pairs.
let private quadratic form =
    List.allPairs (List.zip form.Weights form.Points) (List.zip form.Weights form.Points)
    |> List.sumBy (fun ((a, x), (b, y)) -> a * b * inner x y)

let private whole value = Estimate.exact (float value)

/// The definition as printed: strictly positive.
let kernelsAreStrictlyPositive: Theorem<WholeForm> =
    // a form of whole numbers is positive iff it is 1 at the least
    let claim =
        Claim.atLeast (forms (1, 3) (1, 5)) (quadratic >> whole) (fun _ -> whole 1)

    let onInstances breaks instances =
        Control.create breaks {
            claim with
                Instances = instances
                Vary = fun _ -> instances.Generator
        }

    {
        Entry =
            Sources.asPrinted
                (orf "Def. (kernel)")
                "kernel/definition"
                "As printed: a kernel has strictly positive quadratic forms, and the inner product is one"
                @"\sum_{i,j}a_ia_jK(x_i,x_j)>0\ \text{if}\ \|a\|\ne0;\qquad \text{Ex. 2: }K(x,y)=\langle x,y\rangle"
                "The form of the inner product on whole points of R, R^2 or R^3 and whole weights a, without rounding; positive means at least 1."
                "The points 1, 2 in R and a = (2, -1) give 0, as does any linear relation between the points: the definition excludes its own second example. (Symmetry is K(x, y) = K(y, x).)"
        Claim = claim
        Controls = [
            onInstances "on the line" (forms (1, 1) (2, 4))
            Control.bound "at least |a|^2" (fun form -> whole (inner form.Weights form.Weights)) claim
        ]
    }

/// The definition with >= 0.
let kernelsAreNonnegative: Theorem<WholeForm> =
    let claim =
        Claim.atLeast (forms (1, 3) (1, 5)) (quadratic >> whole) (fun _ -> whole 0)

    {
        Entry = {
            Sources.repaired
                (orf "Def. (kernel)")
                "kernel/definition"
                "Kernels have nonnegative quadratic forms; the inner product is a kernel"
                @"\sum_{i,j}a_ia_jK(x_i,x_j)\ge0,\qquad K(x,y)=\langle x,y\rangle:\ \|\textstyle\sum_ia_ix_i\|^2\ge0"
                "The form of the inner product on whole points and whole weights, summed over all pairs without rounding; 0 for dependent points."
                "" with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.create "minus the inner product" {
                claim with
                    Measured = fun form _ -> whole -(quadratic form)
            }
            Control.bound "printed: strictly positive" (fun _ -> whole 1) claim
        ]
    }

/// The Gaussian kernel is strictly positive.
let gaussianKernelIsPositiveDefinite: Theorem<Setting> =
    let ranges = {
        ranges with
            Counts = 2, 4
            Dimensions = 2, 5
            Geometries = [ Geometry.Gaussian ]
    }

    let zeros threshold (setting: Setting) =
        Spectrum.eigenvalues (gaussianGram setting)
        |> Array.filter (fun v -> v < threshold)
        |> Array.length
        |> float
        |> Estimate.exact

    let claim = {
        Setting.atMost ranges (zeros 1e-12) (fun _ -> Estimate.exact 0.0) with
            Hypotheses = [ Condition.hasDistinctInputs; apart ]
    }

    {
        Entry = {
            Sources.exact
                (orf "Ex. 3")
                "kernel/gaussian"
                "The Gaussian kernel is strictly positive definite on distinct points"
                @"K(x,y)=e^{-\|x-y\|^2/2\sigma^2}:\quad \sum_{i,j}a_ia_jK(x_i,x_j)>0\ \text{for distinct }x_i,\ a\ne0"
                "The number of eigenvalues below 1e-12, of which rounding makes 1e-15, on two to four normal points of R^2 ... R^5 at distance 0.3 at least, whose least eigenvalue is far larger."
                "" with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.create "repeated points" {
                claim with
                    Hypotheses = []
                    Instances =
                        Setting.arbitrary {
                            ranges with
                                Geometries = [ Repeated ]
                        }
            }
            Control.create "eigenvalues above 0.9" {
                claim with
                    Measured = fun setting _ -> zeros 0.9 setting
            }
        ]
    }

/// The norm in the space does not depend on the representation.
let normOfACombinationIsItsQuadraticForm: Theorem<Setting> =
    // four features of at most 1
    let sized setting value =
        summed 64 (16.0 * (labels setting).L1Norm() ** 2.0) value

    // the feature-space norm: |Phi alpha|
    let direct (setting: Setting) =
        let value = (features 4 setting * labels setting).L2Norm() ** 2.0
        sized setting value

    let quadratic transform (setting: Setting) =
        let phi = features 4 setting
        let gram = phi.TransposeThisAndMultiply phi
        let a = labels setting
        sized setting (a.DotProduct(transform gram * a))

    let claim = Setting.identity ranges direct (quadratic id)

    {
        Entry =
            Sources.exact
                (Sources.lecture7 "Office hours")
                "rkhs/pre-hilbert-norm"
                "The squared norm of a combination of kernel sections is the quadratic form of the kernel"
                @"\Bigl\|\sum_j\alpha_jk(\cdot,x_j)\Bigr\|^2 = \sum_{i,j}\alpha_i\alpha_jk(x_i,x_j)"
                "A kernel with four explicit features: the norm of the combined feature vector against the quadratic form."
                ""
        Claim = claim
        Controls = [
            Control.bound
                "the diagonal alone"
                (quadratic (fun g -> Matrix<float>.Build.DenseOfDiagonalVector(g.Diagonal())))
                claim
            Control.bound "twice" (quadratic (fun g -> g.Multiply 2.0)) claim
        ]
    }

/// Mercer features of min(s, t) on [0, 1]: sqrt(lambda_j) psi_j with lambda_j = ((j - 1/2) pi)^-2.
let private brownian terms (s: float) (t: float) power =
    Seq.sum (
        seq {
            for j in 1..terms ->
                let w = (float j - 0.5) * Math.PI
                2.0 * sin (w * s) * sin (w * t) / w ** power
        }
    )

/// Two places on [0, 1] in hundredths.
type Places = { S: int; T: int }

let private places =
    gen {
        let! s = Gen.choose (1, 100)
        let! t = Gen.choose (1, 100)
        return { S = s; T = t }
    }
    |> Shrinking.towards (fun _ -> [ { S = 50; T = 50 } ])

let private terms = 2000

let private minimum p =
    Estimate.exact (float (min p.S p.T) / 100.0)

let private series power p =
    // the tail of 2 / w^2 beyond j is at most 2 / (pi^2 (j - 1/2))
    Estimate.within
        (2.0 / (Math.PI ** 2.0 * (float terms - 0.5)))
        (brownian terms (float p.S / 100.0) (float p.T / 100.0) power)

/// Mercer's theorem on an instance.
let kernelsComeFromFeatureMaps: Theorem<Places> =
    let claim = {
        Claim.identity places minimum (series 2.0) with
            Effort = { Instances = 0.5; Draws = 1.0 }
    }

    {
        Entry =
            Sources.exact
                (orf "Theorem: every kernel comes from a feature map")
                "kernel/mercer"
                "A continuous kernel on a compact set is the sum of its eigenfunctions (Mercer)"
                @"\mathrm{supp}\,\mu=\Omega:\quad K(x,y)=\sum_j\lambda_j\psi_j(x)\psi_j(y);\qquad \min(s,t)=\sum_j\frac{2\sin((j-\frac12)\pi s)\sin((j-\frac12)\pi t)}{((j-\frac12)\pi)^2}"
                "The instance min(s, t) on [0, 1] with 2,000 eigenfunctions; the tail is at most 2 / (pi^2 j)."
                "The measure must charge all of Omega (else the series holds only almost everywhere), and eigenfunctions with eigenvalue 0 are dropped from the feature map."
        Claim = claim
        Controls = [
            Control.bound "lambda_j^2 in place of lambda_j" (series 4.0) claim
            Control.bound "lambda_j^(3/2)" (series 3.0) claim
        ]
    }

/// The space as the image of T^(1/2).
let spaceIsTheImageOfTheRoot: Theorem<Places> =
    // the norm of K_s in the image of T^p: sum of (lambda_j psi_j(s))^2 / lambda_j^(2p)
    let norm root p =
        let s = float p.S / 100.0
        // with p = 1/2 the terms are lambda_j psi_j(s)^2
        Estimate.within (2.0 / (Math.PI ** 2.0 * (float terms - 0.5))) (brownian terms s s (4.0 - 4.0 * root))

    let value p = Estimate.exact (float p.S / 100.0)

    let claim = {
        Claim.identity places (norm 0.5) value with
            Effort = { Instances = 0.5; Draws = 1.0 }
    }

    {
        Entry =
            Sources.exact
                (orf "Def (RKHS)")
                "rkhs/definition"
                "The space of a kernel is the image of T^(1/2), in which sections have squared norm K(x, x)"
                @"\mathcal H_K = T_K^{1/2}L^2(\Omega,\mu) = \Bigl\{\sum_ja_j\sqrt{\lambda_j}\psi_j : a\in\ell_2\Bigr\},\quad \langle f,g\rangle=\langle T^{-1/2}f,T^{-1/2}g\rangle_{L^2}"
                "K(s, .) = min(s, .) on [0, 1]: the squared norm over 2,000 eigenfunctions, with the weights of T^(1/2), against K(s, s) = s."
                "Misprint: T^(-1) for T^(1/2); the displayed set and inner product are right. With T^(1) the norm would be infinite, with T^0 the L^2 norm."
        Claim = claim
        Controls = [
            Control.create "printed: the image of T^(-1)" {
                claim with
                    Measured = fun p _ -> norm -1.0 p
            }
            Control.create "the L^2 norm" {
                claim with
                    Measured = fun p _ -> norm 0.0 p
            }
            Control.create "the image of T^(1/4)" {
                claim with
                    Measured = fun p _ -> norm 0.25 p
            }
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack kernelsAreStrictlyPositive
    Theorem.pack kernelsAreNonnegative
    Theorem.pack gaussianKernelIsPositiveDefinite
    Theorem.pack normOfACombinationIsItsQuadraticForm
    Theorem.pack kernelsComeFromFeatureMaps
    Theorem.pack spaceIsTheImageOfTheRoot
]
