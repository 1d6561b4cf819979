namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned arrays, within the bounds that the caller keeps

open Microsoft.FSharp.NativeInterop

/// Products of a matrix that lies row after row and a vector, four rows at a time.
module internal RowProduct =

    /// b <- b - A x for `height` rows of `count` numbers and as many b.
    let subtract lanes (rows: nativeptr<float>) stride height x count (b: nativeptr<float>) =
        let totals = NativePtr.stackalloc<float> 4
        let fours = height / 4 * 4

        for r in 0..4 .. fours - 1 do
            RowKernel.dots lanes (NativePtr.add rows (r * stride)) stride x count totals

            for k in 0..3 do
                NativePtr.set b (r + k) (NativePtr.get b (r + k) - NativePtr.get totals k)

        for r in fours .. height - 1 do
            let sum = VectorKernel.dot lanes (NativePtr.add rows (r * stride)) x count
            NativePtr.set b r (NativePtr.get b r - sum)

    /// b <- b - A^T x for `height` rows of `count` numbers, as many x, and `count` b.
    let subtractTransposed lanes rows stride height (x: nativeptr<float>) b count =
        let factors = NativePtr.stackalloc<float> 4
        let fours = height / 4 * 4

        for r in 0..4 .. fours - 1 do
            for k in 0..3 do
                NativePtr.set factors k -(NativePtr.get x (r + k))

            RowKernel.addScaled lanes (NativePtr.add rows (r * stride)) stride factors b count

        for r in fours .. height - 1 do
            VectorKernel.addScaled lanes -(NativePtr.get x r) (NativePtr.add rows (r * stride)) b count
