namespace NtkTheory.Numerics

#nowarn "9" // addresses inside arrays that are fixed meanwhile, within the bounds checked first

/// Inner products and sums of rows: whole arrays, or stretches of a matrix that is stored row after row.
module internal RowSums =

    let private lanes = Execution.sequential.Lanes

    let private check (values: float[]) at count =
        System.ArgumentOutOfRangeException.ThrowIfGreaterThan(at + count, values.Length)

    /// The inner product of x[at ..] and y[from ..] over `count` numbers.
    let dotAt (x: float[]) at (y: float[]) from count =
        check x at count
        check y from count

        if count = 0 then
            0.0
        else
            use left = fixed &x[at]
            use right = fixed &y[from]
            VectorKernel.dot lanes left right count

    /// y[from ..] <- y[from ..] + factor x[at ..] over `count` numbers.
    let addScaledAt factor (x: float[]) at (y: float[]) from count =
        check x at count
        check y from count

        if count > 0 then
            use source = fixed &x[at]
            use target = fixed &y[from]
            VectorKernel.addScaled lanes factor source target count

    /// The inner product of two arrays of one length.
    let dot (x: float[]) y = dotAt x 0 y 0 x.Length

    /// y <- y + factor x.
    let addScaled factor (x: float[]) y = addScaledAt factor x 0 y 0 x.Length

    /// A x, the inner product of every row with x.
    let images (rows: float[][]) x =
        rows |> Array.map (fun row -> dot row x)

    /// A^T x, the sum of factor times row, for rows of the given length.
    let combine length (factors: float[]) (rows: float[][]) =
        let sum = Array.zeroCreate length
        Array.iter2 (fun factor row -> addScaled factor row sum) factors rows
        sum
