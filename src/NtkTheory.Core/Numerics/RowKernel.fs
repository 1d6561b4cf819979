namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned arrays, within the counts given
#nowarn "3536" // the interface with static members is used as a constraint only

open System
open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop

/// Four rows of a matrix at once with one vector, which is read once for all of them. An inner product keeps 8
/// partial sums, entry i going to sum i mod 8, which are added in one order at the end: the same bits at every
/// vector width.
[<AbstractClass; Sealed>]
type internal RowKernel<'V, 'L when 'V: struct and 'L :> ILanes<'V>> =

    /// The entries from `whole` on, one by one.
    static member private Rest
        (
            dots: bool,
            adds: bool,
            rows: nativeptr<float>,
            stride: int,
            x: nativeptr<float>,
            factors: nativeptr<float>,
            y: nativeptr<float>,
            whole: int,
            count: int,
            sums: nativeptr<float>
        ) =
        for row in 0..3 do
            for i in whole .. count - 1 do
                let entry = NativePtr.get rows (row * stride + i)

                if dots then
                    let sum = NativePtr.add sums (8 * row + i - whole)

                    NativePtr.write sum (Math.FusedMultiplyAdd(entry, NativePtr.get x i, NativePtr.read sum))

                if adds then
                    let place = NativePtr.add y i

                    NativePtr.write
                        place
                        (Math.FusedMultiplyAdd(NativePtr.get factors row, entry, NativePtr.read place))

    /// With `dots`: the inner products of the rows with x, as 8 partial sums each. With `adds`: y <- y + the sum of
    /// factor times row.
    static member Run
        (
            dots: bool,
            adds: bool,
            rows: nativeptr<float>,
            stride: int,
            x: nativeptr<float>,
            factors: nativeptr<float>,
            y: nativeptr<float>,
            count: int,
            sums: nativeptr<float>
        ) =
        let whole = count / 8 * 8
        let a = rows
        let b = NativePtr.add a stride
        let c = NativePtr.add b stride
        let d = NativePtr.add c stride
        let fa = 'L.Splat(NativePtr.get factors 0)
        let fb = 'L.Splat(NativePtr.get factors 1)
        let fc = 'L.Splat(NativePtr.get factors 2)
        let fd = 'L.Splat(NativePtr.get factors 3)
        let mutable first = 0

        while first < 8 do
            let mutable a0 = 'L.Splat 0.0
            let mutable b0 = 'L.Splat 0.0
            let mutable c0 = 'L.Splat 0.0
            let mutable d0 = 'L.Splat 0.0
            let mutable a1 = 'L.Splat 0.0
            let mutable b1 = 'L.Splat 0.0
            let mutable c1 = 'L.Splat 0.0
            let mutable d1 = 'L.Splat 0.0
            let mutable at = first

            while at < whole do
                let p = 'L.Load(NativePtr.add a at)
                let q = 'L.Load(NativePtr.add b at)
                let r = 'L.Load(NativePtr.add c at)
                let s = 'L.Load(NativePtr.add d at)

                if dots then
                    let v = 'L.Load(NativePtr.add x at)
                    a0 <- 'L.Fma(p, v, a0)
                    b0 <- 'L.Fma(q, v, b0)
                    c0 <- 'L.Fma(r, v, c0)
                    d0 <- 'L.Fma(s, v, d0)

                if adds then
                    let place = NativePtr.add y at
                    let sum = 'L.Fma(fb, q, 'L.Fma(fa, p, 'L.Load place))
                    'L.Store(place, 'L.Fma(fd, s, 'L.Fma(fc, r, sum)))

                if 'L.Count < 8 then
                    let at = at + 'L.Count
                    let p = 'L.Load(NativePtr.add a at)
                    let q = 'L.Load(NativePtr.add b at)
                    let r = 'L.Load(NativePtr.add c at)
                    let s = 'L.Load(NativePtr.add d at)

                    if dots then
                        let v = 'L.Load(NativePtr.add x at)
                        a1 <- 'L.Fma(p, v, a1)
                        b1 <- 'L.Fma(q, v, b1)
                        c1 <- 'L.Fma(r, v, c1)
                        d1 <- 'L.Fma(s, v, d1)

                    if adds then
                        let place = NativePtr.add y at
                        let sum = 'L.Fma(fb, q, 'L.Fma(fa, p, 'L.Load place))
                        'L.Store(place, 'L.Fma(fd, s, 'L.Fma(fc, r, sum)))

                at <- at + 8

            'L.Store(NativePtr.add sums first, a0)
            'L.Store(NativePtr.add sums (8 + first), b0)
            'L.Store(NativePtr.add sums (16 + first), c0)
            'L.Store(NativePtr.add sums (24 + first), d0)
            first <- first + 'L.Count

            if 'L.Count < 8 then
                'L.Store(NativePtr.add sums first, a1)
                'L.Store(NativePtr.add sums (8 + first), b1)
                'L.Store(NativePtr.add sums (16 + first), c1)
                'L.Store(NativePtr.add sums (24 + first), d1)
                first <- first + 'L.Count

        RowKernel<'V, 'L>.Rest(dots, adds, rows, stride, x, factors, y, whole, count, sums)

/// The kernel at a chosen width.
module internal RowKernel =

    let private run lanes dots adds rows stride x factors y count (totals: nativeptr<float>) =
        let sums = NativePtr.stackalloc<float> 32

        match lanes with
        | Eight ->
            RowKernel<Vector512<float>, Lanes512>.Run(dots, adds, rows, stride, x, factors, y, count, sums)
        | Four ->
            RowKernel<Vector256<float>, Lanes256>.Run(dots, adds, rows, stride, x, factors, y, count, sums)
        | Two ->
            RowKernel<Vector128<float>, Lanes128>.Run(dots, adds, rows, stride, x, factors, y, count, sums)
        | One -> RowKernel<float, Lanes64>.Run(dots, adds, rows, stride, x, factors, y, count, sums)

        if dots then
            for row in 0..3 do
                let mutable total = 0.0

                for k in 8 * row .. 8 * row + 7 do
                    total <- total + NativePtr.get sums k

                NativePtr.set totals row total

    /// Writes the inner products of four rows with x.
    let dots lanes rows stride x count totals =
        run lanes true false rows stride x totals x count totals

    /// y <- y + the sum over four rows of factor times row.
    let addScaled lanes rows stride factors y count =
        run lanes false true rows stride y factors y count factors

    /// Both with each row read once.
    let symmetric lanes rows stride x factors y count totals =
        run lanes true true rows stride x factors y count totals
