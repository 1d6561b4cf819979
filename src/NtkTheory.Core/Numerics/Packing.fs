namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned matrices and workspaces, within the bounds that the views keep

open System.Runtime.Intrinsics
open System.Runtime.Intrinsics.X86
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

    /// The second numbers of two vectors.
    let inline private uppers (a: Vector128<float>) (b: Vector128<float>) =
        if Sse2.IsSupported then
            Sse2.UnpackHigh(a, b)
        else
            Vector128.Create(a.GetElement 1, b.GetElement 1)

    /// Two rows of a panel, two columns at a time.
    let private packPair (from: nativeptr<float>) stride depth height (scale: Vector128<float>) onto =
        let mutable upper = from
        let mutable lower: nativeptr<float> = NativePtr.add from stride
        let mutable onto: nativeptr<float> = onto

        for _ in 1 .. depth / 2 do
            let a = Vector128.Load upper * scale
            let b = Vector128.Load lower * scale
            Vector128.Store(Vector128.Create(a.ToScalar(), b.ToScalar()), onto)
            Vector128.Store(uppers a b, NativePtr.add onto height)
            upper <- NativePtr.add upper 2
            lower <- NativePtr.add lower 2
            onto <- NativePtr.add onto (2 * height)

        if depth % 2 = 1 then
            Vector128.Store(Vector128.Create(NativePtr.read upper, NativePtr.read lower) * scale, onto)

    /// One whole panel, read along its rows, whose numbers lie side by side.
    let private packRows (source: nativeptr<float>) rowStride depth height scale target =
        let factor = Vector128.Create(scale: float)

        for r in 0..2 .. height - 1 do
            packPair
                (NativePtr.add source (r * rowStride))
                rowStride
                depth
                height
                factor
                (NativePtr.add target r)

    /// The panel that begins at a row, entry by entry: of any strides, filled up by rows of zeros.
    let private packEntries (source: nativeptr<float>) (view: MatrixView) first height scale target =
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

        for first in 0..height .. view.Rows - 1 do
            let onto = NativePtr.add target (first * view.Columns)

            if first + height > view.Rows || view.RowStride <> 1 && view.ColumnStride <> 1 then
                packEntries source view first height scale onto
            elif view.RowStride <> 1 then
                let from = NativePtr.add source (view.Offset + first * view.RowStride)
                packRows from view.RowStride view.Columns height scale onto

    /// Packs whole panels of a matrix that lies row after row.
    let packRowMajor (source: nativeptr<float>) rows columns height (target: nativeptr<float>) =
        for first in 0..height .. rows - height do
            let from = NativePtr.add source (first * columns)
            packRows from columns columns height 1.0 (NativePtr.add target (first * columns))
