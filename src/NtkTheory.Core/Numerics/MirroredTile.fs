namespace NtkTheory.Numerics

#nowarn "9" // addresses inside a matrix and a tile, within the bounds that the caller keeps

open System
open System.Runtime.Intrinsics.X86
open Microsoft.FSharp.NativeInterop

/// A square tile of a symmetric n x n matrix, computed in scratch memory on or below the diagonal and written to its two
/// places.
module internal MirroredTile =

    /// Rows and columns of a tile.
    let edge = 64

    /// Numbers from one row of a tile to the next, so that a column's entries do not share a set of the first cache.
    let stride = edge + 8

    let private line = 8

    let private span (start: nativeptr<float>) count =
        Span<float>(NativePtr.toVoidPtr start, count)

    /// Asks for the memory of `count` entries from (row, column) on, where the processor takes such a hint: rows of the
    /// mirror image are too short for it to see them coming.
    let fetch (matrix: float[]) size row column count =
        if Sse.IsSupported then
            use start = fixed &matrix[row * size + column]

            for at in 0..line .. count - 1 do
                Sse.Prefetch0(NativePtr.toVoidPtr (NativePtr.add start at))

            Sse.Prefetch0(NativePtr.toVoidPtr (NativePtr.add start (count - 1)))

    /// Writes what lies on or below the diagonal of a tile whose first entry is (top, left), and its mirror image.
    let put (matrix: float[]) size (tile: nativeptr<float>) top rows left columns =
        for r in 0 .. rows - 1 do
            let count = min columns (top + r - left + 1)
            let target = Span(matrix, (top + r) * size + left, count)
            (span (NativePtr.add tile (r * stride)) count).CopyTo target

        for c in 0 .. columns - 1 do
            let column = NativePtr.add tile c
            use target = fixed &matrix[(left + c) * size + top]

            for r in max 0 (left + c - top) .. rows - 1 do
                NativePtr.set target r (NativePtr.get column (r * stride))
