namespace NtkTheory.Reference

/// Signs of hyperplane arrangements by trying points.
module Lines =

    /// Cells of lines a x + b y + c = 0 seen by the given points: the number of distinct sign vectors.
    let cellsSeen (lines: (float * float * float) list) (points: (float * float) list) =
        points
        |> List.map (fun (x, y) -> lines |> List.map (fun (a, b, c) -> sign (a * x + b * y + c)))
        |> List.filter (List.forall ((<>) 0))
        |> List.distinct
        |> List.length
