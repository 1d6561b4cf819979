namespace NtkTheory.Numerics

open System

/// An approximate eigenpair.
type RitzPair = {
    /// The value.
    RitzValue: float
    /// The vector, of norm 1 up to rounding.
    RitzVector: float[]
    /// The recursion's own estimate of |A v - value v|.
    Residual: float
    /// Products by the matrix that it took.
    Steps: int
}

/// Lanczos's method for the largest eigenvalue of a symmetric operator, with full reorthogonalization.
module Lanczos =

    let private dot (x: float[]) (y: float[]) =
        use a = new Pinned(x)
        use b = new Pinned(y)
        VectorKernel.dot (Lanes.widest ()) a.Pointer b.Pointer x.Length

    let private addScaled factor (x: float[]) (y: float[]) =
        use a = new Pinned(x)
        use b = new Pinned(y)
        VectorKernel.addScaled (Lanes.widest ()) factor a.Pointer b.Pointer x.Length

    let private normalize (x: float[]) =
        let norm = sqrt (dot x x)
        norm, x |> Array.map (fun value -> value / norm)

    /// One step of inverse iteration by the factors L D L^T of shift - T, which is positive definite for a shift above
    /// all eigenvalues, where elimination needs no pivots.
    let private solveShifted (t: Tridiagonal) shift (v: float[]) =
        let n = v.Length
        let pivots = Array.zeroCreate n
        let x = Array.copy v
        let least = 1e-18 * abs shift + Double.Epsilon
        pivots[0] <- max least (shift - t.Diagonal[0])

        for i in 1 .. n - 1 do
            let factor = t.OffDiagonal[i - 1] / pivots[i - 1]
            pivots[i] <- max least (shift - t.Diagonal[i] - factor * t.OffDiagonal[i - 1])
            x[i] <- x[i] + factor * x[i - 1]

        x[n - 1] <- x[n - 1] / pivots[n - 1]

        for i in n - 2 .. -1 .. 0 do
            x[i] <- (x[i] + t.OffDiagonal[i] * x[i + 1]) / pivots[i]

        snd (normalize x)

    /// The largest eigenvalue of the tridiagonal matrix so far, with its vector.
    let private largestOf (alphas: ResizeArray<float>) (betas: ResizeArray<float>) =
        let t = {
            Diagonal = alphas.ToArray()
            OffDiagonal = betas.ToArray()
        }

        let value = Array.last (SturmBisection.eigenvalues Execution.sequential t)
        let shift = value + SturmBisection.radius t
        let start = Array.create alphas.Count 1.0
        value, Seq.fold (fun v _ -> solveShifted t shift v) start [ 1..3 ]

    let private orthogonalize (basis: ResizeArray<float[]>) (w: float[]) =
        // twice is enough (Parlett)
        for _ in 1..2 do
            for v in basis do
                addScaled -(dot v w) v w

    let private combine (basis: ResizeArray<float[]>) (coefficients: float[]) =
        let x = Array.zeroCreate basis[0].Length

        for k in 0 .. coefficients.Length - 1 do
            addScaled coefficients[k] basis[k] x

        x

    /// A fixed random start: an eigenvalue is missed only where its vectors are orthogonal to it.
    let start size =
        let values = Array.zeroCreate size
        NormalStream.fillNormal (Lanes.widest ()) 0x4C616E637A6F73UL values
        values

    /// The largest Ritz value of `apply` in the Krylov space of a start, until its residual is below `relative` times
    /// it, or after `most` steps.
    let from (start: float[]) relative most (apply: float[] -> float[]) =
        let basis = ResizeArray [ snd (normalize start) ]
        let alphas = ResizeArray<float>()
        let betas = ResizeArray<float>()

        let rec step () =
            let v = basis[basis.Count - 1]
            let w = apply v
            alphas.Add(dot v w)
            orthogonalize basis w
            let beta = sqrt (dot w w)
            let count = basis.Count

            let exhausted =
                count = start.Length || count = most || beta <= 1e-14 * abs alphas[0]

            let value, coefficients = largestOf alphas betas
            let residual = beta * abs coefficients[count - 1]

            if exhausted || residual <= relative * abs value then
                {
                    RitzValue = value
                    RitzVector = combine basis coefficients |> normalize |> snd
                    Residual = residual
                    Steps = count
                }
            else
                betas.Add beta
                basis.Add(Array.map (fun value -> value / beta) w)
                step ()

        step ()
