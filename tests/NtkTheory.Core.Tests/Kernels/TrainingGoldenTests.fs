/// Steps, flows and displacements of two-layer networks, against golden values.
module NtkTheory.Core.Tests.Kernels.TrainingGoldenTests

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Core.Tests.Kernels.KernelGoldenTests
open NtkTheory.Models
open NtkTheory.Numerics
open Xunit

let private number name case = Golden.number (output name case)

[<Fact>]
let ``one step of descent, taken apart`` () =
    let case = golden "two-layer/one-gd-step"

    let network =
        TwoLayer.create Relu (Golden.vector (input "a" case)) (matrix (input "W0" case))

    let points = matrix (input "X" case)
    let labels = Golden.vector (input "y" case)
    let rate = Golden.number (input "eta" case)
    let after = TwoLayer.step rate points labels network

    // the file's tolerance
    let near expected actual = Golden.close 1e-13 0.0 expected actual

    let nearRows name (actual: Matrix<float>) =
        Array.iter2 (Array.iter2 near) (Golden.rows (output name case)) (actual.ToRowArrays())

    let nearAll name actual =
        Array.iter2 near (Golden.vector (output name case)) actual

    nearAll "u0" (TwoLayer.outputs network points)
    nearRows "gradient" (TwoLayer.lossGradient network points labels)
    nearRows "W1" after.Hidden
    nearAll "u1" (TwoLayer.outputs after points)
    nearRows "H" (GramMatrix.finite network.Hidden points)

    let parts =
        StepDecomposition.ofStep (Golden.number (input "R" case)) rate points labels network network

    nearRows "H" parts.Gram
    nearRows "H_perp" parts.FragileGram
    nearAll "v2" (parts.FragileChange.ToArray())
    parts.Terms |> Array.iteri (fun k term -> near (number $"C{k + 1}" case) term)
    near (number "loss0_sq" case) parts.Before
    near (number "loss1_sq" case) parts.After

[<Fact>]
let ``a step on a point of norm 2`` () =
    let case = golden "two-layer/claim14-needs-unit-norm"

    let points =
        (Vector<float>.Build.Dense(Golden.vector (input "x" case))).ToRowMatrix()

    let rate = Golden.number (input "eta" case)

    let network =
        TwoLayer.create
            Relu
            [| 1.0; 1.0 |]
            (Matrix<float>.Build.DenseOfRowArrays [ [| 1.0; 0.0 |]; [| -1.0; 0.0 |] ])

    let labels = [| (TwoLayer.outputs network points)[0] - Golden.number (input "r0" case) |]

    let parts = StepDecomposition.ofStep 0.1 rate points labels network network
    close (number "C4" case) parts.Terms[3]
    close (number "eta2_n2_r2" case) (rate * rate * parts.Before)

[<Fact>]
let ``the flow on one point goes twice as far as Lemma 5 prints`` () =
    let case = golden "two-layer/lemma5-counterexample"
    let lambda = Golden.number (input "lambda" case)

    let flow = {
        Width = int (Golden.number (input "m" case))
        Active = int (Golden.number (input "active" case))
        Residual = Golden.number (input "r0" case)
    }

    let printed = NeuronReach.flowAsPrinted 1 flow.Width lambda flow.Residual
    close (number "H" case) (OnePointFlow.gram flow)
    close (number "half_lambda" case) (0.5 * lambda)
    close (number "D_cts_notes" case) printed
    close (number "displacement_t10" case) (OnePointFlow.displacement 10.0 flow)
    close (number "displacement_inf" case) (OnePointFlow.reach flow)
    close (number "first_violation_t" case) (OnePointFlow.timeTo printed flow)
    close (number "D_repaired" case) (NeuronReach.flow 1 flow.Width lambda flow.Residual)

[<Fact>]
let ``the only active neuron switches off`` () =
    let case = golden "two-layer/lemma6-counterexample"
    let gap = Golden.number (input "w_dot_x" case)
    let lambda = Golden.number (input "lambda" case)

    let network =
        Matrix<float>.Build.DenseOfColumnArrays [ [| gap; -1.0; -1.0; -1.0 |] ]
        |> TwoLayer.create Relu (Array.create 4 (Golden.number (input "a_active" case)))

    let point = Matrix<float>.Build.Dense(1, 1, 1.0)
    let start = (TwoLayer.outputs network point)[0]
    let label = Golden.number (input "y" case)
    close (number "u0" case) start

    let flow = {
        Width = 4
        Active = 1
        Residual = abs (label - start)
    }

    close (number "D_cts_notes" case) (NeuronReach.flowAsPrinted 1 4 lambda flow.Residual)
    close (number "turn_off_time" case) (OnePointFlow.timeTo gap flow)
    close (number "half_lambda" case) (0.5 * lambda)

    // and descent with small steps agrees that nothing is left
    let state, _ =
        ReluDescent.start network point |> ReluDescent.run 0.01 [| label |] 100

    let left = ReluDescent.gram state
    close (number "lambda_min_after" case) left[0, 0]

[<Fact>]
let ``sums of powers of the rate`` () =
    let case = golden "two-layer/lemma8-geometric-sum"
    let points = matrix (input "X" case)
    let lambda = (GramMatrix.smallestEigenvalue (GramMatrix.tangent points)).Value
    let eta = WidthCondition.songLearningRate 3 lambda
    close (number "eta_lambda_over_2" case) (0.5 * eta * lambda)
    close (number "sum_sqrt_powers" case) (NeuronReach.powerSum eta lambda)
    // Lemma 8 replaces the sum by 4 / (eta lambda)
    close (number "bound_4_over_eta_lambda" case) (NeuronReach.descentAsPrinted 1 1 lambda 1.0 / eta)

[<Fact>]
let ``outputs at the start`` () =
    let case = golden "two-layer/claim10-initial-residual"
    let width = int (Golden.number (input "m" case))
    let level = Golden.number (input "s" case)
    close (number "tail" case) (Initialization.outputTail width level)
    close (number "subgaussian_bound" case) (Initialization.outputTailBound level)

    Initialization.meanSquaredResidual
        (int (Golden.number (input "n" case)))
        (Golden.number (input "norm_y_sq" case))
    |> close (number "mean_residual_sq" case)

[<Fact>]
let ``second moments of the outer weights`` () =
    let case = golden "initialization/second-moments"
    let exact expected actual = Golden.close 1e-15 0.0 expected actual
    exact (number "uniform_pm1" case) (Initialization.secondMoment OuterLaw.Uniform)
    exact (number "sign" case) (Initialization.secondMoment OuterLaw.Signs)

[<Fact>]
let ``forms of the rate recap`` () =
    let case = golden "linearization/recap-rates"
    let radius = Golden.number (input "B" case)
    let width = int (Golden.number (input "m" case))
    let m = float width
    close (number "true_form" case) (Linearization.reluOrder radius width)
    close (number "asymptotic_sup" case) (Linearization.reluAsymptoticSup 0.5 radius width)
    // the forms of the notes, and the identity that repairs the second
    close (number "notes_form_1" case) (Linearization.reluOrder radius width / m ** (1.0 / 3.0))
    close (number "notes_form_2" case) ((radius / sqrt m) ** (4.0 / 3.0))
    close (number "repaired_identity" case) (sqrt m * (radius / sqrt m) ** (4.0 / 3.0))

[<Fact>]
let ``every neuron is near the hyperplane of the point 0`` () =
    let case = golden "anti-concentration/count-x-zero"
    let width = int (Golden.number (input "m" case))
    let tau = Golden.number (input "tau" case)
    let weights = Matrix<float>.Build.Dense(width, 3, fun i j -> float (i - 2 * j))
    let count = NearHyperplane.count tau weights (Vector<float>.Build.Dense 3)
    Assert.Equal(int (number "count" case), count)
    close (number "threshold" case) (NearHyperplane.threshold width tau (Golden.number (input "delta" case)))

[<Fact>]
let ``both parts of the kernel of one hidden layer`` () =
    let case = golden "ntk/one-hidden-gram"
    let points = matrix (input "X" case)

    let network =
        TwoLayer.create Tanh (Golden.vector (input "w2" case)) (matrix (input "w1" case))

    let feature = TwoLayer.featureGram network points
    closeMatrix (Golden.rows (output "K2_feature" case)) feature
    closeMatrix (Golden.rows (output "K" case)) (feature + TwoLayer.tangentGram network points)

[<Fact>]
let ``the kernel of moved neurons`` () =
    let case = golden "smooth-activation/lemma1-perturbation"
    let points = matrix (input "X" case)

    let kernel name =
        TwoLayer.create Tanh (Golden.vector (input "w2" case)) (matrix (input name case))
        |> fun network -> TwoLayer.tangentGram network points

    closeMatrix (Golden.rows (output "K0" case)) (kernel "w1_0")
    closeMatrix (Golden.rows (output "K" case)) (kernel "w1")
    close (number "op_norm_difference" case) (Spectrum.operatorNorm (kernel "w1" - kernel "w1_0")).Value
    close (number "bound_2mDelta" case) (SmoothTraining.kernelChangeBound 3 0.1)

[<Fact>]
let ``one sine goes further than Lemma 2 prints`` () =
    let case = golden "smooth-activation/lemma2-counterexample"
    let lambda0 = Golden.number (input "lambda0" case)
    let one = Matrix<float>.Build.Dense(1, 1, 1.0)
    let labels = [| Golden.number (input "y" case) |]

    let start =
        TwoLayer.create Sin [| 1.0 |] (Matrix<float>.Build.Dense(1, 1, Golden.number (input "w1_0" case)))

    let initialLoss = SmoothTraining.meanLoss start one labels
    close (number "L0" case) initialLoss

    // the flow's own limit, which steps of the method do not displace
    let last = SmoothTraining.flow 1.0 one labels 0.5 100 start |> Seq.last
    close (number "displacement_inf" case) (TwoLayer.displacement start last)
    let kernel = TwoLayer.tangentGram last one
    close (number "min_K" case) kernel[0, 0]
    close (number "delta_star_notes" case) (SmoothTraining.displacementAsPrinted 1 1 lambda0 initialLoss)
    close (number "delta_star_repaired" case) (SmoothTraining.displacementBound 1 1 lambda0 initialLoss)

[<Fact>]
let ``three neurons go further than Lemma 2 prints though the kernel starts at lambda_0`` () =
    let case = golden "smooth-activation/lemma2-counterexample-with-K0"
    let length = Golden.number (input "path_length_neuron_1" case)
    let lambda0 = Golden.number (input "lambda0" case)
    // neurons 2 and 3 move by v' = sigma'(v) = 1 - v along the path of neuron 1, until 1/2
    let turn = log 2.0

    let kernel at =
        (1.0 + 2.0 * exp (-2.0 * min turn at)) / 3.0

    close (number "min_K" case) (kernel length)
    // |r(0)| / sqrt n is the integral of K along the path
    let residual =
        (turn + 1.0 - exp (-2.0 * turn)) / 3.0 + (length - turn) * kernel turn

    close (number "r0_over_sqrt_n" case) residual
    let initialLoss = 0.5 * 3.0 * residual * residual
    close (number "delta_star_notes" case) (SmoothTraining.displacementAsPrinted 1 3 lambda0 initialLoss)
    close (number "delta_star_repaired" case) (SmoothTraining.displacementBound 1 3 lambda0 initialLoss)
    Assert.True(number "displacement" case > number "delta_star_notes" case)

[<Fact>]
let ``the loss decays at the rate of the least eigenvalue over m`` () =
    let case = golden "smooth-activation/loss-decay"
    let kernel = matrix (input "K" case)
    let start = Golden.vector (input "r0" case)
    let gamma = Golden.number (input "gamma" case)
    let m = kernel.RowCount

    let meanLoss (r: float[]) =
        Array.sumBy (fun v -> v * v) r / (2.0 * float m)

    let loss time =
        KernelFlow.flow kernel (Array.zeroCreate m) start (gamma * time / float m)
        |> meanLoss

    let lambda0 = 2.0 * (Spectrum.smallest kernel).Value
    let times = Golden.vector (input "t" case)
    closeAll (Golden.vector (output "L" case)) (Array.map loss times)

    let bounded bound =
        Array.map (bound gamma m lambda0 (meanLoss start)) times

    closeAll (Golden.vector (output "notes_bound" case)) (bounded SmoothTraining.lossBoundAsPrinted)
    closeAll (Golden.vector (output "sharp_bound" case)) (bounded SmoothTraining.lossBound)

[<Fact>]
let ``negative weights are flat local minima`` () =
    let case = golden "relu/bad-local-min"
    let one = Matrix<float>.Build.Dense(1, 1, 1.0)

    let loss w =
        TwoLayer.loss (TwoLayer.create Relu [| 1.0 |] (Matrix<float>.Build.Dense(1, 1, (w: float)))) one [|
            1.0
        |]

    let losses = Golden.vector (input "w" case) |> Array.map loss
    Array.iter2 (Golden.close 1e-15 0.0) (Golden.vector (output "loss" case)) losses
    Golden.close 1e-15 0.0 (number "global_min" case) (Array.min losses)
