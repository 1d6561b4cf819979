namespace NtkTheory.Numerics

#nowarn "9" // stores go to a pinned array, a whole block at a time
#nowarn "3536" // the interface with static members is used as a constraint only

open System.Runtime.CompilerServices
open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop

/// Random numbers from a counter: word number c of a key is SplitMix64's finalizer of key + golden (c + 1), so
/// any part of a stream can be made alone, at any vector width, with the same bits.
[<AbstractClass; Sealed>]
type internal WordStream<'V, 'L when 'V: struct and 'L :> ILanes<'V>> =

    /// The finalizer of SplitMix64 in each lane.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member private Mix(word: 'V) =
        let a =
            'L.MulWords('L.Xor(word, 'L.ShiftRight(word, 30)), 'L.Bits 0xBF58476D1CE4E5B9UL)

        let b = 'L.MulWords('L.Xor(a, 'L.ShiftRight(a, 27)), 'L.Bits 0x94D049BB133111EBUL)
        'L.Xor(b, 'L.ShiftRight(b, 31))

    /// Uniform numbers on (0, 1) from the words at `counter` and after: the upper 52 bits and a half.
    [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
    static member Uniform(key: uint64, counter: int64) =
        let golden = 0x9E3779B97F4A7C15UL
        let ramp = 'L.MulWords('L.WordRamp, 'L.Bits golden)

        let word =
            WordStream<'V, 'L>.Mix('L.AddWords('L.Bits(key + golden * uint64 (counter + 1L)), ramp))

        let raised = 'L.Or('L.ShiftRight(word, 12), 'L.Bits 0x4330000000000000UL) // 2^52 + the 52 bits
        'L.Mul('L.Sub(raised, 'L.Splat 4503599627370495.5), 'L.Splat 2.220446049250313e-16)

    /// Writes uniform numbers of the words first .. first + 16 blocks - 1.
    static member Uniforms(key, first: int64, blocks: int, target: nativeptr<float>) =
        for index in 0 .. 16 * blocks / 'L.Count - 1 do
            let at = index * 'L.Count
            'L.Store(NativePtr.add target at, WordStream<'V, 'L>.Uniform(key, first + int64 at))

    /// Writes standard normal numbers by the transform of Box and Muller: in a block of 16 words the first
    /// eight give the radii and the last eight the angles; numbers j and j + 8 are the two of pair j.
    static member Normals(key, first: int64, blocks: int, target: nativeptr<float>) =
        for index in 0 .. 8 * blocks / 'L.Count - 1 do
            let step = index * 'L.Count
            let at = 16 * (step / 8) + step % 8
            let u = WordStream<'V, 'L>.Uniform(key, first + int64 at)
            let turn = WordStream<'V, 'L>.Uniform(key, first + int64 at + 8L)
            let radius = 'L.Sqrt('L.Mul('L.Splat -2.0, Elementary<'V, 'L>.Log u))
            let struct (sine, cosine) = Elementary<'V, 'L>.SinCosTurn turn
            'L.Store(NativePtr.add target at, 'L.Mul(radius, cosine))
            'L.Store(NativePtr.add target (at + 8), 'L.Mul(radius, sine))

/// Arrays of random numbers as functions of a key.
module NormalStream =

    let private uniforms lanes key first blocks target =
        match lanes with
        | Eight -> WordStream<Vector512<float>, Lanes512>.Uniforms(key, first, blocks, target)
        | Four -> WordStream<Vector256<float>, Lanes256>.Uniforms(key, first, blocks, target)
        | Two -> WordStream<Vector128<float>, Lanes128>.Uniforms(key, first, blocks, target)
        | One -> WordStream<float, Lanes64>.Uniforms(key, first, blocks, target)

    /// Writes the standard normal numbers of a key from number `first` on, 16 for each block, to an address; `first` is a
    /// multiple of 16.
    let internal writeNormal lanes key first blocks target =
        match lanes with
        | Eight -> WordStream<Vector512<float>, Lanes512>.Normals(key, first, blocks, target)
        | Four -> WordStream<Vector256<float>, Lanes256>.Normals(key, first, blocks, target)
        | Two -> WordStream<Vector128<float>, Lanes128>.Normals(key, first, blocks, target)
        | One -> WordStream<float, Lanes64>.Normals(key, first, blocks, target)

    /// Whole blocks straight into the array, the rest through a block of its own.
    let private fill generate (target: float[]) =
        let blocks = target.Length / 16
        use pinned = new Pinned(target)
        generate 0L blocks pinned.Pointer

        if target.Length % 16 > 0 then
            use last = new Workspace(16)
            generate (int64 (16 * blocks)) 1 last.Pointer

            for i in 16 * blocks .. target.Length - 1 do
                target[i] <- NativePtr.get last.Pointer (i - 16 * blocks)

    /// Fills an array with the uniform numbers on (0, 1) of a key's words 0, 1, 2, ...
    let fillUniform lanes (key: uint64) target = fill (uniforms lanes key) target

    /// Fills an array with the standard normal numbers of a key.
    let fillNormal lanes (key: uint64) target = fill (writeNormal lanes key) target
