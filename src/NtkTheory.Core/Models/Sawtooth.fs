namespace NtkTheory.Models

open NtkTheory.Numerics

/// How a sawtooth is written as a ReLU net.
type SawtoothForm =
    /// Each copy as relu(2 relu(x) - 4 relu(x - 1/2)): 2L hidden layers, 3L neurons.
    | Composed
    /// The same without the last outer relu: 3L - 1 neurons.
    | LastOuterDropped
    /// No outer relu at all: L hidden layers of two neurons.
    | Lean
    /// Each copy as 2 relu(x) - 4 relu(x - 1/2) + 2 relu(x - 1), which is 0 beyond [0, 1]: L hidden layers of three.
    | Supported

/// The tent Delta(x) = 2 relu(x) - 4 relu(x - 1/2) composed with itself, on [0, 1] the sawtooth of Telgarsky
/// (2016).
module Sawtooth =

    let private q = Rational.ofInt

    let private layer weights biases : AffineLayer<Rational> = {
        Weights = weights |> List.map Array.ofList |> Array.ofList
        Biases = Array.ofList biases
    }

    let private split = layer [ [ q 1 ]; [ q 1 ] ] [ q 0; Rational.ratio -1 2 ]
    let private tent = layer [ [ q 2; q -4 ] ] [ q 0 ]

    let private next =
        layer [ [ q 2; q -4 ]; [ q 2; q -4 ] ] [ q 0; Rational.ratio -1 2 ]

    let private splitThrice =
        layer [ [ q 1 ]; [ q 1 ]; [ q 1 ] ] [ q 0; Rational.ratio -1 2; q -1 ]

    let private supported = [ q 2; q -4; q 2 ]

    /// L tents in a row, L at least 1.
    let net form count =
        match form with
        | Composed -> {
            Hidden = List.replicate count [ split; tent ] |> List.concat
            Output = layer [ [ q 1 ] ] [ q 0 ]
          }
        | LastOuterDropped -> {
            Hidden = (List.replicate (count - 1) [ split; tent ] |> List.concat) @ [ split ]
            Output = tent
          }
        | Lean -> {
            Hidden = split :: List.replicate (count - 1) next
            Output = tent
          }
        | Supported -> {
            Hidden =
                splitThrice
                :: List.replicate
                    (count - 1)
                    (layer [ supported; supported; supported ] [ q 0; Rational.ratio -1 2; q -1 ])
            Output = layer [ supported ] [ q 0 ]
          }

    /// The number of local maxima among pieces (left, right, slope, intercept).
    let peaks (pieces: (Rational option * Rational option * Rational * Rational) list) =
        pieces
        |> List.pairwise
        |> List.filter (fun ((_, _, before, _), (_, _, after, _)) ->
            before > Rational.Zero && after < Rational.Zero)
        |> List.length

    /// Delta^k at a point of [0, 1], by k foldings.
    let rec value k (x: Rational) =
        if k = 0 then
            x
        else
            let folded = if x <= Rational.ratio 1 2 then q 2 * x else q 2 - q 2 * x

            value (k - 1) folded

    /// int_0^1 |g - Delta^k|, exactly, of a function that is affine between its knots.
    let distance k (knots: Rational seq) (g: Rational -> Rational) =
        let dyadic = Seq.init (pown 2 k + 1) (fun j -> Rational.ratio j (pown 2 k))

        let cuts =
            Seq.append knots dyadic
            |> Seq.filter (fun x -> x >= Rational.Zero && x <= Rational.One)
            |> Seq.distinct
            |> Seq.sort
            |> List.ofSeq

        let magnitude (r: Rational) = if r < Rational.Zero then -r else r

        let area (a: Rational, b: Rational) =
            let p, p' = g a - value k a, g b - value k b
            let left, right = magnitude p, magnitude p'
            let half = (b - a) * Rational.ratio 1 2

            // of the same sign a trapezoid, else two triangles
            if p * p' >= Rational.Zero then
                half * (left + right)
            else
                half * (left * left + right * right) / (left + right)

        List.pairwise cuts |> List.map area |> Rational.sum
