namespace NtkTheory.Numerics

#nowarn "9" // addresses inside scratch rows of one tile's length
#nowarn "3536" // the interface with static members is used as a constraint only

open System
open System.Runtime.CompilerServices
open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop

/// The two kernels of deep ReLU networks of infinite width for a row of pairs: the recursion of Cho and Saul
/// (2009) and Jacot, Gabriel and Hongler (2018) with weight variance 2 / fan-in, for unit vectors, carried in the
/// defect 1 - cosine. Entries are written over a whole register, so rows are padded.
[<AbstractClass; Sealed>]
type internal ReluSweep<'V, 'L when 'V: struct and 'L :> ILanes<'V>> =

    /// 1 - 2 E[rr] of the next layer = ((a - sin a) + (pi - a) (1 - cos a)) / pi; the first bracket by its series
    /// below a = 1, where it would cancel.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member private NextDefect(angle: 'V, supplement: 'V, sine: 'V, defect: 'V) =
        let z = 'L.Mul(angle, angle)
        let series = 'L.Mul('L.Mul(z, angle), Elementary<'V, 'L>.SineDefectRatio z)
        let bracket = 'L.Select('L.Less(z, 'L.Splat 1.0), series, 'L.Sub(angle, sine))
        'L.Mul('L.Fma(supplement, defect, bracket), 'L.Splat(1.0 / Math.PI))

    /// From the input layer: `near` is 1 - |cosine| with the sign of the cosine.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member private First(near: 'V) : struct ('V * 'V) =
        let size = Elementary<'V, 'L>.Abs near
        let half = 'L.Mul(size, 'L.Splat 0.5)
        let root = 'L.Sqrt half
        let small = 'L.Mul('L.Mul('L.Splat 2.0, root), Elementary<'V, 'L>.ArcsinRatio half)
        let rest = 'L.Sub('L.Splat Math.PI, small)
        let obtuse = 'L.Less(Elementary<'V, 'L>.FlipSign('L.Splat 1.0, near), 'L.Splat 0.0)
        let angle = 'L.Select(obtuse, rest, small)
        let supplement = 'L.Select(obtuse, small, rest)
        let sine = 'L.Mul('L.Mul('L.Splat 2.0, root), 'L.Sqrt('L.Sub('L.Splat 1.0, half)))
        let defect = 'L.Select(obtuse, 'L.Sub('L.Splat 2.0, size), size)
        let next = ReluSweep<'V, 'L>.NextDefect(angle, supplement, sine, defect)
        struct (next, 'L.Mul(supplement, 'L.Splat(1.0 / Math.PI)))

    /// From a later layer, whose cosines are not negative.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member private Next(defect: 'V) : struct ('V * 'V) =
        let half = 'L.Mul(defect, 'L.Splat 0.5)
        let root = 'L.Sqrt half
        let twice = 'L.Add(root, root)
        let angle = 'L.Mul(twice, Elementary<'V, 'L>.ArcsinRatio half)
        let supplement = 'L.Sub('L.Splat Math.PI, angle)
        let sine = 'L.Mul(twice, 'L.Sqrt('L.Sub('L.Splat 1.0, half)))
        let next = ReluSweep<'V, 'L>.NextDefect(angle, supplement, sine, defect)
        struct (next, 'L.Mul(supplement, 'L.Splat(1.0 / Math.PI)))

    /// Writes 1 - |cosine| with the sign of the cosine for inner products and reciprocal norms; whether any is
    /// below the limit.
    static member Near
        (
            products: nativeptr<float>,
            own: float,
            reciprocals: nativeptr<float>,
            first: int,
            count: int,
            limit: float,
            near: nativeptr<float>
        ) =
        let mutable smallest = 'L.Splat limit
        let mutable at = first

        while at + 'L.Count <= count do
            let norms = 'L.Mul('L.Splat own, 'L.Load(NativePtr.add reciprocals at))
            let cosine = 'L.Mul('L.Load(NativePtr.add products at), norms)
            let size = 'L.Sub('L.Splat 1.0, Elementary<'V, 'L>.Abs cosine)
            let size = 'L.Select('L.Less(size, 'L.Splat 0.0), 'L.Splat 0.0, size)
            smallest <- Elementary<'V, 'L>.Min(size, smallest)
            'L.Store(NativePtr.add near at, Elementary<'V, 'L>.FlipSign(size, cosine))
            at <- at + 'L.Count

        struct (at, smallest)

    /// One layer for a whole row of pairs: a pair's own operations wait for one another, those of its neighbours fill
    /// the gaps. `near` is overwritten by the defects of the next layer, `tangents` by its tangent kernels.
    static member Layer
        (layer: int, frozen: int, near: nativeptr<float>, tangents: nativeptr<float>, count: int)
        =
        for index in 0 .. (count + 'L.Count - 1) / 'L.Count - 1 do
            let place = NativePtr.add near (index * 'L.Count)
            let defect = 'L.Load place
            let along = NativePtr.add tangents (index * 'L.Count)

            let struct (next, derivative) =
                if layer = 1 then
                    ReluSweep<'V, 'L>.First defect
                else
                    ReluSweep<'V, 'L>.Next defect

            let before =
                if layer > 1 then
                    'L.Load along
                elif frozen > 0 then
                    'L.Splat 0.0
                else
                    let cosine = 'L.Sub('L.Splat 1.0, Elementary<'V, 'L>.Abs defect)
                    Elementary<'V, 'L>.FlipSign(cosine, defect)

            let own =
                if frozen > layer then
                    'L.Splat 0.0
                else
                    'L.Sub('L.Splat 1.0, next)

            'L.Store(place, next)
            'L.Store(along, 'L.Fma(before, derivative, own))

    /// Sigma and Theta, times the norms of both points.
    static member Scale
        (
            near: nativeptr<float>,
            tangents: nativeptr<float>,
            own: float,
            norms: nativeptr<float>,
            count: int,
            sigma: nativeptr<float>,
            theta: nativeptr<float>
        ) =
        for index in 0 .. (count + 'L.Count - 1) / 'L.Count - 1 do
            let at = index * 'L.Count
            let scale = 'L.Mul('L.Splat own, 'L.Load(NativePtr.add norms at))
            let covariance = 'L.Sub('L.Splat 1.0, 'L.Load(NativePtr.add near at))
            'L.Store(NativePtr.add sigma at, 'L.Mul(scale, covariance))
            'L.Store(NativePtr.add theta at, 'L.Mul(scale, 'L.Load(NativePtr.add tangents at)))

    /// Both kernels after each number of hidden layers to which `slots` gives a row of the targets (-1 for none); the
    /// layers of weights below `frozen` do not move.
    static member Run
        (
            near: nativeptr<float>,
            tangents: nativeptr<float>,
            own: float,
            norms: nativeptr<float>,
            count: int,
            frozen: int,
            slots: int[],
            sigma: nativeptr<float>,
            theta: nativeptr<float>,
            pitch: int
        ) =
        for layer in 1 .. slots.Length do
            ReluSweep<'V, 'L>.Layer(layer, frozen, near, tangents, count)
            let slot = slots[layer - 1]

            if slot >= 0 then
                let onto (target: nativeptr<float>) = NativePtr.add target (slot * pitch)
                ReluSweep<'V, 'L>.Scale(near, tangents, own, norms, count, onto sigma, onto theta)

/// Choosing the width of the recursion.
module internal ReluSweep =

    let private anyBelow (limit: float) count (smallest: nativeptr<float>) =
        let mutable any = false

        for lane in 0 .. count - 1 do
            any <- any || NativePtr.get smallest lane < limit

        any

    let inline private nearIn<'V, 'L when 'V: struct and 'L :> ILanes<'V>>
        products
        own
        reciprocals
        count
        limit
        near
        =
        let struct (whole, smallest) =
            ReluSweep<'V, 'L>.Near(products, own, reciprocals, 0, count, limit, near)

        let struct (_, last) =
            ReluSweep<float, Lanes64>.Near(products, own, reciprocals, whole, count, limit, near)

        let lanes = NativePtr.stackalloc<float> 8
        'L.Store(lanes, smallest)
        last < limit || anyBelow limit 'L.Count lanes

    /// Writes the signed distances of the cosines from 1; whether any is below the limit.
    let near lanes products own reciprocals count limit near =
        match lanes with
        | Eight -> nearIn<Vector512<float>, Lanes512> products own reciprocals count limit near
        | Four -> nearIn<Vector256<float>, Lanes256> products own reciprocals count limit near
        | Two -> nearIn<Vector128<float>, Lanes128> products own reciprocals count limit near
        | One -> nearIn<float, Lanes64> products own reciprocals count limit near

    /// Writes the kernels of a row of pairs.
    let run lanes near tangents own norms count frozen slots sigma theta pitch =
        match lanes with
        | Eight ->
            ReluSweep<Vector512<float>, Lanes512>
                .Run(near, tangents, own, norms, count, frozen, slots, sigma, theta, pitch)
        | Four ->
            ReluSweep<Vector256<float>, Lanes256>
                .Run(near, tangents, own, norms, count, frozen, slots, sigma, theta, pitch)
        | Two ->
            ReluSweep<Vector128<float>, Lanes128>
                .Run(near, tangents, own, norms, count, frozen, slots, sigma, theta, pitch)
        | One ->
            ReluSweep<float, Lanes64>
                .Run(near, tangents, own, norms, count, frozen, slots, sigma, theta, pitch)
