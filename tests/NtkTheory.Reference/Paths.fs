namespace NtkTheory.Reference

/// Sums over paths in the dumbest correct code.
module Paths =

    /// Every list (i_0, .., i_L) with i_l below widths[l].
    let rec all (widths: int list) : int list list =
        match widths with
        | [] -> [ [] ]
        | n :: rest -> [
            for i in 0 .. n - 1 do
                for tail in all rest do
                    i :: tail
          ]

    /// E prod over k of four equally distributed weights w[edge k]: 1 where the edges pair up, mu4 where all agree.
    let private weightMoment (mu4: float) (edges: 'E list) =
        let counts = edges |> List.countBy id |> List.map snd

        if List.exists (fun c -> c % 2 = 1) counts then
            0.0
        else
            counts
            |> List.fold (fun product c -> if c = 4 then product * mu4 else product) 1.0

    /// E (dz / dx_0)^4 as the sum over all quadruples of paths from input 0 through hidden layers n_1 .. n_L.
    let jacobianFourth mu4 (widths: int list) =
        let paths = all (List.tail widths) |> List.map (fun path -> 0 :: path @ [ 0 ])
        let scale = widths |> List.fold (fun product n -> product * (2.0 / float n)) 1.0

        let term (quadruple: int list list) =
            let layers = List.length quadruple.Head - 1

            let edges l =
                quadruple |> List.map (fun path -> path[l], path[l + 1])

            let alive l =
                quadruple |> List.map (fun path -> path[l]) |> List.distinct |> List.length

            let weights =
                Seq.fold (fun p l -> p * weightMoment mu4 (edges l)) 1.0 (seq { 0 .. layers - 1 })

            let coins = Seq.sumBy alive (seq { 1 .. layers - 1 })
            weights * 0.5 ** float coins

        let sum =
            Seq.sum (
                seq {
                    for a in paths do
                        for b in paths do
                            for c in paths do
                                for d in paths -> term [ a; b; c; d ]
                }
            )

        scale * scale * sum
