namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned arrays, whole strips of 16 rows
#nowarn "3536" // the interface with static members is used as a constraint only

open System
open System.Collections.Generic
open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop

/// Rotations of neighbouring columns of a strip of 16 rows, in which column j lies at 16 j.
[<AbstractClass; Sealed>]
type internal ColumnRotations<'V, 'L when 'V: struct and 'L :> ILanes<'V>> =

    /// Rotation k acts on columns last - k - 1 and last - k; the column that two rotations share stays in registers.
    static member Run
        (strip: nativeptr<float>, last: int, count: int, cosines: nativeptr<float>, sines: nativeptr<float>)
        =
        for group in 0 .. 16 / (2 * 'L.Count) - 1 do
            let mutable place = NativePtr.add strip (16 * last + 2 * group * 'L.Count)
            let mutable held0 = 'L.Load place
            let mutable held1 = 'L.Load(NativePtr.add place 'L.Count)

            for k in 0 .. count - 1 do
                let c = 'L.Splat(NativePtr.get cosines k)
                let s = 'L.Splat(NativePtr.get sines k)
                let minus = 'L.Splat(-(NativePtr.get sines k))
                let left = NativePtr.add place -16
                let left0 = 'L.Load left
                let left1 = 'L.Load(NativePtr.add left 'L.Count)
                'L.Store(place, 'L.Fma(c, held0, 'L.Mul(s, left0)))
                'L.Store(NativePtr.add place 'L.Count, 'L.Fma(c, held1, 'L.Mul(s, left1)))
                held0 <- 'L.Fma(minus, held0, 'L.Mul(c, left0))
                held1 <- 'L.Fma(minus, held1, 'L.Mul(c, left1))
                place <- left

            'L.Store(place, held0)
            'L.Store(NativePtr.add place 'L.Count, held1)

/// Eigenvalues and vectors of a tridiagonal matrix by the implicit QL method (Dubrulle, Martin and Wilkinson 1968,
/// EISPACK's imtql2), its rotations saved up and applied to strips of the vectors while these are in cache.
module internal TridiagonalQl =

    /// Sweeps that one eigenvalue may take.
    let private most = 60

    /// Rotations that are saved before they are applied.
    let private batch = 1 <<< 17

    /// Sweeps that have not reached the vectors yet: rotations of (first column, last column), one after the other.
    type private Pending = {
        Cosines: List<float>
        Sines: List<float>
        Sweeps: List<struct (int * int)>
    }

    /// The vectors so far: strips of 16 rows, each column after column.
    type private Strips = { Size: int; Data: float[] }

    let private identity size =
        let data = Array.zeroCreate ((size + 15) / 16 * 16 * size)

        for j in 0 .. size - 1 do
            data[j / 16 * 16 * size + 16 * j + j % 16] <- 1.0

        { Size = size; Data = data }

    let private rotate lanes strip last count cosines sines =
        match lanes with
        | Eight -> ColumnRotations<Vector512<float>, Lanes512>.Run(strip, last, count, cosines, sines)
        | Four -> ColumnRotations<Vector256<float>, Lanes256>.Run(strip, last, count, cosines, sines)
        | Two -> ColumnRotations<Vector128<float>, Lanes128>.Run(strip, last, count, cosines, sines)
        | One -> ColumnRotations<float, Lanes64>.Run(strip, last, count, cosines, sines)

    let private flush execution strips pending =
        use data = new Pinned(strips.Data)
        use cosines = new Pinned(pending.Cosines.ToArray())
        use sines = new Pinned(pending.Sines.ToArray())
        let sweeps = pending.Sweeps.ToArray()

        Execution.run execution ((strips.Size + 15) / 16) (fun index ->
            let strip = NativePtr.add data.Pointer (16 * strips.Size * index)
            let mutable at = 0

            for struct (first, last) in sweeps do
                let c, s = NativePtr.add cosines.Pointer at, NativePtr.add sines.Pointer at
                rotate execution.Lanes strip last (last - first) c s
                at <- at + last - first)

        pending.Cosines.Clear()
        pending.Sines.Clear()
        pending.Sweeps.Clear()

    /// The first k from `first` on whose coupling to k + 1 is negligible.
    let rec private splitAfter (d: float[]) (e: float[]) first =
        if
            first = d.Length - 1
            || abs e[first] <= Estimate.unitRoundoff * (abs d[first] + abs d[first + 1])
        then
            first
        else
            splitAfter d e (first + 1)

    /// Wilkinson's shift, relative to the bottom of the block.
    let private shift (d: float[]) (e: float[]) l m =
        let g = (d[l + 1] - d[l]) / (2.0 * e[l])
        let r = Math.Sqrt(1.0 + g * g)
        d[m] - d[l] + e[l] / (g + (if g < 0.0 then -r else r))

    /// One sweep over columns l .. m; ends early where a rotation vanishes.
    let private sweep pending (d: float[]) (e: float[]) l m =
        let mutable g = shift d e l m
        let mutable s = 1.0
        let mutable c = 1.0
        let mutable p = 0.0
        let mutable i = m - 1

        while i >= l do
            let f = s * e[i]
            let b = c * e[i]
            let r = Math.Sqrt(f * f + g * g)
            e[i + 1] <- r

            if r > 0.0 then
                s <- f / r
                c <- g / r
                let above = d[i + 1] - p
                let t = (d[i] - above) * s + 2.0 * c * b
                p <- s * t
                d[i + 1] <- above + p
                g <- c * t - b
                pending.Cosines.Add c
                pending.Sines.Add s
                i <- i - 1
            else
                d[i + 1] <- d[i + 1] - p
                pending.Sweeps.Add(struct (i + 1, m))
                e[m] <- 0.0
                i <- -2

        if i > -2 then
            d[l] <- d[l] - p
            e[l] <- g
            e[m] <- 0.0
            pending.Sweeps.Add(struct (l, m))

    /// Rotates until the coupling of l vanishes.
    let private isolate execution strips pending d e l =
        let rec loop count =
            let m = splitAfter d e l

            if m > l then
                if count = most then
                    invalidOp "The QL method did not converge."

                sweep pending d e l m

                if pending.Cosines.Count >= batch then
                    flush execution strips pending

                loop (count + 1)

        loop 0

    /// Row k holds the vector of value k, in ascending order of the values.
    let private sorted execution strips (d: float[]) (vectors: float[]) =
        let order = Array.init d.Length id
        let values = Array.copy d
        Array.Sort(values, order)
        let n = strips.Size

        Execution.run execution ((n + 15) / 16) (fun index ->
            let strip = ReadOnlySpan(strips.Data, 16 * n * index, 16 * n)
            let rows = min 16 (n - 16 * index)

            for k in 0 .. n - 1 do
                strip.Slice(16 * order[k], rows).CopyTo(Span(vectors, k * n + 16 * index, rows)))

        values

    /// Eigenvalues from the smallest, and for each a row of `vectors` (n x n) with its unit vector.
    let decompose execution (t: Tridiagonal) (vectors: float[]) =
        let struct (scaled, exponent) = Tridiagonal.normalize t
        let d, e = scaled.Diagonal, Array.append scaled.OffDiagonal [| 0.0 |]
        let strips = identity d.Length

        let pending = {
            Cosines = List()
            Sines = List()
            Sweeps = List()
        }

        for l in 0 .. d.Length - 1 do
            execution.Cancellation.ThrowIfCancellationRequested()
            isolate execution strips pending d e l

        flush execution strips pending
        let values = sorted execution strips d vectors
        values |> Array.map (fun value -> Math.ScaleB(value, exponent))
