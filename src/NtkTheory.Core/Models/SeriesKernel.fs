namespace NtkTheory.Models

#nowarn "9" // addresses inside workspaces and pinned arrays

open System
open Microsoft.FSharp.NativeInterop
open NtkTheory.Numerics

/// Kernels of activations that are analytic near the real line, by Mehler's series: Hermite coefficients for each point
/// and layer first, then tiles of the matrix that go through all layers while they are in cache.
module SeriesKernel =

    /// Numbers of coefficients that are held at most, 1 GB.
    let private mostNumbers = 1L <<< 27

    /// How far from the real line an activation is analytic: tanh has poles at odd multiples of i pi / 2, the functions of
    /// e^-z at those of i pi, and GELU has none.
    let private distance activation =
        match activation with
        | Tanh -> 0.5 * Math.PI
        | _ -> Math.PI

    /// The tables of one layer.
    type private Layer = {
        /// Roots of the variances, 1 where one is 0 and beyond the last point.
        Roots: float[]
        Values: HermiteSeries
        /// None where no tangent kernel is asked for.
        Slopes: HermiteSeries option
    }

    let private requireMemory count degrees =
        if int64 count * int64 degrees > mostNumbers then
            invalidArg
                "points"
                $"The coefficients of {count} points with {degrees} degrees each take more than {mostNumbers >>> 17} MB: normalize the points, which then need fewer degrees."

    let private series execution activation f (deviations: float[]) =
        let largest = Array.fold max 0.0 deviations
        LayeredKernel.requireDeviation largest
        let degrees = HermiteSeries.degrees f (distance activation) largest
        requireMemory deviations.Length degrees
        HermiteSeries.ofDegrees execution f (distance activation) degrees deviations

    let private roots (deviations: float[]) =
        let padded =
            (deviations.Length + BlockKernel.edge - 1) / BlockKernel.edge * BlockKernel.edge

        Array.init padded (fun i ->
            if i < deviations.Length && deviations[i] > 0.0 then
                deviations[i]
            else
                1.0)

    /// The tables of all layers, from the variances of layer 0.
    let private layers execution withTangent (shape: NetworkShape) first =
        let value, slope =
            Activation.value shape.Activation, Activation.derivative shape.Activation

        let next (variances: float[]) =
            let deviations = Array.map sqrt variances
            let values = series execution shape.Activation value deviations

            let layer = {
                Roots = roots deviations
                Values = values
                Slopes =
                    if withTangent then
                        Some(series execution shape.Activation slope deviations)
                    else
                        None
            }

            let above moment =
                shape.BiasVariance + shape.WeightVariance * moment

            layer, Array.map above values.SecondMoments

        Array.mapFold (fun variances _ -> next variances) first (Array.zeroCreate<unit> shape.Depth)
        |> fst

    /// Numbers in a layer's tables.
    let private held layer =
        int64 layer.Values.Panels.Length
        + (layer.Slopes |> Option.fold (fun _ slopes -> int64 slopes.Panels.Length) 0L)

    /// A layer's tables at fixed addresses while a block is made, and the coefficients of the block's rows.
    [<Sealed>]
    type private PinnedLayer(shape: NetworkShape, layer: Layer, row, rows) =
        let edge = BlockKernel.edge
        let slopeDegrees = layer.Slopes |> Option.fold (fun _ slopes -> slopes.Degrees) 0
        let roots = new Pinned(layer.Roots)
        let values = new Pinned(layer.Values.Panels)

        let slopes =
            new Pinned(layer.Slopes |> Option.fold (fun _ slopes -> slopes.Panels) [||])

        let ownValues = new Workspace(edge * layer.Values.Degrees)
        let ownSlopes = new Workspace(edge * slopeDegrees)

        let gather series (target: Workspace) =
            for r in 0 .. rows - 1 do
                HermiteSeries.row series (row + r) (NativePtr.add target.Pointer (r * series.Degrees))

        do
            gather layer.Values ownValues
            layer.Slopes |> Option.iter (fun series -> gather series ownSlopes)

        /// The tables that the tile of the block's rows and of a panel's columns needs.
        member _.Tile panel = {
            Bias = shape.BiasVariance
            Weight = shape.WeightVariance
            OwnRoots = NativePtr.add roots.Pointer row
            Roots = NativePtr.add roots.Pointer (panel * edge)
            ValueDegrees = layer.Values.Degrees
            OwnValues = ownValues.Pointer
            Values = NativePtr.add values.Pointer (panel * edge * layer.Values.Degrees)
            SlopeDegrees = slopeDegrees
            OwnSlopes = ownSlopes.Pointer
            Slopes = NativePtr.add slopes.Pointer (panel * edge * slopeDegrees)
        }

        interface IDisposable with
            member _.Dispose() =
                for pin in [ roots; values; slopes ] do
                    use _ = pin
                    ()

                for workspace in [ ownValues; ownSlopes ] do
                    use _ = workspace
                    ()

    /// Inner products of a tile plus the bias, into a full tile; zeros beyond the block's last column.
    let private load bias (block: MatrixBlock) left (tile: nativeptr<float>) =
        for r in 0 .. block.Rows - 1 do
            for c in 0 .. BlockKernel.edge - 1 do
                let product =
                    if left + c < block.Columns then
                        block.Values[block.Offset + r * block.Pitch + left + c]
                    else
                        0.0

                NativePtr.set tile (r * BlockKernel.edge + c) (product + bias)

    let private store (block: MatrixBlock) left (tile: nativeptr<float>) =
        let count = min BlockKernel.edge (block.Columns - left)

        for r in 0 .. block.Rows - 1 do
            Span<float>(NativePtr.toVoidPtr (NativePtr.add tile (r * BlockKernel.edge)), count)
                .CopyTo(Span(block.Values, block.Offset + r * block.Pitch + left, count))

    let private overwrite lanes withTangent (shape: NetworkShape) layers (block: MatrixBlock) =
        let edge = BlockKernel.edge

        let pinned =
            layers
            |> Array.map (fun layer -> new PinnedLayer(shape, layer, block.Row, block.Rows))

        use covariance = new Workspace(edge * edge)
        use tangent = new Workspace(edge * edge)
        use scratch = new Workspace(2 * edge * edge)

        for left in 0..edge .. block.Columns - 1 do
            load shape.BiasVariance block left covariance.Pointer

            Span<float>(NativePtr.toVoidPtr covariance.Pointer, edge * block.Rows)
                .CopyTo(Span(NativePtr.toVoidPtr tangent.Pointer, edge * block.Rows))

            for layer in pinned do
                let tile = layer.Tile((block.Column + left) / edge)
                MehlerTile.layer lanes tile block.Rows covariance.Pointer tangent.Pointer scratch.Pointer

            store block left (if withTangent then tangent.Pointer else covariance.Pointer)

        for layer in pinned do
            (layer :> IDisposable).Dispose()

    /// The kernel of points, one per row: the tangent kernel where `withTangent`, else the covariance. Points are refused
    /// when a preactivation deviates by more than the largest deviation or the coefficients would not fit.
    let create execution withTangent (shape: NetworkShape) points =
        let layers =
            LayeredKernel.firstVariances shape points |> layers execution withTangent shape

        {
            Points = points
            Held = Array.sumBy held layers
            Overwrite = overwrite execution.Lanes withTangent shape layers
        }
