namespace NtkTheory.Numerics

#nowarn "9" // addresses inside packed panels, whose lengths Gemm keeps

open System.Runtime.CompilerServices
open System.Runtime.Intrinsics.X86
open Microsoft.FSharp.NativeInterop

/// The innermost loops of the matrix product: a tile of two registers' width is summed over the common
/// index in registers, one fused multiply-add an entry and index, then written (when fresh) or added to memory. An entry's rounding
/// is therefore the same for every tile shape.
[<AbstractClass; Sealed>]
type internal Tile =

    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member private Put<'V, 'L when 'V: struct and 'L :> ILanes<'V>>
        (fresh: bool, c: nativeptr<float>, left: 'V, right: 'V)
        =
        let next = NativePtr.add c 'L.Count

        if fresh then
            'L.Store(c, left)
            'L.Store(next, right)
        else
            'L.Store(c, 'L.Add('L.Load c, left))
            'L.Store(next, 'L.Add('L.Load next, right))

    /// Fetches the tile's lines while its sums are made, where the processor takes such a hint.
    static member private Fetch(c: nativeptr<float>, rows: int, stride: int) =
        if Sse.IsSupported then
            for row in 0 .. rows - 1 do
                let line = NativePtr.add c (row * stride)
                Sse.Prefetch0(NativePtr.toVoidPtr line)
                Sse.Prefetch0(NativePtr.toVoidPtr (NativePtr.add line 8))

    /// A product of packed panels on eight rows: for 32 registers.
    static member EightRows<'V, 'L when 'V: struct and 'L :> ILanes<'V>>
        (depth: int, a: nativeptr<float>, b: nativeptr<float>, fresh: bool, c: nativeptr<float>, stride: int)
        =
        Tile.Fetch(c, 8, stride)
        let mutable c00 = 'L.Splat 0.0
        let mutable c01 = 'L.Splat 0.0
        let mutable c10 = 'L.Splat 0.0
        let mutable c11 = 'L.Splat 0.0
        let mutable c20 = 'L.Splat 0.0
        let mutable c21 = 'L.Splat 0.0
        let mutable c30 = 'L.Splat 0.0
        let mutable c31 = 'L.Splat 0.0
        let mutable c40 = 'L.Splat 0.0
        let mutable c41 = 'L.Splat 0.0
        let mutable c50 = 'L.Splat 0.0
        let mutable c51 = 'L.Splat 0.0
        let mutable c60 = 'L.Splat 0.0
        let mutable c61 = 'L.Splat 0.0
        let mutable c70 = 'L.Splat 0.0
        let mutable c71 = 'L.Splat 0.0
        let mutable a = a
        let mutable b = b

        for _ in 1..depth do
            let b0 = 'L.Load b
            let b1 = 'L.Load(NativePtr.add b 'L.Count)
            let a0 = 'L.Splat(NativePtr.get a 0)
            c00 <- 'L.Fma(a0, b0, c00)
            c01 <- 'L.Fma(a0, b1, c01)
            let a1 = 'L.Splat(NativePtr.get a 1)
            c10 <- 'L.Fma(a1, b0, c10)
            c11 <- 'L.Fma(a1, b1, c11)
            let a2 = 'L.Splat(NativePtr.get a 2)
            c20 <- 'L.Fma(a2, b0, c20)
            c21 <- 'L.Fma(a2, b1, c21)
            let a3 = 'L.Splat(NativePtr.get a 3)
            c30 <- 'L.Fma(a3, b0, c30)
            c31 <- 'L.Fma(a3, b1, c31)
            let a4 = 'L.Splat(NativePtr.get a 4)
            c40 <- 'L.Fma(a4, b0, c40)
            c41 <- 'L.Fma(a4, b1, c41)
            let a5 = 'L.Splat(NativePtr.get a 5)
            c50 <- 'L.Fma(a5, b0, c50)
            c51 <- 'L.Fma(a5, b1, c51)
            let a6 = 'L.Splat(NativePtr.get a 6)
            c60 <- 'L.Fma(a6, b0, c60)
            c61 <- 'L.Fma(a6, b1, c61)
            let a7 = 'L.Splat(NativePtr.get a 7)
            c70 <- 'L.Fma(a7, b0, c70)
            c71 <- 'L.Fma(a7, b1, c71)
            a <- NativePtr.add a 8
            b <- NativePtr.add b (2 * 'L.Count)

        Tile.Put<'V, 'L>(fresh, NativePtr.add c (0 * stride), c00, c01)
        Tile.Put<'V, 'L>(fresh, NativePtr.add c (1 * stride), c10, c11)
        Tile.Put<'V, 'L>(fresh, NativePtr.add c (2 * stride), c20, c21)
        Tile.Put<'V, 'L>(fresh, NativePtr.add c (3 * stride), c30, c31)
        Tile.Put<'V, 'L>(fresh, NativePtr.add c (4 * stride), c40, c41)
        Tile.Put<'V, 'L>(fresh, NativePtr.add c (5 * stride), c50, c51)
        Tile.Put<'V, 'L>(fresh, NativePtr.add c (6 * stride), c60, c61)
        Tile.Put<'V, 'L>(fresh, NativePtr.add c (7 * stride), c70, c71)

    /// A product of packed panels on six rows: for 16 registers.
    static member SixRows<'V, 'L when 'V: struct and 'L :> ILanes<'V>>
        (depth: int, a: nativeptr<float>, b: nativeptr<float>, fresh: bool, c: nativeptr<float>, stride: int)
        =
        Tile.Fetch(c, 6, stride)
        let mutable c00 = 'L.Splat 0.0
        let mutable c01 = 'L.Splat 0.0
        let mutable c10 = 'L.Splat 0.0
        let mutable c11 = 'L.Splat 0.0
        let mutable c20 = 'L.Splat 0.0
        let mutable c21 = 'L.Splat 0.0
        let mutable c30 = 'L.Splat 0.0
        let mutable c31 = 'L.Splat 0.0
        let mutable c40 = 'L.Splat 0.0
        let mutable c41 = 'L.Splat 0.0
        let mutable c50 = 'L.Splat 0.0
        let mutable c51 = 'L.Splat 0.0
        let mutable a = a
        let mutable b = b

        for _ in 1..depth do
            let b0 = 'L.Load b
            let b1 = 'L.Load(NativePtr.add b 'L.Count)
            let a0 = 'L.Splat(NativePtr.get a 0)
            c00 <- 'L.Fma(a0, b0, c00)
            c01 <- 'L.Fma(a0, b1, c01)
            let a1 = 'L.Splat(NativePtr.get a 1)
            c10 <- 'L.Fma(a1, b0, c10)
            c11 <- 'L.Fma(a1, b1, c11)
            let a2 = 'L.Splat(NativePtr.get a 2)
            c20 <- 'L.Fma(a2, b0, c20)
            c21 <- 'L.Fma(a2, b1, c21)
            let a3 = 'L.Splat(NativePtr.get a 3)
            c30 <- 'L.Fma(a3, b0, c30)
            c31 <- 'L.Fma(a3, b1, c31)
            let a4 = 'L.Splat(NativePtr.get a 4)
            c40 <- 'L.Fma(a4, b0, c40)
            c41 <- 'L.Fma(a4, b1, c41)
            let a5 = 'L.Splat(NativePtr.get a 5)
            c50 <- 'L.Fma(a5, b0, c50)
            c51 <- 'L.Fma(a5, b1, c51)
            a <- NativePtr.add a 6
            b <- NativePtr.add b (2 * 'L.Count)

        Tile.Put<'V, 'L>(fresh, NativePtr.add c (0 * stride), c00, c01)
        Tile.Put<'V, 'L>(fresh, NativePtr.add c (1 * stride), c10, c11)
        Tile.Put<'V, 'L>(fresh, NativePtr.add c (2 * stride), c20, c21)
        Tile.Put<'V, 'L>(fresh, NativePtr.add c (3 * stride), c30, c31)
        Tile.Put<'V, 'L>(fresh, NativePtr.add c (4 * stride), c40, c41)
        Tile.Put<'V, 'L>(fresh, NativePtr.add c (5 * stride), c50, c51)
