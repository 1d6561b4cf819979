namespace NtkTheory.Numerics

#nowarn "9" // addresses inside the rows at work

open System
open Microsoft.FSharp.NativeInterop

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

    let private lanes = Execution.sequential.Lanes

    /// Rows in the order in which they were chosen, then those that are left.
    type private Work = {
        Dimension: int
        /// Which row of X each is.
        Order: int[]
        /// Row after row: q for the chosen ones, for the others what the basis has left of them.
        Rows: float[]
        /// The length of what is left of each, as a part of the row's.
        Shares: float[]
        /// Lengths of the rows of X, in their own order.
        Lengths: float[]
        /// What was taken out of each row of X, in their own order.
        Taken: float[][]
    }

    let private row work k =
        Span<float>(work.Rows, k * work.Dimension, work.Dimension)

    /// What is left of row k.
    let private left work k =
        let at = k * work.Dimension
        sqrt (RowSums.dotAt work.Rows at work.Rows at work.Dimension)

    let private measure work k =
        let length = work.Lengths[work.Order[k]]
        work.Shares[k] <- if length = 0.0 then 0.0 else left work k / length

    let private swap work k other =
        let exchange (values: 'T[]) =
            let kept = values[k]
            values[k] <- values[other]
            values[other] <- kept

        exchange work.Order
        exchange work.Shares
        let kept = (row work k).ToArray()
        (row work other).CopyTo(row work k)
        kept.CopyTo(row work other)

    /// The inner products with q_0 .. q_(k-1), all at once, are taken out of row k.
    let private orthogonalizeAgain work k =
        use rows = fixed work.Rows
        use inner = new Workspace(k)
        let left = NativePtr.add rows (k * work.Dimension)
        let taken = work.Taken[work.Order[k]]
        Span<float>(NativePtr.toVoidPtr inner.Pointer, k).Clear()
        RowProduct.subtract lanes rows work.Dimension k left work.Dimension inner.Pointer

        for j in 0 .. k - 1 do
            let product = -(NativePtr.get inner.Pointer j)
            taken[j] <- taken[j] + product
            NativePtr.set inner.Pointer j product

        RowProduct.subtractTransposed lanes rows work.Dimension k inner.Pointer left work.Dimension

    /// Makes q_k of what is left of row k.
    let private normalize work k =
        orthogonalizeAgain work k
        let at = k * work.Dimension
        let size = left work k
        work.Taken[work.Order[k]][k] <- size

        for i in at .. at + work.Dimension - 1 do
            work.Rows[i] <- work.Rows[i] / size

    /// Takes q_k out of the rows behind it, its inner products with them made all at once.
    let private takeOut work k =
        let d, behind = work.Dimension, work.Order.Length - k - 1
        use rows = fixed work.Rows
        use inner = new Workspace(behind)
        let q = NativePtr.add rows (k * d)
        Span<float>(NativePtr.toVoidPtr inner.Pointer, behind).Clear()
        RowProduct.subtract lanes (NativePtr.add q d) d behind q d inner.Pointer

        for other in 0 .. behind - 1 do
            let product = NativePtr.get inner.Pointer other
            VectorKernel.addScaled lanes product q (NativePtr.add q ((other + 1) * d)) d
            work.Taken[work.Order[k + 1 + other]][k] <- -product
            measure work (k + 1 + other)

    /// The first of the rows from k on of which most is left.
    let private choose work k =
        let mutable best = k

        for other in k + 1 .. work.Order.Length - 1 do
            if work.Shares[other] > work.Shares[best] then
                best <- other

        best

    let rec private extend work floor limit k =
        let pivot = choose work k

        if k < limit && work.Shares[pivot] > floor then
            swap work k pivot
            normalize work k
            takeOut work k
            extend work floor limit (k + 1)
        else
            k

    let private start (rows: float[][]) dimension limit =
        let work = {
            Dimension = dimension
            Order = Array.init rows.Length id
            Rows = Array.concat rows
            Shares = Array.zeroCreate rows.Length
            Lengths = rows |> Array.map (fun row -> sqrt (RowSums.dot row row))
            Taken = rows |> Array.map (fun _ -> Array.zeroCreate limit)
        }

        for k in 0 .. rows.Length - 1 do
            measure work k

        work

    /// The basis of rows of one length d. A row counts as dependent when less than max(N, d) 4e-16 of its length is
    /// left: the customary numerical rank, for rows of unit length.
    let ofRows (rows: float[][]) =
        let dimension =
            rows |> Array.tryHead |> Option.map Array.length |> Option.defaultValue 0

        let limit = min rows.Length dimension
        let work = start rows dimension limit
        let rank = extend work (float (max rows.Length dimension) * 4e-16) limit 0

        {
            Basis = Array.init rank (fun k -> (row work k).ToArray())
            Coordinates = work.Taken |> Array.map (Array.truncate rank)
            Pivots = Array.truncate rank work.Order
        }
