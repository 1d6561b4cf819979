namespace NtkTheory.Models

open System
open System.Numerics
open MathNet.Numerics
open NtkTheory.Numerics

/// Bayesian interpolation by a deep linear net (Hanin and Zlokapa 2023): P data points in n_0 dimensions, prior
/// W^(l) of variance Variance / n_{l-1}, widths n_0 .. n_L, and the minimal-norm interpolant theta_*.
type LinearPosterior = {
    /// n_0 .. n_L.
    Widths: int list
    /// The number of data points, at most n_0.
    Points: int
    /// sigma^2 > 0.
    Variance: float
    /// |theta_*|^2 > 0.
    SquaredNorm: float
}

/// Evidence and posterior of deep linear nets, exactly at every depth and width, by a Mellin-Barnes integral.
module BayesianInterpolation =

    /// ln z with z = |theta_*|^2 times the product over n_0 .. n_L of n_l / (2 sigma^2).
    let private logArgument m =
        log m.SquaredNorm
        + List.sumBy (fun n -> log (float n / (2.0 * m.Variance))) m.Widths

    /// The shifts of the gamma functions: P/2 (which may be moved by -1) and n_l / 2 of the hidden layers.
    let private shifts (points: float) m =
        points / 2.0 :: (List.tail m.Widths |> List.map (fun n -> float n / 2.0))

    /// The real c at which the integrand is stationary along the axis: sum psi(a + c) = ln z, to the right of all
    /// poles; the left side increases from minus infinity to infinity.
    let private saddle shifts logZ =
        let slope c =
            List.sumBy (fun a -> SpecialFunctions.DiGamma(a + c)) shifts - logZ

        let pole = -List.min shifts

        let rec above step =
            if slope (pole + step) > 0.0 then
                step
            else
                above (2.0 * step)

        let rec below step =
            if slope (pole + step) < 0.0 then
                step
            else
                below (step / 2.0)

        let rec bisect low high =
            let middle = (low + high) / 2.0

            if high - low < 1e-9 * high || middle = low then middle
            elif slope (pole + middle) < 0.0 then bisect middle high
            else bisect low middle

        pole + bisect (below 1.0) (above 1.0)

    /// The logarithm of (1 / 2 pi i) int prod Gamma(a + s) z^{-s} ds and the mean of s under it. The trapezoidal rule on
    /// the line through the saddle, step 1/8 of the width of the peak, errs by less than 1e-15 (the integrand is
    /// analytic to the next pole, and e^{-2 pi 8} bounds a Gaussian peak).
    let private mellinBarnes shifts logZ =
        let c = saddle shifts logZ
        let curvature = shifts |> List.sumBy (fun a -> JacobianLaw.trigamma (a + c))
        let step = 0.125 / sqrt curvature

        let exponent (s: Complex) =
            List.fold
                (fun (sum: Complex) (a: float) -> sum + ComplexGamma.logGamma (Complex(a, 0.0) + s))
                (-s * Complex(logZ, 0.0))
                shifts

        let peak = (exponent (Complex(c, 0.0))).Real

        let rec sum total weighted k =
            let s = Complex(c, step * float k)
            let value = Complex.Exp(exponent s - Complex(peak, 0.0))

            if value.Magnitude < 1e-19 then
                struct (total, weighted)
            else
                sum (total + 2.0 * value.Real) (weighted + 2.0 * (s * value).Real) (k + 1)

        let struct (total, weighted) = sum 1.0 c 1
        struct (peak + log (total * step / Math.Tau), weighted / total)

    let private logDensity points m =
        let norms =
            List.tail m.Widths
            |> List.sumBy (fun n -> SpecialFunctions.GammaLn(float n / 2.0))

        let struct (integral, _) = mellinBarnes (shifts points m) (logArgument m)
        integral - norms - points / 2.0 * log (Math.PI * m.SquaredNorm)

    /// ln of the prior density of the projection of theta on the data's span at theta_*; the evidence is this
    /// density over the square root of det X^T X.
    let logEvidence m = logDensity (float m.Points) m

    /// E |theta_perp|^2 under the posterior, theta_perp the part in the n_0 - P directions that the data leave
    /// free: (n_0 - P) p(P - 2) / (2 pi p(P)).
    let perpendicularSquare m =
        let free = List.head m.Widths - m.Points
        let ratio = exp (logDensity (float m.Points - 2.0) m - logEvidence m)
        float free * ratio / (2.0 * Math.PI)

    /// The prior variance sigma^2 of largest evidence, same on every layer: the evidence depends on it through z
    /// alone, and its logarithmic slope in z is minus the mean of s.
    let bestVariance m =
        let shifts = shifts (float m.Points) m

        let slope logZ =
            let struct (_, mean) = mellinBarnes shifts logZ
            mean

        // the mean of s increases with z: widen a bracket around the saddle's own estimate at s = 0
        let start = List.sumBy SpecialFunctions.DiGamma shifts

        let rec widen step =
            if slope (start - step) < 0.0 && slope (start + step) > 0.0 then
                step
            else
                widen (2.0 * step)

        let step = widen 0.5
        let logZ = RootFinding.Brent.FindRoot(slope, start - step, start + step, 1e-13, 200)
        let layers = float m.Widths.Length

        let logProduct =
            log m.SquaredNorm + List.sumBy (fun n -> log (float n / 2.0)) m.Widths

        exp ((logProduct - logZ) / layers)

    /// ln of the same density at L = 0, where it is Gaussian of variance sigma^2 / n_0 per direction.
    let logEvidenceShallow (n0: int) points variance squaredNorm =
        let v = variance / float n0
        -float points / 2.0 * log (Math.Tau * v) - squaredNorm / (2.0 * v)

    /// ln K_nu(x) for x > 0 from K_nu(x) = integral over t >= 0 of exp(-x cosh t) cosh(nu t), by the trapezoidal rule
    /// (doubly exponential decay, step 1/64).
    let logBesselK nu (x: float) =
        let step = 1.0 / 64.0

        let exponent t =
            let grow = abs nu * t
            grow + log ((1.0 + exp (-2.0 * grow)) / 2.0) - x * cosh t

        let exponents =
            Seq.initInfinite (fun k -> step * float k)
            |> Seq.takeWhile (fun t -> t < 1.0 || x * cosh t - abs nu * t < 800.0 + x)
            |> Seq.map exponent
            |> Array.ofSeq

        let peak = Array.max exponents

        let sum =
            (exponents |> Array.sumBy (fun e -> exp (e - peak)))
            - 0.5 * exp (exponents[0] - peak)

        peak + log (step * sum)

    /// ln of the same density at L = 1, in closed form by a Bessel function.
    let logEvidenceOneLayer (n0: int) (n1: int) points variance squaredNorm =
        let a = variance * variance / (float n0 * float n1)
        let nu = float (n1 - points) / 2.0

        -float points / 2.0 * log (Math.Tau * a)
        + log 2.0
        + nu / 2.0 * log (squaredNorm / a)
        + logBesselK nu (sqrt (squaredNorm / a))
        - float n1 / 2.0 * log 2.0
        - SpecialFunctions.GammaLn(float n1 / 2.0)

    /// The limit of E |theta_perp|^2 as P grows with P / n_0 = alpha and P sum 1/n_l = lambda over L equal hidden
    /// layers, sigma^2 = 1: (1 - alpha) rho with rho^(1/L) = 1 + (lambda / L)(t / (alpha rho) - 1); depth None is the limit of
    /// infinite depth, ln rho = lambda (t / (alpha rho) - 1).
    let limitAtEffectiveDepth alpha squaredNorm lambda (depth: int option) =
        let excess rho =
            let drive = squaredNorm / (alpha * rho) - 1.0

            match depth with
            | None -> log rho - lambda * drive
            | Some l -> rho ** (1.0 / float l) - 1.0 - lambda / float l * drive

        // increasing in rho, negative near 0 and positive above the larger of 1 and t / alpha
        let high = 2.0 * max 1.0 (squaredNorm / alpha)

        (1.0 - alpha)
        * RootFinding.Brent.FindRoot(excess, 1e-12 * high, high, 1e-15, 500)
