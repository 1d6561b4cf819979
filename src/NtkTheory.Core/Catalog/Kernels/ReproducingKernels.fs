/// Kernels, their Hilbert spaces, and ridge regression in them.
module NtkTheory.Catalog.Kernels.ReproducingKernels

open System
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private orf = Sources.orf "10/31"

/// The last point is where functions are evaluated; `Size` is the ridge.
let private ranges = {
    Setting.usual with
        Counts = 2, 6
        Dimensions = 1, 4
        Widths = 1, 1
        Sizes = 0.01, 10.0
        Geometries = [ Sphere; Geometry.Gaussian ]
}

let private kernel = KernelRidge.gaussian 1.0

let private gramOf setting =
    GramMatrix.ofKernel kernel (Setting.points setting)

let private labels setting =
    Vector<float>.Build.Dense(Setting.labels setting)

let private near value =
    Estimate.within (1e-10 * (1.0 + abs value)) value

/// Features of a kernel of finite rank: cosines of random projections, p x n.
let private features (setting: Setting) : Matrix<float> =
    let directions: Matrix<float> =
        Draw.normalMatrix (Seed.split "features" (Setting.seed setting)) 4 setting.Points.Dimension

    (directions * (Setting.points setting).Transpose()).Map(fun t -> cos t)

/// The definition as printed: strictly positive.
let kernelsAreStrictlyPositive: Theorem<Setting> =
    let linear = {
        ranges with
            Geometries = [ Sphere ]
            Counts = 2, 5
            Dimensions = 1, 3
    }
    // the quadratic form of the linear kernel at its own null vector, found by eigenvectors
    let zeros (setting: Setting) =
        let points = Setting.points setting
        let eigenvalues = Spectrum.eigenvalues (points.TransposeAndMultiply points)

        eigenvalues
        |> Array.filter (fun v -> v < 1e-13)
        |> Array.length
        |> float
        |> Estimate.exact

    let claim = Setting.atMost linear zeros (fun _ -> Estimate.exact 0.0)

    {
        Entry =
            Sources.asPrinted
                (orf "Def. (kernel)")
                "kernel/definition"
                "As printed: a kernel has strictly positive quadratic forms, and the inner product is one"
                @"\sum_{i,j}a_ia_jK(x_i,x_j)>0\ \text{if}\ \|a\|\ne0;\qquad \text{Ex. 2: }K(x,y)=\langle x,y\rangle"
                "The number of zero eigenvalues of the linear kernel on random points."
                "The points 1, 2 in R and a = (2, -1) give 0: the definition excludes its own second example. (Symmetry is K(x, y) = K(y, x).)"
        Claim = claim
        Controls = [
            Setting.on
                "on twice as many points as dimensions"
                {
                    linear with
                        Counts = 4, 6
                        Dimensions = 1, 2
                }
                claim
            Setting.on "on the line" { linear with Dimensions = 1, 1 } claim
        ]
    }

/// The definition with >= 0.
let kernelsAreNonnegative: Theorem<Setting> =
    let form gram (setting: Setting) =
        let a = labels setting
        let matrix: Matrix<float> = gram setting
        let value = a.DotProduct(matrix * a)
        // shifted by |a|^2, so that forms of 0 are seen against numbers of order 1
        near (value + a.DotProduct a)

    let bound extra (setting: Setting) =
        let a = labels setting in near ((1.0 + extra) * a.DotProduct a)

    let linear setting =
        let p: Matrix<float> = Setting.points setting in p.TransposeAndMultiply p

    let claim =
        Setting.atLeast
            {
                ranges with
                    Geometries = [ Sphere ]
                    Counts = 2, 6
                    Dimensions = 1, 3
            }
            (form linear)
            (bound 0.0)

    {
        Entry = {
            Sources.repaired
                (orf "Def. (kernel)")
                "kernel/definition"
                "Kernels have nonnegative quadratic forms; the inner product is a kernel"
                @"\sum_{i,j}a_ia_jK(x_i,x_j)\ge0,\qquad K(x,y)=\langle x,y\rangle:\ \|\textstyle\sum_ia_ix_i\|^2\ge0"
                "Quadratic forms of the linear kernel at random a, plus |a|^2, against |a|^2."
                "" with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.create "minus the inner product" {
                claim with
                    Measured = fun setting _ -> form (fun s -> -(linear s)) setting
            }
            Control.bound "strictly, by a tenth of |a|^2" (bound 0.1) claim
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

    // the determinant by leading minors (Schur complements): each is the squared distance in feature space
    let zeros threshold (setting: Setting) =
        Spectrum.eigenvalues (gramOf setting)
        |> Array.filter (fun v -> v < threshold)
        |> Array.length
        |> float
        |> Estimate.exact

    let apart =
        Hypothesis.named "points at distance 0.3 at least" (fun setting ->
            let p = Setting.points setting

            Seq.forall
                id
                (seq {
                    for i in 0 .. p.RowCount - 1 do
                        for j in 0 .. i - 1 do
                            (p.Row i - p.Row j).L2Norm() >= 0.3
                }))

    let claim = {
        Setting.atMost ranges (zeros 1e-12) (fun _ -> Estimate.exact 0.0) with
            Hypotheses = [ Condition.hasDistinctInputs; apart ]
    }

    {
        Entry =
            Sources.exact
                (orf "Ex. 3")
                "kernel/gaussian"
                "The Gaussian kernel is strictly positive definite on distinct points"
                @"K(x,y)=e^{-\|x-y\|^2/2\sigma^2}:\quad \sum_{i,j}a_ia_jK(x_i,x_j)>0\ \text{for distinct }x_i,\ a\ne0"
                "The number of zero eigenvalues, on up to four points at distance 0.3 at least, so that a tiny eigenvalue would be a zero."
                ""
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
    // the feature-space norm: |Phi alpha|
    let direct (setting: Setting) =
        near ((features setting * labels setting).L2Norm() ** 2.0)

    let quadratic transform (setting: Setting) =
        let phi = features setting
        let gram = phi.TransposeThisAndMultiply phi
        let a = labels setting
        near (a.DotProduct(transform gram * a))

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
    let make =
        gen {
            let! s = Gen.choose (1, 100)
            let! t = Gen.choose (1, 100)
            return { S = s; T = t }
        }

    Arb.fromGenShrink (
        make,
        fun p ->
            if p.S <> 50 || p.T <> 50 then
                Seq.singleton { S = 50; T = 50 }
            else
                Seq.empty
    )

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
