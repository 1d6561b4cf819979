namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// A block of a kernel matrix in an array: rows Row, ... and columns Column, ... of the matrix; entry (Row + r, Column + c)
/// at Offset + r Pitch + c.
[<Struct>]
type MatrixBlock = {
    Row: int
    Rows: int
    Column: int
    Columns: int
    Values: float[]
    Offset: int
    Pitch: int
}

/// A kernel on n points, block by block.
type BlockKernel = {
    /// The points, one per row.
    Points: Matrix<float>
    /// Numbers that are held for all blocks.
    Held: int64
    /// Turns the inner products of points into values of the kernel, in place. Blocks of different rows may be turned
    /// at the same time.
    Overwrite: MatrixBlock -> unit
}

/// Matrices of a kernel that is given block by block: inner products by one matrix product, then the kernel in place.
module BlockKernel =

    /// Rows of a block. Columns of a cross matrix begin at a multiple of it, so that they fill whole tiles.
    let edge = MehlerTile.edge

    /// A kernel that is computed entry by entry from the two indices and the inner product.
    let ofEntries points (entry: int -> int -> float -> float) = {
        Points = points
        Held = 0L
        Overwrite =
            fun block ->
                for r in 0 .. block.Rows - 1 do
                    for c in 0 .. block.Columns - 1 do
                        let at = block.Offset + r * block.Pitch + c
                        block.Values[at] <- entry (block.Row + r) (block.Column + c) block.Values[at]
    }

    /// The blocks of `count` rows whose inner products fill an array, row after row.
    let private overwrite execution kernel first count column columns values =
        let blocks = (count + edge - 1) / edge

        Execution.run execution blocks (fun index ->
            kernel.Overwrite {
                Row = first + index * edge
                Rows = min edge (count - index * edge)
                Column = column
                Columns = columns
                Values = values
                Offset = index * edge * columns
                Pitch = columns
            })

    /// The n x n matrix. Only its lower triangle is computed.
    let gram execution (kernel: BlockKernel) : Matrix<float> =
        let n = kernel.Points.RowCount
        let values = Array.zeroCreate (n * n)
        let view = MatrixView.rowMajor n n values
        let blocks = (n + edge - 1) / edge
        Gemm.accumulateGram execution 1.0 (MatrixView.ofMatrix kernel.Points) view

        Execution.run execution blocks (fun index ->
            // the longest rows first
            let first = (blocks - 1 - index) * edge

            kernel.Overwrite {
                Row = first
                Rows = min edge (n - first)
                Column = 0
                Columns = min n (first + edge)
                Values = values
                Offset = first * n
                Pitch = n
            })

        Gemm.mirror execution view
        MatrixView.ofSymmetric n values

    /// Inner products of some points with all from a column on, row after row.
    let private products execution (points: Matrix<float>) first count column (values: float[]) =
        let x = MatrixView.ofMatrix points
        let rest = points.RowCount - column
        Array.Clear(values, 0, count * rest)
        let some = MatrixView.block first 0 count points.ColumnCount x

        let others =
            MatrixView.transpose (MatrixView.block column 0 rest points.ColumnCount x)

        Gemm.accumulate execution 1.0 some others (MatrixView.rowMajor count rest values)

    /// Some rows of the matrix from a column on, row after row, into the front of an array.
    let rows execution kernel column first count values =
        products execution kernel.Points first count column values
        overwrite execution kernel first count column (kernel.Points.RowCount - column) values

    /// The kernel of each point with itself, from the blocks on the diagonal.
    let diagonal (kernel: BlockKernel) =
        let n = kernel.Points.RowCount

        [|
            for first in 0..edge .. n - 1 do
                let count = min edge (n - first)
                let some = kernel.Points.SubMatrix(first, count, 0, kernel.Points.ColumnCount)
                let values = Product.gram Execution.sequential some |> _.ToRowMajorArray()

                kernel.Overwrite {
                    Row = first
                    Rows = count
                    Column = first
                    Columns = count
                    Values = values
                    Offset = 0
                    Pitch = count
                }

                for i in 0 .. count - 1 do
                    values[i * count + i]
        |]

    /// The q x n matrix between two sets of points, of a kernel that is made for both: the first set, then rows of
    /// zeros up to a multiple of the edge, then the second.
    let cross
        execution
        (create: Matrix<float> -> BlockKernel)
        (others: Matrix<float>)
        (points: Matrix<float>)
        =
        let column = (others.RowCount + edge - 1) / edge * edge

        let stacked: Matrix<float> =
            Matrix<float>.Build.Dense(column + points.RowCount, points.ColumnCount)

        stacked.SetSubMatrix(0, 0, others)
        stacked.SetSubMatrix(column, 0, points)
        let values = Array.zeroCreate<float>(others.RowCount * points.RowCount)
        rows execution (create stacked) column 0 others.RowCount values
        Matrix<float>.Build.DenseOfRowMajor(others.RowCount, points.RowCount, values)
