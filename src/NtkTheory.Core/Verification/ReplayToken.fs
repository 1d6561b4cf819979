namespace NtkTheory.Verification

open System.Globalization
open NtkTheory.Claims

/// The way to a counterexample as one word, and back.
module ReplayToken =

    let rec private runs (steps: int list) =
        match steps with
        | [] -> []
        | first :: _ ->
            let count = steps |> List.takeWhile ((=) first) |> List.length
            (first, count) :: runs (List.skip count steps)

    /// Steps with repetitions counted: 4.2x30.0.
    let private numbers (steps: int list) =
        runs steps
        |> List.map (fun (step, count) -> if count = 1 then string step else $"{step}x{count}")
        |> String.concat "."

    /// One word, such as `gram/hermite-pd~7~s12i3~c4.9~k0x5.2`; parts that are empty are left out. Draws (n) and error
    /// level (l) stand for claims that are judged by statistics, a checksum (d) for instances from a data set.
    let format replay =
        let level = replay.Level.ToString("R", CultureInfo.InvariantCulture)
        let path = replay.Path

        [
            replay.Id
            string replay.Seed
            $"s{path.Size}i{path.Index}"
            if not path.Climb.IsEmpty then
                $"c{numbers path.Climb}"
            if not path.Shrink.IsEmpty then
                $"k{numbers path.Shrink}"
            if replay.Draws > 0 then
                $"n{replay.Draws}"
            if replay.Level > 0.0 then
                $"l{level}"
            if replay.Data <> "" then
                $"d{replay.Data}"
        ]
        |> String.concat "~"

    let private parseRun (text: string) =
        match text.Split 'x' with
        | [| step; count |] -> List.replicate (int count) (int step)
        | _ -> [ int text ]

    let private parseNumbers (text: string) =
        text.Split '.' |> List.ofArray |> List.collect parseRun

    let private readPart replay (part: string) =
        let rest = part.Substring 1
        let path = replay.Path

        match part[0] with
        | 's' ->
            let pieces = rest.Split 'i'

            {
                replay with
                    Path = {
                        path with
                            Size = int pieces[0]
                            Index = int pieces[1]
                    }
            }
        | 'c' -> {
            replay with
                Path = { path with Climb = parseNumbers rest }
          }
        | 'k' -> {
            replay with
                Path = { path with Shrink = parseNumbers rest }
          }
        | 'n' -> { replay with Draws = int rest }
        | 'l' -> {
            replay with
                Level = System.Double.Parse(rest, CultureInfo.InvariantCulture)
          }
        | 'd' -> { replay with Data = rest }
        | _ -> failwith part

    /// The way that a word names; None for a word that is no token.
    let tryParse (token: string) =
        try
            match token.Trim().Split '~' |> List.ofArray with
            | id :: seed :: parts when parts <> [] ->
                let empty = {
                    Id = id
                    Seed = int seed
                    Path = Path.start 0 0
                    Draws = 0
                    Level = 0.0
                    Data = ""
                }

                Some(parts |> List.fold readPart empty)
            | _ -> None
        with _ ->
            None
