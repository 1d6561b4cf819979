namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned workspaces and matrices, within the bounds that the blocks keep

open System
open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop

/// Which entries of a product are wanted.
[<Struct>]
type Part =
    | Whole
    /// Row index at least the column index; entries above it hold nothing of use afterwards.
    | LowerTriangle

/// General matrix products: packed and blocked for the caches after Goto and van de Geijn (ACM TOMS 34,
/// 2008). Every entry is summed in one order that depends on the inner dimension alone, so that neither
/// workers nor vector width change a bit.
module Gemm =

    /// Indices of the inner dimension that are summed in registers at most: a panel of B of this depth (25 KB) stays in
    /// the first cache.
    let private deepest = 400

    /// The inner dimension in equal parts.
    let private depthOf inner =
        let parts = (inner + deepest - 1) / deepest
        (inner + parts - 1) / max 1 parts

    /// Rows of A packed together: with the depth a quarter of a second-level cache of 1 MB.
    let private rowBlock = 96

    /// Columns of B packed together.
    let private columnBlock = 2048

    /// Products with fewer terms than this are made by one thread.
    let private leastShared = 1e5

    /// Roundings that a term of an inner product of the given length meets, for Estimate.gamma.
    let roundings inner =
        depthOf (max 1 inner) + (inner + deepest - 1) / deepest

    /// What is to be done with a product: its factor, the part that is wanted, and whether it replaces or adds
    /// to what is there.
    type private Job = {
        Execution: Execution
        Scale: float
        Part: Part
        Fresh: bool
    }

    [<Struct>]
    type private Shape = { Height: int; Width: int }

    let private shape lanes =
        match lanes with
        | Eight -> { Height = 8; Width = 16 }
        | Four -> { Height = 6; Width = 8 }
        | Two -> { Height = 6; Width = 4 }
        | One -> { Height = 6; Width = 2 }

    let private tile lanes depth a b fresh c stride =
        match lanes with
        | Eight -> Tile.EightRows<Vector512<float>, Lanes512>(depth, a, b, fresh, c, stride)
        | Four -> Tile.SixRows<Vector256<float>, Lanes256>(depth, a, b, fresh, c, stride)
        | Two -> Tile.SixRows<Vector128<float>, Lanes128>(depth, a, b, fresh, c, stride)
        | One -> Tile.SixRows<float, Lanes64>(depth, a, b, fresh, c, stride)

    let private roundUp multiple count =
        (count + multiple - 1) / multiple * multiple

    /// Brings the part of a scratch tile that lies in the matrix into it.
    let private putEdge fresh (scratch: nativeptr<float>) width (c: nativeptr<float>) stride rows columns =
        for i in 0 .. rows - 1 do
            for j in 0 .. columns - 1 do
                let entry = NativePtr.add c (i * stride + j)
                let sum = NativePtr.get scratch (i * width + j)
                NativePtr.write entry (if fresh then sum else NativePtr.read entry + sum)

    /// One packed block of rows times all packed panels of columns; `ahead` is how far the block's first row
    /// lies below its first column in the whole matrix.
    let private multiplyBlock job depth a b (c: nativeptr<float>) stride rows columns ahead =
        let lanes = job.Execution.Lanes
        let { Height = height; Width = width } = shape lanes
        use scratch = new Workspace(height * width)

        let needs i j =
            job.Part.IsWhole || ahead + i + height > j

        for j in 0..width .. columns - 1 do
            for i in 0..height .. rows - 1 do
                if needs i j then
                    let panelA = NativePtr.add a (i * depth)
                    let panelB = NativePtr.add b (j * depth)
                    let target = NativePtr.add c (i * stride + j)
                    let height = min height (rows - i)

                    if height * min width (columns - j) = (shape lanes).Height * width then
                        tile lanes depth panelA panelB job.Fresh target stride
                    else
                        tile lanes depth panelA panelB true scratch.Pointer width
                        putEdge job.Fresh scratch.Pointer width target stride height (min width (columns - j))

    let private packColumns execution (source: nativeptr<float>) (b: MatrixView) width target =
        let chunk = 16 * width
        let turned = MatrixView.transpose b

        Execution.run execution ((b.Columns + chunk - 1) / chunk) (fun index ->
            let first = index * chunk
            let some = MatrixView.block first 0 (min chunk (b.Columns - first)) b.Rows turned
            Packing.pack source some width 1.0 (NativePtr.add target (first * b.Rows)))

    /// The product of a column block of B with every row block of A, the lowest (longest) rows first.
    let private sweepRows job (a: MatrixView) aPointer packedB (c: MatrixView) cPointer ahead =
        let height = (shape job.Execution.Lanes).Height
        // small products in smaller blocks, for every thread to have some
        let share = roundUp height ((a.Rows - 1) / (4 * job.Execution.Workers) + 1)
        let rowBlock = min rowBlock share
        let blocks = (a.Rows + rowBlock - 1) / rowBlock

        Execution.run job.Execution blocks (fun index ->
            let first = (blocks - 1 - index) * rowBlock
            let rows = min rowBlock (a.Rows - first)
            let ahead = ahead + first

            if job.Part.IsWhole || ahead + rows > 0 then
                use packed = new Workspace(roundUp height rows * a.Columns)

                Packing.pack
                    aPointer
                    (MatrixView.block first 0 rows a.Columns a)
                    height
                    job.Scale
                    packed.Pointer

                let target = NativePtr.add cPointer (c.Offset + first * c.RowStride)
                multiplyBlock job a.Columns packed.Pointer packedB target c.RowStride rows c.Columns ahead)

    let private rowMajor job (a: MatrixView) (b: MatrixView) (c: MatrixView) =
        let width = (shape job.Execution.Lanes).Width
        use aPin = new Pinned(a.Data)
        use bPin = new Pinned(b.Data)
        use cPin = new Pinned(c.Data)

        let depthBlock = depthOf a.Columns
        use packed = new Workspace(roundUp width (min columnBlock c.Columns) * depthBlock)

        for j in 0..columnBlock .. c.Columns - 1 do
            let columns = min columnBlock (c.Columns - j)

            for k in 0..depthBlock .. a.Columns - 1 do
                let depth = min depthBlock (a.Columns - k)

                packColumns
                    job.Execution
                    bPin.Pointer
                    (MatrixView.block k j depth columns b)
                    width
                    packed.Pointer

                let job = { job with Fresh = job.Fresh && k = 0 }
                let someA = MatrixView.block 0 k a.Rows depth a

                sweepRows
                    job
                    someA
                    aPin.Pointer
                    packed.Pointer
                    (MatrixView.block 0 j c.Rows columns c)
                    cPin.Pointer
                    -j

    let private check (a: MatrixView) (b: MatrixView) (c: MatrixView) =
        if a.Columns <> b.Rows || a.Rows <> c.Rows || b.Columns <> c.Columns then
            invalidArg
                (nameof c)
                $"{a.Rows}x{a.Columns} times {b.Rows}x{b.Columns} does not fit {c.Rows}x{c.Columns}."

        if c.ColumnStride <> 1 && c.RowStride <> 1 then
            invalidArg (nameof c) "Neither the rows nor the columns of the result are contiguous."

    let private run job (a: MatrixView) (b: MatrixView) (c: MatrixView) =
        check a b c

        if c.Rows > 0 && c.Columns > 0 && a.Columns > 0 then
            if float c.Rows * float c.Columns * float a.Columns < leastShared then
                let alone = { job.Execution with Workers = 1 }
                rowMajor { job with Execution = alone } a b c
            else
                Execution.awake job.Execution (fun () -> rowMajor job a b c)

    let private whole fresh execution scale a b (c: MatrixView) =
        let job = {
            Execution = execution
            Scale = scale
            Part = Whole
            Fresh = fresh
        }

        if c.ColumnStride = 1 then
            run job a b c
        else
            let turn = MatrixView.transpose
            run job (turn b) (turn a) (turn c)

    let private lower fresh execution scale a c =
        let job = {
            Execution = execution
            Scale = scale
            Part = LowerTriangle
            Fresh = fresh
        }

        run job a (MatrixView.transpose a) c

    /// C <- C + scale A B. C's rows or columns must be contiguous. Entry error at most
    /// gamma(roundings inner + 2) (|C| + |scale| |A| |B|).
    let accumulate execution scale a b c = whole false execution scale a b c

    /// C <- scale A B, whatever C held; the inner dimension at least 1.
    let assign execution scale a b c = whole true execution scale a b c

    /// C <- C + scale A A^T in the lower triangle only, half the work; the upper one holds nothing of use. C's
    /// rows must be contiguous.
    let accumulateGram execution scale a c = lower false execution scale a c

    /// C <- C + scale A B in the lower triangle only, for a product that is known to be symmetric.
    let accumulateLower execution scale a b c =
        run
            {
                Execution = execution
                Scale = scale
                Part = LowerTriangle
                Fresh = false
            }
            a
            b
            c

    /// C <- scale A A^T in the lower triangle, whatever C held; the inner dimension at least 1.
    let assignGram execution scale a c = lower true execution scale a c

    /// Copies rows x columns entries to their mirror images, a cache line's width at a time.
    let private mirrorTile (from: nativeptr<float>) (onto: nativeptr<float>) stride rows columns =
        for left in 0..8 .. columns - 1 do
            for i in 0 .. rows - 1 do
                let row = NativePtr.add from (i * stride)

                for j in left .. min (left + 8) columns - 1 do
                    NativePtr.set onto (j * stride + i) (NativePtr.get row j)

    /// Copies the lower triangle of a square matrix, its rows contiguous, over the upper one, tile by tile.
    let mirror execution (c: MatrixView) =
        let edge = 32
        use pin = new Pinned(c.Data)

        let place i j =
            NativePtr.add pin.Pointer (c.Offset + i * c.RowStride + j)

        Execution.run execution ((c.Rows + edge - 1) / edge) (fun block ->
            let first = block * edge
            let rows = min edge (c.Rows - first)

            for left in 0..edge .. first - edge do
                mirrorTile (place first left) (place left first) c.RowStride rows edge

            for i in 1 .. rows - 1 do
                mirrorTile (place (first + i) first) (place first (first + i)) c.RowStride 1 i)
