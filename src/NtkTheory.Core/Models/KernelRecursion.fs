namespace NtkTheory.Models

open NtkTheory.Numerics

/// Covariances of a wide net layer by layer: K^(1) = C_b + (C_w / n_0) x.x', K^(l+1) = C_b + C_w E_K s(u) s(v),
/// the layers counted as in the docs of the architecture catalog (K^(l) belongs to the preactivations z^(l)).
module KernelRecursion =

    /// K^(1) of two inputs of the same dimension.
    let first { Cb = cb; Cw = cw } (x: float[]) (y: float[]) =
        let inner (u: float[]) (v: float[]) =
            cb + cw / float u.Length * Array.fold2 (fun sum a b -> sum + a * b) 0.0 u v

        {
            Kaa = inner x x
            Kbb = inner y y
            Kab = inner x y
        }

    let private diagonal k = { Kaa = k; Kbb = k; Kab = k }

    /// The next layer's covariances, by any way of computing E s(u) s(v).
    let nextBy dual { Cb = cb; Cw = cw } k =
        let image covariance = cb + cw * dual covariance

        {
            Kaa = image (diagonal k.Kaa)
            Kbb = image (diagonal k.Kbb)
            Kab = image k
        }

    /// The next layer's covariances.
    let next parameters activation k =
        nextBy (DualActivation.value activation) parameters k

    /// K^(1) .. K^(count).
    let layers parameters activation start count =
        Seq.unfold (fun k -> Some(k, next parameters activation k)) start
        |> Seq.take count
        |> List.ofSeq

    /// Theta^(1) .. Theta^(count) off the diagonal, derivatives by weights of unit variance over fan-in times C_w:
    /// Theta^(1) = K^(1) and Theta^(l+1) = K^(l+1) + Theta^(l) C_w E s'(u) s'(v), without biases.
    let tangentBy dual derivative parameters start count =
        let step (k, theta) =
            let k' = nextBy dual parameters k
            k', k'.Kab + theta * parameters.Cw * derivative k

        Seq.unfold (fun state -> Some(snd state, step state)) (start, start.Kab)
        |> Seq.take count
        |> List.ofSeq

    /// Theta^(1) .. Theta^(count) of one activation.
    let tangent parameters activation start count =
        tangentBy
            (DualActivation.value activation)
            (DualActivation.derivative activation)
            parameters
            start
            count

    /// 1 - rho after 0, 1, .. `count` ReLU layers without biases, from 1 - rho: the defect is carried itself, so
    /// that nearly parallel inputs keep their digits.
    let reluDefects count defect =
        let next d =
            2.0 * ArcCosine.degreeOneDefect (Angle.ofDefect d)

        Seq.unfold (fun d -> Some(d, next d)) defect |> Seq.truncate (count + 1)

    /// E Khat and E Khat^2 of the random variance Khat^(l) = C_b + (C_w / n) sum r(z_j^(l-1))^2 of a ReLU net of
    /// the given hidden widths, layer by layer: affine in the pair, from the fixed K^(1).
    let reluVarianceMoments { Cb = cb; Cw = cw } (widths: int list) k =
        let next struct (mean, square) width =
            let growth = 1.0 + 5.0 / float width

            struct (cb + cw * mean / 2.0, cb * cb + cb * cw * mean + cw * cw / 4.0 * growth * square)

        List.scan next struct (k, k * k) widths

    /// E (|z^(l)|^2 / n_l)^2 of a ReLU net of Gaussian weights: Khat^(l) is shared by n_l neurons, Gaussian given
    /// it, so the mean of E Khat^2 gains the factor 1 + 2 / n_l. `widths` are n_1 .. n_l.
    let squaredNormSecondMoment parameters (widths: int list) k =
        let before = List.truncate (widths.Length - 1) widths
        let struct (_, square) = List.last (reluVarianceMoments parameters before k)
        square * (1.0 + 2.0 / float (List.last widths))

    /// Var of (1/n) sum z_ja z_jb over n independent pairs of the given covariance: (Kaa Kbb + Kab^2) / n.
    let neuronAverageVariance k n =
        (k.Kaa * k.Kbb + k.Kab * k.Kab) / float n

    /// E Khat^(3) for s(t) = t^2 without biases and first hidden width n, exactly: with S the mean of n squares
    /// s_j^2 = z_j^4, E Khat^(3) = C_w E[3 (C_w S)^2], and E S^2 = K^4 (9 + 96 / n).
    let squareThirdLayerMean (cw: Rational) (k: Rational) (n: int) =
        let fourthSquared = Rational.ofInt 9 + Rational.ratio 96 n
        Rational.ofInt 3 * Rational.pow cw 3 * Rational.pow k 4 * fourthSquared
