namespace NtkTheory.Models

open System

/// Expected numbers of breakpoints of random ReLU nets on a line, by the formula of Kac and Rice: a Gaussian
/// function with feature vector phi(x) has as many zeros in the mean as the direction of phi turns, over pi.
module BreakpointDensity =

    /// The mass that a Cauchy law centered at 0 puts on [a, b].
    let cauchyMass scale a b =
        (atan (b / scale) - atan (a / scale)) / Math.PI

    /// Zeros on [a, b] per neuron of the first layer, weights of variance `cw` and biases of variance `cb` > 0:
    /// the quotient -b/w is Cauchy.
    let firstLayer cb cw a b = cauchyMass (sqrt (cb / cw)) a b

    /// The scale of the Cauchy law of the zeros of a neuron of layer l at infinite width, one input, weights of
    /// variance cw / n with cw = 1 (as in the notes) or cw = 2 (He): sqrt(cb (2^l - 1)) and sqrt(l cb / 2).
    let infiniteWidthScale cb cw layer =
        // V(x) = A + B x^2 with A' = cb + cw A / 2 and B' = cw B / 2; the scale is sqrt(A / B)
        let next (a, b) = cb + cw * a / 2.0, cw * b / 2.0
        let a, b = Seq.fold (fun state _ -> next state) (cb, cw) (seq { 2..layer })
        sqrt (a / b)

    /// The bound on the mean number of breakpoints on an interval from n neurons of layer l: n |b - a|
    /// 2^{-(l-1)/2} / (pi sqrt cb) for weights of variance 1/fan-in; sqrt 2 / (pi sqrt cb) per neuron for He.
    let layerBound cb cw layer n length =
        sqrt cw * (cw / 2.0) ** (float (layer - 1) / 2.0) * float n * length
        / (Math.PI * sqrt cb)

    /// The angle by which the direction of (sqrt cb, u + v x) in R^(1 + n) turns from a to b, divided by pi, with
    /// `cw` / n on the squares of the affine features.
    let private turn cb (u: float[]) (v: float[]) a b =
        let feature x =
            Array.append [| sqrt cb |] (Array.map2 (fun u v -> u + v * x) u v)

        let p, q = feature a, feature b
        let norm w = sqrt (Array.sumBy (fun t -> t * t) w)
        let np, nq = norm p, norm q
        let chord = Array.map2 (fun s t -> s / np - t / nq) p q |> norm
        let sum = Array.map2 (fun s t -> s / np + t / nq) p q |> norm
        2.0 * Math.Atan2(chord, sum) / Math.PI

    /// The mean number of zeros on [a, b] of a neuron that reads the hidden layers of the given net (its output
    /// is ignored) with weights of variance cw / n and bias variance cb: the turning of the features, piece by piece.
    let givenFeatures cb cw (hidden: AffineLayer<float> list) a b =
        let n = (List.last hidden).Biases.Length
        let weight = sqrt (cw / float n)

        let net = {
            Hidden = hidden
            Output = {
                Weights = Array.init n (fun i -> Array.init n (fun j -> if i = j then weight else 0.0))
                Biases = Array.zeroCreate n
            }
        }

        let ``end`` (cut: Cut<float> option) =
            match cut with
            | Some cut -> cut.Top / cut.Below
            | None -> nan

        LineRegions.intervals net (Some { Top = a; Below = 1.0 }) (Some { Top = b; Below = 1.0 })
        |> List.sumBy (fun piece ->
            turn cb piece.Intercepts piece.Slopes (``end`` piece.Left) (``end`` piece.Right))
