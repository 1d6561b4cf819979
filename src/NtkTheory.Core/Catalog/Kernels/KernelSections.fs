/// Sections of kernels, and the random objects that a kernel defines.
module NtkTheory.Catalog.Kernels.KernelSections

open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private orf = Sources.orf "10/31"

let private ranges = {
    Setting.usual with
        Counts = 2, 6
        Dimensions = 1, 4
        Widths = 1, 1
        Sizes = 0.05, 10.0
}

let private near value =
    Estimate.within (1e-9 * (1.0 + abs value)) value

let private labels setting =
    Vector<float>.Build.Dense(Setting.labels setting)

let private apart =
    Hypothesis.named "points at distance 0.3 at least" (fun setting ->
        let p = Setting.points setting

        Seq.forall
            id
            (seq {
                for i in 0 .. p.RowCount - 1 do
                    for j in 0 .. i - 1 do
                        (p.Row i - p.Row j).L2Norm() >= 0.3
            }))

let private sectionRanges = {
    ranges with
        Counts = 2, 4
        Dimensions = 2, 4
}

let private gram setting =
    GramMatrix.ofKernel (KernelRidge.gaussian 1.0) (Setting.points setting)

/// The inner product of the interpolants of two lists of values at the data.
let private inner setting (a: Vector<float>) (b: Vector<float>) =
    near (a.DotProduct((gram setting).Cholesky().Solve b))

let private section i (setting: Setting) = (gram setting).Row i

/// Sections have squared norm K(x, x).
let sectionsHaveTheDiagonalAsNorm: Theorem<Setting> =
    let measured setting =
        inner setting (section 0 setting) (section 0 setting)

    let bound factor setting = near (factor * (gram setting)[0, 0])

    let claim = {
        Setting.identity sectionRanges measured (bound 1.0) with
            Hypotheses = [ apart ]
    }

    {
        Entry =
            Sources.exact
                (orf "Properties of RKHS, 1")
                "rkhs/norm-of-section"
                "A section has the squared norm K(x, x)"
                @"\|K(x,\cdot)\|^2_{\mathcal H_K} = K(x,x)"
                "The squared norm of the interpolant of the section's values, v' K^(-1) v, for the Gaussian kernel."
                ""
        Claim = claim
        Controls = [
            Control.bound "half" (bound 0.5) claim
            Control.bound "twice" (bound 2.0) claim
        ]
    }

/// Inner products of sections.
let innerProductsOfSectionsAreTheKernel: Theorem<Setting> =
    let measured setting =
        inner setting (section 0 setting) (section 1 setting)

    let bound power setting = near ((gram setting)[0, 1] ** power)

    let claim = {
        Setting.identity sectionRanges measured (bound 1.0) with
            Hypotheses = [ apart ]
    }

    {
        Entry =
            Sources.exact
                (orf "Properties of RKHS, 3")
                "rkhs/inner-of-sections"
                "Two sections have the inner product K(x, y)"
                @"\langle K(x,\cdot),K(y,\cdot)\rangle_{\mathcal H_K} = K(x,y)"
                "The inner product of the interpolants of both sections' values, v' K^(-1) w, for the Gaussian kernel."
                ""
        Claim = claim
        Controls = [ Control.bound "K^2" (bound 2.0) claim; Control.bound "1" (bound 0.0) claim ]
    }

/// Point evaluation is bounded.
let evaluationIsBoundedByTheNorm: Theorem<Setting> =
    let ranges = {
        ranges with
            Counts = 2, 4
            Geometries = [ Geometry.Gaussian ]
    }

    let kernel = ArcCosine.feature

    let split setting =
        let g = GramMatrix.ofKernel kernel (Setting.points setting)
        let n = g.RowCount - 1
        let alpha = (labels setting).SubVector(0, n)
        g.SubMatrix(0, n, 0, n), g.Row(n).SubVector(0, n), g[n, n], alpha

    let value setting =
        let _, s, _, alpha = split setting in near (abs (s.DotProduct alpha))

    let bound power setting =
        let k, _, own, alpha = split setting in near (KernelRidge.norm k alpha * own ** power)

    let claim = Setting.atMost ranges value (bound 0.5)

    {
        Entry = {
            Sources.exact
                (orf "Properties of RKHS, 2")
                "rkhs/reproducing"
                "Values are inner products with sections, so at most the norm times sqrt(K(x, x))"
                @"f(x)=\langle f,K(x,\cdot)\rangle_{\mathcal H_K},\qquad |f(x)|\le\|f\|_{\mathcal H_K}\sqrt{K(x,x)}"
                "Random combinations of sections of the ReLU feature kernel, evaluated at another point; equality for points on one ray."
                "The notes' reason, 'linear functionals in Hilbert spaces are bounded', is false in infinite dimension: boundedness comes from the reproducing identity." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.scaled 0.9 claim
            Control.bound "without sqrt(K(x, x))" (bound 0.0) claim
        ]
    }

/// A place between two neighbours of a grid on [0, 1].
type GridPlace = { Cells: int; Offset: int }

let private gridPlaces =
    let make =
        gen {
            let! cells = Gen.choose (1, 12)
            let! offset = Gen.choose (1, 9)
            return { Cells = cells; Offset = offset }
        }

    Arb.fromGenShrink (
        make,
        fun g ->
            if g.Cells > 1 then
                Seq.singleton { g with Cells = g.Cells / 2 }
            else
                Seq.empty
    )

/// Sections at the data come near every section.
let sectionsAtAGridAreDense: Theorem<GridPlace> =
    // the last cell has the place in it
    let distance g =
        let h = 1.0 / float g.Cells
        let nodes = Array.init g.Cells (fun i -> float (i + 1) * h)
        let x = 1.0 - h + h * float g.Offset / 10.0

        let k =
            Matrix<float>.Build.Dense(g.Cells, g.Cells, fun i j -> min nodes[i] nodes[j])

        let s = Vector<float>.Build.Dense(nodes |> Array.map (min x))
        let value = x - s.DotProduct(k.Cholesky().Solve s)
        Estimate.within 1e-12 value

    let bridge power g =
        let h, u = 1.0 / float g.Cells, float g.Offset / 10.0 in Estimate.exact (h ** power * u * (1.0 - u))

    let claim = Claim.identity gridPlaces distance (bridge 1.0)

    {
        Entry =
            Sources.exact
                (orf "Properties of RKHS, 4")
                "rkhs/density"
                "Combinations of sections are dense"
                @"\mathcal H_K=\overline{\mathrm{span}}\{K(x,\cdot)\};\qquad \min(s,t),\ \text{grid of step }h:\ \mathrm{dist}^2(K(x,\cdot),\mathrm{span}) = \frac{(x-a)(b-x)}{h}\le\frac h4\to0"
                "min(s, t) on [0, 1]: the squared distance of a section from the span of those at a grid (Schur complement) against the variance of the Brownian bridge of its cell."
                ""
        Claim = claim
        Controls = [
            Control.bound "not decreasing" (bridge 0.0) claim
            Control.bound "h^2" (bridge 2.0) claim
        ]
    }

/// Draws of a Gaussian process.
let drawsHaveTheKernelAsCovariance: Theorem<Setting> =
    let inner = 50

    let measured setting seed =
        let root = (gram setting).Cholesky().Factor
        let n = root.RowCount
        let g: Matrix<float> = Draw.normalMatrix seed n inner
        let f = root * g
        let value = f.Row(0).DotProduct(f.Row(n - 1)) / float inner
        Estimate.within (1e-12 * (1.0 + abs value)) value

    let covariance setting =
        let k = gram setting in k[0, k.RowCount - 1]

    let bound power setting = near (covariance setting ** power)

    let spread setting = {
        Variance = (1.0 + covariance setting ** 2.0) / float inner
        Tail = Tail.Gaussian
        Resolution = 0.5
    }

    let ranges = {
        sectionRanges with
            Geometries = [ Sphere ]
            Counts = 2, 3
    }

    let claim = {
        Setting.over ranges (fun instances -> Claim.expectation spread instances measured (bound 1.0)) with
            Hypotheses = [ apart ]
            Effort = { Instances = 1.0; Draws = 0.2 }
    }

    {
        Entry =
            Sources.exact
                (orf "Gaussian process")
                "kernel/gp"
                "A kernel is the covariance of a Gaussian process"
                @"E f_K(x)=0,\quad \mathrm{Cov}(f_K(x),f_K(y)) = K(x,y)"
                "Means of products over 50 draws at a time through a Cholesky factor; exact variance 1 + K^2 per draw."
                ""
        Claim = claim
        Controls = [
            Control.scaled 2.0 claim
            Control.bound "the square" (fun s -> near (3.0 * covariance s)) claim
        ]
    }

/// The determinantal process of a kernel.
let determinantsSumToOnePlusTheKernel: Theorem<Setting> =
    let sum (setting: Setting) =
        let k = gram setting

        let minor mask =
            let rows = [
                for i in 0 .. k.RowCount - 1 do
                    if mask >>> i &&& 1 = 1 then
                        i
            ]

            if rows.IsEmpty then
                1.0
            else
                Matrix<float>
                    .Build.Dense(rows.Length, rows.Length, fun i j -> k[rows[i], rows[j]])
                    .Determinant()

        near (Seq.sum (Seq.init (1 <<< k.RowCount) minor))

    let bound shift (setting: Setting) =
        let k = gram setting in
        near ((k + Matrix<float>.Build.DenseIdentity(k.RowCount).Multiply(shift: float)).Determinant())

    let claim = Setting.identity { sectionRanges with Counts = 1, 5 } sum (bound 1.0)

    {
        Entry =
            Sources.exact
                (orf "DPP")
                "kernel/dpp"
                "A kernel on a finite set defines a determinantal point process"
                @"P(X=A) = \frac{\det L_A}{\det(I+L)},\ L=K:\qquad \sum_A\det L_A = \det(I+L)"
                "The sum of the principal minors of all subsets against the determinant."
                "As an L-ensemble for every positive semidefinite K. As a marginal kernel it needs K <= I: K(x, x) = 2 on one point would be an inclusion probability of 2."
        Claim = claim
        Controls = [
            Control.bound "det L" (bound 0.0) claim
            Control.bound "det(2I + L)" (bound 2.0) claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack sectionsHaveTheDiagonalAsNorm
    Theorem.pack innerProductsOfSectionsAreTheKernel
    Theorem.pack evaluationIsBoundedByTheNorm
    Theorem.pack sectionsAtAGridAreDense
    Theorem.pack drawsHaveTheKernelAsCovariance
    Theorem.pack determinantsSumToOnePlusTheKernel
]
