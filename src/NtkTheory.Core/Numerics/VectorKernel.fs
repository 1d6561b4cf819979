namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned arrays, within the counts given
#nowarn "3536" // the interface with static members is used as a constraint only

open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop

/// Sums over rows of numbers. Inner products keep 32 partial sums, entry i going to sum i mod 32, which are added
/// in one order at the end: the same bits at every vector width.
[<AbstractClass; Sealed>]
type internal VectorKernel<'V, 'L when 'V: struct and 'L :> ILanes<'V>> =

    static member private Total(sums: nativeptr<float>) =
        let mutable total = 0.0

        for i in 0..31 do
            total <- total + NativePtr.get sums i

        total

    static member private Clear(sums: nativeptr<float>) =
        for i in 0..31 do
            NativePtr.set sums i 0.0

    /// The inner product of two vectors.
    static member Dot(x: nativeptr<float>, y: nativeptr<float>, count: int) =
        let sums = NativePtr.stackalloc<float> 32
        VectorKernel<'V, 'L>.Clear sums
        let whole = count / 32 * 32
        let mutable at = 0

        while at < whole do
            let mutable lane = 0

            while lane < 32 do
                let sum = NativePtr.add sums lane
                let a = 'L.Load(NativePtr.add x (at + lane))
                'L.Store(sum, 'L.Fma(a, 'L.Load(NativePtr.add y (at + lane)), 'L.Load sum))
                lane <- lane + 'L.Count

            at <- at + 32

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

    /// Roundings that a term of an inner product meets.
    let roundings count = count / 32 + 33

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
