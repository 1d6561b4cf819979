namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned arrays, whole registers of padded ones
#nowarn "3536" // the interface with static members is used as a constraint only

open System
open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop

/// Counts of eigenvalues below points, one point a lane.
[<AbstractClass; Sealed>]
type internal SturmCount<'V, 'L when 'V: struct and 'L :> ILanes<'V>> =

    /// For 32 points, minus the number of eigenvalues below each, as a word: the number of negative pivots of
    /// T - x I. A pivot too small to divide by counts as negative.
    static member Run
        (
            diagonal: nativeptr<float>,
            squares: nativeptr<float>,
            size: int,
            floor: float,
            points: nativeptr<float>,
            counts: nativeptr<float>
        ) =
        for group in 0 .. 16 / 'L.Count - 1 do
            let at = 2 * group * 'L.Count
            let x0 = 'L.Load(NativePtr.add points at)
            let x1 = 'L.Load(NativePtr.add points (at + 'L.Count))
            let mutable q0 = 'L.Splat 1.0
            let mutable q1 = 'L.Splat 1.0
            let mutable n0 = 'L.Splat 0.0
            let mutable n1 = 'L.Splat 0.0
            let tiny = 'L.Splat floor
            let minus = 'L.Splat -floor

            for i in 0 .. size - 1 do
                let d = 'L.Splat(NativePtr.get diagonal i)
                let e = 'L.Splat(NativePtr.get squares i)
                q0 <- 'L.Sub('L.Sub(d, x0), 'L.Div(e, q0))
                q1 <- 'L.Sub('L.Sub(d, x1), 'L.Div(e, q1))
                q0 <- 'L.Select('L.Less(Elementary<'V, 'L>.Abs q0, tiny), minus, q0)
                q1 <- 'L.Select('L.Less(Elementary<'V, 'L>.Abs q1, tiny), minus, q1)
                n0 <- 'L.AddWords(n0, 'L.Less(q0, 'L.Splat 0.0))
                n1 <- 'L.AddWords(n1, 'L.Less(q1, 'L.Splat 0.0))

            'L.Store(NativePtr.add counts at, n0)
            'L.Store(NativePtr.add counts (at + 'L.Count), n1)

/// Eigenvalues of tridiagonal matrices by bisection with Sturm's sequences, many at a time.
module SturmBisection =

    let private batch = 32

    let private count lanes diagonal squares size floor points counts =
        match lanes with
        | Eight -> SturmCount<Vector512<float>, Lanes512>.Run(diagonal, squares, size, floor, points, counts)
        | Four -> SturmCount<Vector256<float>, Lanes256>.Run(diagonal, squares, size, floor, points, counts)
        | Two -> SturmCount<Vector128<float>, Lanes128>.Run(diagonal, squares, size, floor, points, counts)
        | One -> SturmCount<float, Lanes64>.Run(diagonal, squares, size, floor, points, counts)

    /// Gershgorin's interval.
    let private range (t: Tridiagonal) =
        let n = t.Diagonal.Length

        let off i =
            if i < 0 || i >= n - 1 then 0.0 else abs t.OffDiagonal[i]

        let reach i = off (i - 1) + off i
        let low = Seq.min (seq { for i in 0 .. n - 1 -> t.Diagonal[i] - reach i })
        let high = Seq.max (seq { for i in 0 .. n - 1 -> t.Diagonal[i] + reach i })
        struct (low, high)

    /// The largest magnitude in Gershgorin's interval: a bound on the norm.
    let normBound t =
        if t.Diagonal.Length = 0 then
            0.0
        else
            let struct (low, high) = range t
            max (abs low) (abs high)

    /// Halves the intervals of eigenvalues first, first + 1, ... until they are no wider than two roundings of the
    /// norm.
    let private bisect lanes (t: Tridiagonal) (squares: float[]) floor width first (values: float[]) =
        use diagonal = new Pinned(t.Diagonal)
        use squarePin = new Pinned(squares)
        use points = new Workspace(batch)
        use counts = new Workspace(batch)
        let struct (low, high) = range t
        let lows = Array.create batch (low - width)
        let highs = Array.create batch (high + width)
        let steps = int (Math.Ceiling(Math.Log2(max 2.0 ((high - low) / width + 2.0))))

        for _ in 1..steps do
            for k in 0 .. batch - 1 do
                NativePtr.set points.Pointer k (0.5 * (lows[k] + highs[k]))

            count
                lanes
                diagonal.Pointer
                squarePin.Pointer
                t.Diagonal.Length
                floor
                points.Pointer
                counts.Pointer

            for k in 0 .. batch - 1 do
                let below = -(BitConverter.DoubleToInt64Bits(NativePtr.get counts.Pointer k))
                let middle = NativePtr.get points.Pointer k

                if below > int64 (first + k) then
                    highs[k] <- middle
                else
                    lows[k] <- middle

        for k in 0 .. min batch (values.Length - first) - 1 do
            values[first + k] <- 0.5 * (lows[k] + highs[k])

    /// How wrong each value may be: half the last interval, and the rounding of the counts, which are exact for a
    /// matrix with entries changed by at most 4 roundings each (Demmel, Dhillon and Ren 1995), of a norm at most
    /// three times that of the rows' sums.
    let radius t =
        16.0 * Estimate.unitRoundoff * normBound t + Double.Epsilon

    /// All eigenvalues from the smallest, each within `radius`.
    let eigenvalues execution (t: Tridiagonal) =
        let n = t.Diagonal.Length
        let values = Array.zeroCreate n
        let norm = normBound t

        if norm > 0.0 then
            let squares =
                Array.init n (fun i ->
                    if i = 0 then
                        0.0
                    else
                        t.OffDiagonal[i - 1] * t.OffDiagonal[i - 1])
            // the smallest pivot that keeps quotients finite
            let floor = max 2.2250738585072014e-308 ((Seq.max squares) * 1e-290)
            let width = 2.0 * Estimate.unitRoundoff * norm

            Execution.run execution ((n + batch - 1) / batch) (fun index ->
                bisect execution.Lanes t squares floor width (index * batch) values)

        values
