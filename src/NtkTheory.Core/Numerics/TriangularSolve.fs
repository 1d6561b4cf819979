namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned matrices and one strip's scratch memory
#nowarn "3536" // the interface with static members is used as a constraint only

open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop

/// Substitution in a strip of right-hand sides that lie side by side.
[<AbstractClass; Sealed>]
type internal Substitution<'V, 'L when 'V: struct and 'L :> ILanes<'V>> =

    /// Solves L X = B for `size` rows of `width` numbers in place, L row-major with the given stride; four registers
    /// at once, as each sum waits for itself.
    static member Forward
        (lower: nativeptr<float>, stride: int, size: int, strip: nativeptr<float>, width: int)
        =
        for at in 0 .. width / (4 * 'L.Count) - 1 do
            let column = NativePtr.add strip (4 * at * 'L.Count)

            for j in 0 .. size - 1 do
                let row = NativePtr.add lower (j * stride)
                let place = NativePtr.add column (j * width)
                let mutable x0 = 'L.Load place
                let mutable x1 = 'L.Load(NativePtr.add place 'L.Count)
                let mutable x2 = 'L.Load(NativePtr.add place (2 * 'L.Count))
                let mutable x3 = 'L.Load(NativePtr.add place (3 * 'L.Count))
                let mutable above = column

                for k in 0 .. j - 1 do
                    let factor = 'L.Splat(-(NativePtr.get row k))
                    x0 <- 'L.Fma(factor, 'L.Load above, x0)
                    x1 <- 'L.Fma(factor, 'L.Load(NativePtr.add above 'L.Count), x1)
                    x2 <- 'L.Fma(factor, 'L.Load(NativePtr.add above (2 * 'L.Count)), x2)
                    x3 <- 'L.Fma(factor, 'L.Load(NativePtr.add above (3 * 'L.Count)), x3)
                    above <- NativePtr.add above width

                let pivot = 'L.Splat(NativePtr.get row j)
                'L.Store(place, 'L.Div(x0, pivot))
                'L.Store(NativePtr.add place 'L.Count, 'L.Div(x1, pivot))
                'L.Store(NativePtr.add place (2 * 'L.Count), 'L.Div(x2, pivot))
                'L.Store(NativePtr.add place (3 * 'L.Count), 'L.Div(x3, pivot))

/// Triangular systems by substitution: in blocks through matrix products for many right-hand sides.
module TriangularSolve =

    /// Unknowns that are eliminated without blocks.
    let private leaf = 32

    /// Right-hand sides of a strip, a multiple of four of the widest registers.
    let private width = 64

    let private forward lanes lower stride size strip =
        match lanes with
        | Eight -> Substitution<Vector512<float>, Lanes512>.Forward(lower, stride, size, strip, width)
        | Four -> Substitution<Vector256<float>, Lanes256>.Forward(lower, stride, size, strip, width)
        | Two -> Substitution<Vector128<float>, Lanes128>.Forward(lower, stride, size, strip, width)
        | One -> Substitution<float, Lanes64>.Forward(lower, stride, size, strip, width)

    let private at (view: MatrixView) (start: nativeptr<float>) i j =
        NativePtr.add start (view.Offset + i * view.RowStride + j * view.ColumnStride)

    /// A strip's column r is row r of B; columns beyond the given rows are zero.
    let private turn (from: nativeptr<float>) stride rows columns (strip: nativeptr<float>) =
        for j in 0 .. columns - 1 do
            for r in 0 .. width - 1 do
                let value =
                    if r < rows then
                        NativePtr.get from (r * stride + j)
                    else
                        0.0

                NativePtr.set strip (j * width + r) value

    let private turnBack (strip: nativeptr<float>) stride rows columns (onto: nativeptr<float>) =
        for r in 0 .. rows - 1 do
            for j in 0 .. columns - 1 do
                NativePtr.set onto (r * stride + j) (NativePtr.get strip (j * width + r))

    /// Few unknowns: strips of rows are turned so that substitution runs along registers.
    let private leafSolve execution (lower: MatrixView) (b: MatrixView) =
        use lowerPin = new Pinned(lower.Data)
        use pin = new Pinned(b.Data)
        let size, triangle = b.Columns, at lower lowerPin.Pointer 0 0

        Execution.run execution ((b.Rows + width - 1) / width) (fun index ->
            let first = index * width
            let rows = min width (b.Rows - first)
            let block = at b pin.Pointer first 0
            use strip = new Workspace(leaf * width)
            turn block b.RowStride rows size strip.Pointer
            forward execution.Lanes triangle lower.RowStride size strip.Pointer
            turnBack strip.Pointer b.RowStride rows size block)

    /// B <- B L^-T for a lower triangular L (its rows contiguous, as are B's): row i of the result solves
    /// L x = row i of B.
    let rec rightTransposed execution (lower: MatrixView) (b: MatrixView) =
        let n = lower.Rows

        if n <= leaf then
            leafSolve execution lower b
        else
            let half = (n / 2 + leaf - 1) / leaf * leaf
            let left = MatrixView.block 0 0 b.Rows half b
            let right = MatrixView.block 0 half b.Rows (n - half) b
            rightTransposed execution (MatrixView.block 0 0 half half lower) left
            let coupling = MatrixView.block half 0 (n - half) half lower
            Gemm.accumulate execution -1.0 left (MatrixView.transpose coupling) right
            rightTransposed execution (MatrixView.block half half (n - half) (n - half) lower) right

    /// Unknowns of a step of the solution for one right-hand side: those of earlier steps enter in parallel.
    let private step = 128

    /// Solves L x = b in place for one right-hand side; L's rows contiguous.
    let forwardVector execution (lower: MatrixView) (b: float[]) =
        use pin = new Pinned(lower.Data)
        use vector = new Pinned(b)
        let n, lanes, stride = lower.Rows, execution.Lanes, lower.RowStride
        let part = step / 4

        for first in 0..step .. n - 1 do
            let last = min n (first + step)

            Execution.run execution (if first = 0 then 0 else (last - first + part - 1) / part) (fun index ->
                let top = first + index * part
                let rows = at lower pin.Pointer top 0
                let height = min part (last - top)

                RowProduct.subtract
                    lanes
                    rows
                    stride
                    height
                    vector.Pointer
                    first
                    (NativePtr.add vector.Pointer top))

            for i in first .. last - 1 do
                let row = at lower pin.Pointer i first

                let sum =
                    VectorKernel.dot lanes row (NativePtr.add vector.Pointer first) (i - first)

                b[i] <- (b[i] - sum) / NativePtr.get row (i - first)

    /// Solves L^T x = b in place for one right-hand side; L's rows contiguous.
    let backwardVector execution (lower: MatrixView) (b: float[]) =
        use pin = new Pinned(lower.Data)
        use vector = new Pinned(b)
        let n, lanes, stride = lower.Rows, execution.Lanes, lower.RowStride

        for first in (n - 1) / step * step .. -step .. 0 do
            let last = min n (first + step)

            for i in last - 1 .. -1 .. first do
                let row = at lower pin.Pointer i first
                b[i] <- b[i] / NativePtr.get row (i - first)
                VectorKernel.addScaled lanes -b[i] row (NativePtr.add vector.Pointer first) (i - first)

            let part = max 64 (first / (2 * execution.Workers))

            Execution.run execution ((first + part - 1) / part) (fun index ->
                let left = index * part
                let rows = at lower pin.Pointer first left
                let x = NativePtr.add vector.Pointer first
                let count = min part (first - left)

                RowProduct.subtractTransposed
                    lanes
                    rows
                    stride
                    (last - first)
                    x
                    (NativePtr.add vector.Pointer left)
                    count)
