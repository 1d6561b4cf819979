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

    /// Sigma and Theta, times the norms of both points, after each number of hidden layers to which `slots` gives
    /// a row of the targets (-1 for none); the layers of weights below `frozen` do not move.
    static member Run
        (
            near: nativeptr<float>,
            own: float,
            norms: nativeptr<float>,
            count: int,
            frozen: int,
            slots: int[],
            sigma: nativeptr<float>,
            theta: nativeptr<float>,
            pitch: int
        ) =
        for index in 0 .. (count + 'L.Count - 1) / 'L.Count - 1 do
            let at = index * 'L.Count
            let first = 'L.Load(NativePtr.add near at)
            let scale = 'L.Mul('L.Splat own, 'L.Load(NativePtr.add norms at))

            let cosine =
                Elementary<'V, 'L>.FlipSign('L.Sub('L.Splat 1.0, Elementary<'V, 'L>.Abs first), first)

            let mutable defect = first
            let mutable tangent = if frozen > 0 then 'L.Splat 0.0 else cosine

            for layer in 1 .. slots.Length do
                let struct (next, derivative) =
                    if layer = 1 then
                        ReluSweep<'V, 'L>.First first
                    else
                        ReluSweep<'V, 'L>.Next defect

                defect <- next
                let covariance = 'L.Sub('L.Splat 1.0, next)
                let own = if frozen > layer then 'L.Splat 0.0 else covariance
                tangent <- 'L.Fma(tangent, derivative, own)
                let slot = slots[layer - 1]

                if slot >= 0 then
                    'L.Store(NativePtr.add sigma (slot * pitch + at), 'L.Mul(scale, covariance))
                    'L.Store(NativePtr.add theta (slot * pitch + at), 'L.Mul(scale, tangent))

/// Choosing the width of the recursion.
module internal ReluSweep =

    let private anyBelow limit count (smallest: nativeptr<float>) =
        Seq.exists (fun lane -> NativePtr.get smallest lane < limit) (seq { 0 .. count - 1 })

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
    let run lanes near own norms count frozen slots sigma theta pitch =
        match lanes with
        | Eight ->
            ReluSweep<Vector512<float>, Lanes512>
                .Run(near, own, norms, count, frozen, slots, sigma, theta, pitch)
        | Four ->
            ReluSweep<Vector256<float>, Lanes256>
                .Run(near, own, norms, count, frozen, slots, sigma, theta, pitch)
        | Two ->
            ReluSweep<Vector128<float>, Lanes128>
                .Run(near, own, norms, count, frozen, slots, sigma, theta, pitch)
        | One -> ReluSweep<float, Lanes64>.Run(near, own, norms, count, frozen, slots, sigma, theta, pitch)
