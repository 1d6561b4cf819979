namespace NtkTheory.Numerics

open System
open System.Buffers

/// A rows x columns matrix of arbitrary content, given back when it is disposed: large arrays made anew each time cost more
/// in pages of memory than in arithmetic.
[<Sealed>]
type internal ScratchMatrix(rows: int, columns: int) =
    let rented = ArrayPool<float>.Shared.Rent(max 1 (rows * columns))

    /// The matrix, row after row.
    member _.View = MatrixView.rowMajor rows columns rented

    interface IDisposable with
        member _.Dispose() = ArrayPool.Shared.Return rented
