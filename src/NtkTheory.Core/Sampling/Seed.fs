namespace NtkTheory.Sampling

open System.Text

/// A point in the tree of random streams: everything random is a function of one.
[<Struct>]
type Seed = Seed of uint64

/// Seeds are split by name and by number, so that a theorem, an instance and a draw each have a stream that
/// nothing else uses and that no other theorem, instance or draw can shift.
module Seed =

    let private golden = 0x9E3779B97F4A7C15UL

    /// The finalizer of SplitMix64 (Steele, Lea and Flood 2014, variant 13 of Stafford): a bijection that
    /// changes about half of the output bits for each input bit.
    let mix (word: uint64) =
        let a = (word ^^^ (word >>> 30)) * 0xBF58476D1CE4E5B9UL
        let b = (a ^^^ (a >>> 27)) * 0x94D049BB133111EBUL
        b ^^^ (b >>> 31)

    /// The seed that a user names by a number.
    let ofInt (number: int) = Seed(mix (uint64 number + golden))

    /// The child with a number. Two rounds, as a sum of parent and child number would let cousins meet.
    let at (index: int) (Seed parent) =
        Seed(mix (mix (parent + golden) ^^^ mix (uint64 index * golden + 1UL)))

    /// The child with a name: FNV-1a over its UTF-8 bytes, then mixed with the parent.
    let split (name: string) (Seed parent) =
        let fold (hash: uint64) (octet: byte) =
            (hash ^^^ uint64 octet) * 0x100000001B3UL

        let hash = Encoding.UTF8.GetBytes name |> Array.fold fold 0xCBF29CE484222325UL
        Seed(mix (mix (parent + golden) ^^^ mix hash))

    /// Word number `counter` of the seed's stream: counter-based, so any part of the stream can be made alone.
    let word (counter: int64) (Seed key) =
        mix (key + golden * uint64 (counter + 1L))
