/// The functions that a network can reach in first order: the space of its tangent kernel.
module NtkTheory.Catalog.Kernels.LinearClass

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Catalog.Kernels.KernelProblem

/// `Size` is a ridge or the scale of a function.
let private ranges = {
    Setting.usual with
        Counts = 1, 4
        Dimensions = 1, 4
        Widths = 1, 16
        Activations = [ Tanh; Sin; Erf; Sigmoid; Softplus; Gelu ]
        Sizes = 0.05, 10.0
}

/// The gradients at the points as columns, md x n.
let private gradients network (points: Matrix<float>) : Matrix<float> =
    points.EnumerateRows()
    |> Seq.map (fun x -> (TwoLayer.gradient network x).ToColumnMajorArray())
    |> Matrix<float>.Build.DenseOfColumnArrays

/// The network whose weights are moved by a vector in the order of the gradients.
let private moveBy (step: Vector<float>) (network: TwoLayer) =
    let move =
        Matrix<float>.Build.DenseOfColumnMajor(network.Hidden.RowCount, network.Hidden.ColumnCount, step)

    TwoLayer.withHidden (network.Hidden + move) network

/// All points but the last, and the last, where predictions are made.
let private split (setting: Setting) =
    let points = Setting.points setting
    let n = points.RowCount - 1
    points.SubMatrix(0, n, 0, points.ColumnCount), points.SubMatrix(n, 1, 0, points.ColumnCount)

let private vector (values: float[]) : Vector<float> = Vector<float>.Build.Dense values

/// Fitting the linear model by its weights, and by its kernel.
let linearModelIsAKernelFitToTheResidual: Theorem<Setting> =
    let ranges = { ranges with Counts = 2, 5 }

    let fitted offset predicted equations (setting: Setting) =
        let network = Setting.network setting
        let points, here = split setting
        let start = vector (TwoLayer.outputs network points)

        let residual =
            (labels setting).SubVector(0, points.RowCount) - start.Multiply(offset: float)

        let kernel = TwoLayer.tangentGram network (points.Stack here)
        let condition = 1.0 + kernel.Trace() / setting.Size
        // |f| <= |grad f| |step|, and |step| <= |residual| / (2 sqrt ridge)
        let scale =
            sqrt (kernel.Trace() / setting.Size) * residual.L2Norm() + start.L2Norm()

        predicted network points here residual kernel
        |> solved (equations setting) condition scale

    let byWeights (setting: Setting) =
        let predicted network points here residual _ =
            let step = KernelRidge.primal setting.Size (gradients network points) residual
            (Linearization.outputs network (moveBy step network) here)[0]

        fitted 1.0 predicted (fun s -> s.Width * s.Points.Dimension) setting

    let byKernel offset keepStart (setting: Setting) =
        let predicted network (points: Matrix<float>) here residual (kernel: Matrix<float>) =
            let n = points.RowCount
            let alpha = KernelRidge.dual setting.Size (kernel.SubMatrix(0, n, 0, n)) residual

            keepStart * (TwoLayer.outputs network here)[0]
            + KernelRidge.value (kernel.Row(n).SubVector(0, n)) alpha

        fitted offset predicted _.Points.Count setting

    let claim = {
        Setting.identity ranges byWeights (byKernel 1.0 1.0) with
            // data have many coordinates, and the equations of the weights are m d
            Data = Setting.onData { ranges with Widths = 1, 2 } []
    }

    {
        Entry =
            Sources.exact
                (Sources.slides "General sigma")
                "kernel/residual-fit"
                "Fitting the linear model to y is fitting the tangent kernel to y - f(.; W_0)"
                @"f_{W_0}(x;W)-f(x;W_0)=\langle\nabla f(x;W_0),W-W_0\rangle:\quad \arg\min_W\tfrac12\sum_i(f_{W_0}(x_i;W)-y_i)^2+\tfrac\lambda2\|W-W_0\|_F^2\ \text{predicts}\ f(x;W_0)+k(x)^\top(K+\lambda I)^{-1}(y-f(\cdot;W_0))"
                "Ridge regression in the m d weights on the gradients, and the prediction of the linear network with these weights at another point; against the n equations of the kernel. Errors: Cholesky's backward error times the condition number."
                "The slides write 'fit H_k to y_i - f(x_i; W_0)' for any loss; with the squared loss both sides are closed forms. With lambda to 0 it is the interpolant of least |W - W_0|."
        Claim = claim
        Controls = [
            Control.bound "fitted to y itself" (byKernel 0.0 1.0) claim
            Control.bound "without f(x; W_0) in the prediction" (byKernel 1.0 0.0) claim
        ]
    }

/// The space of the kernel and its norm.
let leastMoveIsTheNormOfTheKernel: Theorem<Setting> =
    let ranges = {
        ranges with
            Activations = [ Tanh; Erf; Gelu; Softplus; Relu ]
            Widths = 4, 24
            Dimensions = 2, 4
    }

    let kernel setting =
        TwoLayer.tangentGram (Setting.network setting) (Setting.points setting)

    let step (setting: Setting) =
        normal "step" (setting.Width * setting.Points.Dimension) setting

    let conditioned =
        Hypothesis.named "condition number below 1000" (fun setting ->
            let values = Spectrum.eigenvalues (kernel setting)
            values[0] > 1e-3 * Array.last values)

    let estimate (setting: Setting) value =
        let size = (step setting).L2Norm()
        solved (setting.Width * setting.Points.Dimension) 1e3 (size * size) value

    // the part of the step that the gradients at the points can see, by an orthonormal basis of them
    let leastMove (setting: Setting) =
        let all = gradients (Setting.network setting) (Setting.points setting)

        let seen =
            all.QR(Factorization.QRMethod.Thin).Q.TransposeThisAndMultiply(step setting)

        estimate setting (seen.DotProduct seen)

    let values (setting: Setting) =
        let network, points = Setting.network setting, Setting.points setting
        let moved = moveBy (step setting) network

        vector (Linearization.outputs network moved points)
        - vector (TwoLayer.outputs network points)

    let norm setting =
        estimate setting (KernelFlow.normSquared (kernel setting) ((values setting).ToArray()))

    let claim = {
        Setting.identity ranges leastMove norm with
            Hypotheses = [ conditioned ]
    }

    {
        Entry =
            Sources.exact
                (Sources.slides "General sigma")
                "kernel/linear-class-rkhs"
                "The functions of the linear model are the space of the tangent kernel, the least |W - W_0| is their norm"
                @"\{f_{W_0}(\cdot;W)-f(\cdot;W_0)\} = \{\langle\nabla f(\cdot;W_0),W-W_0\rangle\} = \mathcal H_k,\qquad \|h\|_k=\min\{\|W-W_0\|_F:\ f_{W_0}(\cdot;W)-f(\cdot;W_0)=h\}\qquad(\text{rank}\le md)"
                "On n points: random weights give values h; the square of the least move with the same values, by an orthonormal basis of the gradients (QR), against h' K^(-1) h."
                "The norm is that of the restriction to the points; with more points it rises to that of h. Not applicable where K is singular on the points (a generalized inverse would do)."
        Claim = claim
        Controls = [
            Control.create "the move itself, not the least" {
                claim with
                    Measured =
                        fun setting _ -> let size = (step setting).L2Norm() in estimate setting (size * size)
            }
            Control.bound
                "h' h"
                (fun setting -> let h = values setting in estimate setting (h.DotProduct h))
                claim
        ]
    }

/// The error of the linear model in the norm of what is fitted.
let linearizationErrorIsQuadraticInTheKernelNorm: Theorem<Setting> =
    let ranges = {
        ranges with
            Activations = [ Tanh; Sin; Erf; Sigmoid; Softplus; Gelu; Monomial 2 ]
            Sizes = 0.1, 4.0
    }

    // h = Size times the sum of alpha_i k(x_i, .), reached by W_0 + Size times the sum of alpha_i grad f(x_i)
    let parts (setting: Setting) =
        let network, points = Setting.network setting, Setting.points setting
        let alpha = (labels setting).Multiply setting.Size
        network, points, alpha

    let normOf (setting: Setting) =
        let network, points, alpha = parts setting
        KernelRidge.norm (TwoLayer.tangentGram network points) alpha

    let error (setting: Setting) =
        let network, points, alpha = parts setting
        let moved = moveBy (gradients network points * alpha) network
        let worst = Linearization.errors network moved points |> Array.map abs |> Array.max
        // values of the activations grow at most like those of z^2, and gamma of the terms of a sum counts for each
        let size = 1.0 + Spectrum.frobenius network.Hidden + normOf setting
        Estimate.within (Estimate.gamma (setting.Width + 32) * 4.0 * size * size) worst

    let bound power (setting: Setting) =
        let value = Activation.smoothness setting.Activation * normOf setting ** power
        Estimate.rounded 256 value (value / (2.0 * sqrt (float setting.Width)))

    let claim = {
        Setting.atMost ranges error (bound 2.0) with
            Hypotheses = [ Condition.hasUnitInputs ]
            Data = Setting.onData ranges [ Condition.unitRows ]
    }

    {
        Entry = {
            Sources.exact
                (Sources.lecture7 "Office hours")
                "rkhs/radius-heuristic"
                "A function of kernel norm |h| is fitted with a linearization error of at most beta |h|^2 / (2 sqrt m)"
                @"h\in\mathcal H_{k_m},\ W\ \text{the weights of least}\ \|W-W_0\|_F\ \text{with}\ f_0(\cdot;W)-f_0(\cdot;W_0)=h:\quad \|W-W_0\|_F=\|h\|_{\mathcal H},\qquad |f(x;W)-f_0(x;W)|\le\frac{\beta\|h\|_{\mathcal H}^2}{2\sqrt m}\quad(\|x\|\le1)"
                "Combinations of kernel sections at random points: the network is moved along the same combination of gradients and its largest error at these points taken, against the quadratic form alpha' K alpha. Equality for one neuron with z^2."
                "Misprint of a board fragment: the notes have '|f - f_0| = |w - w_0|^2 / sqrt m ~ |h|'. An equality fails at once: for a fixed h the left side tends to 0 as m grows. Probably |h| stood under |w - w_0|." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.create "printed: an equality" {
                claim with
                    Kind = Kind.Identity
                    Relation = Equals
                    Bound = fun setting -> Estimate.exact (normOf setting ** 2.0 / sqrt (float setting.Width))
            }
            Control.bound "|h| in place of |h|^2" (bound 1.0) claim
            Control.scaled 0.9 claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack linearModelIsAKernelFitToTheResidual
    Theorem.pack leastMoveIsTheNormOfTheKernel
    Theorem.pack linearizationErrorIsQuadraticInTheKernelNorm
]
