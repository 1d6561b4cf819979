/// Where the statements of the dynamics third stand, and what their instances share.
module NtkTheory.Catalog.Dynamics.Sources

open System
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Numerics
open NtkTheory.Sampling

/// A statement of the lecture notes.
let notes lecture number = {
    Document = "ORF 543 notes"
    Lecture = lecture
    Number = number
    Paper = ""
}

/// A statement that the notes lack and that a bound or a certificate of this catalog needs.
let added lecture number = {
    notes lecture $"added: {number}" with
        Document = "ORF 543 notes, supplement"
}

/// Numbers that a person reads sooner than x: 0, 1, and x to no, one and two decimals.
let simpler (x: float) =
    [ 0.0; 1.0; Math.Round x; Math.Round(x, 1); Math.Round(x, 2) ]
    |> List.filter (fun y -> y <> x && abs y <= abs x + 0.5)
    |> List.distinct

/// Simpler positive numbers.
let simplerPositive x =
    simpler x |> List.filter (fun y -> y > 0.0)

/// Uniform on an interval, to four significant decimals of its length: short to print.
let between low high =
    Gen.choose (0, 10000)
    |> Gen.map (fun k -> low + (high - low) * float k / 10000.0)

/// Log-uniform on an interval of positive numbers.
let betweenLog low high =
    between (log low) (log high)
    |> Gen.map (fun u -> Double.Parse((exp u).ToString "G4"))

/// Smaller whole numbers, down to `least`.
let fewer least n =
    [ least; n / 2; n - 1 ]
    |> List.filter (fun k -> k >= least && k < n)
    |> List.distinct

let vector (values: float[]) = Vector<float>.Build.DenseOfArray values

/// The projection of a vector on a fixed direction in general position: an equality of vectors is compared
/// through it, and a difference escapes only if it is orthogonal to that direction.
let probe (values: float[]) =
    values |> Array.mapi (fun i v -> v * cos (float (i + 1))) |> Array.sum

let norm (values: float[]) =
    sqrt (Array.sumBy (fun v -> v * v) values)

/// A number reached with a relative error of at most `relative` and rounding at the scale `scale`.
let nearly (relative: float) (scale: float) value =
    Estimate.within (relative * abs scale) value

/// An entry from its parts, in the order in which a page shows them.
let entry id status sharpness source title statement method remark = {
    Id = id
    Title = title
    Statement = statement
    Source = source
    Status = status
    Sharpness = sharpness
    Method = method
    Remark = remark
}

/// A theorem from its parts.
let theorem entry claim controls : Theorem<'I> = {
    Entry = entry
    Claim = claim
    Controls = controls
}

/// The same claim with another measured side, deterministic.
let measuring breaks measured (claim: Claim<'I>) =
    Control.create breaks {
        claim with
            Measured = fun item _ -> measured item
    }
