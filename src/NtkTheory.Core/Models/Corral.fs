namespace NtkTheory.Models

open NtkTheory.Numerics

/// A vertex of a polytope with its name.
[<Struct>]
type internal Vertex<'N> = { Name: 'N; Point: DoubleDouble[] }

/// Affinely independent vertices v_i, and the Cholesky factor of their extended Gram matrix c 1 1^T + V V^T, to which
/// a vertex is added by one row and from which one is taken by refactoring the rows after it. Wolfe 1976, "Finding the
/// nearest point in a polytope".
[<Sealed>]
type internal Corral<'N>(shift: float) =
    let vertices = ResizeArray<Vertex<'N>>()
    let gram = ResizeArray<DoubleDouble[]>()
    let factor = ResizeArray<DoubleDouble[]>()
    let one = DoubleDouble.Of 1.0

    let extended (v: Vertex<'N>) (w: Vertex<'N>) =
        DoubleDouble.dot v.Point w.Point + DoubleDouble.Of shift

    /// Row i of the factor from row i of the Gram matrix; whether its pivot is above the rounding, 1e-29 of the entry.
    let factorRow i =
        let entries = gram[i]
        let row = Array.zeroCreate (i + 1)

        for j in 0 .. i - 1 do
            row[j] <- (entries[j] - DoubleDouble.dotOf j row factor[j]) / factor[j][j]

        let pivot = entries[i] - DoubleDouble.dotOf i row row
        row[i] <- DoubleDouble.Sqrt pivot
        factor.Add row
        pivot.Value > 1e-29 * entries[i].Value

    /// The vertices.
    member _.Vertices = vertices

    /// Adds a vertex unless it lies in the affine hull of the others up to rounding.
    member _.TryAdd(vertex: Vertex<'N>) =
        let entries = [|
            for other in vertices do
                extended other vertex

            extended vertex vertex
        |]

        gram.Add entries
        let isIndependent = factorRow (gram.Count - 1)

        if isIndependent then
            vertices.Add vertex
        else
            gram.RemoveAt(gram.Count - 1)
            factor.RemoveAt(factor.Count - 1)

        isIndependent

    /// Takes a vertex out.
    member _.Remove index =
        vertices.RemoveAt index
        gram.RemoveAt index
        factor.RemoveRange(index, factor.Count - index)

        for i in index .. gram.Count - 1 do
            gram[i] <- Array.removeAt index gram[i]
            factorRow i |> ignore

    /// The weights, of sum 1, of the point of the affine hull nearest to the origin: the solution of
    /// (c 1 1^T + V V^T) u = 1, over its sum.
    member _.AffineWeights() =
        let count = factor.Count
        let solution = Array.create count one

        for i in 0 .. count - 1 do
            solution[i] <- (one - DoubleDouble.dotOf i factor[i] solution) / factor[i][i]

        for i in count - 1 .. -1 .. 0 do
            solution[i] <- solution[i] / factor[i][i]
            DoubleDouble.addScaled i (-solution[i]) factor[i] solution

        let total = Array.reduce (+) solution
        solution |> Array.map (fun u -> u / total)

    /// The combination of the vertices with the given weights.
    member _.Combine(weights: DoubleDouble[]) =
        let points = vertices.ToArray() |> Array.map _.Point
        DoubleDouble.combine points[0].Length weights points
