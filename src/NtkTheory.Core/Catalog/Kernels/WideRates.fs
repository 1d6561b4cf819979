/// How near wide networks are to their kernels, as orders in the width or the scale.
module NtkTheory.Catalog.Kernels.WideRates

open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

/// What is measured of a model that is scaled.
type LazyPart =
    /// |alpha h - its linearization|.
    | Output
    /// |w - w_0|.
    | Weight
    /// |w - the weight of the linearization|.
    | WeightDifference

/// The model alpha h(w), h = w + w^2/2, trained to 1.
type Scale = {
    Alpha: float
    Time: float
    Of: LazyPart
}

/// Outputs or weights after the time, by Runge-Kutta; the linearization is 1 - e^(-t), reached by that over alpha.
let private lazyError s =
    let slope w =
        -(1.0 / s.Alpha) * (1.0 + w) * (s.Alpha * (w + 0.5 * w * w) - 1.0)

    let steps = 400
    let dt = s.Time / float steps

    let step w =
        let k1 = slope w
        let k2 = slope (w + 0.5 * dt * k1)
        let k3 = slope (w + 0.5 * dt * k2)
        let k4 = slope (w + dt * k3)
        w + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)

    let w = Seq.init steps ignore |> Seq.fold (fun w () -> step w) 0.0
    let linear = 1.0 - exp -s.Time

    match s.Of with
    | Output -> s.Alpha * (w + 0.5 * w * w) - linear
    | Weight -> w
    | WeightDifference -> w - linear / s.Alpha
    |> abs
    |> Estimate.exact

/// Orders by part.
let private orders output weight difference s =
    match s.Of with
    | Output -> output
    | Weight -> weight
    | WeightDifference -> difference
    |> Estimate.exact

/// Lazy training.
let scaledModelsTrainLazily: Theorem<Scale> =
    let ladder = {
        Scales = [ 16.0; 32.0; 64.0; 128.0; 256.0; 512.0 ]
        At = (fun (s: Scale) alpha -> { s with Alpha = alpha })
        Replicates = 1
    }

    let parts part =
        gen {
            let! time = Gen.elements [ 0.5; 1.0; 2.0 ]
            let! part = Gen.elements part

            return { Alpha = 16.0; Time = time; Of = part }
        }
        |> Arb.fromGen

    let claim = {
        Claim.rate
            ladder
            Equals
            (parts [ Output; Weight; WeightDifference ])
            (fun s _ -> lazyError s)
            (orders -1.0 -1.0 -2.0) with
            Effort = { Instances = 6.0; Draws = 1.0 }
    }

    let onlyOf part (claim: Claim<Scale>) = {
        claim with
            Instances = parts [ part ]
    }

    {
        Entry =
            Sources.exact
                {
                    Sources.slides "Chizat and Bach (2019)" with
                        Paper = "Chizat, Oyallon, Bach 2019"
                }
                "lazy/chizat-bach"
                "A model scaled by alpha trains like its linearization, up to O(1/alpha)"
                @"\text{model }\alpha h(w),\ \text{loss }\tfrac{1}{\alpha^2}\tfrac12(\alpha h-y)^2,\ h(w_0)=0:\quad |\alpha h-\bar f| = O(1/\alpha),\quad |w-w_0|=O(1/\alpha),\quad |w-\bar w|=O(1/\alpha^2)"
                "h = w + w^2/2, y = 1, w_0 = 0, by Runge-Kutta: the fitted orders over alpha = 16 ... 512 of the distance of the output from its linearization 1 - e^(-t), of the distance that the weight goes, and of its distance from the weight of the linearized model. For this h the orders are attained."
                "Not applicable if h(w_0) is not 0: then alpha h(w_0) is large and training is not lazy. LazyScalar has this model in closed form."
        Claim = claim
        Controls = [
            Control.bound "1/alpha^2 for the output" (orders -2.0 -1.0 -2.0) (onlyOf Output claim)
            Control.bound "1/sqrt alpha for the weight" (orders -1.0 -0.5 -2.0) (onlyOf Weight claim)
            Control.bound "1/alpha for the difference" (orders -1.0 -1.0 -1.0) (onlyOf WeightDifference claim)
        ]
    }

let private threePoints: Matrix<float> =
    Matrix<float>.Build.DenseOfRowArrays [ [| 1.0; 0.0 |]; [| 0.0; 1.0 |]; [| 0.6; 0.8 |] ]

let private threeLabels = [| 1.0; -1.0; 0.5 |]

let private testPoint = Vector<float>.Build.Dense [| 0.8; 0.6 |]

/// A width and a learning rate for the three points.
type Wide = { Neurons: int; Rate: float }

let private wides =
    Arb.fromGen (Gen.elements [ 0.8; 1.0 ] |> Gen.map (fun rate -> { Neurons = 64; Rate = rate }))

let private trainedFrom seed w =
    let start = TwoLayer.symmetrised seed Relu w.Neurons 2

    let state, _ =
        ReluDescent.start start threePoints |> ReluDescent.run w.Rate threeLabels 60

    start, state

/// The trained network at the test point against the kernel regression of the limit.
let private predictionError w seed =
    let start, state = trainedFrom seed w
    let moves = Matrix<float>.Build.DenseOfArray state.Coefficients * threePoints
    let now = TwoLayer.withHidden (start.Hidden + moves) start
    let here = Array.head (TwoLayer.outputs now (testPoint.ToRowMatrix()))
    let section = [| for i in 0..2 -> ArcCosine.tangent testPoint (threePoints.Row i) |]

    let limit =
        KernelFlow.limit (GramMatrix.tangent threePoints) section threeLabels [| 0.0; 0.0; 0.0 |] 0.0

    Estimate.exact (abs (here - limit))

let private wideLadder = {
    Scales = [ 8.0; 24.0; 72.0; 216.0; 648.0 ]
    At = (fun (w: Wide) width -> { w with Neurons = int width })
    Replicates = 140
}

let private cheap = { Instances = 0.5; Draws = 1.0 }

/// Trained wide networks predict like the tangent kernel.
let trainedNetworksPredictLikeTheirKernel: Theorem<Wide> =
    let claim = {
        Claim.rate wideLadder AtMost wides predictionError (fun _ -> Estimate.exact -0.5) with
            Effort = cheap
    }

    {
        Entry = {
            Sources.exact
                {
                    Sources.slides "Arora et al. (2019)" with
                        Paper = "Arora et al. 2019, Theorem 3.2"
                }
                "ntk/arora-equivalence"
                "Trained wide networks predict like regression with the tangent kernel, up to O(1/sqrt m)"
                @"\lambda_0>0,\ \|x_i\|=1,\ f(\cdot;W_0)=0:\quad E\,|f_{nn}(x)-f_{ntk}(x)| = O(m^{-1/2})"
                "Three points of the plane, paired start, 60 steps: the fitted order in m of the mean difference at a test point over widths 8 ... 648, 140 networks each."
                "The paper's polynomial in the width is not explicit; the root of the mean square is seen to fall like m^(-0.51)." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.bound "1/m" (fun _ -> Estimate.exact -1.0) claim
            Control.bound "1/m^(3/2)" (fun _ -> Estimate.exact -1.5) claim
        ]
    }

/// The kernel of wide networks does not change in training.
let kernelOfWideNetworksDoesNotChange: Theorem<Wide> =
    let change w seed =
        let start, state = trainedFrom seed w

        Estimate.exact (
            Spectrum.frobenius (ReluDescent.gram state - GramMatrix.finite start.Hidden threePoints)
            + 1e-12
        )

    let claim = {
        Claim.rate wideLadder AtMost wides change (fun _ -> Estimate.exact -0.5) with
            Effort = cheap
    }

    {
        Entry = {
            Sources.exact
                (Sources.slides "No feature learning")
                "ntk/no-feature-learning"
                "The kernel of a wide network does not change in training: its change is O(1/sqrt m)"
                @"\sup_t\|H(t)-H(0)\|_F = O(m^{-1/2})"
                "Three points of the plane, paired start, 60 steps: the fitted order in m of the mean change over widths 8 ... 648, 140 networks each, is at most -1/2."
                "Seen: -0.56 for ReLU, -1.00 for tanh, where the first-order terms cancel over random signs." with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.bound "1/m" (fun _ -> Estimate.exact -1.0) claim
            Control.bound "1/m^(3/2)" (fun _ -> Estimate.exact -1.5) claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack scaledModelsTrainLazily
    Theorem.pack trainedNetworksPredictLikeTheirKernel
    Theorem.pack kernelOfWideNetworksDoesNotChange
]
