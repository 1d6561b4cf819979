namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned matrices and workspaces, within the bounds that the views keep

open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop

/// Copies of matrices in the order in which the inner loops of a product read them: panels of `height` rows, an even
/// number, a panel's rows side by side for each column.
module internal Packing =

    /// One column of a panel whose rows lie side by side in the source too.
    let private copyColumn
        (from: nativeptr<float>)
        (onto: nativeptr<float>)
        height
        (scale: Vector128<float>)
        =
        for r in 0..2 .. height - 1 do
            Vector128.Store(Vector128.Load(NativePtr.add from r) * scale, NativePtr.add onto r)

    /// All panels at once, column after column, as far as they are whole.
    let private packColumns
        (source: nativeptr<float>)
        (view: MatrixView)
        height
        scale
        (target: nativeptr<float>)
        =
        let panel = height * view.Columns
        let factor = Vector128.Create(scale: float)

        for k in 0 .. view.Columns - 1 do
            let from = NativePtr.add source (view.Offset + k * view.ColumnStride)
            let onto = NativePtr.add target (k * height)

            for p in 0 .. view.Rows / height - 1 do
                copyColumn (NativePtr.add from (p * height)) (NativePtr.add onto (p * panel)) height factor

    /// One whole panel, read along its rows.
    let private packRows (source: nativeptr<float>) rowStride columnStride depth height scale target =
        for r in 0 .. height - 1 do
            let mutable from = NativePtr.add source (r * rowStride)
            let mutable onto: nativeptr<float> = NativePtr.add target r

            for _ in 1..depth do
                NativePtr.write onto (scale * NativePtr.read from)
                from <- NativePtr.add from columnStride
                onto <- NativePtr.add onto height

    /// The last panel, filled up by rows of zeros.
    let private packRest
        (source: nativeptr<float>)
        (view: MatrixView)
        height
        scale
        (target: nativeptr<float>)
        =
        let first = view.Rows / height * height
        let from = NativePtr.add source (view.Offset + first * view.RowStride)

        for k in 0 .. view.Columns - 1 do
            for r in 0 .. height - 1 do
                let value =
                    if first + r < view.Rows then
                        scale * NativePtr.get from (r * view.RowStride + k * view.ColumnStride)
                    else
                        0.0

                NativePtr.set target (k * height + r) value

    /// Packs `scale` times a matrix.
    let pack (source: nativeptr<float>) (view: MatrixView) height scale (target: nativeptr<float>) =
        if view.RowStride = 1 then
            packColumns source view height scale target
        else
            for p in 0 .. view.Rows / height - 1 do
                let from = NativePtr.add source (view.Offset + p * height * view.RowStride)
                let onto = NativePtr.add target (p * height * view.Columns)
                packRows from view.RowStride view.ColumnStride view.Columns height scale onto

        if view.Rows % height > 0 then
            let onto = NativePtr.add target (view.Rows / height * height * view.Columns)
            packRest source view height scale onto
