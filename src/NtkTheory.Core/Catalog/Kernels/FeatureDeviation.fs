/// How far the feature kernel of a finite network is from its mean: constants that depend on the points.
module NtkTheory.Catalog.Kernels.FeatureDeviation

open System
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private orf = Sources.orf "10/10" "application of Bernstein"

/// Points at equal distances on an arc of the unit circle; an arc of length 0 merges them.
type Arc = {
    Points: int
    Length: float
    Activation: Activation
    Width: int
}

let private arcs (fewest, most) lengths =
    let make =
        gen {
            let! count = Gen.choose (fewest, most)
            let! length = Gen.elements lengths
            let! activation = Gen.elements [ Sin; Cos; Erf ]
            let! width = Setting.wholeSpread (4, 32)

            return {
                Points = count
                Length = length
                Activation = activation
                Width = width
            }
        }

    make
    |> Shrinking.towards (fun arc -> [
        { arc with Points = fewest }
        {
            arc with
                Points = Shrinking.half fewest arc.Points
        }
        {
            arc with
                Points = Shrinking.less fewest arc.Points
        }
        { arc with Length = 0.0 }
        { arc with Activation = Sin }
        { arc with Width = 4 }
    ])

let private describe arc =
    let noun = if arc.Points = 1 then "point" else "points"
    $"{arc.Activation} on {arc.Points} {noun} of an arc of length {arc.Length}, {arc.Width} neurons"

let private pointsOf arc : Matrix<float> =
    let angle i =
        arc.Length * float i / float (max 1 (arc.Points - 1))

    Matrix<float>.Build.Dense(arc.Points, 2, fun i k -> if k = 0 then cos (angle i) else sin (angle i))

let private proxy arc =
    FeatureConcentration.varianceProxy arc.Activation arc.Width (pointsOf arc)

let private short = [ 0.0; 0.01; 0.3 ]

let private growth replicates = {
    Scales = [ 1.0; 2.0; 4.0; 8.0; 16.0 ]
    At = fun (arc: Arc) count -> { arc with Points = int count }
    Replicates = replicates
}

let private order value = fun (_: Arc) -> Estimate.exact value

/// The variance parameter as printed.
let varianceGrowsLikeTheNumberOfPoints: Theorem<Arc> =
    let claim = {
        Claim.rate (growth 1) AtMost (arcs (1, 1) short) (fun arc _ -> proxy arc) (order 1.0) with
            Describe = describe
            Effort = { Instances = 0.5; Draws = 1.0 }
    }

    {
        Entry =
            Sources.asPrinted
                orf
                "concentration/variance-proxy"
                "As printed: Bernstein's variance parameter is at most C m / n, with C independent of the points"
                @"U=\Bigl\|\sum_jE\,S_jS_j^\top\Bigr\|\le C\,\tfrac mn\qquad(m\ \text{points},\ n\ \text{neurons})"
                "The order in m of the exact parameter over 1 ... 16 points on an arc of the unit circle; expectations by sums over the plane, to rounding."
                "The only bound is U <= m |E K| / n, and |E K| may be m. As points merge, U tends to m^2 Var(sigma(z)^2) / n, for tanh 0.0975 m^2 / n: order 2 in m. On any bounded arc |E K| grows like m."
        Claim = claim
        Controls = [
            Control.bound "independent of m" (order 0.0) claim
            Control.bound "m^(3/2)" (order 1.5) claim
        ]
    }

/// The variance parameter with the norm of the mean.
let varianceIsAtMostTheNormOfTheMean: Theorem<Arc> =
    let bound factor arc =
        let norm = Spectrum.operatorNorm (DualKernel.gram arc.Activation (pointsOf arc))
        let share = factor * float arc.Points / float arc.Width

        // entries of modulus up to 1 by quadrature to 1e-14: a norm of n x n of them is off by n times that
        Estimate.within (norm.Radius + 1e-13 * float arc.Points) norm.Value
        |> Estimate.scale share

    let claim = {
        Claim.atMost (arcs (1, 12) (short @ [ 1.0; 3.0 ])) proxy (bound 1.0) with
            Describe = describe
            Effort = { Instances = 0.5; Draws = 1.0 }
    }

    let many = arcs (16, 24) short

    {
        Entry = {
            Sources.repaired
                orf
                "concentration/variance-proxy"
                "Bernstein's variance parameter is at most m |E K| / n, so at most m^2 / n"
                @"|\sigma|\le1:\quad U=\tfrac1n\bigl\|E K_1^2-(EK_1)^2\bigr\|\le\tfrac1n\bigl\|E\|s\|^2ss^\top\bigr\|\le\tfrac{m\|EK_1\|}{n}\le\tfrac{m^2}{n}\qquad(K_1=ss^\top,\ s_\alpha=\sigma(w\cdot x_\alpha))"
                "1 to 12 points on arcs of the unit circle: the exact parameter by sums over the plane, against the norm of the Gram matrix of closed forms."
                "It is m / n times a constant only where |E K| is bounded, as for orthonormal points and an odd activation." with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.create "printed: m / n, for 16 points and more" {
                claim with
                    Instances = many
                    Vary = fun _ -> many.Generator
                    Bound = fun arc -> Estimate.exact (float arc.Points / float arc.Width)
            }
            Control.scaled 0.2 claim
        ]
    }

let private deviationOf activation (points: Matrix<float>) width seed =
    let weights: Matrix<float> = Draw.normalMatrix seed width points.ColumnCount
    let network = TwoLayer.create activation (Array.create width 1.0) weights

    let deviation =
        Spectrum.operatorNorm (TwoLayer.featureGram network points - DualKernel.gram activation points)

    // as above, entry by entry
    Estimate.within (deviation.Radius + 1e-13 * float points.RowCount) deviation.Value

/// The rate as printed.
let deviationGrowsLikeTheRootOfTheNumberOfPoints: Theorem<Arc> =
    let squared arc seed =
        let deviation = deviationOf arc.Activation (pointsOf arc) arc.Width seed
        Estimate.multiply deviation deviation

    let claim = {
        Claim.rate (growth 400) AtMost (arcs (1, 1) short) squared (order 1.0) with
            Describe = describe
    }

    {
        Entry =
            Sources.asPrinted
                orf
                "concentration/kernel-rate"
                "As printed: the feature kernel is within C sqrt(m / n) of its mean, with C independent of the points"
                @"\|K^{(2)}-E K^{(2)}\|_{op}\le C\sqrt{m/n}\quad\text{with high probability}"
                "The order in m of the mean squared deviation (so at most 1 as printed) over 1 ... 16 points on an arc of the unit circle, 400 networks each."
                "As points merge, sqrt(n) |K - E K| / m tends to |N(0, 1)| times the standard deviation of sigma(z)^2, for tanh 0.31229: the deviation is m / sqrt n. And t = sqrt(m/n) is no high probability: the exponent stays of order 1."
        Claim = claim
        Controls = [
            Control.bound "independent of m" (order 0.0) claim
            Control.bound "m^(1/4)" (order 0.5) claim
        ]
    }

/// The deviation that Bernstein's inequality allows; `Size` is delta.
let deviationIsBoundedByBernstein: Theorem<Setting> =
    let ranges = {
        Setting.usual with
            Geometries = [ Sphere; Repeated; NearlyParallel 2 ]
            Counts = 1, 6
            Dimensions = 1, 4
            Widths = 4, 128
            Activations = [ Sin; Cos; Erf ]
            Sizes = 0.01, 0.9
    }

    let measured (setting: Setting) seed =
        deviationOf setting.Activation (Setting.points setting) setting.Width seed

    let bound factor (setting: Setting) =
        let norm =
            Spectrum.operatorNorm (DualKernel.gram setting.Activation (Setting.points setting))

        FeatureConcentration.deviation setting.Points.Count setting.Width norm.Value setting.Size
        |> fun value -> Estimate.rounded 64 value (factor * value)

    let over ranges =
        Setting.over ranges (fun instances ->
            Claim.probably (fun (s: Setting) -> s.Size) instances measured (bound 1.0))

    let claim = {
        over ranges with
            Hypotheses = [ Condition.hasUnitInputs ]
            Data = Setting.onData ranges [ Condition.unitRows ]
            Effort = { Instances = 0.5; Draws = 0.1 }
    }

    // in dimension 1 all points are 1 or -1: they merge, up to signs
    let merged = {
        ranges with
            Geometries = [ Sphere ]
            Counts = 12, 16
            Dimensions = 1, 1
            Sizes = 0.01, 0.02
    }

    {
        Entry = {
            Sources.repaired
                orf
                "concentration/kernel-rate"
                "The feature kernel is within O(sqrt(m |E K| ln(m/delta) / n) + m ln(m/delta) / n) of its mean"
                @"|\sigma|\le1:\quad P\bigl(\|K^{(2)}-EK^{(2)}\|>t\bigr)\le2m\exp\Bigl(-\frac{t^2/2}{m\|EK^{(2)}\|/n+mt/(3n)}\Bigr),\ \text{so with probability}\ \ge1-\delta\ \text{at most}\ \tfrac{m\ell}{3n}+\sqrt{\bigl(\tfrac{m\ell}{3n}\bigr)^2+\tfrac{2m\ell\|EK\|}{n}},\ \ell=\ln\tfrac{2m}\delta"
                "Operator norms for random networks against the deviation at which the tail is delta; the mean by closed forms or sums over the plane."
                "" with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Setting.on "printed: sqrt(m / n) / 4, for merged points" merged {
                claim with
                    Bound =
                        fun setting ->
                            Estimate.exact (0.25 * sqrt (float setting.Points.Count / float setting.Width))
            }
            Setting.on "a tenth of it" merged { claim with Bound = bound 0.1 }
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack varianceGrowsLikeTheNumberOfPoints
    Theorem.pack varianceIsAtMostTheNormOfTheMean
    Theorem.pack deviationGrowsLikeTheRootOfTheNumberOfPoints
    Theorem.pack deviationIsBoundedByBernstein
]
