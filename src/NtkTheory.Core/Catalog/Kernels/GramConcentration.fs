/// How near the Gram matrix of a network of finite width is to its limit, and how it moves with the weights.
module NtkTheory.Catalog.Kernels.GramConcentration

open System
open FsCheck.FSharp
open MathNet.Numerics
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// The width of Song's Lemma 1 with Hoeffding's constants; `Size` is the probability of failure.
let private widthOf (setting: Setting) =
    let points = Setting.points setting
    let lambda = (GramMatrix.smallestEigenvalue (GramMatrix.tangent points)).Value
    WidthCondition.concentration setting.Points.Count lambda setting.Size

let private deltas = 0.05, 0.5

let private concentrationRanges = {
    Setting.usual with
        Counts = 1, 3
        Dimensions = 2, 9
        Widths = 1, 1
        Sizes = deltas
}

let private deviation (setting: Setting) width seed =
    let points = Setting.points setting
    let weights: Matrix<float> = Draw.normalMatrix seed width setting.Points.Dimension

    let distance =
        Spectrum.frobenius (GramMatrix.finite weights points - GramMatrix.tangent points)

    Estimate.rounded 64 (float setting.Points.Count) distance

let private quarter factor (setting: Setting) =
    let lambda =
        GramMatrix.smallestEigenvalue (GramMatrix.tangent (Setting.points setting))

    Estimate.scale (0.25 * factor) lambda

/// Song's Lemma 1 with explicit constants.
let gramConcentratesAtQuadraticWidth: Theorem<Setting> =
    let measured setting seed =
        deviation setting (int (ceil (widthOf setting))) seed

    let claim = {
        Setting.over concentrationRanges (fun instances ->
            Claim.probably _.Size instances measured (quarter 1.0)) with
            Hypotheses = [
                Condition.hasUnitInputs
                Hypothesis.named "lambda > 0, and a width that can be drawn" (fun setting ->
                    widthOf setting <= 2500.0)
            ]
            Data = Setting.onData concentrationRanges [ Condition.unitRows; Condition.distinctRows ]
            Effort = { Instances = 0.5; Draws = 0.25 }
    }

    {
        Entry = {
            Id = "gram/concentration"
            Title =
                "At width 8 n^2 ln(n(n+1)/delta) / lambda^2 the finite Gram matrix is within lambda/4 of its limit"
            Statement =
                @"m \ge \frac{8n^2}{\lambda^2}\ln\frac{n(n+1)}{\delta}\ \Rightarrow\ P\bigl(\|H^{\mathrm{dis}}-H^{\mathrm{cts}}\|_F \le \lambda/4,\ \lambda_{\min}(H^{\mathrm{dis}})\ge\tfrac34\lambda\bigr)\ge1-\delta"
            Source = Sources.song "Lemma 1"
            Status = Proved
            Sharpness = Loose
            Method =
                "Networks drawn at exactly that width, up to 2,500 neurons; a violation is a draw whose Frobenius distance exceeds lambda/4 (Weyl gives the eigenvalue)."
            Remark =
                "Hoeffding on n(n+1)/2 entries at lambda/(4n). The exact mean of the square is gram/mean-deviation. The eigenvalue alone needs only m >= (n / lambda) ln(n/delta) / 0.034238 (matrix Chernoff)."
        }
        Claim = claim
        Controls = [
            Control.create "a single neuron" {
                claim with
                    Measured = fun setting seed -> deviation setting 1 seed
            }
            Control.failing 0.8 "lambda/400 in place of lambda/4" { claim with Bound = quarter 0.01 }
        ]
    }

/// The mean of the squared distance, exactly.
let meanSquaredDistanceIsExact: Theorem<Setting> =
    let inner = 50

    let ranges = {
        concentrationRanges with
            Geometries = [ Sphere; Antipodal; Gaussian ]
            Counts = 1, 3
            Dimensions = 1, 4
            Widths = 2, 32
            Sizes = 1.0, 1.0
    }

    let measured (setting: Setting) seed =
        let squares =
            Seq.init inner (fun k ->
                let distance = deviation setting setting.Width (Seed.at k seed) in distance.Value ** 2.0)

        let value = Seq.average squares
        let largest = Spectrum.frobenius (Setting.points setting) ** 4.0
        Estimate.rounded 128 largest value

    let bound factor (setting: Setting) =
        let value =
            factor (float setting.Width) * GramMatrix.deviation (Setting.points setting)

        Estimate.rounded 64 value value

    // the fourth central moment of a mean of m indicators is pq (1 - 6 pq) / m^3 + 3 (pq)^2 / m^2; Minkowski adds the
    // roots over the entries
    let spread (setting: Setting) =
        let m = float setting.Width

        let root (x: Vector<float>) (y: Vector<float>) =
            let p = ArcCosine.degreeZero (Angle.between x y)
            let pq = p * (1.0 - p)

            (x.DotProduct y) ** 2.0
            * sqrt (pq * (1.0 - 6.0 * pq) / m ** 3.0 + 3.0 * pq * pq / (m * m))

        let sum = (GramMatrix.ofKernel root (Setting.points setting)).RowSums().Sum()

        {
            Variance = sum * sum / float inner
            Tail = Tail.Gaussian
            Resolution = 0.5
        }

    let claim = {
        Setting.over ranges (fun instances ->
            Claim.expectation spread instances measured (bound (fun m -> 1.0 / m))) with
            Data = Setting.onData { ranges with Counts = 1, 3 } []
            Effort = { Instances = 1.0; Draws = 0.15 }
    }

    {
        Entry =
            Sources.exact
                (Sources.derived "the means behind Lemma 1 of Song and the law of large numbers of lecture 7")
                "gram/mean-deviation"
                "The mean squared distance of the finite Gram matrix from its limit is known exactly, for every width"
                @"m\,E\|H^{\mathrm{dis}}-H^{\mathrm{cts}}\|_F^2 = \sum_{i,j}(x_i\cdot x_j)^2\,p_{ij}(1-p_{ij}),\qquad p_{ij}=P(w\cdot x_i\ge0,w\cdot x_j\ge0)=\frac{\pi-\angle(x_i,x_j)}{2\pi}"
                "Means over 50 networks at a time of 2 to 32 neurons, for points of any norm, against the sum; the variance of a draw is bounded by fourth moments of binomials, exactly, and Minkowski's inequality."
                "For a single entry: E(k_m - k)^2 = (x.x')^2 p(1 - p) / m, the constant of kernel/slln."
        Claim = claim
        Controls = [
            Control.scaled 2.0 claim
            Control.bound "1/m^2 in place of 1/m" (bound (fun m -> 1.0 / (m * m))) claim
        ]
    }

/// Song's Lemma 2 by the largest change that the ball allows.
let gramMovesByAtMostTwoNRInTheBall: Theorem<Setting> =
    let ranges = {
        Setting.usual with
            Counts = 1, 3
            Dimensions = 1, 4
            Widths = 20, 400
            Sizes = 0.02, 0.95
    }

    let failure (setting: Setting) =
        float (setting.Points.Count * setting.Points.Count)
        * exp (-0.1 * float setting.Width * setting.Size)

    let measured (setting: Setting) seed =
        let points = Setting.points setting

        let weights: Matrix<float> =
            Draw.normalMatrix seed setting.Width setting.Points.Dimension

        let value =
            if setting.Points.Count = 2 && setting.Width <= 40 && setting.Points.Dimension > 1 then
                fst (GramPerturbation.exactForTwo points weights setting.Size)
            else
                GramPerturbation.upperBound points weights setting.Size

        Estimate.rounded 64 (float setting.Points.Count) value

    let bound (setting: Setting) =
        Estimate.exact (2.0 * float setting.Points.Count * setting.Size)

    let claim = {
        Setting.over ranges (fun instances -> Claim.probably failure instances measured bound) with
            Hypotheses = [
                Condition.hasUnitInputs
                Hypothesis.named "n^2 exp(-mR/10) < 1" (fun setting -> failure setting < 1.0)
            ]
            Effort = { Instances = 0.5; Draws = 0.25 }
    }

    let wide =
        Setting.arbitrary {
            ranges with
                Widths = 300, 400
                Sizes = 0.3, 0.9
                Counts = 1, 2
        }

    let small =
        Setting.arbitrary {
            ranges with
                Widths = 900, 1000
                Sizes = 0.06, 0.09
                Counts = 1, 2
        }

    {
        Entry = {
            Id = "gram/perturbation"
            Title = "Moving each neuron by at most R changes the Gram matrix by less than 2 n R"
            Statement =
                @"P\Bigl(\sup_{\|w_r-\tilde w_r\|\le R\,\forall r}\|H(w)-H(\tilde w)\|_F \ge 2nR\Bigr) \le n^2 e^{-mR/10}"
            Source = Sources.song "Lemma 2"
            Status = Proved
            Sharpness = Loose
            Method =
                "For each draw an upper bound of the supremum over all weights in the balls: each entry at its own worst case, with neurons counted that can be turned on or off (distance to the wedge of two half spaces). Exact for one point; for two points and few neurons the exact supremum by dynamic programming."
            Remark =
                "The statement is true, the printed proof gives 3nR only: its event of 2mR flips of either kind is likelier than exp(-mR/10). Counting flips on and off apart gives n(n+1) P(Bin(m, 0.798 R) >= 2mR)."
        }
        Claim = claim
        Controls = [
            Control.failing 0.9 "bound multiplied by 0.1" {
                claim with
                    Instances = wide
                    Vary = (fun _ -> wide.Generator)
                    Bound = bound >> Estimate.scale 0.1
            }
            Control.failing 0.9 "R^2 in place of R" {
                claim with
                    Instances = small
                    Vary = (fun _ -> small.Generator)
                    Bound = fun setting -> Estimate.scale setting.Size (bound setting)
            }
        ]
    }

/// A preactivation and a radius in quarters, so that they meet exactly.
type Quarters = { Preactivation: int; Reach: int }

let private quarters =
    let make =
        gen {
            let! reach = Gen.choose (1, 6)
            // the ends of the interval, and anywhere
            let! preactivation = Gen.oneof [ Gen.elements [ -reach; reach ]; Gen.choose (-8, 8) ]

            return {
                Preactivation = preactivation
                Reach = reach
            }
        }

    make
    |> Shrinking.towards (fun q -> [
        if q.Reach > 1 then
            {
                Preactivation = q.Preactivation - sign q.Preactivation
                Reach = q.Reach - 1
            }
    ])

/// Whether some point of the closed ball has another activity, looked for along x with 65 points.
let private flips q =
    let p = 0.25 * float q.Preactivation

    let at k =
        p + 0.25 * float q.Reach * (float k / 32.0 - 1.0)

    Seq.init 65 at
    |> Seq.exists (fun u -> (u >= 0.0) <> (p >= 0.0))
    |> Convert.ToDouble
    |> Estimate.exact

let private indicator inside q =
    Estimate.exact (Convert.ToDouble(inside q: bool))

let private openEvent q = abs q.Preactivation < q.Reach

let private halfOpenEvent q =
    -q.Reach <= q.Preactivation && q.Preactivation < q.Reach

/// The remark after Lemma 1 as printed.
let aNeuronCanFlipExactlyInsideTheOpenInterval: Theorem<Quarters> =
    let claim = Claim.identity quarters flips (indicator openEvent)

    {
        Entry = {
            Id = "gram/event-iff"
            Title = "As printed: a neuron can flip within R iff its preactivation is less than R in magnitude"
            Statement =
                @"\exists u:\|u-\tilde w\|\le R,\ 1[x\cdot\tilde w\ge0]\ne1[x\cdot u\ge0]\iff|\tilde w\cdot x|<R"
            Source = Sources.song "after Lemma 1"
            Status = FalseAsStated "gram/event-iff/repaired"
            Sharpness = Exact
            Method = "Exact quarters: 65 points of the closed ball along x are tried."
            Remark =
                "On a null set only: at w.x = -R the point w + R x has preactivation 0, which counts as active."
        }
        Claim = claim
        Controls = [
            Control.bound "closed on both sides" (indicator (fun q -> abs q.Preactivation <= q.Reach)) claim
            Control.bound "half the radius" (indicator (fun q -> 2 * abs q.Preactivation < q.Reach)) claim
        ]
    }

/// The half-open form.
let aNeuronCanFlipExactlyInsideTheHalfOpenInterval: Theorem<Quarters> =
    let claim = Claim.identity quarters flips (indicator halfOpenEvent)

    {
        Entry = {
            Id = "gram/event-iff/repaired"
            Title = "A neuron can flip within R iff its preactivation lies in [-R, R)"
            Statement =
                @"\|x\|=1:\quad \exists u:\|u-\tilde w\|\le R,\ 1[x\cdot\tilde w\ge0]\ne1[x\cdot u\ge0]\iff -R\le\tilde w\cdot x<R"
            Source = Sources.song "after Lemma 1"
            Status = Repairs "gram/event-iff"
            Sharpness = Exact
            Method = "Exact quarters: 65 points of the closed ball along x are tried."
            Remark = "For other norms R |x| takes the place of R."
        }
        Claim = claim
        Controls = [
            Control.bound "printed: the open interval" (indicator openEvent) claim
            Control.bound
                "the other half-open interval"
                (indicator (fun q -> -q.Reach < q.Preactivation && q.Preactivation <= q.Reach))
                claim
        ]
    }

let private radii low high =
    Arb.fromGen (Setting.spread (low, high))

/// Anti-concentration of one normal variable.
let normalVariablesAreRarelySmall: Theorem<float> =
    let probability radius =
        let inside =
            GaussianExpectation.estimate 1.0 0.0 [ -radius; radius ] (fun z ->
                if abs z < radius then 1.0 else 0.0)

        inside

    let bound radius =
        Estimate.rounded 4 radius (2.0 * radius / sqrt Math.Tau)

    let claim = Claim.atMost (radii 0.001 4.0) probability bound

    {
        Entry = {
            Id = "gram/anti-concentration"
            Title =
                "A standard normal variable is below R in magnitude with probability at most 2R / sqrt(2 pi)"
            Statement = @"P(|z|<R) = \mathrm{erf}(R/\sqrt2) \le \frac{2R}{\sqrt{2\pi}}"
            Source = Sources.song "eq. (6)"
            Status = Proved
            Sharpness = Tight
            Method =
                "The probability by Gauss-Legendre panels broken at -R and R; the ratio tends to 1 as R goes to 0."
            Remark = ""
        }
        Claim = claim
        Controls = [
            Control.scaled 0.95 claim
            Control.bound
                "R^2 in place of R"
                (fun radius -> Estimate.exact (2.0 * radius * radius / sqrt Math.Tau))
                claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack gramConcentratesAtQuadraticWidth
    Theorem.pack meanSquaredDistanceIsExact
    Theorem.pack gramMovesByAtMostTwoNRInTheBall
    Theorem.pack aNeuronCanFlipExactlyInsideTheOpenInterval
    Theorem.pack aNeuronCanFlipExactlyInsideTheHalfOpenInterval
    Theorem.pack normalVariablesAreRarelySmall
]
