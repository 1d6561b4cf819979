namespace NtkTheory.Numerics

/// Householder's reflections of Tridiagonal.reduce, applied in blocks as I - V T V^T (Schreiber and Van Loan 1989), so
/// that the work is matrix products.
module internal Reflections =

    /// Reflections of a block.
    let private block = 64

    /// The vectors of reflections first .. last - 1 in rows of `length` numbers, zero beyond their ends.
    let private vectors size (reduced: float[]) first last length =
        let rows = Array.zeroCreate ((last - first) * length)

        for i in first .. last - 1 do
            System.Array.Copy(reduced, i * size, rows, (i - first) * length, i)

        MatrixView.rowMajor (last - first) length rows

    /// The lower triangular T for the product of the reflections, the first applied first.
    let private triangle execution size (reduced: float[]) first (v: MatrixView) =
        let count = v.Rows
        let inner = MatrixView.rowMajor count count (Array.zeroCreate (count * count))
        Gemm.assignGram execution 1.0 v inner
        let t = Array.zeroCreate (count * count)

        for j in 0 .. count - 1 do
            let tau = reduced[(first + j) * size + first + j]
            t[j * count + j] <- tau

            for k in 0 .. j - 1 do
                let mutable sum = 0.0

                for i in k .. j - 1 do
                    sum <- sum + inner.Data[j * count + i] * t[i * count + k]

                t[j * count + k] <- -tau * sum

        MatrixView.rowMajor count count t

    let private applyBlock execution size reduced (rows: MatrixView) first last =
        let length = last - 1
        let v = vectors size reduced first last length
        let t = triangle execution size reduced first v
        let some = MatrixView.block 0 0 rows.Rows length rows

        let fresh () =
            MatrixView.rowMajor rows.Rows v.Rows (Array.zeroCreate (rows.Rows * v.Rows))

        let along, turned = fresh (), fresh ()
        Gemm.assign execution 1.0 some (MatrixView.transpose v) along
        Gemm.assign execution 1.0 along (MatrixView.transpose t) turned
        Gemm.accumulate execution -1.0 turned v some

    /// Turns the eigenvectors of the tridiagonal matrix, one in each row, into those of the matrix that was reduced.
    let apply execution size (reduced: float[]) (rows: MatrixView) =
        for first in 1..block .. size - 1 do
            applyBlock execution size reduced rows first (min size (first + block))
