namespace NtkTheory.Numerics

/// X = L Q for a matrix of N rows: the rows of Q are orthonormal, and as many as X has independent rows.
type RowBasis = {
    /// Q, row by row.
    Basis: float[][]
    /// L, row by row: what each row of X is made of.
    Coordinates: float[][]
    /// Rows of X that span all: these rows of L, in this order, are lower triangular.
    Pivots: int[]
}

/// Orthonormal rows by the modified Gram-Schmidt process with pivoting. A row is orthogonalized once more when it
/// is chosen, so that Q is orthonormal to rounding whatever the condition of X (Giraud, Langou and Rozloznik 2005).
module RowBasis =

    let private length row = sqrt (RowSums.dot row row)

    /// A row of X: what the basis so far has left of it, and the coordinates that were taken out.
    type private Reduced = {
        Row: int
        Left: float[]
        Taken: float[]
        Length: float
    }

    let private takeOut k q row =
        let inner = RowSums.dot q row.Left
        row.Taken[k] <- row.Taken[k] + inner
        RowSums.addScaled -inner q row.Left

    let private share row =
        if row.Length = 0.0 then
            0.0
        else
            length row.Left / row.Length

    /// A unit vector along what is left of a row.
    let private normalize (basis: ResizeArray<float[]>) row =
        basis |> Seq.iteri (fun k q -> takeOut k q row)
        let size = length row.Left
        row.Taken[basis.Count] <- size
        row.Left |> Array.map (fun x -> x / size)

    let rec private extend floor limit (basis: ResizeArray<float[]>) pivots (rows: Reduced list) =
        let pivot =
            match rows with
            | _ :: _ when basis.Count < limit -> Some(List.maxBy share rows)
            | _ -> None

        match pivot with
        | Some pivot when share pivot > floor ->
            let q = normalize basis pivot
            let others = rows |> List.filter (fun row -> row.Row <> pivot.Row)
            List.iter (takeOut basis.Count q) others
            basis.Add q
            extend floor limit basis (pivot.Row :: pivots) others
        | _ -> Array.ofList (List.rev pivots)

    /// The basis of rows of one length d. A row counts as dependent when less than max(N, d) 4e-16 of its length is
    /// left: the customary numerical rank, for rows of unit length.
    let ofRows (rows: float[][]) =
        let dimension =
            rows |> Array.tryHead |> Option.map Array.length |> Option.defaultValue 0

        let limit = min rows.Length dimension

        let reduced =
            rows
            |> Array.mapi (fun i row -> {
                Row = i
                Left = Array.copy row
                Taken = Array.zeroCreate limit
                Length = length row
            })

        let floor = float (max rows.Length dimension) * 4e-16
        let basis = ResizeArray()
        let pivots = extend floor limit basis [] (List.ofArray reduced)

        {
            Basis = basis.ToArray()
            Coordinates = reduced |> Array.map (fun row -> Array.truncate basis.Count row.Taken)
            Pivots = pivots
        }
