namespace NtkTheory.Models

open NtkTheory.Numerics

/// The set of x with Normal . x + Offset = 0.
type Hyperplane = {
    Normal: Rational list
    Offset: Rational
}

/// Cells of hyperplane arrangements, counted exactly.
module HyperplaneArrangement =

    let private scaled factor plane = {
        Normal = plane.Normal |> List.map (fun a -> factor * a)
        Offset = factor * plane.Offset
    }

    /// The same set with first nonzero coefficient 1; None where the equation has no solution or holds everywhere.
    let private canonical plane =
        plane.Normal
        |> List.tryFind (fun a -> a <> Rational.Zero)
        |> Option.map (fun lead -> scaled (Rational.One / lead) plane)

    /// The trace of a hyperplane on the canonical hyperplane `wall`, in coordinates that omit the first
    /// variable with a nonzero coefficient in `wall`.
    let private trace wall plane =
        let position = wall.Normal |> List.findIndex (fun a -> a <> Rational.Zero)
        let factor = plane.Normal[position]

        {
            Normal =
                List.map2 (fun a w -> a - factor * w) plane.Normal wall.Normal
                |> List.removeAt position
            Offset = plane.Offset - factor * wall.Offset
        }
        |> canonical

    /// Cells of distinct canonical hyperplanes: without one of them, plus those of its own trace.
    let rec private count planes =
        match planes with
        | [] -> bigint.One
        | wall :: others -> count others + count (others |> List.choose (trace wall) |> List.distinct)

    /// The number of connected components of the complement of the hyperplanes (deletion and restriction;
    /// equations without a solution and repeated hyperplanes are left out). Cost grows like the count itself.
    let cells (planes: Hyperplane list) =
        planes |> List.choose canonical |> List.distinct |> count

    /// n choose k, 0 where k > n.
    let binomial n k =
        if k < 0 || k > n then
            bigint.Zero
        else
            Seq.fold (fun c i -> c * bigint (n - i) / bigint (i + 1)) bigint.One (seq { 0 .. k - 1 })

    /// The largest number of cells of `count` hyperplanes in R^dimension, reached in general position
    /// (Zaslavsky 1975): the sum of (count choose i) over i = 0 .. dimension.
    let zaslavsky count dimension =
        Seq.sumBy (binomial count) (seq { 0..dimension })

    /// Hyperplanes in general position: number t = 1 .. count has normal (1, t, .., t^(d-1)) and offset t^d.
    let momentCurve count dimension = [
        for t in 1..count ->
            {
                Normal = List.init dimension (Rational.pow (Rational.ofInt t))
                Offset = Rational.pow (Rational.ofInt t) dimension
            }
    ]
