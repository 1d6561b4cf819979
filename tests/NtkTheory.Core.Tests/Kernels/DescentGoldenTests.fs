/// Descent on simple models, kernel regression and norms, against golden values.
module NtkTheory.Core.Tests.Kernels.DescentGoldenTests

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Core.Tests.Kernels.KernelGoldenTests
open NtkTheory.Models
open NtkTheory.Numerics
open Xunit

let private number name case = Golden.number (output name case)

let private exact expected actual = Golden.close 1e-15 0.0 expected actual

[<Fact>]
let ``contraction of descent on a quadratic`` () =
    let case = golden "learning-rate/contraction"
    let eigenvalues = Spectrum.eigenvalues (matrix (input "gram" case))
    let rates = Golden.vector (input "eta" case)

    let factors =
        rates |> Array.map (fun eta -> LinearDescent.worstFactor eta eigenvalues)

    Array.iter2 exact (Golden.vector (output "op_norm" case)) factors

    // the notes' factor is that of the least eigenvalue alone
    let least = [| eigenvalues[0] |]

    let printed =
        rates |> Array.map (fun eta -> (LinearDescent.errors eta 1 least [| 1.0 |])[0])

    Array.iter2 exact (Golden.vector (output "notes_factor" case)) printed
    exact (number "stability_limit" case) (LinearDescent.stabilityLimit eigenvalues)
    exact (number "optimal_eta" case) (LinearDescent.bestRate eigenvalues)
    exact (number "optimal_factor" case) (LinearDescent.bestFactor eigenvalues)

[<Fact>]
let ``rates of a unit with nine inputs`` () =
    let case = golden "learning-rate/width-scaling"
    let eigenvalues = [| 9.0 |]
    exact (number "factor_notes" case) (LinearDescent.worstFactor (1.0 / sqrt 9.0) eigenvalues)
    exact (number "factor_correct" case) (LinearDescent.worstFactor (1.0 / 9.0) eigenvalues)
    exact (number "stability_limit" case) (LinearDescent.stabilityLimit eigenvalues)

[<Fact>]
let ``second moments under three schedules`` () =
    let case = golden "learning-rate/noisy-second-moment"

    let schedules: (float -> float) list = [
        (fun t -> 0.5 / sqrt (t + 1.0))
        (fun t -> 1.0 / (t + 2.0))
        (fun _ -> 0.1)
    ]

    let lambda = Golden.number (input "lambda" case)
    let noise = Golden.number (input "sigma2" case)
    let start = Golden.number (input "second_moment_0" case)

    let after schedule steps =
        Seq.init steps (float >> schedule)
        |> LinearDescent.noisyVariances lambda noise start
        |> Seq.last

    let horizons = Golden.vector (input "T" case) |> Array.map int

    for schedule, row in Seq.zip schedules (Golden.rows (output "second_moment" case)) do
        closeAll row (Array.map (after schedule) horizons)

    // a constant rate stalls there
    close (1.0 / 19.0) (LinearDescent.noiseFloor 0.1 lambda noise)

[<Fact>]
let ``gradients along stochastic descent`` () =
    let case = golden "sgd/critical-point-rate"
    let eta = Golden.number (input "eta" case)
    let steps = int (Golden.number (input "T" case))
    let noise = Golden.number (input "noise_var" case)
    let start = Golden.number (input "x0" case)
    // f = x^2 / 2: the gradient is x
    let squares =
        LinearDescent.noisyVariances 1.0 noise (start * start) (Seq.replicate (steps - 1) eta)

    close (number "mean_sq_grad" case) (Seq.average squares)
    close (number "min_t" case) (Seq.min squares)

    LinearDescent.criticalPointBound 1.0 noise (0.5 * start * start) eta steps
    |> close (number "bound" case)

[<Theory>]
[<InlineData(0.5)>]
[<InlineData(0.1)>]
let ``the steps of the rate bring its bound to eps squared`` (eps: float) =
    let beta, noise, gap = 2.0, 1.5, 0.7
    let steps = LinearDescent.criticalPointSteps beta noise gap eps
    let eta = eps * eps / (2.0 * beta * noise)
    let bound = LinearDescent.criticalPointBound beta noise gap eta (int steps)
    Assert.True(bound <= eps * eps * (1.0 + 1e-12))
    // rounding the number of steps up moves the bound by less than one step in them
    Assert.True(bound >= eps * eps * (1.0 - 1.0 / steps))

[<Fact>]
let ``a scaled model trains like its linearization`` () =
    let case = golden "lazy/chizat-bach-scalar"
    let y = Golden.number (input "y" case)
    let times = Golden.vector (input "t" case)

    Golden.vector (input "alpha" case)
    |> Array.iteri (fun i alpha ->
        let row name =
            Array.item i (Golden.rows (output name case))

        closeAll (row "alpha_h") (Array.map (LazyScalar.output alpha y) times)
        closeAll (row "w") (Array.map (LazyScalar.weight alpha y) times))

    closeAll (Golden.vector (output "linearized" case)) (Array.map (LazyScalar.linearized y) times)

[<Fact>]
let ``a step of descent in the coordinates of the output`` () =
    let case = golden "dynamics/coordinate-change"
    let theta = Golden.number (input "theta" case)
    let square (t: float) = t * t
    let slope t = 2.0 * t
    // the tolerance is the file's
    let near expected actual = Golden.close 1e-14 0.0 expected actual

    Golden.vector (input "gamma" case)
    |> Array.iteri (fun i gamma ->
        let next = square (ScalarDescent.step square slope 0.0 gamma theta)
        let linear = ScalarDescent.linearStep square slope 0.0 gamma theta

        let expected name =
            Array.item i (Golden.vector (output name case))

        near (expected "z_next") next
        near (expected "z_linear") linear
        near (expected "error") (next - linear))

[<Fact>]
let ``a positive kernel without descent`` () =
    let case = golden "convergence/pd-but-no-descent"

    let value theta =
        5.5 * theta - 24.0 * theta * theta * theta

    let slope theta = 5.5 - 72.0 * theta * theta

    let path =
        ScalarDescent.path
            value
            slope
            (Golden.number (input "y" case))
            (Golden.number (input "gamma" case))
            3
            (Golden.number (input "theta0" case))
        |> Array.ofList

    let check name expected =
        Array.iter2 exact (Golden.vector (output name case)) expected

    check "theta_t" path
    check "K_theta_t" (path |> Array.map (ScalarDescent.kernel slope))
    check "L_t" (path |> Array.map (fun theta -> 0.5 * value theta ** 2.0))

[<Fact>]
let ``the chain rule in the scale and in the point`` () =
    let case = golden "calculus/chain-rule"
    let r, x = Golden.number (input "r" case), Golden.number (input "x" case)
    let slope = Activation.derivative (Monomial 2) (r * x)
    exact (number "d_dx" case) (r * slope)
    exact (number "d_dr" case) (x * slope)
    exact (number "notes_value" case) (x * slope)

[<Fact>]
let ``the inner product is no strictly positive kernel`` () =
    let case = golden "kernel/strict-positivity-counterexample"

    let points =
        Matrix<float>.Build.DenseOfColumnArrays [ Golden.vector (input "points" case) ]

    let gram = GramMatrix.ofKernel (fun x y -> x.DotProduct y) points

    let norm =
        KernelRidge.norm gram (Vector<float>.Build.Dense(Golden.vector (input "a" case)))

    exact (number "quadratic_form" case) (norm * norm)

[<Fact>]
let ``the Gaussian kernel on three points of the line`` () =
    let case = golden "kernel/gaussian-gram"

    let points =
        Matrix<float>.Build.DenseOfColumnArrays [ Golden.vector (input "points" case) ]

    let gram =
        GramMatrix.ofKernel (KernelRidge.gaussian (Golden.number (input "sigma2" case))) points

    closeMatrix (Golden.rows (output "K" case)) gram
    close (number "lambda_min" case) (Spectrum.smallest gram).Value

[<Fact>]
let ``primal and dual ridge regression`` () =
    let case = golden "krr/push-through"
    let features = matrix (input "Phi" case)

    let labels: Vector<float> =
        Vector<float>.Build.Dense(Golden.vector (input "y" case))

    let lambda = Golden.number (input "lambda" case)
    let kernel = features.TransposeThisAndMultiply features
    let theta = KernelRidge.primal lambda features labels
    let alpha = KernelRidge.dual lambda kernel labels
    closeAll (Golden.vector (output "theta" case)) (theta.ToArray())
    closeAll (Golden.vector (output "alpha" case)) (alpha.ToArray())
    closeAll (Golden.vector (output "fit" case)) ((kernel * alpha).ToArray())
    closeAll (Golden.vector (output "fit" case)) ((features.TransposeThisAndMultiply theta).ToArray())
    close (number "theta_norm_sq" case) (KernelRidge.norm kernel alpha ** 2.0)

[<Fact>]
let ``values and norm of a combination of sections`` () =
    let case = golden "rkhs/reproducing"
    let points = matrix (input "X" case)

    let alpha: Vector<float> =
        Vector<float>.Build.Dense(Golden.vector (input "alpha" case))

    let here: Vector<float> =
        Vector<float>.Build.Dense(Golden.vector (input "x_test" case))

    let section =
        points.EnumerateRows()
        |> Seq.map (ArcCosine.tangent here)
        |> Vector<float>.Build.DenseOfEnumerable

    let norm = KernelRidge.norm (GramMatrix.tangent points) alpha
    let own = ArcCosine.tangent here here
    close (number "f_test" case) (KernelRidge.value section alpha)
    close (number "norm" case) norm
    close (number "k_test_test" case) own
    close (number "bound_norm_sqrt_k" case) (norm * sqrt own)

[<Fact>]
let ``where the flow ends, and the norm of the interpolant`` () =
    let case = golden "flow/kernel-gradient-flow"
    let points = matrix (input "X" case)
    let labels = Golden.vector (input "y" case)

    let here: Vector<float> =
        Vector<float>.Build.Dense(Golden.vector (input "x_test" case))

    let section = [| for x in points.EnumerateRows() -> ArcCosine.tangent here x |]
    let kernel = GramMatrix.tangent points
    let zeros = Array.zeroCreate labels.Length
    closeAll (Golden.vector (output "k_test" case)) section
    close (number "f_inf" case) (KernelFlow.limit kernel section labels zeros 0.0)
    close (number "rkhs_norm_sq" case) (KernelFlow.normSquared kernel labels)

    let times = Golden.vector (input "t" case)

    let flow t =
        KernelFlow.predict kernel section labels zeros 0.0 t

    closeAll (Golden.vector (output "f_t" case)) (Array.map flow times)
    let other = golden "flow/kernel-gradient-flow-nonzero-init"

    KernelFlow.limit
        kernel
        section
        labels
        (Golden.vector (input "f0_X" other))
        (Golden.number (input "f0_test" other))
    |> close (number "f_inf" other)
