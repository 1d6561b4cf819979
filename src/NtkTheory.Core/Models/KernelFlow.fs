namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// Training with a kernel that does not change: gradient flow, gradient descent and their limits, in closed form
/// through the eigenvectors of the n x n kernel matrix.
module KernelFlow =

    let private vector (values: float[]) : Vector<float> = Vector<float>.Build.Dense values

    /// u(t) = y + e^(-t K) (u(0) - y): the flow on ||u - y||^2 / 2. For the mean loss give t / n.
    let flow (kernel: Matrix<float>) (labels: float[]) (start: float[]) time =
        let decay = kernel |> Spectrum.apply (fun value -> exp (-time * value))
        (vector labels + decay * (vector start - vector labels)).ToArray()

    /// u(k) = y + (I - rate K)^k (u(0) - y): descent on ||u - y||^2 / 2. For the mean loss give rate / n.
    let descent (kernel: Matrix<float>) (labels: float[]) (start: float[]) (rate: float) steps =
        let decay = kernel |> Spectrum.apply (fun value -> pown (1.0 - rate * value) steps)
        (vector labels + decay * (vector start - vector labels)).ToArray()

    /// (1 - e^(-t v)) / v, which is t at v = 0.
    let private filter time value =
        if abs (time * value) < 1e-8 then
            time * (1.0 - 0.5 * time * value)
        else
            (1.0 - exp (-time * value)) / value

    /// f_t(x) = f_0(x) + k(x) K^(-1) (I - e^(-t K)) (y - f_0): the prediction at a point with kernel values
    /// `section` on the data; the matrix function is formed without an inverse, so K may be singular.
    let predict (kernel: Matrix<float>) (section: float[]) (labels: float[]) (start: float[]) startHere time =
        let weights =
            (kernel |> Spectrum.apply (filter time)) * (vector labels - vector start)

        startHere + (vector section).DotProduct weights

    /// The limit of the prediction: f_0(x) + k(x) K^+ (y - f_0), with eigenvalues below the rounding of the
    /// largest left out (for an invertible K the interpolant of least norm).
    let limit (kernel: Matrix<float>) (section: float[]) (labels: float[]) (start: float[]) startHere =
        let cut = Spectrum.radius kernel

        let inverse =
            kernel
            |> Spectrum.apply (fun value -> if value <= cut then 0.0 else 1.0 / value)

        startHere
        + (vector section).DotProduct(inverse * (vector labels - vector start))

    /// The squared norm y' K^(-1) y of the interpolant.
    let normSquared (kernel: Matrix<float>) (labels: float[]) =
        (vector labels).DotProduct(kernel.Cholesky().Solve(vector labels))
