namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra

/// The first-order model of a network around its start, and how far the network can be from it.
module Linearization =

    /// f_0(x; W) = f(x; W0) + <grad f(x; W0), W - W0> at each of the points.
    let outputs (start: TwoLayer) (now: TwoLayer) (points: Matrix<float>) =
        let slopes = TwoLayer.slopes start points

        let moves =
            TwoLayer.preactivations now points - TwoLayer.preactivations start points

        TwoLayer.outputs start points
        |> Array.mapi (fun i output -> output + slopes.Column(i).DotProduct(moves.Column i))

    /// f - f_0 at each of the points.
    let errors start now points =
        Array.map2 (-) (TwoLayer.outputs now points) (outputs start now points)

    /// sigma(r) - sigma(s) - sigma'(s) (r - s).
    let remainder activation s r =
        let sigma = Activation.value activation
        sigma r - sigma s - Activation.derivative activation s * (r - s)

    /// The bound for smooth activations, |a_j| <= 1: beta |x|^2 B^2 / (2 sqrt m).
    let smoothBound beta (normX: float) (radius: float) width =
        beta * normX * normX * radius * radius / (2.0 * sqrt (float width))

    /// B^(4/3) / m^(1/6), the order of the worst error for ReLU.
    let reluOrder (radius: float) width =
        radius ** (4.0 / 3.0) / float width ** (1.0 / 6.0)

    /// The bound for ReLU, |a_j| <= 1 and |x| <= 1, which fails with probability at most delta:
    /// (2 B^(4/3) + B ln(1/delta)^(1/4)) / m^(1/6) (Telgarsky, lemma 4.1).
    let reluBound (radius: float) width (delta: float) =
        (2.0 * radius ** (4.0 / 3.0) + radius * (-log delta) ** 0.25)
        / float width ** (1.0 / 6.0)

    /// The bound between any two points of the ball for ReLU, twice the former; for the network without
    /// m^(-1/2) it is multiplied by sqrt m.
    let reluTwoPointBound radius width delta = 2.0 * reluBound radius width delta

    /// lim m^(1/6) B^(-4/3) sup |f - f_0| when the given part of the neurons has the sign that counts: the
    /// maximum of sqrt k - (sum of the k smallest of `part` m normal magnitudes) in the limit.
    let reluAsymptoticConstant part =
        0.75 * (part * sqrt (2.0 / Math.PI) / 2.0) ** (1.0 / 3.0)

    /// What the supremum tends to in wide networks: the constant times B^(4/3) / m^(1/6).
    let reluAsymptoticSup part radius width =
        reluAsymptoticConstant part * reluOrder radius width

    /// The same constant for the supremum over two points of the ball.
    let reluTwoPointAsymptoticConstant part =
        (3.0 ** (1.0 / 6.0) + 3.0 ** (2.0 / 3.0) / 2.0)
        * (part * sqrt (2.0 / Math.PI)) ** (1.0 / 3.0)

    /// The most points that the network can be from its linear model on one side, and how many neurons flip.
    type private Side = { Value: float; Flips: int }

    /// max_k sqrt k B |x| - (the sum of the k smallest magnitudes), 0 for no flip.
    let private bestPrefix reach (magnitudes: float[]) =
        let mutable best = { Value = 0.0; Flips = 0 }
        let mutable sum = 0.0

        for k in 1 .. magnitudes.Length do
            sum <- sum + magnitudes[k - 1]
            let value = sqrt (float k) * reach - sum

            if value > best.Value then
                best <- { Value = value; Flips = k }

        best

    /// What one sign of the outer weights can do: (supremum, flips), before the factor alpha / sqrt m.
    let reluSupOfSign sign (preactivations: float[]) (outer: float[]) reach =
        let magnitudes =
            Array.zip preactivations outer
            |> Array.filter (fun (_, a) -> float (Math.Sign a) = sign)
            |> Array.map (fst >> abs)
            |> Array.sort

        let side = bestPrefix reach magnitudes
        side.Value, side.Flips

    /// sup |f - f_0| over ||W - W0||_F <= B for ReLU at a fixed x and outer weights of equal magnitude: exact,
    /// attained, by sorting; `reach` is B |x| and the preactivations are those of W0.
    let reluSup (preactivations: float[]) (outer: float[]) reach =
        let best sign =
            fst (reluSupOfSign sign preactivations outer reach)

        if outer.Length = 0 then
            0.0
        else
            abs outer[0] / sqrt (float outer.Length) * max (best 1.0) (best -1.0)
