namespace NtkTheory.Numerics

open System
open System.Buffers
open MathNet.Numerics.LinearAlgebra

/// A rows x columns matrix of arbitrary content, whose memory serves again when it is disposed: at n = 1,000 the first touch of
/// new memory takes half of a Cholesky solution.
[<Sealed>]
type internal ScratchMatrix(rows: int, columns: int) =
    // the pool gives powers of two and keeps them: no more than 128 MB at a time
    let isPooled = int64 rows * int64 columns <= (1L <<< 24)

    let array =
        if isPooled then
            ArrayPool<float>.Shared.Rent(max 1 (rows * columns))
        else
            GC.AllocateUninitializedArray<float>(rows * columns)

    /// The matrix, row after row.
    member _.View = MatrixView.rowMajor rows columns array

    /// Copies a symmetric matrix of this size.
    member _.Load(matrix: Matrix<float>) =
        // a symmetric matrix's columns are its rows
        Array.Copy((MatrixView.ofMatrix matrix).Data, array, rows * columns)

    interface IDisposable with
        member _.Dispose() =
            if isPooled then
                ArrayPool.Shared.Return array
