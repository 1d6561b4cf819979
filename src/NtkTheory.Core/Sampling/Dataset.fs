namespace NtkTheory.Sampling

open MathNet.Numerics.LinearAlgebra

/// Points with labels, read from a file or built in, after the normalization that it names.
type Dataset = {
    /// What the report calls it, such as a file name.
    Name: string
    /// n x d, one point per row.
    Points: Matrix<float>
    /// One label per point.
    Labels: float[]
    /// The number that each point had in the file: 1 is the first row after the header.
    Rows: int[]
    /// What was done to the points and which rows were dropped, in words for the report.
    Preparation: string list
}

/// Subsets of a data set.
module Dataset =

    /// The points at the given positions, in that order.
    let take (positions: int[]) data = {
        data with
            Points = Matrix<float>.Build.DenseOfRowVectors(positions |> Seq.map data.Points.Row)
            Labels = positions |> Array.map (Array.get data.Labels)
            Rows = positions |> Array.map (Array.get data.Rows)
    }

    /// `count` different points in random order.
    let subsample seed count data =
        let positions = Draw.permutation seed data.Labels.Length
        take (Array.truncate count positions) data

    /// The file's row numbers of the points that satisfy a predicate on positions.
    let rowsWhere predicate data =
        data.Rows
        |> Seq.indexed
        |> Seq.filter (fst >> predicate)
        |> Seq.map snd
        |> List.ofSeq

    /// Eight hexadecimal digits that differ, but for bad luck of 1 in 4 billion, when any point or label does.
    let checksum data =
        let fold hash (number: float) =
            Seed.mix (hash ^^^ System.BitConverter.DoubleToUInt64Bits number)

        let hash =
            Seq.append (data.Points.Enumerate()) data.Labels
            |> Seq.fold fold (uint64 data.Labels.Length)

        $"%08x{uint32 hash}"
