namespace NtkTheory.Numerics

open MathNet.Numerics.LinearAlgebra

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

    /// The largest eigenvalue of the tridiagonal matrix so far, with its vector.
    let private largestOf (alphas: ResizeArray<float>) (betas: ResizeArray<float>) =
        let entry i j =
            if i = j then alphas[i]
            elif abs (i - j) = 1 then betas[min i j]
            else 0.0

        let t = Matrix<float>.Build.Dense(alphas.Count, alphas.Count, entry)
        let decomposition = t.Evd Symmetricity.Symmetric
        decomposition.EigenValues[alphas.Count - 1].Real, decomposition.EigenVectors.Column(alphas.Count - 1)

    let private orthogonalize (basis: ResizeArray<float[]>) (w: float[]) =
        // twice is enough (Parlett)
        for _ in 1..2 do
            for v in basis do
                addScaled -(dot v w) v w

    let private combine (basis: ResizeArray<float[]>) (coefficients: Vector<float>) =
        let x = Array.zeroCreate basis[0].Length

        for k in 0 .. coefficients.Count - 1 do
            addScaled coefficients[k] basis[k] x

        x

    /// The largest Ritz value of `apply` on R^size, until its residual is below `relative` times it, or after `most`
    /// steps. The start is a fixed random vector: the largest eigenvalue is missed only where that is orthogonal to
    /// its vectors.
    let largest relative most size (apply: float[] -> float[]) =
        let start = Array.zeroCreate size
        NormalStream.fillNormal (Lanes.widest ()) 0x4C616E637A6F73UL start
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
            let exhausted = count = size || count = most || beta <= 1e-14 * abs alphas[0]

            if exhausted || count % 5 = 0 then
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
                    advance beta w
            else
                advance beta w

        and advance beta w =
            betas.Add beta
            basis.Add(Array.map (fun value -> value / beta) w)
            step ()

        step ()
