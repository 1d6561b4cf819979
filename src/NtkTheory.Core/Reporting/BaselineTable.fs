namespace NtkTheory.Reporting

/// Two recordings side by side.
module BaselineTable =

    /// Verdict, and the number that tells most: of rates the order, of experiments the figure, else the tightness.
    let private cells entry =
        match entry with
        | None -> "-", ""
        | Some found ->
            let number =
                match found.Kind, found.Sides with
                | ("Rate" | "Experiment"), Some(measured, _) -> measured.Value
                | _ -> found.Tightness.Value

            (found.Verdict.Split ' ')[0], $"%.6g{number}"

    let private column width (text: string) =
        if text.Length >= width then
            text + " "
        else
            text.PadRight width

    /// One line per statement; a sign of inequality where they differ. `all` keeps the rows that do not.
    let lines all one other =
        let changed = Baseline.compare one other |> List.map fst |> Set.ofList

        let find baseline name =
            baseline.Entries |> List.tryFind (fun entry -> entry.Id = name)

        let ids =
            one.Entries @ other.Entries
            |> List.map _.Id
            |> List.distinct
            |> List.filter (fun name -> all || changed.Contains name)

        let width = 2 + (ids |> List.map _.Length |> List.fold max 10)

        [
            for name in ids do
                let verdict, number = cells (find one name)
                let verdict', number' = cells (find other name)
                let sign = if changed.Contains name then "≠" else "="

                column width name
                + column 14 verdict
                + column 14 number
                + column 3 sign
                + column 14 verdict'
                + number'
        ]
