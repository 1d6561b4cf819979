namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// Gram matrices of points (one per row) under the kernels of two-layer networks.
module GramMatrix =

    /// The n x n matrix of a kernel on the rows of an n x d matrix, each pair evaluated once.
    let ofKernel (kernel: Vector<float> -> Vector<float> -> float) (points: Matrix<float>) : Matrix<float> =
        let rows = [| for i in 0 .. points.RowCount - 1 -> points.Row i |]
        let gram = Matrix<float>.Build.Dense(rows.Length, rows.Length)

        for i in 0 .. rows.Length - 1 do
            for j in i .. rows.Length - 1 do
                let value = kernel rows[i] rows[j]
                gram[i, j] <- value
                gram[j, i] <- value

        gram

    /// H^cts, the tangent Gram matrix of infinite width: (x_i.x_j) P(w.x_i >= 0, w.x_j >= 0).
    let tangent points = ofKernel ArcCosine.tangent points

    /// The feature Gram matrix E[(w.x_i)_+ (w.x_j)_+].
    let feature points = ofKernel ArcCosine.feature points

    /// Patterns of activity: entry (r, i) says whether w_r.x_i >= 0, for m x d weights and n x d points.
    let patterns (weights: Matrix<float>) (points: Matrix<float>) =
        let preactivations: Matrix<float> = weights.TransposeAndMultiply points
        Array2D.init weights.RowCount points.RowCount (fun r i -> preactivations[r, i] >= 0.0)

    /// How many neurons are active on both points, for each pair of points.
    let jointCounts (active: bool[,]) =
        let width, count = Array2D.length1 active, Array2D.length2 active

        Array2D.init count count (fun i j ->
            let mutable both = 0

            for r in 0 .. width - 1 do
                if active[r, i] && active[r, j] then
                    both <- both + 1

            both)

    /// H^dis, the tangent Gram matrix of m x d weights: (x_i.x_j) times the part of the neurons active on both.
    let finite (weights: Matrix<float>) (points: Matrix<float>) : Matrix<float> =
        let both = jointCounts (patterns weights points)
        let products: Matrix<float> = points.TransposeAndMultiply points
        products.MapIndexed(fun i j product -> product * float both[i, j] / float weights.RowCount)

    /// m E||H^dis - H^cts||_F^2 = the sum of (x_i.x_j)^2 p_ij (1 - p_ij), exact for each width m.
    let deviation (points: Matrix<float>) =
        let spread x y =
            let p = ArcCosine.degreeZero (Angle.between x y)
            let product: float = x.DotProduct y
            product * product * p * (1.0 - p)

        (ofKernel spread points).RowSums().Sum()

    /// Whether two rows agree entry by entry up to a sign and the rounding of a normalization.
    let private matches sign (points: Matrix<float>) i j =
        let agree (a: float) b =
            abs (a - sign * b) <= 4.0 * Estimate.unitRoundoff * (abs a + abs b)

        Seq.forall2 agree (points.Row i) (points.Row j)

    let private pairs count =
        seq {
            for i in 0 .. count - 1 do
                for j in i + 1 .. count - 1 do
                    i, j
        }

    /// The positions of pairs of equal points.
    let repeated (points: Matrix<float>) =
        pairs points.RowCount
        |> Seq.filter (fun (i, j) -> matches 1.0 points i j)
        |> List.ofSeq

    /// The positions of antipodal pairs x, -x.
    let antipodal (points: Matrix<float>) =
        pairs points.RowCount
        |> Seq.filter (fun (i, j) -> matches -1.0 points i j)
        |> List.ofSeq

    /// Singular values, from the largest; those of an empty matrix are none.
    let private singularValues (matrix: Matrix<float>) =
        if matrix.RowCount = 0 || matrix.ColumnCount = 0 then
            [||]
        else
            matrix.Svd(false).S.ToArray()

    /// The number of singular values that exceed the rounding of the largest.
    let rank (matrix: Matrix<float>) =
        let values = singularValues matrix
        let size = float (max matrix.RowCount matrix.ColumnCount)

        values
        |> Array.filter (fun value -> value > 10.0 * size * Estimate.unitRoundoff * values[0])
        |> Array.length

    /// Whether no row is a combination of the others, up to rounding.
    let independentRows (rows: Matrix<float>) = rank rows = rows.RowCount

    /// The volume of the parallelepiped of the columns, sqrt(det B'B): the product of the singular values, 0 for more
    /// columns than rows and 1 for none.
    let volume (columns: Matrix<float>) =
        if columns.ColumnCount > columns.RowCount then
            0.0
        else
            Array.fold (*) 1.0 (singularValues columns)

    /// The exact criterion for H^cts and the feature Gram matrix of unit points to be positive definite: the
    /// points are distinct, and one representative of each antipodal pair forms an independent set.
    let isPositiveDefinite (points: Matrix<float>) =
        let representatives = antipodal points |> List.map fst

        List.isEmpty (repeated points)
        && (List.isEmpty representatives
            || independentRows (Matrix<float>.Build.DenseOfRowVectors(representatives |> Seq.map points.Row)))

    /// lambda_min of a matrix of kernel values: entries may be off by a few units in the last place of the
    /// largest.
    let smallestEigenvalue (gram: Matrix<float>) =
        let largest =
            gram.Enumerate() |> Seq.fold (fun most value -> max most (abs value)) 0.0

        Spectrum.smallestWithin (Estimate.gamma 16 * largest) gram

    /// Whether all rows have norm 1 up to rounding.
    let hasUnitRows (points: Matrix<float>) =
        points.RowNorms 2.0 |> Seq.forall (fun norm -> abs (norm - 1.0) <= 1e-12)
