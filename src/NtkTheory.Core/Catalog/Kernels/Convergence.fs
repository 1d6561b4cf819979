/// Gradient descent of wide ReLU networks converges at a linear rate.
module NtkTheory.Catalog.Kernels.Convergence

open System
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// `Size` is the residual at the start in units of the largest that the width condition allows.
let private ranges = {
    Setting.usual with
        Counts = 1, 3
        Dimensions = 2, 6
        Widths = 300, 1500
        Sizes = 0.02, 0.99
}

let private lambdaOf points =
    (GramMatrix.smallestEigenvalue (GramMatrix.tangent points)).Value

/// Labels at distance Size sqrt(m lambda^4 / (65536 n^3)) from the outputs at the start, all above them.
let private labels (setting: Setting) network points =
    let lambda = lambdaOf points
    let n = float setting.Points.Count

    let reach =
        setting.Size * sqrt (float setting.Width * lambda ** 4.0 / (65536.0 * n ** 3.0))

    let direction = Setting.labels setting |> Array.map (fun v -> abs v + 0.1)
    let norm = sqrt (Array.sumBy (fun v -> v * v) direction)
    Array.map2 (fun u v -> u + reach * v / norm) (TwoLayer.outputs network points) direction

/// The largest ||u(k) - y||^2 / ((1 - rate)^k ||u(0) - y||^2) over the steps from the first on, as many as
/// 1,500,000 products allow.
let private worstRatio rateOf (setting: Setting) =
    let points = Setting.points setting
    let network = Setting.network setting
    let lambda = lambdaOf points
    let count = setting.Points.Count
    let eta = WidthCondition.songLearningRate count lambda
    let steps = 1_500_000 / (setting.Width * count * count)

    let _, norms =
        ReluDescent.start network points
        |> ReluDescent.run eta (labels setting network points) steps
    // past a loss of 1e-4 of the first, rounding of the outputs would show
    let last =
        norms
        |> Array.tryFindIndex (fun norm -> norm < 1e-4 * norms[0])
        |> Option.defaultValue steps

    let ratio k =
        norms[k] / (norms[0] * (1.0 - rateOf eta lambda) ** float k)

    let worst = Seq.init (max 1 last) (fun k -> ratio (k + 1)) |> Seq.max
    // residuals are differences of outputs of size 10 at the most, and are down to 1e-2 of the first
    let relative = Estimate.gamma (setting.Width + 64) * 1e3 / sqrt norms[0]

    if Double.IsFinite worst then
        Estimate.within (min 0.5 (4.0 * relative) * worst) worst
    else
        Estimate.exact infinity

let private concentrated =
    Hypothesis.named "H(0) within lambda/4 of its limit" (fun setting ->
        let points = Setting.points setting
        let limit = GramMatrix.tangent points
        let start = GramMatrix.finite (Setting.network setting).Hidden points

        Spectrum.frobenius (start - limit)
        <= 0.25 * (GramMatrix.smallestEigenvalue limit).Value)

let private fewFragile =
    Hypothesis.named "at most 4mR neurons within R of each hyperplane" (fun setting ->
        let points = Setting.points setting
        let radius = WidthCondition.songRadius setting.Points.Count (lambdaOf points)

        let near (column: Vector<float>) =
            column |> Seq.filter (fun t -> abs t < radius) |> Seq.length

        (TwoLayer.preactivations (Setting.network setting) points).EnumerateColumns()
        |> Seq.forall (fun column -> float (near column) <= 4.0 * float setting.Width * radius))

let private boundedLabels =
    Hypothesis.named "bounded labels" (fun (setting: Setting) -> setting.Size < 1.0)

let private threePoints =
    let points: Matrix<float> =
        Matrix<float>.Build.DenseOfRowArrays [ [| 1.0; 0.0 |]; [| 0.0; 1.0 |]; [| 0.6; 0.8 |] ]

    Rows {
        Name = "three points of the plane"
        Points = points
        Labels = [| 1.0; 1.0; 0.5 |]
        Rows = [| 1; 2; 3 |]
        Preparation = []
    }

/// Song's Theorem 7.
let residualShrinksGeometricallyWhenTheLimitGramIsPositive: Theorem<Setting> =
    let claim = {
        Setting.over ranges (fun instances ->
            Claim.atMost instances (worstRatio (fun eta lambda -> 0.5 * eta * lambda)) (fun _ ->
                Estimate.exact 1.0)) with
            Hypotheses = [
                Condition.hasUnitInputs
                Condition.hasDistinctInputs
                boundedLabels
                concentrated
                fewFragile
            ]
            Data = Setting.onData ranges [ Condition.unitRows; Condition.distinctRows ]
            Effort = { Instances = 0.4; Draws = 1.0 }
    }

    let hugeLabels =
        Setting.arbitrary {
            ranges with
                Geometries = [ threePoints ]
                Counts = 3, 3
                Dimensions = 2, 2
                Widths = 10, 16
                Sizes = 1e8, 1e10
        }

    let dropped = { claim with Hypotheses = [] }

    {
        Entry = {
            Id = "convergence/gd-linear-rate"
            Title = "Gradient descent on a wide ReLU network converges at the rate 1 - eta lambda / 2"
            Statement =
                @"\|x_i\|=1,\ |y_i|=O(1),\ \lambda=\lambda_{\min}(H^{\mathrm{cts}})>0,\ \eta\le\tfrac{\lambda}{4n^2},\ m\ge\max\Bigl\{\tfrac{65536\,n^3(\|y\|+\sqrt{2n\ln(2n/\delta_1)})^2}{\lambda^4},\ \tfrac{640n}{\lambda}\ln\tfrac{3n^2}{\delta_2},\ \tfrac{8n^2}{\lambda^2}\ln\tfrac{n(n+1)}{\delta_3}\Bigr\}:\quad \|u(k)-y\|^2\le(1-\tfrac{\eta\lambda}{2})^k\|u(0)-y\|^2\ \forall k\ \text{w.p.}\ \ge1-\delta_1-\delta_2-\delta_3"
            Source = Sources.song "Theorem 7"
            Status = Proved
            Sharpness = Loose
            Method =
                "Real training of 300 to 1,500 neurons with labels so near the initial outputs that m >= 65536 n^3 ||y - u(0)||^2 / lambda^4 holds as it stands. The random events of the proof (H(0) within lambda/4; at most 4mR fragile neurons) are hypotheses on the drawn start, so what is measured, the largest ratio over the steps, is at most 1 without exception."
            Remark =
                "Unit inputs and bounded labels are imported silently by the notes' first sentence. Without bounded labels: three points of the plane and labels that grow at fixed m make every surviving neuron active on all points, H keeps rank 2 and the loss stalls (control). With labels of order 1 the first feasible width is 1,048,576 ||y - u(0)||^2 for one point and 4.6e11 for these three; the conclusion is seen at a few hundred neurons."
        }
        Claim = claim
        Controls = [
            Control.create "dropped: bounded labels" {
                dropped with
                    Instances = hugeLabels
                    Vary = fun _ -> hugeLabels.Generator
            }
            Control.create "dropped: unit inputs" {
                dropped with
                    Instances =
                        Setting.arbitrary {
                            ranges with
                                Geometries = [ Gaussian ]
                                Dimensions = 12, 20
                                Sizes = 0.9, 0.99
                        }
            }
            Control.create "the rate 1 - 3 eta lambda" {
                claim with
                    Measured = fun setting _ -> worstRatio (fun eta lambda -> 3.0 * eta * lambda) setting
            }
        ]
    }

/// The statements of this file.
let all = [ Theorem.pack residualShrinksGeometricallyWhenTheLimitGramIsPositive ]
