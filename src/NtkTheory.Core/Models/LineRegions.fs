namespace NtkTheory.Models

open System.Numerics
open NtkTheory.Numerics

/// An interval of the line on which every neuron of a net is affine and keeps its sign. An end of None is infinite.
type LinePiece<'T> = {
    Left: Cut<'T> option
    Right: Cut<'T> option
    /// Which neurons are on, first layer first.
    Pattern: bool list
    /// Slopes of the last layer's values on the interval, one per neuron.
    Slopes: 'T[]
    /// Intercepts of the last layer's values.
    Intercepts: 'T[]
}

/// Activation intervals and linear regions of ReLU nets on a line by propagating affine pieces: exact over
/// whole numbers and fractions, and over doubles up to ties within rounding.
module LineRegions =

    /// Applies a function to the partition by all hidden layers.
    let rec private through<'T, 'R when 'T :> INumber<'T>> layers line (finish: LinePartition<'T> -> 'R) =
        match layers with
        | [] -> finish line
        | layer :: above ->
            use finer = LinePartition.next layer line
            through above finer finish

    let private whole<'T, 'R when 'T :> INumber<'T>> net left right (finish: LinePartition<'T> -> 'R) =
        use line = LinePartition.whole left right
        through net.Hidden line finish

    /// The on/off pattern of piece p, before that of the layers above.
    let rec private pattern (line: LinePartition<'T>) p above =
        match line.Below with
        | None -> above
        | Some below ->
            let own = List.init line.Width (fun i -> line.Active[p * line.Width + i])
            pattern below line.Parents[p] (own @ above)

    let private isFinite<'T when 'T :> INumber<'T>> (cut: Cut<'T>) = not ('T.IsZero cut.Below)

    let private pieces<'T when 'T :> INumber<'T>> output (line: LinePartition<'T>) =
        let width = output.Biases.Length
        let values = LinePartition.values output line

        List.init line.Count (fun p -> {
            Left = Some line.Ends[p] |> Option.filter isFinite
            Right = Some line.Ends[p + 1] |> Option.filter isFinite
            Pattern = pattern line p []
            Slopes = Array.sub values (p * width) width
            Intercepts = Array.sub values ((line.Count + p) * width) width
        })

    /// The activation intervals of a net of input dimension 1 on (left, right), from left to right, with the
    /// output's slope and intercept on each.
    let intervals<'T when 'T :> INumber<'T>> (net: ReluNet<'T>) left right =
        whole net left right (pieces net.Output)

    /// Neighbours with the same output joined: the linear regions.
    let merge<'T when 'T :> INumber<'T>> (pieces: LinePiece<'T> list) =
        let isSame (a: LinePiece<'T>) (b: LinePiece<'T>) =
            a.Slopes[0].CompareTo b.Slopes[0] = 0
            && a.Intercepts[0].CompareTo b.Intercepts[0] = 0

        List.foldBack
            (fun piece joined ->
                match joined with
                | next :: rest when isSame piece next -> { next with Left = piece.Left } :: rest
                | _ -> piece :: joined)
            pieces
            []

    /// How many linear regions `merge` of `intervals` has, without making the list.
    let count<'T when 'T :> INumber<'T>> (net: ReluNet<'T>) left right =
        whole net left right (fun line ->
            let values = LinePartition.values net.Output line

            let isNew p =
                p = 0
                || values[p].CompareTo values[p - 1] <> 0
                || values[line.Count + p].CompareTo values[line.Count + p - 1] <> 0

            Seq.init line.Count isNew |> Seq.filter id |> Seq.length)

    /// The activation intervals of a net with fractions on (left, right), found without rounding.
    let exactIntervals (net: ReluNet<Rational>) (left: Rational option) (right: Rational option) =
        let struct (integral, _) = ReluNet.integral net

        let cut (q: Rational) : Cut<BigInteger> = {
            Top = q.Numerator
            Below = q.Denominator
        }

        intervals integral (Option.map cut left) (Option.map cut right)

    /// The linear regions of a net with fractions as (left, right, slope, intercept), found without rounding.
    let exact (net: ReluNet<Rational>) left right =
        let struct (_, scale) = ReluNet.integral net
        let point (cut: Cut<BigInteger>) = Rational.Ratio(cut.Top, cut.Below)
        let divided value = Rational.Ratio(value, scale)

        exactIntervals net left right
        |> merge
        |> List.map (fun piece ->
            Option.map point piece.Left,
            Option.map point piece.Right,
            divided piece.Slopes[0],
            divided piece.Intercepts[0])

    /// The most linear regions that hidden widths allow on a line: the product of n_l + 1.
    let mostPieces widths =
        Seq.fold (fun product n -> product * bigint (n + 1)) bigint.One widths
