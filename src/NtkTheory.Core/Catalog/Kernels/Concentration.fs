/// Matrix Bernstein, and what it says of the feature kernel.
module NtkTheory.Catalog.Kernels.Concentration

open System
open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// A sum of diagonal matrices with independent signs, and a threshold in units of its standard deviation.
type SignSum = {
    Terms: int
    Dimension: int
    Deviations: float
}

let private signSums =
    let make =
        gen {
            let! terms = Setting.wholeSpread (1, 1024)
            let! dimension = Setting.wholeSpread (1, 100)
            let! deviations = Setting.spread (0.3, 5.0)

            return {
                Terms = terms
                Dimension = dimension
                Deviations = deviations
            }
        }

    let smaller sum =
        seq {
            for terms in List.distinct [ 1; sum.Terms / 2; sum.Terms - 1 ] do
                if terms >= 1 && terms < sum.Terms then
                    { sum with Terms = terms }

            for dimension in List.distinct [ 1; sum.Dimension / 2 ] do
                if dimension >= 1 && dimension < sum.Dimension then
                    { sum with Dimension = dimension }

            for deviations in [ 0.5; 1.0; 2.0 ] do
                if
                    sum.Deviations <> deviations
                    && not (List.contains sum.Deviations [ 0.5; 1.0; 2.0 ])
                then
                    { sum with Deviations = deviations }
        }

    Arb.fromGenShrink (make, smaller)

let private threshold sum = sum.Deviations * sqrt (float sum.Terms)

/// P(max over the diagonal of |sum of signs| > t), exactly: each entry is twice a binomial less its mean.
let private exactTail sum =
    let terms = float sum.Terms
    let needed = int (floor (0.5 * (terms + threshold sum))) + 1
    let one = min 1.0 (2.0 * BinomialTail.atLeast sum.Terms 0.5 needed)
    let d = float sum.Dimension
    let value = if d * one < 1e-7 then d * one else 1.0 - (1.0 - one) ** d
    // the short form drops d^2 q^2 / 2; powers near 1 lose d roundings of 1
    Estimate.within (1e-9 * value + 0.5 * (if d * one < 1e-7 then d * d * one * one else 0.0)) value

/// |S_j| = 1 and the variance parameter is the number of terms.
let private bernstein dimensions half sum =
    let t = threshold sum
    Estimate.exact (dimensions sum * exp (-half * t * t / (float sum.Terms + t / 3.0)))

let private signClaim bound = Claim.atMost signSums exactTail bound

/// Matrix Bernstein as printed.
let normOfARandomSumHasAnExponentialTail: Theorem<SignSum> =
    let claim = signClaim (bernstein (fun _ -> 1.0) 1.0)

    {
        Entry = {
            Id = "concentration/matrix-bernstein"
            Title = "As printed: P(|Z| > t) <= exp(-t^2 / (U + L t / 3))"
            Statement =
                @"Z=\sum_j S_j,\ E S_j=0,\ \|S_j\|\le L,\ U=\max(\|\sum E S_jS_j^T\|,\|\sum E S_j^TS_j\|)\ \Rightarrow\ P(\|Z\|>t)\le e^{-t^2/(U+Lt/3)}"
            Source = Sources.orf "10/10" "Theorem (Matrix Bernstein)"
            Status = FalseAsStated "concentration/matrix-bernstein/repaired"
            Sharpness = Loose
            Method =
                "Sums of diagonal matrices with independent signs (L = 1, U = N): the exact binomial tail of the largest entry."
            Remark =
                "The factor 1/2 in the exponent and the dimension factor are missing. One sign and t = 1/2: probability 1 > 0.807. N = 1024, t = 63: 0.0489 > 0.0224. In dimension 100, N = 100, t = 20, even with the 1/2: 0.972 > 0.153."
        }
        Claim = claim
        Controls = [
            Control.bound "with the 1/2, still without the dimension" (bernstein (fun _ -> 1.0) 0.5) claim
            Control.bound
                "with the dimension, still without the 1/2"
                (bernstein (fun sum -> 2.0 * float sum.Dimension) 1.0)
                claim
        ]
    }

/// Matrix Bernstein.
let normOfARandomSumHasAnExponentialTailTimesTheDimension: Theorem<SignSum> =
    let claim = signClaim (bernstein (fun sum -> 2.0 * float sum.Dimension) 0.5)

    {
        Entry = {
            Id = "concentration/matrix-bernstein/repaired"
            Title = "Matrix Bernstein: P(|Z| > t) <= (d1 + d2) exp(-(t^2/2) / (U + L t / 3))"
            Statement = @"P(\|Z\|>t)\le(d_1+d_2)\exp\Bigl(-\frac{t^2/2}{U+Lt/3}\Bigr)"
            Source = {
                Sources.orf "10/10" "Theorem (Matrix Bernstein)" with
                    Paper = "Tropp 2015, Theorem 1.6.2"
            }
            Status = Repairs "concentration/matrix-bernstein"
            Sharpness = Loose
            Method =
                "Sums of diagonal matrices with independent signs (L = 1, U = N): the exact binomial tail of the largest entry."
            Remark = ""
        }
        Claim = claim
        Controls = [
            Control.bound "without the dimension" (bernstein (fun _ -> 2.0) 0.5) claim
            Control.bound "without the 1/2" (bernstein (fun sum -> 2.0 * float sum.Dimension) 1.0) claim
        ]
    }

let private bounded = {
    Setting.usual with
        Geometries = [ Sphere ]
        Counts = 1, 4
        Dimensions = 1, 4
        Widths = 1, 64
        Activations = [ Tanh; Sin; Cos; Erf ]
        Sizes = 0.05, 0.5
}

let private expected (setting: Setting) =
    DualKernel.gram setting.Activation (Setting.points setting)

/// One summand (K_1 - E K_1) / n for the first neuron of the setting's network.
let private summand (setting: Setting) =
    let one = {
        Setting.network setting with
            Outer = [| 1.0 |]
    }

    let single =
        TwoLayer.withHidden (one.Hidden.SubMatrix(0, 1, 0, one.Hidden.ColumnCount)) one

    let own = TwoLayer.featureGram single (Setting.points setting)
    own, (own - expected setting).Divide(float setting.Width)

let private summandNorm setting =
    let _, difference = summand setting
    let norm = Spectrum.operatorNorm difference
    Estimate.within (norm.Radius + 1e-13 * float setting.Points.Count) norm.Value

/// The step of the notes that bounds a centred summand by its uncentred part.
let centredSummandsAreBelowUncentredOnes: Theorem<Setting> =
    let bound factor (setting: Setting) =
        let own, _ = summand setting
        Spectrum.operatorNorm own |> Estimate.scale (factor / float setting.Width)

    let claim =
        Setting.over bounded (fun instances -> Claim.atMost instances summandNorm (bound 1.0))

    {
        Entry = {
            Id = "concentration/summand"
            Title = "As printed: a centred summand has at most the norm of its uncentred part"
            Statement = @"S_j = \tfrac1n(K_j - E K_j)\ \Rightarrow\ \|S_j\| \le \|K_j/n\|\ (\le m/n)"
            Source = Sources.orf "10/10" "application of Bernstein"
            Status = FalseAsStated "concentration/summand/repaired"
            Sharpness = Loose
            Method =
                "Norms by eigenvalues, for one random neuron; the expectation by closed forms or plane quadrature."
            Remark =
                "Where the neuron's outputs are small the mean dominates: one point and sigma(w.x) = 0 give |0 - E K| > 0. The conclusion m/n is true."
        }
        Claim = claim
        Controls = [
            Control.bound "half of the uncentred part" (bound 0.5) claim
            Control.bound "a tenth of the uncentred part" (bound 0.1) claim
        ]
    }

/// The conclusion of that step, which is true.
let centredSummandsAreAtMostPointsOverWidth: Theorem<Setting> =
    let bound power (setting: Setting) =
        Estimate.exact (float setting.Points.Count ** power / float setting.Width)

    let ranges = {
        bounded with
            Geometries = [ Sphere; Repeated ]
    }

    let claim = {
        Setting.over ranges (fun instances -> Claim.atMost instances summandNorm (bound 1.0)) with
            Hypotheses = [ Condition.hasUnitInputs ]
    }

    {
        Entry = {
            Id = "concentration/summand/repaired"
            Title = "A centred summand of the feature kernel has norm at most m / n"
            Statement =
                @"|\sigma|\le1:\quad \|S_j\| = \tfrac1n\|K_j-EK_j\| \le \tfrac1n\max(\|K_j\|,\|EK_j\|) \le \tfrac mn\qquad(m\ \text{points},\ n\ \text{neurons})"
            Source = Sources.orf "10/10" "application of Bernstein"
            Status = Repairs "concentration/summand"
            Sharpness = Loose
            Method =
                "Norms by eigenvalues, for one random neuron; both parts are positive semidefinite with norm at most m / n."
            Remark = ""
        }
        Claim = claim
        Controls = [
            Control.scaled 0.5 claim
            Control.bound "1/(m n) in place of m/n" (bound -1.0) claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack normOfARandomSumHasAnExponentialTail
    Theorem.pack normOfARandomSumHasAnExponentialTailTimesTheDimension
    Theorem.pack centredSummandsAreBelowUncentredOnes
    Theorem.pack centredSummandsAreAtMostPointsOverWidth
]
