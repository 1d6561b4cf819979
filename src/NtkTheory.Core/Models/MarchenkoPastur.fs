namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics
open NtkTheory.Sampling

/// The limit law of the eigenvalues of X X^T / n for a P x n matrix X of independent entries of mean 0 and
/// variance 1, P / n -> alpha in (0, 1] (Marchenko and Pastur 1967).
module MarchenkoPastur =

    let private checkedRatio alpha =
        if not (alpha > 0.0 && alpha <= 1.0) then
            raise (ArgumentOutOfRangeException(nameof alpha, "the ratio must lie in (0, 1]"))

    /// The ends of the support, (1 - sqrt alpha)^2 and (1 + sqrt alpha)^2.
    let support alpha =
        checkedRatio alpha
        let root = sqrt alpha
        struct ((1.0 - root) * (1.0 - root), (1.0 + root) * (1.0 + root))

    /// The density sqrt((l+ - x)(x - l-)) / (2 pi alpha x), zero outside the support.
    let density alpha x =
        let struct (low, high) = support alpha

        if x <= low || x >= high then
            0.0
        else
            sqrt ((high - x) * (x - low)) / (2.0 * Math.PI * alpha * x)

    /// An antiderivative of sqrt((l+ - x)(x - l-)) / x on the support; l- + l+ = 2 (1 + alpha) and
    /// l- l+ = (1 - alpha)^2. The arcs are taken from sine and cosine, as asin loses half its digits at the ends.
    let private antiderivative alpha x =
        let struct (low, high) = support alpha
        let root = sqrt (max 0.0 ((high - x) * (x - low)))
        let gap = 1.0 - alpha
        let outer = atan2 (2.0 * (x - 1.0 - alpha)) (2.0 * root)
        let inner = atan2 (2.0 * ((1.0 + alpha) * x - gap * gap)) (2.0 * gap * root)
        root + (1.0 + alpha) * outer - gap * inner

    /// The distribution function in closed form.
    let cdf alpha x =
        let struct (low, high) = support alpha

        // both arcs are -pi/2 at the lower end, where the antiderivative is -pi alpha
        if x <= low then 0.0
        elif x >= high then 1.0
        else antiderivative alpha x / (2.0 * Math.PI * alpha) + 0.5

    /// The number below which the law puts the probability p, by bisection to the last bit.
    let quantile alpha p =
        let rec bisect low high =
            let middle = (low + high) / 2.0

            if middle <= low || middle >= high then middle
            elif cdf alpha middle < p then bisect middle high
            else bisect low middle

        let struct (low, high) = support alpha

        if p <= 0.0 then low
        elif p >= 1.0 then high
        else bisect low high

    /// The moment of order k: the sum over r < k of alpha^r / (r + 1) (k choose r)(k - 1 choose r), exactly.
    let moment (alpha: Rational) k =
        if k = 0 then
            Rational.One
        else
            let term r =
                let ways =
                    HyperplaneArrangement.binomial k r * HyperplaneArrangement.binomial (k - 1) r

                Rational.pow alpha r * Rational.Ratio(ways, bigint (r + 1))

            Rational.sum (Seq.init k term)

    /// E tr S^k / P for k = 1, 2, 3 and S = X X^T / n, X a P x n matrix of standard normal entries.
    let finiteMoments (P: int) (n: int) =
        let p, n = bigint P, bigint n

        [
            Rational.One
            Rational.Ratio(n + p + 1I, n)
            Rational.Ratio(n * n + p * p + 3I * n * p + 3I * n + 3I * p + 4I, n * n)
        ]

    /// The eigenvalues, increasing, of X X^T / n for a P x n matrix X of standard normal entries.
    let sampleSpectrum seed (P: int) (n: int) =
        let x: Matrix<float> = Draw.normalMatrix seed P n
        let covariance = x.TransposeAndMultiply(x).Divide(float n)
        covariance.Evd(Symmetricity.Symmetric).EigenValues.Real().ToArray()
