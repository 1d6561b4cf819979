namespace NtkTheory.Models

open System
open NtkTheory.Numerics
open NtkTheory.Sampling

/// One draw of a net at He initialization: the scaled weights of layers 1 .. L + 1, row by row.
type HeSample = {
    /// n_0 .. n_L, 1.
    Sizes: int[]
    /// Number l holds W^(l+1), Sizes[l + 1] x Sizes[l].
    Weights: float[][]
}

/// Forward and backward passes through one draw, at one input.
module HeSample =

    /// Weights sqrt(2 / n_{l-1}) times independent draws of the law.
    let draw net seed =
        let sizes = Array.append (Array.ofList net.Widths) [| 1 |]
        let counts = Array.map2 (*) sizes[.. sizes.Length - 2] sizes[1..]
        let numbers = WeightLaw.draw net.Law seed (Array.sum counts)
        let starts = Array.scan (+) 0 counts

        let matrix l =
            let scale = sqrt (2.0 / float sizes[l])
            Array.init counts[l] (fun i -> scale * numbers[starts[l] + i])

        {
            Sizes = sizes
            Weights = Array.init counts.Length matrix
        }

    let private product rows columns (weights: float[]) (v: float[]) =
        let image = Array.zeroCreate rows

        for i in 0 .. rows - 1 do
            let mutable sum = 0.0

            for j in 0 .. columns - 1 do
                sum <- sum + weights[i * columns + j] * v[j]

            image[i] <- sum

        image

    /// The preactivations z^(1) .. z^(L+1) at an input.
    let preactivations sample (x: float[]) =
        let layers = sample.Weights.Length
        let z = Array.zeroCreate<float[]> layers

        for l in 0 .. layers - 1 do
            let input = if l = 0 then x else Array.map (max 0.0) z[l - 1]
            z[l] <- product sample.Sizes[l + 1] sample.Sizes[l] sample.Weights[l] input

        z

    /// The derivatives of the output by z^(1) .. z^(L+1), with derivative 0 of the ReLU at 0.
    let sensitivities sample (z: float[][]) =
        let layers = sample.Weights.Length
        let delta = Array.zeroCreate<float[]> layers
        delta[layers - 1] <- [| 1.0 |]

        for l in layers - 2 .. -1 .. 0 do
            let rows, columns = sample.Sizes[l + 2], sample.Sizes[l + 1]
            let weights, above = sample.Weights[l + 1], delta[l + 1]

            delta[l] <-
                Array.init columns (fun j ->
                    if z[l][j] > 0.0 then
                        Seq.sum (Seq.init rows (fun i -> weights[i * columns + j] * above[i]))
                    else
                        0.0)

        delta

    let private dot (u: float[]) (v: float[]) =
        let mutable sum = 0.0

        for i in 0 .. u.Length - 1 do
            sum <- sum + u[i] * v[i]

        sum

    /// The contribution of each weight matrix to Theta(x, y), derivatives by the normalized weights.
    let ntkLayers sample (x: float[]) (y: float[]) =
        let zx, zy = preactivations sample x, preactivations sample y
        let dx, dy = sensitivities sample zx, sensitivities sample zy

        let activation (input: float[]) (z: float[][]) l =
            if l = 0 then input else Array.map (max 0.0) z[l - 1]

        Array.init sample.Weights.Length (fun l ->
            2.0 / float sample.Sizes[l]
            * dot (activation x zx l) (activation y zy l)
            * dot dx[l] dy[l])

    /// Theta(x, y) over all L + 1 weight matrices.
    let ntk sample x y = Array.sum (ntkLayers sample x y)

    /// The derivatives of the output by the input's coordinates.
    let jacobian sample (x: float[]) =
        let delta = (sensitivities sample (preactivations sample x))[0]
        let columns = sample.Sizes[0]

        Array.init columns (fun j ->
            Seq.sum (Seq.init delta.Length (fun i -> sample.Weights[0][i * columns + j] * delta[i])))

    /// The mean of a number over `count` independent draws of a net.
    let mean net count seed (number: HeSample -> float) =
        let mutable sum = 0.0

        for i in 0 .. count - 1 do
            sum <- sum + number (draw net (Seed.at i seed))

        sum / float count
