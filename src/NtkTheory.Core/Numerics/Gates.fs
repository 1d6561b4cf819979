namespace NtkTheory.Numerics

#nowarn "9" // addresses inside a packed word of neurons, padded points and their bits
#nowarn "3536" // the interface with static members is used as a constraint only

open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop

/// The signs of 64 neurons on four points, their inner products never stored.
[<AbstractClass; Sealed>]
type internal GateKernel<'V, 'L when 'V: struct and 'L :> ILanes<'V>> =

    static member private Negative(left: 'V, right: 'V) =
        let zero = 'L.Splat 0.0
        'L.Signs('L.Less(left, zero)) ||| ('L.Signs('L.Less(right, zero)) <<< 'L.Count)

    static member private Mark(bits: nativeptr<uint64>, shift: int, left: 'V, right: 'V) =
        let negative = GateKernel<'V, 'L>.Negative(left, right)
        NativePtr.write bits (NativePtr.read bits &&& ~~~(negative <<< shift))

    /// Clears the bits of the neurons of one packed panel, at `shift`, whose inner products with the points are negative:
    /// points lie `dimension` numbers apart, their words `words` apart.
    static member private Panel
        (
            dimension: int,
            x: nativeptr<float>,
            panel: nativeptr<float>,
            shift: int,
            bits: nativeptr<uint64>,
            words: int
        ) =
        let mutable c00 = 'L.Splat 0.0
        let mutable c01 = 'L.Splat 0.0
        let mutable c10 = 'L.Splat 0.0
        let mutable c11 = 'L.Splat 0.0
        let mutable c20 = 'L.Splat 0.0
        let mutable c21 = 'L.Splat 0.0
        let mutable c30 = 'L.Splat 0.0
        let mutable c31 = 'L.Splat 0.0
        let mutable x = x
        let mutable panel = panel

        for _ in 1..dimension do
            let left = 'L.Load panel
            let right = 'L.Load(NativePtr.add panel 'L.Count)
            let x0 = 'L.Splat(NativePtr.read x)
            c00 <- 'L.Fma(x0, left, c00)
            c01 <- 'L.Fma(x0, right, c01)
            let x1 = 'L.Splat(NativePtr.get x dimension)
            c10 <- 'L.Fma(x1, left, c10)
            c11 <- 'L.Fma(x1, right, c11)
            let x2 = 'L.Splat(NativePtr.get x (2 * dimension))
            c20 <- 'L.Fma(x2, left, c20)
            c21 <- 'L.Fma(x2, right, c21)
            let x3 = 'L.Splat(NativePtr.get x (3 * dimension))
            c30 <- 'L.Fma(x3, left, c30)
            c31 <- 'L.Fma(x3, right, c31)
            x <- NativePtr.add x 1
            panel <- NativePtr.add panel (2 * 'L.Count)

        GateKernel<'V, 'L>.Mark(bits, shift, c00, c01)
        GateKernel<'V, 'L>.Mark(NativePtr.add bits words, shift, c10, c11)
        GateKernel<'V, 'L>.Mark(NativePtr.add bits (2 * words), shift, c20, c21)
        GateKernel<'V, 'L>.Mark(NativePtr.add bits (3 * words), shift, c30, c31)

    /// All panels of 64 neurons.
    static member Word
        (dimension: int, x: nativeptr<float>, packed: nativeptr<float>, bits: nativeptr<uint64>, words: int)
        =
        let width = 2 * 'L.Count

        for shift in 0..width..63 do
            let panel = NativePtr.add packed (shift * dimension)
            GateKernel<'V, 'L>.Panel(dimension, x, panel, shift, bits, words)

/// Which neurons are active on which points, as bits.
module internal Gates =

    let private panelWidth lanes =
        match lanes with
        | Eight -> 16
        | Four -> 8
        | Two -> 4
        | One -> 2

    let private kernel lanes dimension x packed bits words =
        match lanes with
        | Eight -> GateKernel<Vector512<float>, Lanes512>.Word(dimension, x, packed, bits, words)
        | Four -> GateKernel<Vector256<float>, Lanes256>.Word(dimension, x, packed, bits, words)
        | Two -> GateKernel<Vector128<float>, Lanes128>.Word(dimension, x, packed, bits, words)
        | One -> GateKernel<float, Lanes64>.Word(dimension, x, packed, bits, words)

    /// Points are taken four at a time.
    let paddedRows count = (count + 3) / 4 * 4

    /// Sets the bits at `bits` and every `words` words after it, one for each of `rows` points (a multiple of four, given
    /// row after row), where the inner product with a neuron is at least 0, for 64 neurons given row after row; `packed`
    /// is scratch memory for as many numbers.
    let word lanes dimension rows x (neurons: nativeptr<float>) packed (bits: nativeptr<uint64>) words =
        Packing.packRowMajor neurons 64 dimension (panelWidth lanes) packed

        for row in 0..4 .. rows - 4 do
            let bits = NativePtr.add bits (row * words)

            for r in 0..3 do
                NativePtr.set bits (r * words) System.UInt64.MaxValue

            kernel lanes dimension (NativePtr.add x (row * dimension)) packed bits words
