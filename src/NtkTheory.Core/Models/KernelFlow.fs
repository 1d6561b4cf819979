namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra

/// Training with a kernel that does not change, for one label per point: KernelDynamics on vectors.
module KernelFlow =

    let private column (values: float[]) : Matrix<float> =
        Matrix<float>.Build.Dense(values.Length, 1, values)

    /// u(t) = y + e^(-t K) (u(0) - y): the flow on ||u - y||^2 / 2. For the mean loss give t / n.
    let flow kernel (labels: float[]) (start: float[]) time =
        let spectrum = KernelSpectrum.ofGram kernel

        (KernelDynamics.outputs HalfSum (Flow time) spectrum (column start) (column labels))
            .Column(0)
            .ToArray()

    /// f_t(x) = f_0(x) + k(x) K^(-1) (I - e^(-t K)) (y - f_0): the prediction at a point with kernel values
    /// `section` on the data; the matrix function is formed without an inverse, so K may be singular.
    let predict kernel (section: float[]) (labels: float[]) (start: float[]) startHere time =
        let spectrum = KernelSpectrum.ofGram kernel
        let cross: Matrix<float> = Matrix<float>.Build.Dense(1, section.Length, section)

        let there =
            KernelDynamics.predictions
                HalfSum
                (Flow time)
                spectrum
                cross
                (column [| startHere |])
                (column start)
                (column labels)

        there[0, 0]

    /// The limit of the prediction: f_0(x) + k(x) K^+ (y - f_0), for an invertible K the interpolant of least norm.
    let limit kernel (section: float[]) (labels: float[]) (start: float[]) startHere =
        let residual: Vector<float> = Vector<float>.Build.Dense(Array.map2 (-) labels start)
        let alpha = KernelRidge.dual 0.0 kernel residual
        startHere + KernelRidge.value (Vector<float>.Build.Dense section) alpha

    /// The squared norm y' K^+ y of the interpolant of least norm.
    let normSquared kernel (labels: float[]) =
        let y: Vector<float> = Vector<float>.Build.Dense labels
        y.DotProduct(KernelRidge.dual 0.0 kernel y)
