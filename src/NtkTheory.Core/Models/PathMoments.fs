namespace NtkTheory.Models

open NtkTheory.Numerics

/// A fully connected ReLU net without biases at He initialization: W^(l) = sqrt(2 / n_{l-1}) times independent
/// weights of one law, widths n_0 .. n_L and one output, so L hidden layers and L + 1 weight matrices.
type HeNet = {
    /// n_0 .. n_L, each at least 1.
    Widths: int list
    Law: WeightLaw
}

/// E |v|^4 and E sum_i v_i^4 of a random vector v.
type FourthMoments = { Norm: Rational; Entries: Rational }

/// Exact moments of a ReLU net at one input by transfer matrices: once a layer is alive its indicators are
/// independent fair coins, and a dead layer kills every path, so the moments up to order four close over two
/// (or, for products of a forward and a backward part, three) numbers per layer. Atomless symmetric law only.
module PathMoments =

    let private half = Rational.ratio 1 2
    let private whole = Rational.ofInt

    /// n (n - 1) / 4: the mean number of ordered pairs of distinct neurons that are both on.
    let private quarterOfPairs width =
        whole width * whole (width - 1) * half * half

    /// E (w . v)^4 for a row w of independent weights of variance `variance` and law of fourth moment `mu4`.
    let private projected mu4 variance (v: FourthMoments) =
        variance * variance * (whole 3 * v.Norm + (mu4 - whole 3) * v.Entries)

    /// From v to D W v, where D keeps each of `width` entries with probability 1/2 and W has rows of the given
    /// variance per entry.
    let private pass mu4 variance width (v: FourthMoments) =
        let quartic = projected mu4 variance v
        let entries = whole width * half * quartic
        let pairs = quarterOfPairs width

        {
            Norm = entries + pairs * variance * variance * v.Norm
            Entries = entries
        }

    let private fan width = Rational.ratio 2 width

    /// E |x^(l)|^4 and E sum (x_i^(l))^4 of the activations of layers l = 0 .. L from the moments of the input
    /// (layer 0 holds the input itself).
    let activations net start =
        let mu4 = WeightLaw.fourthMoment net.Law

        List.pairwise net.Widths
        |> List.scan (fun v (before, width) -> pass mu4 (fan before) width v) start

    /// Moments of the fixed vector x.
    let ofInput (x: Rational list) = {
        Norm = Rational.pow (Rational.sum (x |> List.map (fun t -> t * t))) 2
        Entries = Rational.sum (x |> List.map (fun t -> Rational.pow t 4))
    }

    /// Moments of one basis vector.
    let basis = {
        Norm = Rational.One
        Entries = Rational.One
    }

    let private output net v =
        projected (WeightLaw.fourthMoment net.Law) (fan (List.last net.Widths)) v

    /// E (dz / dx_p)^4 of the output z at any input x other than 0, the same for every p.
    let jacobianFourth net =
        activations net basis |> List.last |> output net

    /// E z(x)^4.
    let outputFourth net x =
        activations net (ofInput x) |> List.last |> output net

    /// E |z^(L)|^4 of the preactivations of the last hidden layer, L at least 1: as for activations, with every
    /// neuron kept.
    let preactivationFourth (net: HeNet) x =
        let before = net.Widths |> List.truncate (net.Widths.Length - 1)
        let width = List.last net.Widths
        let v = activations { net with Widths = before } (ofInput x) |> List.last
        let variance = fan (List.last before)
        let quartic = projected (WeightLaw.fourthMoment net.Law) variance v

        whole width * quartic
        + whole width * whole (width - 1) * variance * variance * v.Norm

    /// E |x^(l)|^2 for l = 0 .. L from |x|^2.
    let private squares net start =
        List.pairwise net.Widths
        |> List.scan (fun square (before, width) -> whole width * half * fan before * square) start

    /// E (dz / dx_p)^2.
    let jacobianSecond net =
        fan (List.last net.Widths) * (squares net Rational.One |> List.last)

    /// E |delta^(k)|^4 and entries for k = 1 .. L + 1, where delta^(k) is the derivative of the output by the
    /// preactivation of layer k.
    let sensitivities net =
        let mu4 = WeightLaw.fourthMoment net.Law

        List.foldBack
            (fun width later -> pass mu4 (fan width) width (List.head later) :: later)
            (List.tail net.Widths)
            [ basis ]

    /// E |delta^(k)|^2 for k = 1 .. L + 1.
    let private sensitivitySquares net =
        List.foldBack
            (fun width later -> whole width * half * fan width * List.head later :: later)
            (List.tail net.Widths)
            [ Rational.One ]

    let private squaredNorm x =
        Rational.sum (x |> List.map (fun t -> t * t))

    /// E Theta_k(x, x) for each weight matrix k = 1 .. L + 1, derivatives by the normalized weights: the row
    /// Theta_k = (2 / n_{k-1}) |x^(k-1)|^2 |delta^(k)|^2 has independent factors.
    let ntkLayerMeans net x =
        List.map3
            (fun width forward backward -> fan width * forward * backward)
            net.Widths
            (squares net (squaredNorm x))
            (sensitivitySquares net)

    /// E Theta(x, x), the sum over all L + 1 weight matrices.
    let ntkMean net x = Rational.sum (ntkLayerMeans net x)

    /// E sum_i (dz/db^(k)_i)^2 for biases at 0 that count as off there: the chance that no layer below k is dead, for
    /// hidden k = 1 .. L; 1 for the output's bias.
    let biasLayerMeans (net: HeNet) =
        let alive n = Rational.One - Rational.pow half n

        let hidden = List.tail net.Widths

        (List.scan (fun p n -> p * alive n) Rational.One hidden
         |> List.truncate hidden.Length)
        @ [ Rational.One ]

    /// |M|_F^4, |M M^T|_F^2 and sum (M M^T)_aa^2 in the mean, for the product M of the masks and weights
    /// between two layers.
    [<Struct>]
    type private ProductMoments = {
        Frobenius: Rational
        Gram: Rational
        Diagonal: Rational
    }

    let private mask width =
        let alive = whole width * half

        {
            Frobenius = quarterOfPairs width + alive
            Gram = alive
            Diagonal = alive
        }

    let private extend mu4 before width m =
        let c = Rational.pow (fan before) 2

        let d =
            whole width
            * half
            * c
            * (m.Frobenius + whole 2 * m.Gram + (mu4 - whole 3) * m.Diagonal)

        let pairs = c * quarterOfPairs width

        {
            Frobenius = d + pairs * m.Frobenius
            Gram = d + pairs * m.Gram
            Diagonal = d
        }

    /// E |M|_F^4 for M = D_{k-1} W_{k-1} ... W_{j+1} D_j, j < k.
    let private between net j k =
        let widths = List.toArray net.Widths
        let mu4 = WeightLaw.fourthMoment net.Law

        let product =
            Seq.fold
                (fun m i -> extend mu4 widths[i - 1] widths[i] m)
                (mask widths[j])
                (seq { j + 1 .. k - 1 })

        product.Frobenius

    /// E Theta(x, x)^2.
    let ntkSecond net x =
        let widths = List.toArray net.Widths
        let forward = activations net (ofInput x) |> List.toArray
        let backward = sensitivities net |> List.toArray
        let fan2 k = Rational.pow (fan widths[k - 1]) 2
        let count = widths.Length

        let own =
            Seq.init count (fun i -> fan2 (i + 1) * forward[i].Norm * backward[i].Norm)

        let cross =
            seq {
                for j in 1..count do
                    for k in j + 1 .. count do
                        fan2 j * fan2 k * forward[j - 1].Norm * backward[k - 1].Norm * between net j k
            }

        Rational.sum own + whole 2 * Rational.sum cross
