/// Shrinkers of small records.
module NtkTheory.Catalog.Kernels.Shrinking

open FsCheck
open FsCheck.FSharp

/// Instances with simpler ones to try, those left out that are the instance itself. Each must be nearer to the
/// simplest than the instance, so that shrinking ends.
let towards (simpler: 'I -> 'I list) (make: Gen<'I>) =
    Arb.fromGenShrink (make, fun instance -> simpler instance |> Seq.filter ((<>) instance))

/// Half of a count, at least the fewest.
let half fewest count = max fewest (count / 2)

/// One less, at least the fewest.
let less fewest count = max fewest (count - 1)
