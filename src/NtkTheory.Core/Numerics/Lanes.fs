namespace NtkTheory.Numerics

#nowarn "9" // loads and stores go through pointers into pinned arrays, within bounds that the caller keeps
#nowarn "3535" // static abstract members are the point: the JIT compiles one copy of a kernel per width

open System
open System.Runtime.CompilerServices
open System.Runtime.Intrinsics

/// How many doubles one instruction handles: a kernel's result does not depend on it.
type Lanes =
    | One
    | Two
    | Four
    | Eight

/// The arithmetic of one vector register of doubles. A kernel is written once over it, with the same
/// operations in the same order for every width, so that all widths give the same bits.
type ILanes<'V> =
    /// Doubles in a register.
    static abstract Count: int
    /// The number in every lane.
    static abstract Splat: float -> 'V
    /// The bit pattern in every lane.
    static abstract Bits: uint64 -> 'V
    /// The doubles at an address.
    static abstract Load: nativeptr<float> -> 'V
    /// Writes the doubles to an address.
    static abstract Store: nativeptr<float> * 'V -> unit
    /// 0, 1, 2, ... as doubles.
    static abstract Ramp: 'V
    /// 0, 1, 2, ... as 64-bit words.
    static abstract WordRamp: 'V
    /// Lane-wise sum.
    static abstract Add: 'V * 'V -> 'V
    /// Lane-wise difference.
    static abstract Sub: 'V * 'V -> 'V
    /// Lane-wise product.
    static abstract Mul: 'V * 'V -> 'V
    /// Lane-wise quotient.
    static abstract Div: 'V * 'V -> 'V
    /// a b + c, rounded once.
    static abstract Fma: 'V * 'V * 'V -> 'V
    /// Lane-wise square root.
    static abstract Sqrt: 'V -> 'V
    /// All bits set in the lanes where a < b.
    static abstract Less: 'V * 'V -> 'V
    /// The sign bits of the lanes, the first lane's lowest.
    static abstract Signs: 'V -> uint64
    /// a where the mask is set, b elsewhere.
    static abstract Select: mask: 'V * a: 'V * b: 'V -> 'V
    /// Lane-wise conjunction of bits.
    static abstract And: 'V * 'V -> 'V
    /// Lane-wise disjunction of bits.
    static abstract Or: 'V * 'V -> 'V
    /// Lane-wise exclusive disjunction of bits.
    static abstract Xor: 'V * 'V -> 'V
    /// Sum of the lanes as 64-bit words.
    static abstract AddWords: 'V * 'V -> 'V
    /// Product of the lanes as 64-bit words, modulo 2^64.
    static abstract MulWords: 'V * 'V -> 'V
    /// The lanes as words shifted to the left.
    static abstract ShiftLeft: 'V * int -> 'V
    /// The lanes as words shifted to the right, zeros entering.
    static abstract ShiftRight: 'V * int -> 'V

/// Eight doubles: AVX-512.
[<Struct>]
type Lanes512 =
    interface ILanes<Vector512<float>> with
        static member Count = 8
        static member Splat x = Vector512.Create x
        static member Bits x = Vector512.Create(x).AsDouble()
        static member Load p = Vector512.Load p
        static member Store(p, v) = Vector512.Store(v, p)

        static member Ramp = Vector512.Create(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)

        static member WordRamp = Vector512.Create(0UL, 1UL, 2UL, 3UL, 4UL, 5UL, 6UL, 7UL).AsDouble()

        static member Add(a, b) = Vector512.Add(a, b)
        static member Sub(a, b) = Vector512.Subtract(a, b)
        static member Mul(a: Vector512<float>, b: Vector512<float>) = Vector512.Multiply(a, b)
        static member Div(a: Vector512<float>, b: Vector512<float>) = Vector512.Divide(a, b)
        static member Fma(a: Vector512<float>, b, c) = Vector512.FusedMultiplyAdd(a, b, c)
        static member Sqrt a = Vector512.Sqrt a
        static member Less(a, b) = Vector512.LessThan(a, b)

        static member Signs a =
            uint64 (Vector512.ExtractMostSignificantBits a)

        static member Select(mask, a, b) = Vector512.ConditionalSelect(mask, a, b)
        static member And(a, b) = Vector512.BitwiseAnd(a, b)
        static member Or(a, b) = Vector512.BitwiseOr(a, b)
        static member Xor(a, b) = Vector512.Xor(a, b)

        static member AddWords(a, b) =
            Vector512.Add(a.AsUInt64(), b.AsUInt64()).AsDouble()

        static member MulWords(a, b) =
            Vector512.Multiply(a.AsUInt64(), b.AsUInt64()).AsDouble()

        static member ShiftLeft(a, count) =
            Vector512.ShiftLeft(a.AsUInt64(), count).AsDouble()

        static member ShiftRight(a, count) =
            Vector512.ShiftRightLogical(a.AsUInt64(), count).AsDouble()

/// Four doubles: AVX2.
[<Struct>]
type Lanes256 =
    interface ILanes<Vector256<float>> with
        static member Count = 4
        static member Splat x = Vector256.Create x
        static member Bits x = Vector256.Create(x).AsDouble()
        static member Load p = Vector256.Load p
        static member Store(p, v) = Vector256.Store(v, p)
        static member Ramp = Vector256.Create(0.0, 1.0, 2.0, 3.0)
        static member WordRamp = Vector256.Create(0UL, 1UL, 2UL, 3UL).AsDouble()
        static member Add(a, b) = Vector256.Add(a, b)
        static member Sub(a, b) = Vector256.Subtract(a, b)
        static member Mul(a: Vector256<float>, b: Vector256<float>) = Vector256.Multiply(a, b)
        static member Div(a: Vector256<float>, b: Vector256<float>) = Vector256.Divide(a, b)
        static member Fma(a: Vector256<float>, b, c) = Vector256.FusedMultiplyAdd(a, b, c)
        static member Sqrt a = Vector256.Sqrt a
        static member Less(a, b) = Vector256.LessThan(a, b)

        static member Signs a =
            uint64 (Vector256.ExtractMostSignificantBits a)

        static member Select(mask, a, b) = Vector256.ConditionalSelect(mask, a, b)
        static member And(a, b) = Vector256.BitwiseAnd(a, b)
        static member Or(a, b) = Vector256.BitwiseOr(a, b)
        static member Xor(a, b) = Vector256.Xor(a, b)

        static member AddWords(a, b) =
            Vector256.Add(a.AsUInt64(), b.AsUInt64()).AsDouble()

        static member MulWords(a, b) =
            Vector256.Multiply(a.AsUInt64(), b.AsUInt64()).AsDouble()

        static member ShiftLeft(a, count) =
            Vector256.ShiftLeft(a.AsUInt64(), count).AsDouble()

        static member ShiftRight(a, count) =
            Vector256.ShiftRightLogical(a.AsUInt64(), count).AsDouble()

/// Two doubles: SSE2 or NEON.
[<Struct>]
type Lanes128 =
    interface ILanes<Vector128<float>> with
        static member Count = 2
        static member Splat x = Vector128.Create x
        static member Bits x = Vector128.Create(x).AsDouble()
        static member Load p = Vector128.Load p
        static member Store(p, v) = Vector128.Store(v, p)
        static member Ramp = Vector128.Create(0.0, 1.0)
        static member WordRamp = Vector128.Create(0UL, 1UL).AsDouble()
        static member Add(a, b) = Vector128.Add(a, b)
        static member Sub(a, b) = Vector128.Subtract(a, b)
        static member Mul(a: Vector128<float>, b: Vector128<float>) = Vector128.Multiply(a, b)
        static member Div(a: Vector128<float>, b: Vector128<float>) = Vector128.Divide(a, b)
        static member Fma(a: Vector128<float>, b, c) = Vector128.FusedMultiplyAdd(a, b, c)
        static member Sqrt a = Vector128.Sqrt a
        static member Less(a, b) = Vector128.LessThan(a, b)

        static member Signs a =
            uint64 (Vector128.ExtractMostSignificantBits a)

        static member Select(mask, a, b) = Vector128.ConditionalSelect(mask, a, b)
        static member And(a, b) = Vector128.BitwiseAnd(a, b)
        static member Or(a, b) = Vector128.BitwiseOr(a, b)
        static member Xor(a, b) = Vector128.Xor(a, b)

        static member AddWords(a, b) =
            Vector128.Add(a.AsUInt64(), b.AsUInt64()).AsDouble()

        static member MulWords(a, b) =
            Vector128.Multiply(a.AsUInt64(), b.AsUInt64()).AsDouble()

        static member ShiftLeft(a, count) =
            Vector128.ShiftLeft(a.AsUInt64(), count).AsDouble()

        static member ShiftRight(a, count) =
            Vector128.ShiftRightLogical(a.AsUInt64(), count).AsDouble()

/// One double: the definition that the wider ones repeat, and the remainder of an array.
[<Struct>]
type Lanes64 =
    interface ILanes<float> with
        static member Count = 1
        static member Splat x = x
        static member Bits x = BitConverter.UInt64BitsToDouble x
        static member Load p = NativeInterop.NativePtr.read p
        static member Store(p, v) = NativeInterop.NativePtr.write p v
        static member Ramp = 0.0
        static member WordRamp = 0.0
        static member Add(a: float, b: float) = a + b
        static member Sub(a: float, b: float) = a - b
        static member Mul(a: float, b: float) = a * b
        static member Div(a: float, b: float) = a / b
        static member Fma(a: float, b, c) = Math.FusedMultiplyAdd(a, b, c)
        static member Sqrt a = Math.Sqrt a

        static member Less(a, b) =
            BitConverter.UInt64BitsToDouble(if a < b then UInt64.MaxValue else 0UL)

        static member Signs a =
            BitConverter.DoubleToUInt64Bits a >>> 63

        static member Select(mask, a, b) =
            if BitConverter.DoubleToUInt64Bits mask <> 0UL then a else b

        static member And(a, b) =
            BitConverter.UInt64BitsToDouble(
                BitConverter.DoubleToUInt64Bits a &&& BitConverter.DoubleToUInt64Bits b
            )

        static member Or(a, b) =
            BitConverter.UInt64BitsToDouble(
                BitConverter.DoubleToUInt64Bits a ||| BitConverter.DoubleToUInt64Bits b
            )

        static member Xor(a, b) =
            BitConverter.UInt64BitsToDouble(
                BitConverter.DoubleToUInt64Bits a ^^^ BitConverter.DoubleToUInt64Bits b
            )

        static member AddWords(a, b) =
            BitConverter.UInt64BitsToDouble(
                BitConverter.DoubleToUInt64Bits a + BitConverter.DoubleToUInt64Bits b
            )

        static member MulWords(a, b) =
            BitConverter.UInt64BitsToDouble(
                BitConverter.DoubleToUInt64Bits a * BitConverter.DoubleToUInt64Bits b
            )

        static member ShiftLeft(a, count) =
            BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits a <<< count)

        static member ShiftRight(a, count) =
            BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits a >>> count)

/// Choosing a width.
module Lanes =

    /// The widest register that this machine's processor handles in one instruction.
    let widest () =
        if Vector512.IsHardwareAccelerated then Eight
        elif Vector256.IsHardwareAccelerated then Four
        elif Vector128.IsHardwareAccelerated then Two
        else One

    /// Every width, the narrowest first: each works everywhere, if slowly where the processor lacks it.
    let all = [ One; Two; Four; Eight ]
