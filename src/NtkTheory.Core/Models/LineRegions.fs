namespace NtkTheory.Models

open System.Numerics
open NtkTheory.Numerics

/// A point of the line as a quotient with positive denominator.
[<Struct>]
type Cut<'T> = { Top: 'T; Below: 'T }

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

    /// a / b - c / d has the sign of a d - c b, as denominators are positive.
    let private order<'T when 'T :> INumber<'T>> (a: Cut<'T>) (b: Cut<'T>) =
        (a.Top * b.Below).CompareTo(b.Top * a.Below)

    let private affine<'T when 'T :> INumber<'T>> (rows: 'T[][]) (offsets: 'T[]) (input: 'T[]) =
        Array.map2
            (fun (row: 'T[]) (offset: 'T) ->
                let mutable sum = offset

                for j in 0 .. row.Length - 1 do
                    sum <- sum + row[j] * input[j]

                sum)
            rows
            offsets

    /// Where slope x + intercept vanishes, if anywhere once.
    let private root<'T when 'T :> INumber<'T>> (slope: 'T) (intercept: 'T) =
        if 'T.IsZero slope then
            ValueNone
        elif 'T.IsNegative slope then
            ValueSome { Top = intercept; Below = -slope }
        else
            ValueSome { Top = -intercept; Below = slope }

    let private isInside<'T when 'T :> INumber<'T>> piece (cut: Cut<'T>) =
        Option.forall (fun left -> order left cut < 0) piece.Left
        && Option.forall (fun right -> order cut right < 0) piece.Right

    /// Whether slope x + intercept is positive inside (left, right), where it does not change sign.
    let private isOn<'T when 'T :> INumber<'T>> left right (slope: 'T) (intercept: 'T) =
        match root slope intercept with
        | ValueNone -> not ('T.IsNegative intercept || 'T.IsZero intercept)
        | ValueSome cut when 'T.IsNegative slope -> Option.exists (fun right -> order right cut <= 0) right
        | ValueSome cut -> Option.exists (fun left -> order cut left <= 0) left

    let private preactivations<'T when 'T :> INumber<'T>> (layer: AffineLayer<'T>) piece = {
        piece with
            Slopes = affine layer.Weights (Array.create layer.Biases.Length 'T.Zero) piece.Slopes
            Intercepts = affine layer.Weights layer.Biases piece.Intercepts
    }

    /// The parts of a piece between the zeros of its values, each with the negative values set to zero.
    let private rectify<'T when 'T :> INumber<'T>> (piece: LinePiece<'T>) =
        let cuts =
            Array.map2 root piece.Slopes piece.Intercepts
            |> Array.choose (fun cut ->
                match cut with
                | ValueSome cut when isInside piece cut -> Some cut
                | _ -> None)
            |> List.ofArray
            |> List.sortWith order

        let distinct =
            List.foldBack
                (fun cut kept ->
                    match kept with
                    | next :: _ when order cut next = 0 -> kept
                    | _ -> cut :: kept)
                cuts
                []

        let part (left, right) =
            let on = Array.map2 (isOn left right) piece.Slopes piece.Intercepts
            let mask = Array.map2 (fun on value -> if on then value else 'T.Zero) on

            {
                Left = left
                Right = right
                Pattern = piece.Pattern @ List.ofArray on
                Slopes = mask piece.Slopes
                Intercepts = mask piece.Intercepts
            }

        piece.Left :: List.map Some distinct @ [ piece.Right ]
        |> List.pairwise
        |> List.map part

    /// The activation intervals of a net of input dimension 1 on (left, right), from left to right, with the
    /// output's slope and intercept on each.
    let intervals<'T when 'T :> INumber<'T>> (net: ReluNet<'T>) left right =
        let whole = {
            Left = left
            Right = right
            Pattern = []
            Slopes = [| 'T.One |]
            Intercepts = [| 'T.Zero |]
        }

        net.Hidden
        |> List.fold (fun pieces layer -> pieces |> List.collect (preactivations layer >> rectify)) [ whole ]
        |> List.map (preactivations net.Output)

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

    /// The activation intervals of a net with fractions on (left, right), found without rounding.
    let exactIntervals (net: ReluNet<Rational>) (left: Rational option) (right: Rational option) =
        let struct (integral, _) = ReluNet.integral net

        let cut (q: Rational) = {
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
