namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned arrays, within the leading block that is left

open System
open Microsoft.FSharp.NativeInterop

/// A symmetric tridiagonal matrix.
type Tridiagonal = {
    /// n entries.
    Diagonal: float[]
    /// n - 1 entries.
    OffDiagonal: float[]
}

/// Householder's reduction of a symmetric matrix, from the last row up, in panels whose updates are applied by one
/// matrix product (Dongarra, Sorensen and Hammarling 1989).
module Tridiagonal =

    /// Reflections of a panel.
    let private panel = 32

    /// Reflections v v^T that have not reached the matrix yet: row p of each array belongs to reflection p.
    type private Pending = {
        Size: int
        Vectors: float[]
        Images: float[]
        mutable Count: int
    }

    /// y <- y - the sum over pending reflections of V_p a_p + W_p b_p, on the first `count` entries.
    let private correct lanes pending (v: nativeptr<float>) w (a: float[]) (b: float[]) y count =
        let minus (factors: float[]) p (target: nativeptr<float>) =
            for k in 0..3 do
                NativePtr.set target k -factors[p + k]

        let factors = NativePtr.stackalloc<float> 4

        for p in 0..4 .. pending.Count - 1 do
            minus a p factors
            RowKernel.addScaled lanes (NativePtr.add v (p * pending.Size)) pending.Size factors y count
            minus b p factors
            RowKernel.addScaled lanes (NativePtr.add w (p * pending.Size)) pending.Size factors y count

    /// Column i of the pending rows, with zeros for those that are not in use.
    let private entries pending (rows: float[]) i =
        Array.init panel (fun p ->
            if p < pending.Count then
                rows[p * pending.Size + i]
            else
                0.0)

    /// The pending rows' inner products with x, with zeros likewise.
    let private products lanes pending (rows: nativeptr<float>) x count =
        let results = Array.zeroCreate<float> panel
        use pin = new Pinned(results)

        for p in 0..4 .. pending.Count - 1 do
            let four = NativePtr.add rows (p * pending.Size)
            RowKernel.dots lanes four pending.Size x count (NativePtr.add pin.Pointer p)

        Array.Clear(results, pending.Count, panel - pending.Count)
        results

    /// Householder's vector for the first `count` numbers of x, which it replaces: it maps them to a multiple of
    /// the last unit vector. Gives that multiple and the scale tau of I - tau v v^T.
    let private reflector lanes (x: nativeptr<float>) count =
        let last = count - 1
        let alpha = NativePtr.get x last
        let mutable largest = 0.0

        for i in 0 .. last - 1 do
            largest <- max largest (abs (NativePtr.get x i))

        if largest = 0.0 then
            NativePtr.set x last 1.0
            struct (alpha, 0.0)
        else
            // scaled, so that squares neither overflow nor vanish
            let scale = max largest (abs alpha)

            for i in 0..last do
                NativePtr.set x i (NativePtr.get x i / scale)

            let length = scale * sqrt (VectorKernel.dot lanes x x count)
            let beta = if alpha > 0.0 then -length else length
            let pivot = (alpha - beta) / scale

            for i in 0 .. last - 1 do
                NativePtr.set x i (NativePtr.get x i / pivot)

            NativePtr.set x last 1.0
            struct (beta, (beta - alpha) / beta)

    /// Row i of the matrix becomes a pending reflection; the entries of the tridiagonal matrix are recorded.
    let private reduceRow execution (a: float[]) pending (into: Tridiagonal) i =
        let n = pending.Size
        let lanes = execution.Lanes
        use vPin = new Pinned(pending.Vectors)
        use wPin = new Pinned(pending.Images)
        use matrix = new Pinned(a)
        let row = NativePtr.add matrix.Pointer (i * n)
        let v, w = vPin.Pointer, wPin.Pointer

        correct
            lanes
            pending
            v
            w
            (entries pending pending.Images i)
            (entries pending pending.Vectors i)
            row
            (i + 1)

        into.Diagonal[i] <- NativePtr.get row i
        let struct (beta, tau) = reflector lanes row i
        into.OffDiagonal[i - 1] <- beta
        let x = Array.zeroCreate n
        Array.Copy(a, i * n, x, 0, i)
        let y = Array.zeroCreate n
        SymmetricProduct.apply execution a n i x y
        use xPin = new Pinned(x)
        use yPin = new Pinned(y)
        let onW = products lanes pending w xPin.Pointer i
        let onV = products lanes pending v xPin.Pointer i
        correct lanes pending v w onW onV yPin.Pointer i
        let half = 0.5 * tau * tau * VectorKernel.dot lanes xPin.Pointer yPin.Pointer i

        for k in 0 .. i - 1 do
            y[k] <- tau * y[k] - half * x[k]

        NativePtr.set row i tau
        Array.Copy(x, 0, pending.Vectors, pending.Count * n, i)
        Array.Copy(y, 0, pending.Images, pending.Count * n, i)
        pending.Count <- pending.Count + 1

    /// A <- A - V W^T - W V^T on the leading block, as one product with both stacked.
    let private flush execution (a: float[]) pending size =
        let n = pending.Size
        let count = pending.Count

        let stacked first second =
            Array.append (Array.sub first 0 (count * n)) (Array.sub second 0 (count * n))

        let view rows =
            MatrixView.rowMajor (2 * count) n rows |> MatrixView.block 0 0 (2 * count) size

        let left = view (stacked pending.Vectors pending.Images)
        let right = view (stacked pending.Images pending.Vectors)
        let lead = MatrixView.rowMajor n n a |> MatrixView.block 0 0 size size
        Gemm.accumulateLower execution -1.0 (MatrixView.transpose left) right lead
        pending.Count <- 0

    /// The same matrix with entries of at most 1, by a power of two, and the exponent of that.
    let internal normalize (t: Tridiagonal) =
        let largest = Seq.append t.Diagonal t.OffDiagonal |> Seq.map abs |> Seq.fold max 0.0
        let exponent = if largest > 0.0 then Math.ILogB largest + 1 else 0
        let scaled = Array.map (fun x -> Math.ScaleB(x, -exponent))

        struct ({
                    Diagonal = scaled t.Diagonal
                    OffDiagonal = scaled t.OffDiagonal
                },
                exponent)

    /// The tridiagonal matrix similar to a symmetric one, of which the lower triangle, given row after row, is read
    /// and overwritten: row i by the vector v of the reflection I - tau v v^T and tau (see Reflections). Eigenvalues move by at most 10 n u ||A||_F (see Spectrum.radius).
    let reduce execution size (a: float[]) =
        let into = {
            Diagonal = Array.zeroCreate size
            OffDiagonal = Array.zeroCreate (max 0 (size - 1))
        }

        let pending = {
            Size = size
            Vectors = Array.zeroCreate (panel * size)
            Images = Array.zeroCreate (panel * size)
            Count = 0
        }

        Execution.awake execution (fun () ->
            for i in size - 1 .. -1 .. 1 do
                execution.Cancellation.ThrowIfCancellationRequested()
                reduceRow execution a pending into i

                if pending.Count = panel then
                    flush execution a pending i)

        if size > 0 then
            let last =
                Seq.sum (
                    seq {
                        for p in 0 .. pending.Count - 1 ->
                            2.0 * pending.Vectors[p * size] * pending.Images[p * size]
                    }
                )

            into.Diagonal[0] <- a[0] - last

        into
