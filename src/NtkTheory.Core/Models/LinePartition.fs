namespace NtkTheory.Models

open System
open System.Buffers
open System.Collections.Generic
open System.Numerics
open System.Runtime.CompilerServices
open NtkTheory.Numerics

/// A point of the line as a quotient with positive denominator.
[<Struct>]
type Cut<'T> = { Top: 'T; Below: 'T }

/// The line cut wherever a neuron of the layers so far changes sign, with the last layer's values on each piece,
/// all in arrays: rented ones, given back on disposal.
[<Sealed>]
type internal LinePartition<'T>(below: LinePartition<'T> option, ends: Cut<'T>[], parents: int[], width: int)
    =
    let count = parents.Length
    let values = ArrayPool<'T>.Shared.Rent(2 * count * width)
    let active = ArrayPool<bool>.Shared.Rent(count * width)

    /// The partition by the layers below, None for the whole line.
    member _.Below = below

    /// Pieces, from left to right.
    member _.Count = count

    /// Neurons of the layer.
    member _.Width = width

    /// Piece p lies between ends p and p + 1; an infinite end has the denominator 0.
    member _.Ends = ends

    /// The piece below in which each piece lies.
    member _.Parents = parents

    /// `Count` rows of slopes, then as many of intercepts, `Width` numbers each.
    member _.Values = values

    /// Whether a neuron is on, a row for each piece.
    member _.Active = active

    interface IDisposable with
        member _.Dispose() =
            ArrayPool.Shared.Return(values, RuntimeHelpers.IsReferenceOrContainsReferences<'T>())
            ArrayPool.Shared.Return active

/// Cutting the line layer after layer, over any ordered numbers.
module internal LinePartition =

    /// a / b - c / d has the sign of a d - c b, as denominators are not negative.
    let order<'T when 'T :> INumber<'T>> (a: Cut<'T>) (b: Cut<'T>) =
        (a.Top * b.Below).CompareTo(b.Top * a.Below)

    /// The line between two ends, as a layer of one neuron with the value x.
    let whole<'T when 'T :> INumber<'T>> (left: Cut<'T> option) (right: Cut<'T> option) =
        let infinite top = { Top = top; Below = 'T.Zero }

        let ends = [|
            Option.defaultValue (infinite -'T.One) left
            Option.defaultValue (infinite 'T.One) right
        |]

        let line = new LinePartition<'T>(None, ends, [| 0 |], 1)
        line.Values[0] <- 'T.One
        line.Values[1] <- 'T.Zero
        line

    /// rows <- rows (of `inner` numbers) times the transposed weights, without biases, for numbers of any kind.
    let private multiply<'T when 'T :> INumber<'T>> (weights: 'T[][]) rows inner (from: 'T[]) (onto: 'T[]) =
        for r in 0 .. rows - 1 do
            for i in 0 .. weights.Length - 1 do
                let row = weights[i]
                let mutable sum = 'T.Zero

                for j in 0 .. inner - 1 do
                    // most neurons are off, and a product of long numbers is dear
                    if not ('T.IsZero from[r * inner + j]) then
                        sum <- sum + row[j] * from[r * inner + j]

                onto[r * weights.Length + i] <- sum

    let private multiplyFloats (weights: float[][]) rows inner (from: float[]) (onto: float[]) =
        let width = weights.Length

        Gemm.assign
            Execution.sequential
            1.0
            (MatrixView.rowMajor rows inner from)
            (MatrixView.transpose (MatrixView.rowMajor width inner (Array.concat weights)))
            (MatrixView.rowMajor rows width onto)

    /// The values of an affine layer on the pieces: their slopes, then their intercepts.
    let private affine<'T when 'T :> INumber<'T>>
        (layer: AffineLayer<'T>)
        (line: LinePartition<'T>)
        (onto: 'T[])
        =
        match box layer.Weights, box line.Values, box onto with
        | (:? (float[][]) as weights), (:? (float[]) as from), (:? (float[]) as onto) ->
            multiplyFloats weights (2 * line.Count) line.Width from onto
        | _ -> multiply layer.Weights (2 * line.Count) line.Width line.Values onto

        let width = layer.Biases.Length

        for p in line.Count .. 2 * line.Count - 1 do
            for i in 0 .. width - 1 do
                onto[p * width + i] <- onto[p * width + i] + layer.Biases[i]

    /// Where slope x + intercept vanishes, for a slope that is not zero.
    let private root<'T when 'T :> INumber<'T>> (slope: 'T) (intercept: 'T) =
        if 'T.IsNegative slope then
            { Top = intercept; Below = -slope }
        else
            { Top = -intercept; Below = slope }

    /// Whether slope x + intercept is positive inside (left, right), where it does not change sign.
    let private isOn<'T when 'T :> INumber<'T>> left right (slope: 'T) (intercept: 'T) =
        if 'T.IsZero slope then
            intercept.CompareTo 'T.Zero > 0
        elif 'T.IsNegative slope then
            order right (root slope intercept) <= 0
        else
            order (root slope intercept) left <= 0

    /// The zeros inside piece p of values laid out as in the partition, in ascending order, without repeats.
    let private cuts<'T when 'T :> INumber<'T>> (line: LinePartition<'T>) width (values: 'T[]) p =
        let found = List<Cut<'T>>()
        let left, right = line.Ends[p], line.Ends[p + 1]

        for i in p * width .. (p + 1) * width - 1 do
            if not ('T.IsZero values[i]) then
                let cut = root values[i] values[line.Count * width + i]

                if order left cut < 0 && order cut right < 0 then
                    found.Add cut

        found.Sort order

        for k in found.Count - 1 .. -1 .. 1 do
            if order found[k - 1] found[k] = 0 then
                found.RemoveAt(k - 1)

        found

    /// Writes the values on the pieces of `line`, zero where a neuron is off, from those on the pieces below.
    let private rectify<'T when 'T :> INumber<'T>> (line: LinePartition<'T>) below (values: 'T[]) =
        let width = line.Width

        for p in 0 .. line.Count - 1 do
            for i in 0 .. width - 1 do
                let slope = values[line.Parents[p] * width + i]
                let intercept = values[(below + line.Parents[p]) * width + i]
                let on = isOn line.Ends[p] line.Ends[p + 1] slope intercept
                line.Active[p * width + i] <- on
                line.Values[p * width + i] <- if on then slope else 'T.Zero
                line.Values[(line.Count + p) * width + i] <- if on then intercept else 'T.Zero

    /// The partition after one more layer.
    let next<'T when 'T :> INumber<'T>> (layer: AffineLayer<'T>) (line: LinePartition<'T>) =
        let width = layer.Biases.Length
        use values = new LinePartition<'T>(None, line.Ends, line.Parents, width)
        affine layer line values.Values
        let ends = List<Cut<'T>>()
        let parents = List<int>()

        for p in 0 .. line.Count - 1 do
            let inside = cuts line width values.Values p
            ends.Add line.Ends[p]
            ends.AddRange inside
            parents.AddRange(Seq.replicate (inside.Count + 1) p)

        ends.Add line.Ends[line.Count]

        let finer =
            new LinePartition<'T>(Some line, ends.ToArray(), parents.ToArray(), width)

        rectify finer line.Count values.Values
        finer

    /// The values of an affine layer on the pieces: their slopes, then their intercepts.
    let values<'T when 'T :> INumber<'T>> (layer: AffineLayer<'T>) (line: LinePartition<'T>) =
        let onto = Array.zeroCreate (2 * line.Count * layer.Biases.Length)
        affine layer line onto
        onto
