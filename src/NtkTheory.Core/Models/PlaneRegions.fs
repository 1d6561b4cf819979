namespace NtkTheory.Models

open System.Collections.Generic
open System.Numerics
open NtkTheory.Numerics

/// A point (X / W, Y / W) of the plane, W > 0.
[<Struct>]
type PlanePoint<'T> = { X: 'T; Y: 'T; W: 'T }

/// A convex polygon on which every neuron of a net is affine and keeps its sign.
type PlaneCell<'T> = {
    /// Corners in counterclockwise order.
    Corners: PlanePoint<'T>[]
    /// Which neurons are on, first layer first.
    Pattern: bool list
    /// The last layer's values as [a; b; c] for a x + b y + c.
    Forms: 'T[][]
}

/// What is counted of a net on a square.
type PlaneCounts = {
    /// Polygons of positive area on which all neurons keep their sign.
    Cells: int
    /// Different on/off patterns among them.
    Patterns: int
    /// Cells joined where they share part of an edge and have the same gradient.
    Regions: int
}

/// Activation cells and linear regions of ReLU nets with two inputs, by splitting convex polygons along each
/// neuron's line: exact over whole numbers and fractions, up to ties within rounding over doubles.
module PlaneRegions =

    let private at<'T when 'T :> INumber<'T>> (form: 'T[]) (p: PlanePoint<'T>) : 'T =
        let mutable sum = 'T.Zero
        sum <- sum + form[0] * p.X
        sum <- sum + form[1] * p.Y
        sum + form[2] * p.W

    /// The point of the segment p q at which values `a` at p and `b` at q of opposite signs interpolate to zero.
    let private crossing<'T when 'T :> INumber<'T>> (p: PlanePoint<'T>) (a: 'T) (q: PlanePoint<'T>) (b: 'T) =
        let a, b = 'T.Abs a, 'T.Abs b

        let mix (s: 'T) (t: 'T) : 'T =
            let near: 'T = b * s
            let far: 'T = a * t
            near + far

        {
            X = mix p.X q.X
            Y = mix p.Y q.Y
            W = mix p.W q.W
        }

    /// The part of a convex polygon where the form times `side` is at least zero.
    let private half<'T when 'T :> INumber<'T>> reduce side (corners: PlanePoint<'T>[]) (values: 'T[]) =
        let kept = List<PlanePoint<'T>>()

        for i in 0 .. corners.Length - 1 do
            let j = (i + 1) % corners.Length
            let here, there = side * 'T.Sign values[i], side * 'T.Sign values[j]

            if here >= 0 then
                kept.Add corners[i]

            if here * there < 0 then
                kept.Add(reduce (crossing corners[i] values[i] corners[j] values[j]))

        kept.ToArray()

    /// The parts of a polygon on both sides of a line, each with whether the form is positive there.
    let private split<'T when 'T :> INumber<'T>> reduce (form: 'T[]) (corners: PlanePoint<'T>[]) =
        let values = corners |> Array.map (at form)

        let isSomewhere sign =
            values |> Array.exists (fun v -> 'T.Sign v = sign)

        match isSomewhere 1, isSomewhere -1 with
        | true, true -> [
            struct (half reduce 1 corners values, true)
            struct (half reduce -1 corners values, false)
          ]
        | positive, _ -> [ struct (corners, positive) ]

    let private affine<'T when 'T :> INumber<'T>> (layer: AffineLayer<'T>) (forms: 'T[][]) =
        Array.map2
            (fun (row: 'T[]) (bias: 'T) ->
                let sum = [| 'T.Zero; 'T.Zero; bias |]

                for j in 0 .. row.Length - 1 do
                    for k in 0..2 do
                        sum[k] <- sum[k] + row[j] * forms[j][k]

                sum)
            layer.Weights
            layer.Biases

    let private pass<'T when 'T :> INumber<'T>> reduce (layer: AffineLayer<'T>) cell =
        let forms = affine layer cell.Forms
        let zero = Array.create 3 'T.Zero

        let refine parts form =
            parts
            |> List.collect (fun struct (corners, on) ->
                split reduce form corners
                |> List.map (fun struct (part, positive) -> struct (part, positive :: on)))

        Array.fold refine [ struct (cell.Corners, []) ] forms
        |> List.map (fun struct (corners, reversed) ->
            let on = List.rev reversed

            {
                Corners = corners
                Pattern = cell.Pattern @ on
                Forms = Array.map2 (fun on form -> if on then form else zero) (Array.ofList on) forms
            })

    let private square<'T when 'T :> INumber<'T>> (radius: 'T) =
        let corner x y = { X = x; Y = y; W = 'T.One }

        [|
            corner -radius -radius
            corner radius -radius
            corner radius radius
            corner -radius radius
        |]

    /// The cells of a net with two inputs on the square |x|, |y| <= radius, with the output's form on each.
    /// `reduce` may divide a point's three coordinates by a common positive factor.
    let private cellsBy<'T when 'T :> INumber<'T>> reduce (net: ReluNet<'T>) (radius: 'T) =
        let zero, one = 'T.Zero, 'T.One

        let whole = {
            Corners = square radius
            Pattern = []
            Forms = [| [| one; zero; zero |]; [| zero; one; zero |] |]
        }

        net.Hidden
        |> List.fold (fun cells layer -> cells |> List.collect (pass reduce layer)) [ whole ]
        |> List.map (fun cell -> {
            cell with
                Forms = affine net.Output cell.Forms
        })

    /// The cells in double precision.
    let cells (net: ReluNet<float>) (radius: float) =
        cellsBy
            (fun p -> {
                X = p.X / p.W
                Y = p.Y / p.W
                W = 1.0
            })
            net
            radius

    let private lowest (a: BigInteger) (b: BigInteger) (c: BigInteger) =
        let divisor =
            BigInteger.GreatestCommonDivisor(BigInteger.GreatestCommonDivisor(a, b), c)

        if divisor.IsZero || divisor.IsOne then
            struct (a, b, c)
        else
            struct (a / divisor, b / divisor, c / divisor)

    let private reduced p =
        let struct (x, y, w) = lowest p.X p.Y p.W
        { X = x; Y = y; W = w }

    /// The cells of a net with whole numbers, without rounding.
    let integralCells (net: ReluNet<BigInteger>) radius = cellsBy reduced net radius

    /// An edge of a cell as a stretch of its line.
    [<Struct>]
    type private Stretch = {
        Cell: int
        /// Whether the line's normal points into the cell.
        Inward: bool
        From: Rational
        To: Rational
    }

    let private line (p: PlanePoint<BigInteger>) (q: PlanePoint<BigInteger>) =
        let struct (a, b, c) =
            lowest (p.Y * q.W - p.W * q.Y) (p.W * q.X - p.X * q.W) (p.X * q.Y - p.Y * q.X)

        if a.Sign < 0 || a.IsZero && b.Sign < 0 then
            struct (struct (-a, -b, -c), false)
        else
            struct (struct (a, b, c), true)

    /// The edges of all cells, by the line on which they lie; along it by x, or by y where it is vertical.
    let private stretches (cells: PlaneCell<BigInteger>[]) =
        let edges index cell =
            Seq.init cell.Corners.Length (fun i ->
                let p, q = cell.Corners[i], cell.Corners[(i + 1) % cell.Corners.Length]
                let struct (struct (_, b, _) as key, inward) = line p q

                let along (r: PlanePoint<BigInteger>) =
                    Rational.Ratio((if b.IsZero then r.Y else r.X), r.W)

                key,
                {
                    Cell = index
                    Inward = inward
                    From = min (along p) (along q)
                    To = max (along p) (along q)
                })

        cells |> Seq.mapi edges |> Seq.concat |> Seq.groupBy fst

    let private sameGradient (a: PlaneCell<BigInteger>) (b: PlaneCell<BigInteger>) =
        a.Forms[0][0] = b.Forms[0][0] && a.Forms[0][1] = b.Forms[0][1]

    /// Pairs of cells with the same gradient that share part of an edge.
    let private joints (cells: PlaneCell<BigInteger>[]) =
        seq {
            for _, group in stretches cells do
                let inward, outward = group |> Seq.map snd |> List.ofSeq |> List.partition _.Inward

                for a in inward do
                    for b in outward do
                        if sameGradient cells[a.Cell] cells[b.Cell] && max a.From b.From < min a.To b.To then
                            struct (a.Cell, b.Cell)
        }

    /// The number of classes left after joining the given pairs of 0 .. count - 1.
    let private classes count pairs =
        let parent = Array.init count id

        let rec root i =
            if parent[i] = i then i else root parent[i]

        for struct (a, b) in pairs do
            parent[root a] <- root b

        Seq.init count root |> Seq.distinct |> Seq.length

    /// Cells, patterns and linear regions of a net with fractions on the square, without rounding.
    let exact (net: ReluNet<Rational>) (radius: int) =
        let struct (integral, _) = ReluNet.integral net
        let cells = integralCells integral (BigInteger radius) |> Array.ofList

        {
            Cells = cells.Length
            Patterns = cells |> Seq.map _.Pattern |> Seq.distinct |> Seq.length
            Regions = classes cells.Length (joints cells)
        }

    /// Twice the area of a cell in double precision.
    let doubledArea (cell: PlaneCell<float>) =
        let corners = cell.Corners

        Seq.sum (
            Seq.init corners.Length (fun i ->
                let p, q = corners[i], corners[(i + 1) % corners.Length]
                p.X / p.W * (q.Y / q.W) - q.X / q.W * (p.Y / p.W))
        )

    /// The most cells that hidden widths allow for the given number of inputs: the product over layers of
    /// sum_{j <= n_0} (n_l choose j).
    let mostCells inputs widths =
        Seq.fold (fun product n -> product * HyperplaneArrangement.zaslavsky n inputs) BigInteger.One widths
