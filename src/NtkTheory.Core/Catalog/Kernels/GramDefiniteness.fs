/// When Gram matrices of activations are positive definite.
module NtkTheory.Catalog.Kernels.GramDefiniteness

open System
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private nonPolynomial = [ Cos; Sin; Tanh; Erf; Sigmoid; Gelu; Softplus; Relu; Abs; Exp ]

let private ranges = {
    Setting.usual with
        Geometries = [ Sphere; Antipodal ]
        Counts = 2, 4
        Dimensions = 1, 4
        Widths = 1, 1
        Activations = nonPolynomial
        Sizes = 1.0, 1.0
}

let private isNotPolynomial =
    Hypothesis.named "not a polynomial" (fun (setting: Setting) ->
        (Activation.polynomialDegree setting.Activation).IsNone)

let private products setting =
    let points = Setting.points setting
    points.TransposeAndMultiply points

/// Every two points are antipodal or equal, or at a cosine of at most 0.8 either way.
let private areApart =
    Hypothesis.named "pairs apart or antipodal" (fun setting ->
        let rho: Matrix<float> = products setting

        let apart i j =
            i = j || abs rho[i, j] <= 0.8 || abs rho[i, j] > 1.0 - 1e-12

        Seq.forall
            id
            (seq {
                for i in 0 .. rho.RowCount - 1 do
                    for j in 0..i do
                        apart i j
            }))

let private describe (setting: Setting) =
    let row (values: float seq) =
        values |> Seq.map (fun v -> $"%.4g{v}") |> String.concat ", "

    let points =
        Setting.points setting
        |> fun p -> p.EnumerateRows() |> Seq.map (fun r -> $"({row r})") |> String.concat ", "

    $"{setting.Activation} on {points}"

/// Eigenvalues that are zero. Where pairs are apart or antipodal the certificate keeps every nonzero one above
/// 1e-9, and quadrature and QL err by less than 1e-12.
let private nullity gram =
    Spectrum.eigenvalues gram
    |> Array.filter (fun value -> value < 1e-11)
    |> Array.length
    |> float

/// The notes' theorem as printed.
let gramIsPositiveDefiniteOnDistinctUnitPoints: Theorem<Setting> =
    let measured (setting: Setting) =
        Estimate.exact (nullity (DualKernel.gram setting.Activation (Setting.points setting)))

    let claim = {
        Setting.over ranges (fun instances -> Claim.atMost instances measured (fun _ -> Estimate.exact 0.0)) with
            Hypotheses = [
                isNotPolynomial
                Condition.hasUnitInputs
                Condition.hasDistinctInputs
                areApart
            ]
            Describe = describe
    }

    {
        Entry = {
            Id = "gram/hermite-pd"
            Title =
                "As printed: the Gram matrix of a non-polynomial activation is positive definite on distinct unit points"
            Statement =
                @"\sigma\ \text{not a polynomial},\ x_\alpha\ne x_\beta,\ \|x_\alpha\|=1\ \Rightarrow\ \exists\lambda_0>0:\ \bigl(E\,\sigma(w\cdot x_\alpha)\sigma(w\cdot x_\beta)\bigr)_{\alpha\beta}\succeq\lambda_0 I"
            Source = Sources.orf "10/10" "positive definiteness of the expected kernel"
            Status = FalseAsStated "gram/hermite-pd/repaired"
            Sharpness = Loose
            Method =
                "The number of zero eigenvalues, on pairs of points that are antipodal or well apart (so that a tiny eigenvalue is a zero). Closed forms or plane quadrature for the entries."
            Remark =
                "Antipodal points: cos takes equal values on x and -x, tanh, sin and erf opposite ones, sigmoid(z) + sigmoid(-z) = 1 makes two pairs dependent, and GELU, softplus and ReLU fail on linearly dependent pairs. The step 'x_alpha.x_beta to the k-th power tends to delta' fails at -1."
        }
        Claim = claim
        Controls = [
            Control.without
                Condition.distinctInputs
                (Setting.arbitrary {
                    ranges with
                        Geometries = [ Repeated ]
                })
                claim
            Control.without
                "not a polynomial"
                (Setting.arbitrary {
                    ranges with
                        Activations = [ Identity ]
                        Counts = 4, 4
                        Dimensions = 2, 3
                        Geometries = [ Sphere ]
                })
                claim
        ]
    }

let private isNotAntipodal =
    Hypothesis.named "no antipodal points" (Setting.points >> GramMatrix.antipodal >> List.isEmpty)

/// The repair, with a computable lower bound.
let gramIsPositiveDefiniteWithoutAntipodalPoints: Theorem<Setting> =
    let ranges = {
        ranges with
            Geometries = [ Sphere ]
            Counts = 1, 5
            Dimensions = 1, 8
    }

    let smallest (setting: Setting) =
        let gram = DualKernel.gram setting.Activation (Setting.points setting)
        // entries to 1e-13 of the diagonal (quadrature, closed forms)
        Spectrum.smallestWithin (1e-13 * gram[0, 0]) gram

    let coefficients =
        nonPolynomial
        |> List.map (fun a -> a, DualKernel.coefficients 40 a)
        |> Map.ofList

    let certificate (setting: Setting) =
        let value =
            DualKernel.certificate coefficients[setting.Activation] (Setting.points setting)

        Estimate.within (1e-11 * value + 1e-15) value

    let claim = {
        Setting.over ranges (fun instances -> Claim.atLeast instances smallest certificate) with
            Hypotheses = [
                isNotPolynomial
                Condition.hasUnitInputs
                Condition.hasDistinctInputs
                isNotAntipodal
            ]
            Data =
                Setting.onData ranges [
                    Condition.unitRows
                    Condition.distinctRows
                    Condition.noAntipodalRows
                ]
    }

    let blind (setting: Setting) =
        // the certificate of one point: what remains when the pair at -1 is thought to decay
        let first = (Setting.points setting).Row(0).ToRowMatrix()
        Estimate.exact (DualKernel.certificate coefficients[setting.Activation] first)

    {
        Entry = {
            Id = "gram/hermite-pd/repaired"
            Title =
                "Without antipodal points the Gram matrix is positive definite, with an explicit lower bound"
            Statement =
                @"x_\alpha\ne\pm x_\beta,\ \sigma\ \text{not a polynomial}:\quad \lambda_{\min} \ge \sum_k c_k^2\max\Bigl(0,\,1-\max_\alpha\sum_{\beta\ne\alpha}|x_\alpha\cdot x_\beta|^k\Bigr) > 0"
            Source = Sources.orf "10/10" "positive definiteness of the expected kernel"
            Status = Repairs "gram/hermite-pd"
            Sharpness = Tight
            Method =
                "The smallest eigenvalue of the Gram matrix against the certificate (Gershgorin on each Hadamard power, 41 coefficients: fewer terms only lower it). Equality for one point and for orthogonal points with c_0 = 0."
            Remark =
                "With antipodal points infinitely many even and infinitely many odd coefficients suffice. In general the matrix is definite iff no c other than 0 has sum c_a c_b (x_a.x_b)^k = 0 for every k with c_k nonzero."
        }
        Claim = claim
        Controls = [
            Control.scaled 1.05 claim
            Control.create "antipodal points thought to decay" {
                Claim.without "no antipodal points" claim with
                    Instances =
                        Setting.arbitrary {
                            ranges with
                                Geometries = [ Antipodal ]
                                Counts = 2, 2
                        }
                    Vary =
                        fun setting ->
                            Points.vary setting.Points
                            |> Gen.map (fun points -> { setting with Points = points })
                    Bound = blind
            }
        ]
    }

/// Antipodal pairs and single points.
type Pairs = {
    Dimension: int
    Pairs: int
    Singles: int
    Seed: int
}

let private pairs =
    let make =
        gen {
            let! dimension = Gen.choose (2, 4)
            let! pairs = Gen.choose (0, 5)
            let! singles = Gen.choose (0, 3)
            let! seed = Points.seeds

            return {
                Dimension = dimension
                Pairs = pairs
                Singles = max singles (if pairs = 0 then 1 else 0)
                Seed = seed
            }
        }

    make
    |> Shrinking.towards (fun set -> [
        {
            set with
                Singles = Shrinking.less (if set.Pairs > 0 then 0 else 1) set.Singles
        }
        {
            set with
                Pairs = Shrinking.less (min 1 set.Pairs) set.Pairs
        }
        {
            set with
                Dimension = Shrinking.less 2 set.Dimension
        }
        { set with Seed = set.Seed / 2 }
    ])

let private pointsOf set : Matrix<float> =
    let seed = Seed.ofInt set.Seed
    let half: Matrix<float> = Draw.sphere seed (set.Pairs + set.Singles) set.Dimension

    if set.Pairs = 0 then
        half
    else
        half.Stack(half.SubMatrix(0, set.Pairs, 0, set.Dimension).Negate())

/// The exact criterion for the ReLU Gram matrices.
let reluGramIsSingularExactlyForDependentAntipodalPairs: Theorem<Pairs> =
    let measured set =
        let points = pointsOf set
        Estimate.exact (nullity (GramMatrix.tangent points) + nullity (GramMatrix.feature points))

    let apart set =
        let half = (pointsOf set).SubMatrix(0, set.Pairs + set.Singles, 0, set.Dimension)
        let rho: Matrix<float> = half.TransposeAndMultiply half

        Seq.forall
            id
            (seq {
                for i in 0 .. rho.RowCount - 1 do
                    for j in 0 .. i - 1 do
                        abs rho[i, j] < 0.995
            })

    let predicted count set =
        Estimate.exact (2.0 * float (count set))

    let claim = {
        Claim.identity pairs measured (predicted (fun set -> max 0 (set.Pairs - set.Dimension))) with
            Hypotheses = [ Hypothesis.named "directions apart" apart ]
    }

    {
        Entry = {
            Id = "gram/hcts-pd-criterion"
            Title =
                "The ReLU Gram matrices of unit points are definite iff the points are distinct and their antipodal pairs independent"
            Statement =
                @"\|x_i\|=1:\quad H^{\mathrm{cts}}\succ0 \iff x_i\ne x_j\ \text{and}\ \{x : x\ \text{and}\ -x\ \text{both occur}\}\ \text{(one of each pair) is linearly independent}"
            Source = Sources.derived "the hypothesis lambda > 0 of Song's Theorem 7"
            Status = Proved
            Sharpness = Exact
            Method =
                "The number of zero eigenvalues of H^cts and of the feature Gram matrix, on p random antipodal pairs and some single points in R^d, against 2 max(0, p - d)."
            Remark =
                "Only degree 1 and even degrees occur in the power series. So one antipodal pair is harmless, 'no parallel points' is sufficient and not necessary, and d + 1 pairs in R^d are always singular, as r(t) - r(-t) = t. Two points on one ray are singular too."
        }
        Claim = claim
        Controls = [
            Control.bound "definite iff distinct" (predicted (fun _ -> 0)) claim
            Control.bound "every antipodal pair singular" (predicted _.Pairs) claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack gramIsPositiveDefiniteOnDistinctUnitPoints
    Theorem.pack gramIsPositiveDefiniteWithoutAntipodalPoints
    Theorem.pack reluGramIsSingularExactlyForDependentAntipodalPairs
]
