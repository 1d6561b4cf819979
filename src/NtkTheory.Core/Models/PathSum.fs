namespace NtkTheory.Models

open NtkTheory.Numerics

/// Values and derivatives of ReLU nets as sums over paths from input to output, exactly.
module PathSum =

    /// Every choice of one index below each width.
    let rec indices (widths: int list) : int list list =
        match widths with
        | [] -> [ [] ]
        | n :: rest ->
            let tails = indices rest

            [
                for i in 0 .. n - 1 do
                    for tail in tails do
                        i :: tail
            ]

    /// The paths of a net from input number p: one neuron of each hidden layer.
    let paths (net: ReluNet<Rational>) p =
        ReluNet.widths net |> indices |> List.map (fun path -> p :: path)

    /// Which neurons are on (preactivation at least zero) at an input, layer by layer.
    let indicators (net: ReluNet<Rational>) (x: Rational[]) =
        let pass (a: Rational[]) (layer: AffineLayer<Rational>) =
            let z =
                Array.map2
                    (fun row bias -> Array.fold2 (fun sum w t -> sum + w * t) bias row a)
                    layer.Weights
                    layer.Biases

            z |> Array.map (fun t -> t >= Rational.Zero), z |> Array.map (max Rational.Zero)

        List.mapFold pass x net.Hidden |> fst

    /// The product of weights along a path that starts in front of layer `from` (0 is the input), and of the
    /// indicators of the neurons after its start.
    let private weight (net: ReluNet<Rational>) (on: bool[] list) from (path: int list) =
        let layers = List.skip from (net.Hidden @ [ net.Output ])
        let steps = List.pairwise (path @ [ 0 ])
        let alive = List.skip from on @ [ [| true |] ]

        List.zip3 layers steps alive
        |> List.fold
            (fun product (layer, (before, after), on) ->
                if on[after] then
                    product * layer.Weights[after][before]
                else
                    Rational.Zero)
            Rational.One

    /// The derivative of the output by input number p: the sum over its paths of weights and indicators.
    let derivative net x p =
        let on = indicators net x
        paths net p |> List.map (weight net on 0) |> Rational.sum

    /// The output: each input times its paths, and each bias times the paths from its neuron.
    let output net x =
        let on = indicators net x
        let inputs = x |> Seq.mapi (fun p t -> t * derivative net x p) |> Rational.sum

        let fromBiases layer (biases: Rational[]) =
            let after = ReluNet.widths net |> List.skip layer |> indices

            biases
            |> Seq.mapi (fun i b ->
                if (List.item (layer - 1) on)[i] then
                    b
                    * (after |> List.map (fun path -> weight net on layer (i :: path)) |> Rational.sum)
                else
                    Rational.Zero)
            |> Rational.sum

        let biases =
            net.Hidden
            |> List.mapi (fun l layer -> fromBiases (l + 1) layer.Biases)
            |> Rational.sum

        inputs + biases + net.Output.Biases[0]

    /// The same sum over paths with every indicator set to one.
    let withoutIndicators net x =
        let on = ReluNet.widths net |> List.map (fun n -> Array.create n true)

        x
        |> Seq.mapi (fun p t -> t * (paths net p |> List.map (weight net on 0) |> Rational.sum))
        |> Rational.sum
