namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned arrays, within the counts given
#nowarn "3536" // the interface with static members is used as a constraint only

open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop

/// Sums over rows of numbers. Inner products keep 32 partial sums, entry i going to sum i mod 32, which are folded
/// in one order at the end: the same bits at every vector width.
[<AbstractClass; Sealed>]
type internal VectorKernel<'V, 'L when 'V: struct and 'L :> ILanes<'V>> =

    /// The 32 sums are folded in half until one is left.
    static member private Total(sums: nativeptr<float>) =
        let mutable half = 16

        while half >= 'L.Count do
            for at in 0 .. 'L.Count .. half - 1 do
                let place = NativePtr.add sums at
                'L.Store(place, 'L.Add('L.Load place, 'L.Load(NativePtr.add place half)))

            half <- half / 2

        while half > 0 do
            for i in 0 .. half - 1 do
                NativePtr.set sums i (NativePtr.get sums i + NativePtr.get sums (i + half))

            half <- half / 2

        NativePtr.read sums

    /// The partial sums from `first` on that four registers hold.
    static member private Sums
        (x: nativeptr<float>, y: nativeptr<float>, first: int, whole: int, sums: nativeptr<float>)
        =
        let mutable a = 'L.Splat 0.0
        let mutable b = 'L.Splat 0.0
        let mutable c = 'L.Splat 0.0
        let mutable d = 'L.Splat 0.0
        let mutable at = first

        while at < whole do
            let p = NativePtr.add x at
            let q = NativePtr.add y at
            a <- 'L.Fma('L.Load p, 'L.Load q, a)
            b <- 'L.Fma('L.Load(NativePtr.add p 'L.Count), 'L.Load(NativePtr.add q 'L.Count), b)
            c <- 'L.Fma('L.Load(NativePtr.add p (2 * 'L.Count)), 'L.Load(NativePtr.add q (2 * 'L.Count)), c)
            d <- 'L.Fma('L.Load(NativePtr.add p (3 * 'L.Count)), 'L.Load(NativePtr.add q (3 * 'L.Count)), d)
            at <- at + 32

        let target = NativePtr.add sums first
        'L.Store(target, a)
        'L.Store(NativePtr.add target 'L.Count, b)
        'L.Store(NativePtr.add target (2 * 'L.Count), c)
        'L.Store(NativePtr.add target (3 * 'L.Count), d)

    /// The inner product of two vectors.
    static member Dot(x: nativeptr<float>, y: nativeptr<float>, count: int) =
        let sums = NativePtr.stackalloc<float> 32
        let whole = count / 32 * 32

        for first in 0 .. 4 * 'L.Count .. 31 do
            VectorKernel<'V, 'L>.Sums(x, y, first, whole, sums)

        for i in whole .. count - 1 do
            let sum = NativePtr.add sums (i - whole)

            NativePtr.write
                sum
                (System.Math.FusedMultiplyAdd(NativePtr.get x i, NativePtr.get y i, NativePtr.read sum))

        VectorKernel<'V, 'L>.Total sums

    /// y <- y + factor x.
    static member AddScaled(factor: float, x: nativeptr<float>, y: nativeptr<float>, count: int) =
        let mutable at = 0
        let a = 'L.Splat factor

        while at + 'L.Count <= count do
            let place = NativePtr.add y at
            'L.Store(place, 'L.Fma(a, 'L.Load(NativePtr.add x at), 'L.Load place))
            at <- at + 'L.Count

        for i in at .. count - 1 do
            let place = NativePtr.add y i

            NativePtr.write
                place
                (System.Math.FusedMultiplyAdd(factor, NativePtr.get x i, NativePtr.read place))

/// The sums at a chosen width.
module internal VectorKernel =

    /// The inner product of two vectors.
    let dot lanes x y count =
        match lanes with
        | Eight -> VectorKernel<Vector512<float>, Lanes512>.Dot(x, y, count)
        | Four -> VectorKernel<Vector256<float>, Lanes256>.Dot(x, y, count)
        | Two -> VectorKernel<Vector128<float>, Lanes128>.Dot(x, y, count)
        | One -> VectorKernel<float, Lanes64>.Dot(x, y, count)

    /// y <- y + factor x.
    let addScaled lanes factor x y count =
        match lanes with
        | Eight -> VectorKernel<Vector512<float>, Lanes512>.AddScaled(factor, x, y, count)
        | Four -> VectorKernel<Vector256<float>, Lanes256>.AddScaled(factor, x, y, count)
        | Two -> VectorKernel<Vector128<float>, Lanes128>.AddScaled(factor, x, y, count)
        | One -> VectorKernel<float, Lanes64>.AddScaled(factor, x, y, count)
