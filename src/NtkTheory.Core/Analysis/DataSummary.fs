namespace NtkTheory.Analysis

open System
open System.Collections.Generic
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Models
open NtkTheory.Sampling

/// What a reader wants to know of a data set before anything is computed of it.
type DataSummary = {
    Name: string
    Checksum: string
    Points: int
    Dimension: int
    Task: LabelKind
    /// Label and number of points, for classes.
    ClassCounts: (float * int) list
    LabelLow: float
    LabelHigh: float
    SmallestNorm: float
    LargestNorm: float
    /// Rows of the file that repeat an earlier row.
    Repeated: int list
    /// Pairs of rows x, -x.
    Antipodal: (int * int) list
    /// Rows whose norm is not 1.
    NotUnit: int list
    /// What was done to the points and which rows were dropped.
    Preparation: string list
}

/// Looking at a data set.
module DataSummary =

    /// A row as a key; 0.0 and -0.0 are one.
    let private key sign (row: Vector<float>) =
        row
        |> Seq.map (fun value -> BitConverter.DoubleToInt64Bits(sign * value + 0.0))
        |> Seq.map string
        |> String.concat ","

    let private firsts (data: Dataset) =
        let seen = Dictionary<string, int>()
        let repeated = List<int>()

        for i in 0 .. data.Points.RowCount - 1 do
            if not (seen.TryAdd(key 1.0 (data.Points.Row i), data.Rows[i])) then
                repeated.Add data.Rows[i]

        seen, List.ofSeq repeated

    let private antipodal (seen: Dictionary<string, int>) (data: Dataset) = [
        for i in 0 .. data.Points.RowCount - 1 do
            match seen.TryGetValue(key -1.0 (data.Points.Row i)) with
            | true, other when other > data.Rows[i] -> data.Rows[i], other
            | _ -> ()
    ]

    /// The summary of a data set.
    let create (subject: Subject) =
        let data = subject.Data
        let seen, repeated = firsts data
        let norms = (data.Points.RowNorms 2.0).ToArray()

        {
            Name = data.Name
            Checksum = Dataset.checksum data
            Points = data.Points.RowCount
            Dimension = data.Points.ColumnCount
            Task = subject.Task
            ClassCounts =
                match subject.Task with
                | Regression -> []
                | Classification classes ->
                    classes
                    |> List.map (fun label -> label, data.Labels |> Seq.filter ((=) label) |> Seq.length)
            LabelLow = Array.min data.Labels
            LabelHigh = Array.max data.Labels
            SmallestNorm = Array.min norms
            LargestNorm = Array.max norms
            Repeated = repeated
            Antipodal = antipodal seen data
            NotUnit = Dataset.rowsWhere (fun i -> abs (norms[i] - 1.0) > 1e-12) data
            Preparation = data.Preparation
        }
