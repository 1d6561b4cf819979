/// Sections of kernels, and the random objects that a kernel defines.
module NtkTheory.Catalog.Kernels.KernelSections

open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Catalog.Kernels.KernelProblem

let private orf = Sources.orf "10/31"

let private sectionRanges = {
    ranges with
        Counts = 2, 4
        Dimensions = 2, 4
}

/// The inner product of the interpolants of two lists of values at the data, each at most 1.
let private inner setting (a: Vector<float>) (b: Vector<float>) =
    let gram = gaussianGram setting
    let n = gram.RowCount
    // the trace is n
    let condition = float n / (Spectrum.smallest gram).Value
    solved n condition condition (a.DotProduct(gram.Cholesky().Solve b))

let private section i (setting: Setting) = (gaussianGram setting).Row i

/// A kernel value: an exponential of a sum of squares, to its last digits.
let private kernelValue value = summed 16 (abs value) value

/// Sections have squared norm K(x, x).
let sectionsHaveTheDiagonalAsNorm: Theorem<Setting> =
    let measured setting =
        inner setting (section 0 setting) (section 0 setting)

    let bound factor setting =
        kernelValue (factor * (gaussianGram setting)[0, 0])

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

    let bound power setting =
        kernelValue ((gaussianGram setting)[0, 1] ** power)

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

    // combinations of sections at all points but the last, which is where they are evaluated
    let split setting =
        let g = GramMatrix.ofKernel kernel (Setting.points setting)
        let n = g.RowCount - 1
        let alpha = (labels setting).SubVector(0, n)
        g.SubMatrix(0, n, 0, n), g.Row(n).SubVector(0, n), g[n, n], alpha

    let value setting =
        let _, section, _, alpha = split setting
        summed 64 (section.L2Norm() * alpha.L2Norm()) (abs (section.DotProduct alpha))

    let bound power setting =
        let k, _, own, alpha = split setting
        let value = KernelRidge.norm k alpha * own ** power
        // the norm is a root: where it nearly vanishes its square keeps the rounding of the sum
        let rounding =
            sqrt (Estimate.gamma 64 * Spectrum.frobenius k) * alpha.L2Norm() * sqrt own

        Estimate.within (Estimate.gamma 64 * value + min value rounding) value

    let claim = Setting.atMost ranges value (bound 0.5)

    // f(x) = x^n on [0, 1], evaluated at 1, in the L^2 norm 1 / sqrt(2n + 1); n is the width
    let inSquareMean (setting: Setting) =
        10.0 / sqrt (2.0 * float setting.Width + 1.0)

    {
        Entry = {
            Sources.exact
                (orf "Properties of RKHS, 2")
                "rkhs/reproducing"
                "Values are inner products with sections, so at most the norm times sqrt(K(x, x))"
                @"f(x)=\langle f,K(x,\cdot)\rangle_{\mathcal H_K},\qquad |f(x)|\le\|f\|_{\mathcal H_K}\sqrt{K(x,x)}"
                "Random combinations f of sections of the ReLU feature kernel: the value at another point, by the reproducing identity sum alpha_i K(x_i, x), against sqrt(alpha' K alpha K(x, x)); equality for points on one ray."
                "The notes' reason, 'linear functionals in Hilbert spaces are bounded', is false in infinite dimension: evaluation at 1 on polynomials has no bound in the L^2 norm of [0, 1], as x^n has the value 1 and the norm 1 / sqrt(2n + 1) (a control). Here evaluation is bounded because the reproducing identity writes it as an inner product." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.scaled 0.9 claim
            Control.bound "without sqrt(K(x, x))" (bound 0.0) claim
            Setting.on
                "printed reason: evaluation is bounded in any Hilbert space, say by ten times the L^2 norm"
                { ranges with Widths = 1, 1000 }
                {
                    claim with
                        Measured = fun _ _ -> Estimate.exact 1.0
                        Bound = inSquareMean >> Estimate.exact
                }
        ]
    }

/// A place between two neighbours of a grid on [0, 1].
type GridPlace = { Cells: int; Offset: int }

let private gridPlaces =
    gen {
        let! cells = Gen.choose (1, 12)
        let! offset = Gen.choose (1, 9)
        return { Cells = cells; Offset = offset }
    }
    |> Shrinking.towards (fun g -> [
        {
            g with
                Cells = Shrinking.half 1 g.Cells
        }
    ])

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
        let h, u = 1.0 / float g.Cells, float g.Offset / 10.0
        Estimate.exact (h ** power * u * (1.0 - u))

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
        let root = (gaussianGram setting).Cholesky().Factor
        let n = root.RowCount
        let g: Matrix<float> = Draw.normalMatrix seed n inner
        let f = root * g
        let value = f.Row(0).DotProduct(f.Row(n - 1)) / float inner
        Estimate.within (1e-12 * (1.0 + abs value)) value

    let covariance setting =
        let k = gaussianGram setting in k[0, k.RowCount - 1]

    let bound power setting =
        kernelValue (covariance setting ** power)

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
            Control.bound "the square of the kernel" (bound 2.0) claim
        ]
    }

/// The determinantal process of a kernel.
let determinantsSumToOnePlusTheKernel: Theorem<Setting> =
    // 2^n minors of at most 1 (Hadamard), each by an elimination of n^3 / 3 steps
    let determinants (setting: Setting) value =
        let n = setting.Points.Count
        summed (n * n * n + 64) (4.0 ** float n) value

    let sum (setting: Setting) =
        let k = gaussianGram setting

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

        determinants setting (Seq.sum (Seq.init (1 <<< k.RowCount) minor))

    let bound shift (setting: Setting) =
        let k = gaussianGram setting

        let shifted =
            k + Matrix<float>.Build.DenseIdentity(k.RowCount).Multiply(shift: float)

        determinants setting (shifted.Determinant())

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
