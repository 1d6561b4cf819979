/// Small random shapes and points for instances of the architecture third, and how they shrink.
module internal NtkTheory.Catalog.Architecture.Shapes

open FsCheck
open FsCheck.FSharp

/// A seed small enough to read.
let seeds = Gen.choose (0, 9999)

/// Lists of lengths and entries in the given ranges.
let integers (shortest, longest) (low, high) =
    gen {
        let! length = Gen.choose (shortest, longest)
        return! Gen.listOfLength length (Gen.choose (low, high))
    }

/// Widths that are narrow three times out of four and go up to `widest` otherwise.
let widths (shortest, longest) widest =
    gen {
        let! length = Gen.choose (shortest, longest)

        return!
            Gen.listOfLength
                length
                (Gen.frequency [ 3, Gen.choose (1, min 6 widest); 1, Gen.choose (1, widest) ])
    }

/// Points with whole coordinates from -4 to 4, not all 0.
let point dimension =
    Gen.listOfLength dimension (Gen.choose (-4, 4))
    |> Gen.map (fun x -> if List.forall ((=) 0) x then 1 :: List.tail x else x)

/// Shorter lists, down to `fewest` entries.
let shorter fewest (list: 'T list) =
    seq {
        if list.Length > fewest then
            for i in 0 .. list.Length - 1 do
                yield List.removeAt i list
    }

/// Lists with one entry nearer to `floor`.
let lower floor (list: int list) =
    seq {
        for i in 0 .. list.Length - 1 do
            for smaller in List.distinct [ floor; (list[i] + floor) / 2 ] do
                if abs (smaller - floor) < abs (list[i] - floor) then
                    yield List.updateAt i smaller list
    }

/// Numbers nearer to `floor`.
let smaller floor number =
    seq {
        for less in List.distinct [ floor; (number + floor) / 2; number - 1 ] do
            if less >= floor && less < number then
                yield less
    }

/// One entry of a list moved by one, not below `floor`.
let nudge floor (list: int list) =
    gen {
        let! i = Gen.choose (0, list.Length - 1)
        let! step = Gen.elements [ -1; 1 ]
        return List.updateAt i (max floor (list[i] + step)) list
    }
