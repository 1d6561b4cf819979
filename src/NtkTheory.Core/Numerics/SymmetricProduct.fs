namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned arrays, within the matrix

open System
open Microsoft.FSharp.NativeInterop

/// Products of a symmetric matrix, of which only the lower triangle is read, and a vector.
module SymmetricProduct =

    /// Parts of the triangle with sums of their own, so that the order of summation is the same for any number of
    /// workers.
    let private parts = 8

    /// Where a part begins: parts of about equal area, of whole fours of rows.
    let private start size part =
        if part = parts then
            size
        else
            int (float size * sqrt (float part / float parts)) / 4 * 4

    let private add (y: nativeptr<float>) i value =
        NativePtr.set y i (NativePtr.get y i + value)

    /// Both uses of the entries of a row from column `from` on, the diagonal included.
    let private corner (row: nativeptr<float>) (x: nativeptr<float>) y i from =
        for j in from .. i - 1 do
            add y i (NativePtr.get row j * NativePtr.get x j)
            add y j (NativePtr.get row j * NativePtr.get x i)

        add y i (NativePtr.get row i * NativePtr.get x i)

    let private partial lanes (data: nativeptr<float>) stride x y first last =
        let across = NativePtr.stackalloc<float> 4
        let whole = first + (last - first) / 4 * 4

        for i in first..4 .. whole - 1 do
            let rows = NativePtr.add data (i * stride)
            RowKernel.symmetric lanes rows stride x (NativePtr.add x i) y i across

            for k in 0..3 do
                add y (i + k) (NativePtr.get across k)
                corner (NativePtr.add rows (k * stride)) x y (i + k) i

        for i in whole .. last - 1 do
            corner (NativePtr.add data (i * stride)) x y i 0

    /// y <- the sum of the parts' rows.
    let private collect lanes (sums: nativeptr<float>) size (y: float[]) =
        let ones = NativePtr.stackalloc<float> 4
        use target = new Pinned(y)
        Array.Clear(y, 0, size)

        for k in 0..3 do
            NativePtr.set ones k 1.0

        for part in 0..4 .. parts - 1 do
            RowKernel.addScaled lanes (NativePtr.add sums (part * size)) size ones target.Pointer size

    /// Writes A x for the leading size x size block of a matrix given row after row.
    let apply execution (data: float[]) stride size (x: float[]) (y: float[]) =
        use matrix = new Pinned(data)
        use vector = new Pinned(x)
        use sums = new Workspace(parts * size + 1)

        let sum part =
            NativePtr.add sums.Pointer (part * size)

        let execution =
            if size < 256 then
                { execution with Workers = 1 }
            else
                execution

        Execution.run execution parts (fun index ->
            let part = parts - 1 - index
            Span<float>(NativePtr.toVoidPtr (sum part), size).Clear()

            partial
                execution.Lanes
                matrix.Pointer
                stride
                vector.Pointer
                (sum part)
                (start size part)
                (start size (part + 1)))

        collect execution.Lanes sums.Pointer size y

    /// Roundings that a term of an entry of A x meets: a chain of at most `size` in one part's sum, or an inner
    /// product, then the parts.
    let roundings size = size + parts + 16
