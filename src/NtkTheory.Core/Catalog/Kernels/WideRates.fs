/// How near wide networks are to their kernels, as orders in the width or the scale.
module NtkTheory.Catalog.Kernels.WideRates

open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

/// The model alpha h(w), h = w + w^2/2, trained to 1.
type Scale = { Alpha: float; Time: float }

/// Output and linearized output after the time, by Runge-Kutta.
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
    Estimate.exact (abs (s.Alpha * (w + 0.5 * w * w) - (1.0 - exp -s.Time)))

/// Lazy training.
let scaledModelsTrainLazily: Theorem<Scale> =
    let ladder = {
        Scales = [ 16.0; 32.0; 64.0; 128.0; 256.0; 512.0 ]
        At = (fun (s: Scale) alpha -> { s with Alpha = alpha })
        Replicates = 1
    }

    let instances =
        Arb.fromGen (Gen.elements [ 0.5; 1.0; 2.0 ] |> Gen.map (fun t -> { Alpha = 16.0; Time = t }))

    let claim =
        Claim.rate ladder Equals instances (fun s _ -> lazyError s) (fun _ -> Estimate.exact -1.0)

    {
        Entry =
            Sources.exact
                {
                    Sources.slides "Chizat and Bach (2019)" with
                        Paper = "Chizat, Oyallon, Bach 2019"
                }
                "lazy/chizat-bach"
                "A model scaled by alpha trains like its linearization, up to O(1/alpha)"
                @"\text{model }\alpha h(w),\ \text{loss }\tfrac{1}{\alpha^2}\tfrac12(\alpha h-y)^2,\ h(w_0)=0:\quad |\alpha h-\bar f| = O(1/\alpha),\ |w-w_0|=O(1/\alpha)"
                "h = w + w^2/2, y = 1: the fitted order of |alpha h - (1 - e^(-t))| over alpha = 16 ... 512."
                "Not applicable if h(w_0) is not 0."
        Claim = claim
        Controls = [
            Control.bound "1/alpha^2" (fun _ -> Estimate.exact -2.0) claim
            Control.bound "1/sqrt alpha" (fun _ -> Estimate.exact -0.5) claim
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
    Scales = [ 16.0; 32.0; 64.0; 128.0; 256.0; 512.0 ]
    At = (fun (w: Wide) width -> { w with Neurons = int width })
    Replicates = 40
}

let private cheap = { Instances = 0.5; Draws = 1.0 }

/// Trained wide networks predict like the tangent kernel.
let trainedNetworksPredictLikeTheirKernel: Theorem<Wide> =
    let claim = {
        Claim.rate wideLadder AtMost wides predictionError (fun _ -> Estimate.exact -0.5) with
            Effort = cheap
    }

    {
        Entry =
            Sources.exact
                {
                    Sources.slides "Arora et al. (2019)" with
                        Paper = "Arora et al. 2019, Theorem 3.2"
                }
                "ntk/arora-equivalence"
                "Trained wide networks predict like regression with the tangent kernel, up to O(1/sqrt m)"
                @"\lambda_0>0,\ \|x_i\|=1,\ f(\cdot;W_0)=0:\quad E\,|f_{nn}(x)-f_{ntk}(x)| = O(m^{-1/2})"
                "Three points of the plane, paired start, 60 steps: the fitted order in m of the mean difference at a test point over widths 16 ... 512."
                "The paper's polynomial in the width is not explicit; the root of the mean square is seen to fall like m^(-0.51)."
        Claim = claim
        Controls = [
            Control.bound "1/m^3" (fun _ -> Estimate.exact -3.0) claim
            Control.bound "1/m^4" (fun _ -> Estimate.exact -4.0) claim
        ]
    }

/// The kernel of wide networks does not change in training.
let kernelOfWideNetworksDoesNotChange: Theorem<Wide> =
    let change w seed =
        let start, state = trainedFrom seed w

        Estimate.exact (
            (ReluDescent.gram state - GramMatrix.finite start.Hidden threePoints).FrobeniusNorm()
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
                "Three points of the plane, paired start, 60 steps: the fitted order in m of the mean change over widths 16 ... 512 is at most -1/2."
                "Seen: -0.56 for ReLU, -1.00 for tanh, where the first-order terms cancel over random signs." with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.bound "1/m^2" (fun _ -> Estimate.exact -2.0) claim
            Control.bound "1/m^3" (fun _ -> Estimate.exact -3.0) claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack scaledModelsTrainLazily
    Theorem.pack trainedNetworksPredictLikeTheirKernel
    Theorem.pack kernelOfWideNetworksDoesNotChange
]
