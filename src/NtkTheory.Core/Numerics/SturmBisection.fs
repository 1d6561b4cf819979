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

/// Eigenvalues of tridiagonal matrices: guessed by the QL method, confirmed or found anew by counting with Sturm's
/// sequences, many at a time.
module SturmBisection =

    let private batch = 32

    /// A matrix and what its counts need.
    type private Pencil = {
        Matrix: Tridiagonal
        /// Squares of the entries beside the diagonal, the first one 0.
        Squares: float[]
        /// The smallest pivot that keeps quotients finite.
        Floor: float
        Low: float
        High: float
    }

    /// How many eigenvalues lie below each of 32 points.
    let private count lanes pencil (points: nativeptr<float>) counts =
        use diagonal = new Pinned(pencil.Matrix.Diagonal)
        use squares = new Pinned(pencil.Squares)
        let size, floor = pencil.Squares.Length, pencil.Floor
        let d, e = diagonal.Pointer, squares.Pointer

        match lanes with
        | Eight -> SturmCount<Vector512<float>, Lanes512>.Run(d, e, size, floor, points, counts)
        | Four -> SturmCount<Vector256<float>, Lanes256>.Run(d, e, size, floor, points, counts)
        | Two -> SturmCount<Vector128<float>, Lanes128>.Run(d, e, size, floor, points, counts)
        | One -> SturmCount<float, Lanes64>.Run(d, e, size, floor, points, counts)

    let private countOf (counts: nativeptr<float>) k =
        -(BitConverter.DoubleToInt64Bits(NativePtr.get counts k))

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

    /// How far off a guess may be and still be taken.
    let private tolerance norm = 32.0 * Estimate.unitRoundoff * norm

    let private pencil (t: Tridiagonal) =
        let squares = Array.append [| 0.0 |] (t.OffDiagonal |> Array.map (fun e -> e * e))
        let struct (low, high) = range t

        {
            Matrix = t
            Squares = squares
            Floor = max 2.2250738585072014e-308 (Array.max squares * 1e-290)
            Low = low
            High = high
        }

    /// Halves the intervals of eigenvalues first, first + 1, ... until they are no wider than two roundings of the
    /// norm.
    let private bisect lanes pencil width first (values: float[]) =
        use points = new Workspace(batch)
        use counts = new Workspace(batch)
        let lows = Array.create batch (pencil.Low - width)
        let highs = Array.create batch (pencil.High + width)

        let steps =
            int (Math.Ceiling(Math.Log2(max 2.0 ((pencil.High - pencil.Low) / width + 2.0))))

        for _ in 1..steps do
            for k in 0 .. batch - 1 do
                NativePtr.set points.Pointer k (0.5 * (lows[k] + highs[k]))

            count lanes pencil points.Pointer counts.Pointer

            for k in 0 .. batch - 1 do
                let middle = NativePtr.get points.Pointer k

                if countOf counts.Pointer k > int64 (first + k) then
                    highs[k] <- middle
                else
                    lows[k] <- middle

        for k in 0 .. min batch (values.Length - first) - 1 do
            values[first + k] <- 0.5 * (lows[k] + highs[k])

    /// Whether the counts of eigenvalues below the values from `first` on, each moved by a step, fit their indices.
    let private confirms lanes pencil step fits first (values: float[]) =
        use points = new Workspace(batch)
        use counts = new Workspace(batch)
        let some = min batch (values.Length - first)

        for k in 0 .. batch - 1 do
            NativePtr.set points.Pointer k (values[first + min k (some - 1)] + step)

        count lanes pencil points.Pointer counts.Pointer

        Seq.forall (fun k -> fits (countOf counts.Pointer k) (int64 (first + k))) (seq { 0 .. some - 1 })

    /// How wrong each value may be: the tolerance of guesses or half of bisection's last interval, and the rounding of
    /// the counts, which are exact for a matrix with entries changed by at most 4 roundings each (Demmel, Dhillon and
    /// Ren 1995), of a norm at most three times that of the rows' sums.
    let radius t =
        16.0 * Estimate.unitRoundoff * normBound t
        + tolerance (normBound t)
        + Double.Epsilon

    /// All eigenvalues from the smallest, each within `radius`.
    let eigenvalues execution (t: Tridiagonal) =
        let norm = normBound t

        if norm = 0.0 then
            Array.zeroCreate t.Diagonal.Length
        else
            let lanes, pencil, width = execution.Lanes, pencil t, tolerance norm
            let guess = RootFreeQl.eigenvalues t
            let values = Option.defaultValue (Array.zeroCreate t.Diagonal.Length) guess

            let isConfirmed first =
                guess.IsSome
                && confirms lanes pencil -width (fun below k -> below <= k) first values
                && confirms lanes pencil width (fun below k -> below > k) first values

            Execution.run execution ((values.Length + batch - 1) / batch) (fun index ->
                if not (isConfirmed (index * batch)) then
                    bisect lanes pencil (2.0 * Estimate.unitRoundoff * norm) (index * batch) values)

            values
