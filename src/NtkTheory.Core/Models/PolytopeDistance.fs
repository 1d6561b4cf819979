namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// The point of a polytope nearest to the origin, as a convex combination of its vertices.
type NearestPoint<'V> = {
    /// The point itself, in R^d.
    Point: Vector<float>
    /// Affinely independent vertices with positive weights that sum to 1.
    Corral: ('V * float) list
    /// Iterations of the active-set method.
    Iterations: int
}

/// Wolfe's active-set method for the point of a polytope nearest to the origin (Wolfe 1976, "Finding the
/// nearest point in a polytope"). It is finite, and it needs of the polytope only the vertex that is
/// least in a given direction.
module PolytopeDistance =

    /// Weights, summing to 1, of the point nearest to the origin in the affine hull of the vertices.
    let private affineMinimizer (vertices: Vector<float>[]) =
        if vertices.Length = 1 then
            [| 1.0 |]
        else
            let origin = vertices[0]

            let edges =
                Matrix<float>.Build.DenseOfColumnVectors(vertices[1..] |> Seq.map (fun v -> v - origin))

            let steps = edges.QR().Solve(-origin).ToArray()
            Array.append [| 1.0 - Array.sum steps |] steps

    let private combine (weights: float[]) (vertices: Vector<float>[]) : Vector<float> =
        Array.map2 (fun (w: float) (v: Vector<float>) -> v.Multiply w) weights vertices
        |> Array.reduce (+)

    /// The largest step from the old weights towards the new ones that keeps all of them nonnegative.
    let private stepToBoundary (before: float[]) (after: float[]) =
        Array.map2 (fun b a -> if a <= 0.0 then b / (b - a) else 1.0) before after
        |> Array.min

    /// Moves to the affine minimizer, dropping vertices whose weight reaches zero on the way, until the
    /// minimizer lies inside the simplex of the vertices that are left.
    let rec private settle (corral: ('V * Vector<float>)[]) (weights: float[]) =
        let target = affineMinimizer (Array.map snd corral)

        if Array.forall (fun a -> a > 0.0) target then
            corral, target
        elif not (Array.forall Double.IsFinite target) then
            // dependent to rounding: the newest vertex lies in the affine hull of the others
            Array.truncate (corral.Length - 1) corral, Array.truncate (corral.Length - 1) weights
        else
            let step = stepToBoundary weights target
            let moved = Array.map2 (fun b a -> b + step * (a - b)) weights target

            let blocking =
                Array.indexed target
                |> Array.filter (fun (_, a) -> a <= 0.0)
                |> Array.minBy (fun (i, _) -> moved[i])
                |> fst

            let kept = [| for i in 0 .. corral.Length - 1 -> i <> blocking && moved[i] > 0.0 |]

            let keep items =
                Array.zip kept items |> Array.filter fst |> Array.map snd

            settle (keep corral) (keep moved)

    /// The nearest point. `least direction` gives the vertex with the smallest inner product with the
    /// direction, and its name. The loop ends when no vertex lies below the supporting plane, or when
    /// rounding lets the norm shrink no more.
    let nearest (least: Vector<float> -> 'V * Vector<float>) (start: 'V * Vector<float>) =
        let finish (corral: ('V * Vector<float>)[]) weights point iterations = {
            Point = point
            Corral = List.ofArray (Array.map2 (fun (name, _) w -> name, w) corral weights)
            Iterations = iterations
        }

        let rec improve iterations corral weights (point: Vector<float>) =
            let name, vertex = least point
            let descent = point.DotProduct(point - vertex)
            let dimension = point.Count
            // the rounding of the inner product itself: Higham's gamma_d times the product of norms
            let floor = Estimate.gamma (dimension + 2) * point.L2Norm() * vertex.L2Norm()
            let known = corral |> Array.exists (fun (other, _) -> other = name)

            if known || descent <= floor || corral.Length > dimension then
                finish corral weights point iterations
            else
                let larger, after =
                    settle (Array.append corral [| name, vertex |]) (Array.append weights [| 0.0 |])

                let next = combine after (Array.map snd larger)

                if next.L2Norm() >= point.L2Norm() then
                    finish corral weights point iterations
                else
                    improve (iterations + 1) larger after next

        improve 0 [| start |] [| 1.0 |] (snd start)
