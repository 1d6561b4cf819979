namespace NtkTheory.Numerics

#nowarn "9" // addresses inside two rows of bits, within the words that the spans check

open System
open System.Numerics
open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop

/// Which of many numbers are nonnegative, as bits, and how many are so in two rows at once.
module JointActivity =

    /// Words that hold one row's bits.
    let wordsOf count = (count + 63) / 64

    let private zero = Vector256<float>.Zero

    let private nibble (values: float[]) start =
        Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(&values[start]), zero).ExtractMostSignificantBits()

    let private octet (values: float[]) start =
        if Vector512.IsHardwareAccelerated then
            let chunk = Vector512.LoadUnsafe(&values[start])
            Vector512.GreaterThanOrEqual(chunk, Vector512<float>.Zero).ExtractMostSignificantBits()
        else
            uint64 (nibble values start) ||| (uint64 (nibble values (start + 4)) <<< 4)

    /// Eight bits at a time where eight numbers are left.
    let private byteAt (values: float[]) start left =
        if left >= 8 then
            octet values start
        else
            Seq.sum (seq { for j in 0 .. left - 1 -> if values[start + j] >= 0.0 then 1UL <<< j else 0UL })

    /// Sets bit j of a row of bits, which begins at word `at`, where value first + j is at least 0, for j < count; the
    /// row's bits beyond are 0.
    let fill (values: float[]) first count (bits: uint64[]) at =
        Array.Clear(bits, at, wordsOf count)

        for index in 0 .. (count - 1) / 8 do
            let octet = byteAt values (first + 8 * index) (count - 8 * index)
            bits[at + index / 8] <- bits[at + index / 8] ||| (octet <<< 8 * (index % 8))

    /// How many positions are set in both rows i and j, in sums that do not wait for one another.
    let both words (bits: uint64[]) i j =
        let a = bits.AsSpan(i * words, words)
        let b = bits.AsSpan(j * words, words)
        use left = fixed a
        use right = fixed b

        let inline count k =
            BitOperations.PopCount(NativePtr.get left k &&& NativePtr.get right k)

        let fours = words / 4 * 4
        let mutable sum = 0

        for k in 0..4 .. fours - 1 do
            sum <- sum + ((count k + count (k + 1)) + (count (k + 2) + count (k + 3)))

        for k in fours .. words - 1 do
            sum <- sum + count k

        sum
