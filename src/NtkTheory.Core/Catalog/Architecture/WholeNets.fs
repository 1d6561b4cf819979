/// Small ReLU nets with whole weights and one whole input, for exact identities.
module NtkTheory.Catalog.Architecture.WholeNets

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Models

/// A net of the given widths n_0 .. n_L with weights and biases from -Reach to Reach made from the seed, and an input.
type WholeNet = {
    Widths: int list
    Reach: int
    Biased: bool
    X: int list
    Seed: int
}

/// The net itself, exactly.
let build (i: WholeNet) : ReluNet<Rational> =
    let seed = Seed.ofInt i.Seed

    let entry name index =
        Rational.ofInt (Draw.below (2 * i.Reach + 1) (int64 index) (Seed.split name seed) - i.Reach)

    let layer l (before, width) = {
        Weights =
            Array.init width (fun row ->
                Array.init before (fun column -> entry $"weights {l}" (row * before + column)))
        Biases = Array.init width (fun row -> if i.Biased then entry $"biases {l}" row else Rational.Zero)
    }

    {
        Hidden = List.pairwise i.Widths |> List.mapi layer
        Output = layer -1 (List.last i.Widths, 1)
    }

/// The input, exactly.
let input (i: WholeNet) =
    i.X |> List.map Rational.ofInt |> Array.ofList

let private shrink (i: WholeNet) =
    seq {
        for widths in Seq.append (Shapes.shorter 1 i.Widths) (Shapes.lower 1 i.Widths) do
            if List.head widths = i.X.Length then
                yield { i with Widths = widths }

        if i.X.Length > 1 then
            yield {
                i with
                    X = List.tail i.X
                    Widths = (i.X.Length - 1) :: List.tail i.Widths
            }

        for x in Shapes.lower 0 i.X do
            yield { i with X = x }

        for seed in Shapes.smaller 0 i.Seed do
            yield { i with Seed = seed }
    }

/// Nets of the given numbers of layers (input included) and widths, with or without biases.
let instances depths widest biased =
    let generator =
        gen {
            let! widths = Shapes.integers depths (1, widest)
            let! x = Shapes.integers (widths.Head, widths.Head) (-4, 4)
            let! reach = Gen.elements [ 1; 3; 9 ]
            let! seed = Shapes.seeds

            return {
                Widths = widths
                Reach = reach
                Biased = biased
                X = x
                Seed = seed
            }
        }

    Arb.fromGenShrink (generator, shrink)

/// The same shape from another seed.
let vary (i: WholeNet) =
    Shapes.seeds |> Gen.map (fun seed -> { i with Seed = seed })
