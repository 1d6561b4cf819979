namespace NtkTheory.Models

open System
open System.Numerics
open MathNet.Numerics
open NtkTheory.Numerics

/// The law of an entry of the input Jacobian of a ReLU net with Gaussian weights, exactly: (n_0 / 2)(dz/dx_p)^2 is
/// distributed as a chi-square of one degree of freedom times, for each hidden layer of width n, (2 / n) times a
/// chi-square whose degrees of freedom are the number of neurons that are on, Binomial(n, 1/2).
module JacobianLaw =

    /// P(B = b | B > 0) for B ~ Binomial(n, 1/2), b = 1 .. n.
    let private alive n =
        let log2 = log 2.0
        let living = 1.0 - Math.ScaleB(1.0, -n)

        Array.init n (fun i ->
            let b = i + 1
            exp (SpecialFunctions.BinomialLn(n, b) - float n * log2) / living)

    /// The trigamma function psi'(x), x > 0: moved up to x >= 20, then the asymptotic series.
    let rec trigamma x =
        if x < 20.0 then
            trigamma (x + 1.0) + 1.0 / (x * x)
        else
            let s = 1.0 / (x * x)

            1.0 / x
            + 0.5 * s
            + s / x
              * (1.0 / 6.0
                 - s * (1.0 / 30.0 - s * (1.0 / 42.0 - s * (1.0 / 30.0 - s * 5.0 / 66.0))))

    /// Mean and variance of ln((2 / n) chi^2_B) given B > 0, one hidden layer of width n: finite sums of digamma
    /// and trigamma values, near -5/(2n) and 5/n.
    let layerMoments n =
        let weights = alive n

        let given b =
            SpecialFunctions.DiGamma(float b / 2.0) + log (4.0 / float n)

        let mean = Array.mapi (fun i w -> w * given (i + 1)) weights |> Array.sum

        let variance =
            weights
            |> Array.mapi (fun i w -> w * (trigamma (float (i + 1) / 2.0) + (given (i + 1) - mean) ** 2.0))
            |> Array.sum

        struct (mean, variance)

    /// Mean and variance of the logarithm of the product over the hidden layers, given that none is dead.
    let productMoments widths =
        widths
        |> List.map layerMoments
        |> List.fold
            (fun struct (m, v) struct (mean, variance) -> struct (m + mean, v + variance))
            struct (0.0, 0.0)

    /// Mean and variance of ln((n_0 / 2)(dz/dx_p)^2) given that no hidden layer is dead: the product's, with the
    /// logarithm of one chi-square of one degree of freedom.
    let entryMoments widths =
        let struct (mean, variance) = productMoments widths
        struct (mean + SpecialFunctions.DiGamma 0.5 + log 2.0, variance + Math.PI * Math.PI / 2.0)

    /// P(dz/dx_p = 0): some hidden layer is dead.
    let deathProbability widths =
        let logAlive = widths |> List.sumBy (fun n -> Math.Log(1.0 - Math.ScaleB(1.0, -n)))
        // 1 - e^x without cancellation for the tiny probabilities of wide layers
        let tiny = widths |> List.sumBy (fun n -> Math.ScaleB(1.0, -n))
        if tiny < 1e-9 then tiny else 1.0 - exp logAlive

    /// E e^(i t X) of X = ln((n_0 / 2)(dz/dx_p)^2) given alive.
    let private characteristic layers t =
        let chi b =
            ComplexGamma.logGamma (Complex(float b / 2.0, t))
            - Complex(SpecialFunctions.GammaLn(float b / 2.0), 0.0)

        let shift (x: float) = Complex(0.0, t * x)

        let layer (n, weights: float[]) =
            let terms =
                weights
                |> Array.mapi (fun i w ->
                    Complex.Multiply(w, Complex.Exp(chi (i + 1) + shift (log (4.0 / float n)))))

            Array.fold (fun (sum: Complex) term -> sum + term) Complex.Zero terms

        List.fold
            (fun (product: Complex) l -> product * layer l)
            (Complex.Exp(chi 1 + shift (log 2.0)))
            layers

    /// Distance between the frequencies of the inversion: what lies beyond 2 pi / step = 60 of the argument
    /// folds back, and the logarithm of a chi-square is below -60 with probability e^-30.
    let private frequencyStep = Math.Tau / 60.0

    /// The distribution function of (n_0 / 2)(dz/dx_p)^2, with its atom at 0: Gil-Pelaez inversion of the
    /// characteristic function of the logarithm at odd half multiples of the step (Davies 1973), cut where it is
    /// below 1e-13. Prepared once for the widths of the hidden layers, then cheap per point.
    let cdf (widths: int list) =
        let layers = widths |> List.map (fun n -> n, alive n)
        let dead = deathProbability widths

        let terms =
            Seq.initInfinite (fun k -> frequencyStep * (float k + 0.5))
            |> Seq.map (fun t -> struct (t, characteristic layers t))
            |> Seq.takeWhile (fun struct (_, phi) -> phi.Magnitude > 1e-13)
            |> Array.ofSeq

        let ofLog x =
            let part struct (t, phi: Complex) =
                (phi * Complex.Exp(Complex(0.0, -t * x))).Imaginary
                / (t / frequencyStep * Math.PI)

            Math.Clamp(0.5 - Array.sumBy part terms, 0.0, 1.0)

        fun square ->
            if square < 0.0 then 0.0
            elif square = 0.0 then dead
            else dead + (1.0 - dead) * ofLog (log square)
