namespace NtkTheory.Models

open MathNet.Numerics
open NtkTheory.Numerics
open NtkTheory.Sampling

/// Products of Gaussian matrices theta^T = W^(L+1) .. W^(1), W^(l) of variance 1 / n_{l-1}, n_{L+1} = 1: the squared
/// norm is distributed as the product over l = 0 .. L of chi-squares of n_l degrees of freedom over n_l.
module DeepLinear =

    /// E |theta|^4 = the product of 1 + 2 / n_l over n_0 .. n_L; E |theta|^2 = 1.
    let fourthMoment (widths: int list) =
        widths
        |> List.map (fun n -> Rational.One + Rational.ratio 2 n)
        |> Rational.product

    /// Mean and variance of ln |theta|: sums of digamma and trigamma values over n_0 .. n_L.
    let logNormMoments (widths: int list) =
        let mean n =
            0.5 * (SpecialFunctions.DiGamma(float n / 2.0) - log (float n / 2.0))

        let variance n =
            0.25 * JacobianLaw.trigamma (float n / 2.0)

        struct (List.sumBy mean widths, List.sumBy variance widths)

    /// theta for the weights of one draw, n_0 numbers: the rows of W^(L+1) multiplied through to the input.
    let product (widths: int list) seed =
        let sizes = Array.append (Array.ofList widths) [| 1 |]

        let pass (row: float[]) l =
            let rows, columns = sizes[l + 1], sizes[l]
            let weights = Draw.normals (Seed.at l seed) (rows * columns)
            let scale = 1.0 / sqrt (float columns)

            Array.init columns (fun j ->
                let mutable sum = 0.0

                for i in 0 .. rows - 1 do
                    sum <- sum + row[i] * weights[i * columns + j]

                scale * sum)

        Seq.fold pass [| 1.0 |] (seq { widths.Length - 1 .. -1 .. 0 })
