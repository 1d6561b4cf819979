namespace NtkTheory.Numerics

#nowarn "9" // whole registers of padded tiles, within bounds that the caller keeps
#nowarn "3536" // the interface with static members is used as a constraint only

open System
open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop

/// The tables of a layer that a tile needs: coefficients of its rows, degrees in sequence for each row, and of its
/// columns, one row of the tile for each degree; roots of variances, 1 where a variance is 0.
[<Struct; NoEquality; NoComparison>]
type internal TileLayer = {
    Bias: float
    Weight: float
    OwnRoots: nativeptr<float>
    Roots: nativeptr<float>
    ValueDegrees: int
    OwnValues: nativeptr<float>
    Values: nativeptr<float>
    /// 0 without slopes.
    SlopeDegrees: int
    OwnSlopes: nativeptr<float>
    Slopes: nativeptr<float>
}

/// Arithmetic on tiles whose rows are `edge` entries wide: one concept of a network's layer each, with the same bits
/// for every width of the registers.
[<AbstractClass; Sealed>]
type internal MehlerTileOf<'V, 'L when 'V: struct and 'L :> ILanes<'V>> =

    /// result_j <- result_j rho_j^degrees + the sum over k < degrees of own_k panel_kj rho_j^k for four registers at once,
    /// so that one chain of Horner's steps does not wait for itself.
    static member Series
        (
            own: nativeptr<float>,
            panel: nativeptr<float>,
            degrees,
            edge,
            rho: nativeptr<float>,
            result: nativeptr<float>
        ) =
        let lanes = 'L.Count
        let x0 = 'L.Load rho
        let x1 = 'L.Load(NativePtr.add rho lanes)
        let x2 = 'L.Load(NativePtr.add rho (2 * lanes))
        let x3 = 'L.Load(NativePtr.add rho (3 * lanes))
        let mutable sum0 = 'L.Load result
        let mutable sum1 = 'L.Load(NativePtr.add result lanes)
        let mutable sum2 = 'L.Load(NativePtr.add result (2 * lanes))
        let mutable sum3 = 'L.Load(NativePtr.add result (3 * lanes))
        let mutable row = NativePtr.add panel ((degrees - 1) * edge)
        let mutable k = degrees - 1

        while k >= 0 do
            let mine = 'L.Splat(NativePtr.get own k)
            sum0 <- 'L.Fma(sum0, x0, 'L.Mul(mine, 'L.Load row))
            sum1 <- 'L.Fma(sum1, x1, 'L.Mul(mine, 'L.Load(NativePtr.add row lanes)))
            sum2 <- 'L.Fma(sum2, x2, 'L.Mul(mine, 'L.Load(NativePtr.add row (2 * lanes))))
            sum3 <- 'L.Fma(sum3, x3, 'L.Mul(mine, 'L.Load(NativePtr.add row (3 * lanes))))
            row <- NativePtr.add row -edge
            k <- k - 1

        'L.Store(result, sum0)
        'L.Store(NativePtr.add result lanes, sum1)
        'L.Store(NativePtr.add result (2 * lanes), sum2)
        'L.Store(NativePtr.add result (3 * lanes), sum3)

    /// Some degrees from `first` on, for all rows of a tile.
    static member Part
        (
            own: nativeptr<float>,
            panel: nativeptr<float>,
            degrees,
            first,
            edge,
            rows,
            rho: nativeptr<float>,
            result
        ) =
        let count = min MehlerTileOf<'V, 'L>.Depth (degrees - first)
        let panel = NativePtr.add panel (first * edge)

        for r in 0 .. rows - 1 do
            let own = NativePtr.add own (r * degrees + first)

            for strip in 0 .. edge / (4 * 'L.Count) - 1 do
                let left = 4 * 'L.Count * strip
                let at = r * edge + left
                let x, sum = NativePtr.add rho at, NativePtr.add result at
                MehlerTileOf<'V, 'L>.Series(own, NativePtr.add panel left, count, edge, x, sum)

    /// Degrees that stay in the first cache while all rows pass: 64 rows of a panel take 16 KB.
    static member Depth = 64

    /// The series for all rows of a tile, from the highest degrees down.
    static member Whole
        (own: nativeptr<float>, panel: nativeptr<float>, degrees, edge, rows, rho: nativeptr<float>, result)
        =
        Span<float>(NativePtr.toVoidPtr result, rows * edge).Clear()
        let parts = (degrees + MehlerTileOf<'V, 'L>.Depth - 1) / MehlerTileOf<'V, 'L>.Depth

        for part in 1..parts do
            let first = (parts - part) * MehlerTileOf<'V, 'L>.Depth
            MehlerTileOf<'V, 'L>.Part(own, panel, degrees, first, edge, rows, rho, result)

    /// rho = covariance / (own root of it), cut to [-1, 1].
    static member Correlations
        (covariance: nativeptr<float>, own: float, roots: nativeptr<float>, edge, rho: nativeptr<float>)
        =
        let own, one, minus = 'L.Splat own, 'L.Splat 1.0, 'L.Splat -1.0

        for index in 0 .. edge / 'L.Count - 1 do
            let at = index * 'L.Count
            let scale = 'L.Mul(own, 'L.Load(NativePtr.add roots at))
            let cosine = 'L.Div('L.Load(NativePtr.add covariance at), scale)
            let cosine = 'L.Select('L.Less(one, cosine), one, cosine)
            'L.Store(NativePtr.add rho at, 'L.Select('L.Less(cosine, minus), minus, cosine))

    /// x <- bias + weight x.
    static member Affine(bias: float, weight: float, count, x: nativeptr<float>) =
        let bias, weight = 'L.Splat bias, 'L.Splat weight

        for index in 0 .. count / 'L.Count - 1 do
            let place = NativePtr.add x (index * 'L.Count)
            'L.Store(place, 'L.Fma(weight, 'L.Load place, bias))

    /// tangent <- covariance + weight slope tangent.
    static member Tangent
        (
            weight: float,
            slope: nativeptr<float>,
            covariance: nativeptr<float>,
            count,
            tangent: nativeptr<float>
        ) =
        let weight = 'L.Splat weight

        for index in 0 .. count / 'L.Count - 1 do
            let at = index * 'L.Count
            let place = NativePtr.add tangent at
            let share = 'L.Mul(weight, 'L.Load(NativePtr.add slope at))
            'L.Store(place, 'L.Fma(share, 'L.Load place, 'L.Load(NativePtr.add covariance at)))

    /// One layer, in place, of `rows` rows of a tile; without tangents where there are no slopes.
    static member Layer
        (
            layer: TileLayer,
            edge,
            rows,
            covariance: nativeptr<float>,
            tangent: nativeptr<float>,
            scratch: nativeptr<float>
        ) =
        let slope = NativePtr.add scratch (edge * edge)

        for r in 0 .. rows - 1 do
            let own = NativePtr.get layer.OwnRoots r
            let at = r * edge
            let k, rho = NativePtr.add covariance at, NativePtr.add scratch at
            MehlerTileOf<'V, 'L>.Correlations(k, own, layer.Roots, edge, rho)

        let series own panel degrees target =
            MehlerTileOf<'V, 'L>.Whole(own, panel, degrees, edge, rows, scratch, target)

        series layer.OwnValues layer.Values layer.ValueDegrees covariance
        MehlerTileOf<'V, 'L>.Affine(layer.Bias, layer.Weight, edge * rows, covariance)

        if layer.SlopeDegrees > 0 then
            series layer.OwnSlopes layer.Slopes layer.SlopeDegrees slope
            MehlerTileOf<'V, 'L>.Tangent(layer.Weight, slope, covariance, edge * rows, tangent)

/// Tiles of covariance and tangent kernels, taken through a layer by Mehler's series.
module internal MehlerTile =

    /// Entries in a row of a tile: a multiple of four of the widest registers.
    let edge = 32

    /// Takes `rows` rows of `edge` entries through a layer: the covariances K' = bias + weight E[s(u) s(v)], and the
    /// tangent kernels Theta' = K' + weight E[s'(u) s'(v)] Theta where the layer has slopes. `scratch` holds two
    /// tiles.
    let layer lanes (layer: TileLayer) rows covariance tangent scratch =
        match lanes with
        | Eight ->
            MehlerTileOf<Vector512<float>, Lanes512>.Layer(layer, edge, rows, covariance, tangent, scratch)
        | Four ->
            MehlerTileOf<Vector256<float>, Lanes256>.Layer(layer, edge, rows, covariance, tangent, scratch)
        | Two ->
            MehlerTileOf<Vector128<float>, Lanes128>.Layer(layer, edge, rows, covariance, tangent, scratch)
        | One -> MehlerTileOf<float, Lanes64>.Layer(layer, edge, rows, covariance, tangent, scratch)
