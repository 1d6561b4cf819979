namespace NtkTheory.Benchmarks

open System
open System.IO
open System.Runtime.InteropServices
open MathNet.Numerics.LinearAlgebra

/// One request of the comparison script: a workload and its key=value arguments.
type Request = {
    Workload: string
    Arguments: Map<string, string>
}

/// Reading requests and the raw files of doubles that they name.
module Request =

    /// "name key=value key=value".
    let parse (line: string) =
        let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)

        {
            Workload = words[0]
            Arguments = Map.ofSeq [ for word in words[1..] -> word.Split('=')[0], word.Split('=')[1] ]
        }

    /// A whole number.
    let number key request = int request.Arguments[key]

    /// The doubles of a file.
    let vector key request =
        MemoryMarshal.Cast<byte, float>(ReadOnlySpan(File.ReadAllBytes request.Arguments[key])).ToArray()

    /// A matrix of so many rows, given row after row.
    let matrix key rows request : Matrix<float> =
        let values = vector key request
        Matrix<float>.Build.DenseOfRowMajor(rows, values.Length / rows, values)

/// Numbers by which both sides are compared.
module Answer =

    /// 64 entries spread over a matrix, the same on both sides.
    let sample (matrix: Matrix<float>) = [
        for k in 0..63 -> matrix[37 * k % matrix.RowCount, 101 * k % matrix.ColumnCount]
    ]
