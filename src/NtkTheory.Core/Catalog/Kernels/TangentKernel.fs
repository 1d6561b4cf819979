/// The tangent kernel of the ORF 543 notes: change of coordinates, normalizations, Gram matrices.
module NtkTheory.Catalog.Kernels.TangentKernel

open System
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private orf = Sources.orf "10/10"

let private ranges = {
    Setting.usual with
        Counts = 1, 4
        Dimensions = 1, 4
        Widths = 1, 16
        Activations = [ Tanh; Sin; Erf; Sigmoid; Gelu ]
        Sizes = 1e-3, 0.3
}

/// z = theta^2 with the loss z^2 / 2: a start and a rate.
type Parabola = { Theta: float; Gamma: float }

let private parabolas =
    let make =
        gen {
            let! theta = Gen.elements [ 0.5; 1.0; 1.5; 2.0 ]
            let! gamma = Setting.spread (0.001, 0.1)
            return { Theta = theta; Gamma = gamma }
        }

    make |> Shrinking.towards (fun _ -> [ { Theta = 1.0; Gamma = 0.1 } ])

let private square theta : float = theta * theta
let private slope theta = 2.0 * theta

/// z after one step on the loss in theta.
let private stepped p =
    let theta = ScalarDescent.step square slope 0.0 p.Gamma p.Theta
    Estimate.rounded 16 (1.0 + p.Theta ** 2.0) (square theta)

let private linearStep factor p =
    ScalarDescent.linearStep square slope 0.0 (factor * p.Gamma) p.Theta

/// The update in the coordinates z, as an equality.
let outputsMoveByTheKernelExactly: Theorem<Parabola> =
    let bound factor p =
        Estimate.rounded 16 (1.0 + p.Theta ** 2.0) (linearStep factor p)

    let claim = Claim.identity parabolas stepped (bound 1.0)

    {
        Entry =
            Sources.asPrinted
                (orf "change of coordinates")
                "ntk/coordinate-change"
                "As printed: a step of descent moves z by -gamma K grad_z L, exactly"
                @"z(t+1) = z(t)-\gamma K_{\theta(t)}\nabla_z\tilde L(z(t)),\quad K=(\nabla_\theta z)^\top(\nabla_\theta z)"
                "z = theta^2 with the loss z^2 / 2, one step in theta."
                "The term of order gamma of the line before is dropped: theta = 1 gives (1 - 2 gamma)^2 for 1 - 4 gamma, an error of exactly 4 gamma^2. True for linear z."
        Claim = claim
        Controls = [
            Control.bound "2 gamma" (bound 2.0) claim
            Control.bound "no step" (bound 0.0) claim
        ]
    }

/// The same up to the second order.
let outputsMoveByTheKernelUpToSecondOrder: Theorem<Parabola> =
    let error p =
        Estimate.rounded 16 (1.0 + p.Theta ** 2.0) (abs ((stepped p).Value - linearStep 1.0 p))

    // gamma^2 |grad_theta L|^2 sup |z''| / 2 with z'' = 2
    let bound p =
        let gradient = 2.0 * p.Theta ** 3.0 in Estimate.exact (p.Gamma ** 2.0 * gradient ** 2.0)

    let claim = Claim.atMost parabolas error bound

    {
        Entry = {
            Sources.repaired
                (orf "change of coordinates")
                "ntk/coordinate-change"
                "A step of descent moves z by -gamma K grad_z L up to the second order in gamma"
                @"\bigl|z(t+1)-z(t)+\gamma K\nabla_z\tilde L\bigr| \le \tfrac{\gamma^2}{2}\|\nabla_\theta L\|^2\sup\|D^2z\|"
                "z = theta^2 with the loss z^2 / 2, where the bound is attained."
                "" with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.scaled 0.9 claim
            Control.bound "third order" (fun p -> Estimate.scale p.Gamma (bound p)) claim
        ]
    }

/// One step of a network that is linear in its weights, on the mean loss over m points.
let private linearNetwork (setting: Setting) =
    let setting = { setting with Activation = Identity }
    Setting.network setting, Setting.points setting, Setting.labels setting

let private meanStep (setting: Setting) =
    let network, points, labels = linearNetwork setting

    let after =
        TwoLayer.step (setting.Size / float setting.Points.Count) points labels network

    let value = (TwoLayer.outputs after points)[0]
    Estimate.within (1e-11 * (1.0 + abs value)) value

let private kernelStep divisor (setting: Setting) =
    let network, points, labels = linearNetwork setting
    let kernel = TwoLayer.tangentGram network points
    let residual = Vector<float>.Build.Dense(TwoLayer.residuals network points labels)

    let value =
        (TwoLayer.outputs network points)[0]
        - setting.Size / divisor (float setting.Points.Count)
          * kernel.Row(0).DotProduct residual

    Estimate.within (1e-11 * (1.0 + abs value)) value

/// The two losses of the notes taken for one.
let meanLossMovesOutputsByTheFullKernel: Theorem<Setting> =
    let claim =
        Setting.identity { ranges with Counts = 2, 5 } meanStep (kernelStep (fun _ -> 1.0))

    {
        Entry =
            Sources.asPrinted
                (orf "Ex MSE")
                "ntk/mse-normalisation"
                "As printed: with the mean loss, z(t+1) = z(t) - gamma K (z(t) - Y)"
                @"L=\tfrac1m\sum_i\tfrac12(y_i-z_i)^2 = \tfrac12\|Y-z\|^2:\quad z(t+1)=z(t)-\gamma K(z(t)-Y)"
                "One step on a network that is linear in its weights, so that the step in z is exact."
                "The two losses differ by the factor m."
        Claim = claim
        Controls = [
            Control.bound "m gamma K" (kernelStep (fun m -> 1.0 / m)) claim
            Control.bound "(gamma / m^2) K" (kernelStep (fun m -> m * m)) claim
        ]
    }

/// With the factor 1/m.
let meanLossMovesOutputsByTheKernelOverM: Theorem<Setting> =
    let claim = Setting.identity { ranges with Counts = 1, 5 } meanStep (kernelStep id)

    {
        Entry =
            Sources.repaired
                (orf "Ex MSE")
                "ntk/mse-normalisation"
                "With the mean loss, z(t+1) = z(t) - (gamma/m) K (z(t) - Y)"
                @"L=\tfrac1m\sum_i\tfrac12(y_i-z_i)^2:\quad z(t+1)=z(t)-\tfrac\gamma mK(z(t)-Y)"
                "One step on a network that is linear in its weights, so that the step in z is exact."
                ""
        Claim = claim
        Controls = [
            Setting.on "printed: without 1/m" { ranges with Counts = 2, 5 } {
                claim with
                    Bound = kernelStep (fun _ -> 1.0)
            }
            Control.bound "no step" (kernelStep (fun _ -> infinity)) claim
        ]
    }

let private describe (setting: Setting) =
    Setting.network setting, Setting.points setting

/// K = J J^T.
let kernelIsTheGramMatrixOfTheJacobian: Theorem<Setting> =
    let weights (setting: Setting) =
        Vector<float>.Build.Dense(Setting.labels setting)

    let form (setting: Setting) =
        let network, points = describe setting
        let v = weights setting
        let value = v.DotProduct(TwoLayer.tangentGram network points * v)
        Estimate.within (1e-11 * (1.0 + abs value)) value

    let square combine (setting: Setting) =
        let network, points = describe setting
        let v = weights setting

        let total =
            Seq.fold
                (fun (sum: Matrix<float>) i ->
                    sum + (TwoLayer.gradient network (points.Row i)).Multiply(combine v[i]: float))
                (network.Hidden.Multiply 0.0)
                (seq { 0 .. points.RowCount - 1 })

        let value = Spectrum.frobenius total ** 2.0
        Estimate.within (1e-11 * (1.0 + abs value)) value

    let claim = {
        Setting.identity ranges form (square id) with
            Data = Setting.onData ranges []
    }

    {
        Entry =
            Sources.exact
                (orf "Key points")
                "ntk/psd-gram"
                "The tangent kernel is the Gram matrix of the gradients, so positive semidefinite"
                @"v^\top K_\theta v = \Bigl\|\sum_i v_i\nabla_\theta z(x_i)\Bigr\|^2 \ge 0"
                "The quadratic form against the squared norm of the combined gradient."
                ""
        Claim = claim
        Controls = [
            Control.bound "absolute values of v" (square abs) claim
            Control.bound "twice the form" (square id >> Estimate.scale 2.0) claim
        ]
    }

/// The full kernel of a network of which both layers move: parts of the outer and of the inner layer.
let fullKernel (setting: Setting) =
    let network, points = describe setting

    let outer =
        Draw.normals (Seed.split "outer normal" (Setting.seed setting)) setting.Width

    let network = { network with Outer = outer }
    TwoLayer.featureGram network points, TwoLayer.tangentGram network points, network, points

/// Gradients in all parameters by central differences.
let private differenceKernel (setting: Setting) =
    let _, _, network, points = fullKernel setting
    let h = 1e-5
    let output (n: TwoLayer) = TwoLayer.outputs n points

    let quotient forward backward =
        Array.map2 (fun a b -> (a - b) / (2.0 * h)) (output forward) (output backward)

    let hidden r k sign =
        let w = network.Hidden.Clone()
        w[r, k] <- w[r, k] + sign * h
        TwoLayer.withHidden w network

    let outer r sign = {
        network with
            Outer = network.Outer |> Array.mapi (fun j a -> if j = r then a + sign * h else a)
    }

    let rows = [
        for r in 0 .. setting.Width - 1 do
            quotient (outer r 1.0) (outer r -1.0)

            for k in 0 .. points.ColumnCount - 1 do
                quotient (hidden r k 1.0) (hidden r k -1.0)
    ]

    let jacobian: Matrix<float> = Matrix<float>.Build.DenseOfRowArrays rows
    jacobian.TransposeThisAndMultiply jacobian

/// Both layers' parts.
let kernelOfOneHiddenLayerHasTwoParts: Theorem<Setting> =
    let small = { ranges with Widths = 1, 6 }

    let measured (setting: Setting) =
        let kernel = differenceKernel setting
        let value = kernel[0, kernel.ColumnCount - 1]
        // h^2 times third derivatives of a few units, rounding over h
        Estimate.within (1e-7 * (1.0 + kernel[0, 0] + abs value)) value

    let parts outer inner (setting: Setting) =
        let feature, tangent, _, points = fullKernel setting

        Estimate.within
            1e-12
            (outer * feature[0, points.RowCount - 1]
             + inner * tangent[0, points.RowCount - 1])

    let claim = {
        Setting.identity small measured (parts 1.0 1.0) with
            Effort = { Instances = 0.5; Draws = 1.0 }
    }

    {
        Entry =
            Sources.exact
                (orf "Ex/ Simple NN")
                "ntk/one-hidden-gram"
                "With both layers moving the tangent kernel is the sum of a feature part and a derivative part"
                @"K = K^{(2)}+K^{(1)},\quad K^{(2)}_{\alpha\beta}=\tfrac1n\sum_k\sigma(w_k\cdot x_\alpha)\sigma(w_k\cdot x_\beta),\quad K^{(1)}_{\alpha\beta}=\tfrac1n\sum_k(w_k^{(2)})^2\sigma'\sigma'\,x_\alpha\cdot x_\beta"
                "Central differences in every weight of both layers against the two sums."
                "The notes print the square of the inner weights in the second part, and K >= k^(1) where the feature part is meant."
        Claim = claim
        Controls = [
            Control.bound "the feature part alone" (parts 1.0 0.0) claim
            Control.bound "the derivative part alone" (parts 0.0 1.0) claim
        ]
    }

/// Loewner order.
let kernelDominatesItsFeaturePart: Theorem<Setting> =
    let least (setting: Setting) =
        let feature, tangent, _, points = fullKernel setting
        let difference = (feature + tangent) - feature
        let smallest = Spectrum.smallest difference
        // shifted by the trace, so that a least eigenvalue of 0 is seen against numbers of order 1
        let trace = tangent.Trace() + 1.0
        Estimate.within (smallest.Radius + 1e-13 * float points.RowCount * trace) (smallest.Value + trace)

    let bound extra (setting: Setting) =
        let _, tangent, _, _ = fullKernel setting
        let trace = tangent.Trace() + 1.0
        Estimate.rounded 64 trace (trace + extra * tangent.Trace())

    let claim = Setting.atLeast ranges least (bound 0.0)

    {
        Entry = {
            Sources.exact
                (orf "K >= k^(2)")
                "ntk/loewner"
                "The tangent kernel dominates its feature part"
                @"K \succeq K^{(2)}\qquad(\text{the derivative part is a Schur product of two positive semidefinite matrices})"
                "The least eigenvalue of K - K^(2), plus its trace and 1, against the trace and 1."
                "Misprint: the lecture ends with a strict order, which fails in general: one neuron in the plane and three points give a difference of rank 2 (control)." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.bound "printed: strictly, by a thousandth of the trace" (bound 1e-3) claim
            Control.bound
                "by the mean eigenvalue"
                (fun setting -> bound (1.0 / float setting.Points.Count) setting)
                claim
        ]
    }

let private meta =
    Sources.cited
        (orf "Meta Theorem")
        "ntk/meta-theorem"
        "For wide networks with small learning rate the tangent kernel stays bounded and positive definite"
        @"\text{wide, NTK initialization, small }\gamma,\ L<\infty\ \text{fixed}:\quad \lambda_0 I\preceq K_{\theta(t)}\preceq\lambda_\infty I\ \forall t,\ \text{so}\ L\to0"
        "Qualitative; convergence/smooth-global and convergence/gd-linear-rate are versions with constants."

/// The statements of this file.
let all = [
    Theorem.pack outputsMoveByTheKernelExactly
    Theorem.pack outputsMoveByTheKernelUpToSecondOrder
    Theorem.pack meanLossMovesOutputsByTheFullKernel
    Theorem.pack meanLossMovesOutputsByTheKernelOverM
    Theorem.pack kernelIsTheGramMatrixOfTheJacobian
    Theorem.pack kernelOfOneHiddenLayerHasTwoParts
    Theorem.pack kernelDominatesItsFeaturePart
    Stated(meta, "qualitative: WidthCondition holds the versions with constants")
]
