namespace NtkTheory.Reference

/// Covering numbers by trying everything.
module Coverings =

    /// Every way to put n points into at most `groups` groups.
    let rec private assignments n groups : int list list =
        if n = 0 then
            [ [] ]
        else
            [
                for rest in assignments (n - 1) groups do
                    for g in 0 .. groups - 1 -> g :: rest
            ]

    /// The least radius at which `balls` intervals cover a few reals.
    let finiteLine (points: float list) balls =
        let radius group =
            if List.isEmpty group then
                0.0
            else
                (List.max group - List.min group) / 2.0

        assignments points.Length balls
        |> List.map (fun groups ->
            List.zip groups points
            |> List.groupBy fst
            |> List.map (snd >> List.map snd >> radius)
            |> List.fold max 0.0)
        |> List.fold min infinity

    /// The least radius at which `balls` cubes cover a box: the least, over all grids of k_1 x .. x k_d cells with at most
    /// that many, of the largest half side of a cell.
    let rec box (halfSides: float list) balls =
        match halfSides with
        | [] -> 0.0
        | side :: rest ->
            seq { 1..balls }
            |> Seq.map (fun k -> max (side / float k) (box rest (balls / k)))
            |> Seq.min

    /// The largest k with k^d at most 2^n, by counting up.
    let integerRoot n d =
        let power k =
            Seq.fold (fun product _ -> product * k) 1L (seq { 1..d })

        Seq.initInfinite int64
        |> Seq.skip 1
        |> Seq.takeWhile (fun k -> power k <= (1L <<< n))
        |> Seq.last
