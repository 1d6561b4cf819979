namespace NtkTheory.Models

open System
open MathNet.Numerics.Integration

/// Fourier coefficients of kernels that depend on the angle alone, on the circle and on the slice of the sphere of
/// R^3 that a constant coordinate cuts out: with all of them positive the kernel is universal there, and where one
/// vanishes no function of its space has that frequency.
module CircleFourier =

    /// The kernel of two points of the circle at the angle theta in [0, pi].
    let onCircle (kernel: Angle -> float) theta = kernel (Angle.ofTheta theta)

    /// The kernel of (z / sqrt 2, 1 / sqrt 2) and (z' / sqrt 2, 1 / sqrt 2) for points z, z' of the circle at the angle
    /// theta: their cosine is (1 + cos theta) / 2, so the sine of half their angle is sin(theta / 2) / sqrt 2.
    let onSlice (kernel: Angle -> float) theta =
        kernel (Angle.ofTheta (2.0 * asin (sin (0.5 * theta) / sqrt 2.0)))

    let private nodes = GaussLegendreRule(-1.0, 1.0, 64)

    /// (1/pi) times the integral of k(theta) cos(n theta) over [0, pi], by 64 Gauss-Legendre nodes for every 16
    /// half waves: full precision for kernels analytic on [0, pi], as those of ReLU are in the angle.
    let coefficient frequency (kernel: float -> float) =
        let panels = 1 + frequency / 16
        let half = 0.5 * Math.PI / float panels
        let mutable sum = 0.0

        for panel in 0 .. panels - 1 do
            for i in 0 .. nodes.Order - 1 do
                let theta = half * (float (2 * panel + 1) + nodes.GetAbscissa i)

                sum <- sum + nodes.GetWeight i * kernel theta * cos (float frequency * theta)

        sum * half / Math.PI

    /// The n-th coefficient on the slice from below, by `terms` terms of the power series: with Taylor coefficients t
    /// around u = 1/2, all positive, it is the sum over k of t_(n+2k) C(n+2k, k) / 4^(n+2k).
    let sliceSeries (taylor: int -> float[]) frequency terms =
        let t = taylor (frequency + 2 * terms)

        // C(n+2k, k) / 4^(n+2k) from one k to the next
        let next k share =
            let n = float (frequency + 2 * k)

            share * (n + 1.0) * (n + 2.0)
            / (float (k + 1) * (float (frequency + k) + 1.0) * 16.0)

        let mutable share = 4.0 ** -(float frequency)
        let mutable sum = 0.0

        for k in 0 .. terms - 1 do
            sum <- sum + t[frequency + 2 * k] * share
            share <- next k share

        sum
