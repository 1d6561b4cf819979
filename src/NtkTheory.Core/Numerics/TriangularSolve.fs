namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned matrices and one strip's scratch memory
#nowarn "3536" // the interface with static members is used as a constraint only

open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop

/// Substitution in a strip of right-hand sides that lie side by side.
[<AbstractClass; Sealed>]
type internal Substitution<'V, 'L when 'V: struct and 'L :> ILanes<'V>> =

    /// Solves L X = B for `size` rows of `width` numbers in place, L row-major with the given stride.
    static member Forward
        (lower: nativeptr<float>, stride: int, size: int, strip: nativeptr<float>, width: int)
        =
        for at in 0 .. width / 'L.Count - 1 do
            let column = NativePtr.add strip (at * 'L.Count)

            for j in 0 .. size - 1 do
                let row = NativePtr.add lower (j * stride)
                let mutable x = 'L.Load(NativePtr.add column (j * width))

                for k in 0 .. j - 1 do
                    let factor = 'L.Splat(-(NativePtr.get row k))
                    x <- 'L.Fma(factor, 'L.Load(NativePtr.add column (k * width)), x)

                'L.Store(NativePtr.add column (j * width), 'L.Div(x, 'L.Splat(NativePtr.get row j)))

/// Triangular systems by substitution: in blocks through matrix products for many right-hand sides.
module TriangularSolve =

    /// Unknowns that are eliminated without blocks.
    let private leaf = 32

    /// Right-hand sides of a strip.
    let private width = 64

    let private forward lanes lower stride size strip =
        match lanes with
        | Eight -> Substitution<Vector512<float>, Lanes512>.Forward(lower, stride, size, strip, width)
        | Four -> Substitution<Vector256<float>, Lanes256>.Forward(lower, stride, size, strip, width)
        | Two -> Substitution<Vector128<float>, Lanes128>.Forward(lower, stride, size, strip, width)
        | One -> Substitution<float, Lanes64>.Forward(lower, stride, size, strip, width)

    let private at (view: MatrixView) (start: nativeptr<float>) i j =
        NativePtr.add start (view.Offset + i * view.RowStride + j * view.ColumnStride)

    /// Few unknowns: strips of rows are turned so that substitution runs along registers.
    let private leafSolve execution (lower: MatrixView) (b: MatrixView) =
        use lowerPin = new Pinned(lower.Data)
        use pin = new Pinned(b.Data)

        Execution.run execution ((b.Rows + width - 1) / width) (fun index ->
            let first = index * width
            let rows = min width (b.Rows - first)
            use strip = new Workspace(leaf * width)

            for j in 0 .. b.Columns - 1 do
                for r in 0 .. width - 1 do
                    let value =
                        if r < rows then
                            NativePtr.read (at b pin.Pointer (first + r) j)
                        else
                            0.0

                    NativePtr.set strip.Pointer (j * width + r) value

            forward execution.Lanes (at lower lowerPin.Pointer 0 0) lower.RowStride b.Columns strip.Pointer

            for r in 0 .. rows - 1 do
                for j in 0 .. b.Columns - 1 do
                    NativePtr.write
                        (at b pin.Pointer (first + r) j)
                        (NativePtr.get strip.Pointer (j * width + r)))

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

    /// Solves L x = b in place for one right-hand side; L's rows contiguous.
    let forwardVector lanes (lower: MatrixView) (b: float[]) =
        use pin = new Pinned(lower.Data)
        use vector = new Pinned(b)

        for i in 0 .. lower.Rows - 1 do
            let row = at lower pin.Pointer i 0
            b[i] <- (b[i] - VectorKernel.dot lanes row vector.Pointer i) / NativePtr.get row i

    /// Solves L^T x = b in place for one right-hand side; L's rows contiguous.
    let backwardVector lanes (lower: MatrixView) (b: float[]) =
        use pin = new Pinned(lower.Data)
        use vector = new Pinned(b)

        for i in lower.Rows - 1 .. -1 .. 0 do
            let row = at lower pin.Pointer i 0
            b[i] <- b[i] / NativePtr.get row i
            VectorKernel.addScaled lanes -b[i] row vector.Pointer i
