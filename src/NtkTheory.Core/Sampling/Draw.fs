namespace NtkTheory.Sampling

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// Bulk random numbers as functions of a seed and a length: the same seed gives the same numbers whatever
/// else is drawn.
module Draw =

    /// A word as a number in (0, 1), never 0 or 1: the upper 52 bits and a half.
    let private openUnit (word: uint64) =
        (float (word >>> 12) + 0.5) * Math.ScaleB(1.0, -52)

    /// Number `index` of the seed's uniform stream on (0, 1).
    let uniformAt index seed = openUnit (Seed.word index seed)

    /// Overwrites an array with independent uniform numbers on (0, 1), the same as `uniforms` returns.
    let fillUniform (Seed key) target =
        NormalStream.fillUniform (Lanes.widest ()) key target

    /// Overwrites an array with independent standard normal numbers, the same as `normals` returns.
    let fillNormal (Seed key) target =
        NormalStream.fillNormal (Lanes.widest ()) key target

    /// `count` independent uniform numbers on (0, 1).
    let uniforms seed count =
        let values = Array.zeroCreate count
        fillUniform seed values
        values

    /// `count` independent uniform numbers on (low, high).
    let uniformsBetween low high seed count =
        uniforms seed count |> Array.map (fun u -> low + (high - low) * u)

    /// `count` independent standard normal numbers, by the transform of Box and Muller on blocks of 16 words
    /// of the stream; fewer numbers are the beginning of more.
    let normals seed count =
        let values = Array.zeroCreate count
        fillNormal seed values
        values

    /// `count` independent signs, -1 or 1 with equal probability.
    let signs seed count =
        Array.init count (fun i -> if Seed.word (int64 i) seed >>> 63 = 0UL then 1.0 else -1.0)

    /// A whole number from 0 to `bound` - 1 from word `index` of the stream (bias below bound / 2^64).
    let below bound index seed =
        int (UInt128.op_Explicit (Math.BigMul(Seed.word index seed, uint64 bound) >>> 64): uint64)

    /// The numbers 0 .. count - 1 in random order (Fisher and Yates).
    let permutation seed count =
        let order = Array.init count id

        for i in count - 1 .. -1 .. 1 do
            let j = below (i + 1) (int64 i) seed
            let kept = order[i]
            order[i] <- order[j]
            order[j] <- kept

        order

    /// A rows x columns matrix of independent standard normal entries.
    let normalMatrix seed rows columns : Matrix<float> =
        Matrix<float>.Build.Dense(rows, columns, normals seed (rows * columns))

    /// `count` points, one per row, independent and uniform on the unit sphere of R^dimension.
    let sphere seed count dimension : Matrix<float> =
        (normalMatrix seed count dimension).NormalizeRows 2.0
