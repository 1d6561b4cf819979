namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// Kernel and ridge regression: primal, dual, and functions of the span of kernel sections.
module KernelRidge =

    /// The primal solution theta = (Phi Phi' + lambda I)^(-1) Phi y, for p x n features (one column per point).
    let primal (lambda: float) (features: Matrix<float>) (labels: Vector<float>) : Vector<float> =
        let p = features.RowCount

        let gram =
            features.TransposeAndMultiply features
            + Matrix<float>.Build.DenseIdentity(p).Multiply lambda

        match Cholesky.solveOnce Execution.sequential gram ((features * labels).ToArray()) with
        | Some theta -> Vector<float>.Build.DenseOfArray theta
        | None -> invalidArg (nameof lambda) $"Phi Phi' + {lambda} I is not positive definite."

    /// The dual solution alpha = (K + lambda I)^(-1) y; with lambda = 0 that of least norm.
    let dual (lambda: float) (kernel: Matrix<float>) (labels: Vector<float>) : Vector<float> =
        let fit =
            KernelRegression.fit lambda (KernelSpectrum.ofGram kernel) (labels.ToColumnMatrix())

        fit.Coefficients.Column 0

    /// The objective |y - K alpha|^2 / 2 + lambda alpha' K alpha / 2.
    let objective (lambda: float) (kernel: Matrix<float>) (labels: Vector<float>) (alpha: Vector<float>) =
        let fit = kernel * alpha
        let residual = labels - fit
        0.5 * residual.DotProduct residual + 0.5 * lambda * alpha.DotProduct fit

    /// The gradient of the objective, -K (y - K alpha) + lambda K alpha.
    let gradient (lambda: float) (kernel: Matrix<float>) (labels: Vector<float>) (alpha: Vector<float>) =
        let fit = kernel * alpha
        kernel * (fit.Subtract labels + alpha.Multiply lambda)

    /// The norm of sum alpha_j k(., x_j) in the space of the kernel: sqrt(alpha' K alpha).
    let norm (kernel: Matrix<float>) (alpha: Vector<float>) =
        sqrt (max 0.0 (alpha.DotProduct(kernel * alpha)))

    /// The value of sum alpha_j k(., x_j) at a point with kernel values `section`.
    let value (section: Vector<float>) (alpha: Vector<float>) = section.DotProduct alpha

    /// The Gaussian kernel exp(-|x - y|^2 / (2 variance)).
    let gaussian (variance: float) (x: Vector<float>) (y: Vector<float>) =
        let difference = x - y
        exp (-0.5 * difference.DotProduct difference / variance)
