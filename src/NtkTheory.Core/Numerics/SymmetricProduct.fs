namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned arrays, within the matrix

open System
open Microsoft.FSharp.NativeInterop

/// Products of a symmetric matrix, of which only the lower triangle is read, and a vector.
module SymmetricProduct =

    /// Parts of the triangle with sums of their own, so that the order of summation is the same for any number of
    /// workers.
    let private parts = 8

    /// Where a part begins: parts of about equal area.
    let private start size part =
        int (float size * sqrt (float part / float parts))

    let private partial
        lanes
        (data: nativeptr<float>)
        stride
        (x: nativeptr<float>)
        (y: nativeptr<float>)
        first
        last
        =
        for i in first .. last - 1 do
            let row = NativePtr.add data (i * stride)
            let factor = NativePtr.get x i
            let across = VectorKernel.symmetricRow lanes row x factor y i
            NativePtr.set y i (NativePtr.get y i + (across + NativePtr.get row i * factor))

    /// Writes A x for the leading size x size block of a matrix given row after row.
    let apply execution (data: float[]) stride size (x: float[]) (y: float[]) =
        use matrix = new Pinned(data)
        use vector = new Pinned(x)
        use sums = new Workspace(parts * size + 1)

        let sum part =
            NativePtr.add sums.Pointer (part * size)

        let execution =
            if size < 512 then
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

        for i in 0 .. size - 1 do
            let mutable total = 0.0

            for part in 0 .. parts - 1 do
                total <- total + NativePtr.get (sum part) i

            y[i] <- total

    /// Roundings that a term of an entry of A x meets: a chain of at most `size` in one part's sum, or an inner
    /// product, then the parts.
    let roundings size = size + parts + 2
