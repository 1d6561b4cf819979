namespace NtkTheory.Models

open System

/// Stable manifold widths delta_n: the best error of a 2-Lipschitz encoder to R^n followed by a 2-Lipschitz
/// decoder. Source: ORF 543 notes, lecture 11/28.
module StableWidths =

    /// An l_2 ellipsoid with decreasing semi-axes: s_{n+1}.
    let ellipsoid (axes: float[]) n =
        if n < 0 then
            invalidArg (nameof n) $"The dimension of the code is 0 or more, not {n}."

        if n < axes.Length then axes[n] else 0.0

    /// Bits N = ceil(n log2(1 + 4 rho/delta)) with eps_N <= 4 delta, for delta > delta_n of a set of radius rho.
    let bits n radius delta =
        ceil (float n * Math.Log2(1.0 + 4.0 * radius / delta))

    /// Bits N with eps_N <= 4 A 2^{-rJ}, where delta_{2^j} < A 2^{-rj} for j = 0..J:
    /// ceil(log2(1 + 4 rho/A) + (2^{J+1} - 2) log2(1 + 2^{r+4})).
    let multiscaleBits rate amplitude radius levels =
        let first = Math.Log2(1.0 + 4.0 * radius / amplitude)
        let each = Math.Log2(1.0 + Math.Pow(2.0, rate + 4.0))
        ceil (first + (Math.ScaleB(1.0, levels + 1) - 2.0) * each)
