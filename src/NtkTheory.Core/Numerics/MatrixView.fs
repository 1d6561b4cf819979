namespace NtkTheory.Numerics

open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.LinearAlgebra.Storage

/// A matrix inside an array: entry (i, j) is Data[Offset + i RowStride + j ColumnStride].
[<Struct>]
type MatrixView = {
    Data: float[]
    Offset: int
    Rows: int
    Columns: int
    RowStride: int
    ColumnStride: int
}

/// Views of arrays and of MathNet matrices; none copies an entry unless it says so.
module MatrixView =

    /// A rows x columns matrix that fills an array row after row.
    let rowMajor rows columns (data: float[]) = {
        Data = data
        Offset = 0
        Rows = rows
        Columns = columns
        RowStride = columns
        ColumnStride = 1
    }

    /// The same entries with rows and columns exchanged.
    let transpose view = {
        view with
            Rows = view.Columns
            Columns = view.Rows
            RowStride = view.ColumnStride
            ColumnStride = view.RowStride
    }

    /// The rows x columns block whose first entry is (row, column).
    let block row column rows columns view = {
        view with
            Offset = view.Offset + row * view.RowStride + column * view.ColumnStride
            Rows = rows
            Columns = columns
    }

    /// A MathNet matrix; its storage is shared when it is dense (column after column), else copied.
    let ofMatrix (matrix: Matrix<float>) =
        let values =
            match matrix.Storage with
            | :? DenseColumnMajorMatrixStorage<float> as dense -> dense.Data
            | _ -> matrix.ToColumnMajorArray()

        rowMajor matrix.ColumnCount matrix.RowCount values |> transpose

    /// A dense MathNet matrix that shares an array holding it column after column.
    let private wrap rows columns (values: float[]) : Matrix<float> =
        Matrix<float>.Build.Dense(rows, columns, values)

    /// A dense rows x columns MathNet matrix of arbitrary content, with a view that shares its storage.
    let internal fresh rows columns : struct (Matrix<float> * MatrixView) =
        let values = System.GC.AllocateUninitializedArray<float>(rows * columns)
        let matrix = wrap rows columns values
        struct (matrix, ofMatrix matrix)

    /// A symmetric matrix, given row after row, as a MathNet matrix that shares the array.
    let ofSymmetric size (values: float[]) : Matrix<float> = wrap size size values
