namespace NtkTheory.Models

open NtkTheory.Numerics

/// A polytope, known by its vertices that are extreme in a direction.
type internal Polytope<'N> = {
    /// A vertex to start from.
    Start: Vertex<'N>
    /// A vertex with nearly the least inner product with a direction.
    Low: float[] -> Vertex<'N>
    /// The vertex with the least inner product with a direction, at the price of exact arithmetic.
    Lowest: DoubleDouble[] -> Vertex<'N>
}

/// The point of a polytope nearest to the origin, as a convex combination of its vertices.
type internal NearestPoint<'N> = {
    /// The point itself, in R^d.
    Point: DoubleDouble[]
    /// Affinely independent vertices with positive weights that sum to 1.
    Corral: ('N * DoubleDouble)[]
    /// Iterations of the active-set method.
    Iterations: int
}

/// Wolfe's active-set method for the point of a polytope nearest to the origin (Wolfe 1976, "Finding the nearest
/// point in a polytope"), with 106 bits: squared ratios of the vertices' lengths to the distance up to 10^16 leave as
/// many digits as a double has.
module internal PolytopeDistance =

    /// The largest step from the old weights towards the new ones that keeps all of them nonnegative, and the index of
    /// the weight that it brings to zero.
    let private blocking (before: DoubleDouble[]) (after: DoubleDouble[]) =
        let step i =
            if before[i].Value > 0.0 then
                (before[i] / (before[i] - after[i])).Value
            else
                0.0

        [| 0 .. after.Length - 1 |]
        |> Array.filter (fun i -> after[i].Value <= 0.0)
        |> Array.map (fun i -> step i, i)
        |> Array.min

    /// Moves to the affine minimizer, dropping vertices whose weight reaches zero on the way, until the minimizer lies
    /// inside the simplex of the vertices that are left; returns its weights.
    let rec private settle (corral: Corral<'N>) (weights: DoubleDouble[]) =
        let target = corral.AffineWeights()

        if target |> Array.forall (fun u -> u.Value > 0.0) then
            target
        else
            let step, leaving = blocking weights target
            let step = DoubleDouble.Of step
            let moved = Array.map2 (fun b a -> b + step * (a - b)) weights target
            corral.Remove leaving
            settle corral (Array.removeAt leaving moved)

    /// x.(x - v): positive where the vertex v lies below the supporting plane at x.
    let private descent (x: DoubleDouble[]) (vertex: Vertex<'N>) =
        DoubleDouble.dot x x - DoubleDouble.dot x vertex.Point

    let private length (x: DoubleDouble[]) = sqrt (DoubleDouble.dot x x).Value

    /// What the descent must exceed: the rounding of the inner products, and 5e-20 of the squared distance, to which
    /// doubles need not be corrected.
    let private floor (x: DoubleDouble[]) (vertex: Vertex<'N>) =
        let size = length x

        5e-20 * size * size
        + DoubleDouble.dotError x.Length * size * (size + length vertex.Point)

    let private isBelow x (vertex: Vertex<'N>) =
        (descent x vertex).Value > floor x vertex

    let private scaled (x: DoubleDouble[]) =
        let size = length x
        DoubleDouble.toFloats x |> Array.map (fun v -> v / size)

    /// A vertex below the supporting plane at x, if there is one.
    let private candidate polytope (x: DoubleDouble[]) =
        let low = polytope.Low(scaled x)

        if isBelow x low then
            Some low
        else
            let lowest = polytope.Lowest x
            if isBelow x lowest then Some lowest else None

    /// The nearest point. The loop ends when no vertex lies below the supporting plane, or when the point is the
    /// origin up to the rounding of the vertices, which the corral then contains.
    let nearest polytope =
        let start = polytope.Start
        let corral = Corral<'N>((DoubleDouble.dot start.Point start.Point).Value)

        let finish x (members: Vertex<'N>[]) (weights: DoubleDouble[]) iterations = {
            Point = x
            Corral = Array.map2 (fun (v: Vertex<'N>) u -> v.Name, u) members weights
            Iterations = iterations
        }

        let rec improve iterations x members (weights: DoubleDouble[]) longest =
            let size = length x

            let next =
                if size <= 1e-27 * longest then
                    None
                else
                    candidate polytope x |> Option.filter corral.TryAdd

            match next with
            | None -> finish x members weights iterations
            | Some vertex ->
                let after = settle corral (Array.append weights [| DoubleDouble.Of 0.0 |])
                let moved = corral.Combine after

                if length moved < size then
                    let members = corral.Vertices.ToArray()
                    improve (iterations + 1) moved members after (max longest (length vertex.Point))
                else
                    finish x members weights iterations

        let alone = [| DoubleDouble.Of 1.0 |]

        if corral.TryAdd start then
            improve 0 start.Point [| start |] alone (length start.Point)
        else
            // the origin itself is a vertex
            finish start.Point [| start |] alone 0
