namespace NtkTheory.Models

open System.Numerics
open NtkTheory.Numerics

/// An affine map between layers: one row of weights and one bias per neuron.
type AffineLayer<'T> = { Weights: 'T[][]; Biases: 'T[] }

/// A fully connected ReLU net of hidden layers and an affine output of one row, over any number type.
type ReluNet<'T> = {
    Hidden: AffineLayer<'T> list
    Output: AffineLayer<'T>
}

/// Making and converting ReLU nets.
module ReluNet =

    /// The layer with each number converted.
    let private mapLayer convert layer = {
        Weights = layer.Weights |> Array.map (Array.map convert)
        Biases = layer.Biases |> Array.map convert
    }

    /// The net with each number converted.
    let map convert net = {
        Hidden = net.Hidden |> List.map (mapLayer convert)
        Output = mapLayer convert net.Output
    }

    /// The values of a layer's rows at an input.
    let inline private affine layer (input: 'T[]) =
        Array.map2
            (fun row bias -> Array.fold2 (fun sum w a -> sum + w * a) bias row input)
            layer.Weights
            layer.Biases

    /// The output at a point.
    let exactValue (net: ReluNet<Rational>) (x: Rational[]) =
        let hidden =
            net.Hidden
            |> List.fold (fun a layer -> affine layer a |> Array.map (max Rational.Zero)) x

        (affine net.Output hidden)[0]

    /// The widths of the hidden layers.
    let widths net =
        net.Hidden |> List.map (fun layer -> layer.Biases.Length)

    let private commonDenominator layer =
        Seq.append (Seq.concat layer.Weights) layer.Biases
        |> Seq.fold
            (fun common (q: Rational) ->
                common / BigInteger.GreatestCommonDivisor(common, q.Denominator) * q.Denominator)
            BigInteger.One

    /// A net with whole numbers whose layers are positive multiples of the given one's, and the multiple of the
    /// output: on/off patterns are the same, and no arithmetic on it needs a fraction.
    let integral (net: ReluNet<Rational>) : struct (ReluNet<BigInteger> * BigInteger) =
        let clear before layer =
            let own = commonDenominator layer
            let scale = before * own

            let whole (factor: BigInteger) (q: Rational) = q.Numerator * (factor / q.Denominator)

            {
                Weights = layer.Weights |> Array.map (Array.map (whole own))
                Biases = layer.Biases |> Array.map (fun b -> b.Numerator * (scale / b.Denominator))
            },
            scale

        let hidden, scale = List.mapFold clear BigInteger.One net.Hidden
        let output, total = clear scale net.Output
        struct ({ Hidden = hidden; Output = output }, total)
