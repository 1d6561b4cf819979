module NtkTheory.Core.Tests.Architecture.PathMomentsTests

open FsCheck
open FsCheck.FSharp
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Reference
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private law (case: Golden.Case) =
    match (Golden.get "weight_law" case.Inputs).GetString() with
    | "gaussian" -> Normal
    | "uniform" -> Uniform
    | _ -> Laplace

let private netOf (case: Golden.Case) =
    let element = Golden.get "widths n0..nL (output 1)" case.Inputs

    let widths =
        match element.ValueKind with
        | System.Text.Json.JsonValueKind.Array -> Golden.vector element |> Array.map int |> List.ofArray
        | _ -> 10 :: List.replicate 10 100

    { Widths = widths; Law = law case }

let private close expected actual =
    Golden.close 0.0 1e-14 (Golden.number expected) (Rational.toFloat actual)

[<Fact>]
let ``the fourth moment of the Jacobian has its golden values`` () =
    for case in Golden.cases "architecture" "paths/input-jacobian-fourth-moment" do
        let net = netOf case
        close (Golden.get "E_J2" case.Outputs) (PathMoments.jacobianSecond net)
        close (Golden.get "E_J4" case.Outputs) (PathMoments.jacobianFourth net)

[<Fact>]
let ``the moments of the diagonal kernel have their golden values`` () =
    for case in Golden.cases "architecture" "paths/ntk-diagonal-moments" do
        let net = netOf case

        let x =
            Golden.vector (Golden.get "x" case.Inputs)
            |> Array.map (int >> Rational.ofInt)
            |> List.ofArray

        let mean, second = PathMoments.ntkMean net x, PathMoments.ntkSecond net x
        close (Golden.get "mean" case.Outputs) mean
        close (Golden.get "second_moment" case.Outputs) second
        close (Golden.get "variance" case.Outputs) (second - mean * mean)

[<Fact>]
let ``n times the relative variance of the kernel tends to its golden coefficient`` () =
    let case = Golden.case "architecture" "paths/ntk-variance-leading-coefficient"
    let depths = Golden.vector (Golden.get "L" case.Inputs)
    let limits = Golden.vector (Golden.get "lim n Var(Theta)/(E Theta)^2" case.Outputs)

    for depth, limit in Array.zip depths limits do
        let n = 1000000

        let net = {
            Widths = List.replicate (int depth + 1) n
            Law = Normal
        }

        let x = List.replicate n Rational.One |> List.truncate 1
        // one coordinate is enough: Gaussian moments see |x| alone
        let mean, second = PathMoments.ntkMean net x, PathMoments.ntkSecond net x
        let variance = Rational.toFloat ((second - mean * mean) / (mean * mean))
        Golden.close 0.0 1e-3 limit (float n * variance)

[<Property(MaxTest = 30)>]
let ``transfer matrices equal the sum over quadruples of paths`` (a: byte) (b: byte) (twoLayers: bool) =
    let a, b = 1 + int a % 3, 1 + int b % 2
    let widths = if twoLayers then [ 2; a; b ] else [ 3; a ]

    for law in [ Normal; Uniform; Laplace ] do
        let exact =
            PathMoments.jacobianFourth { Widths = widths; Law = law } |> Rational.toFloat

        let naive =
            Paths.jacobianFourth (Rational.toFloat (WeightLaw.fourthMoment law)) widths

        Golden.close 0.0 1e-12 naive exact

[<Property>]
let ``moments of the output are homogeneous in the input`` (NonEmptyArray(x: sbyte[])) (scale: sbyte) =
    let x = x |> Array.truncate 4 |> Array.map (int >> Rational.ofInt) |> List.ofArray
    let c = Rational.ofInt (int scale)

    let net = {
        Widths = [ x.Length; 3; 2 ]
        Law = Uniform
    }

    let scaled = x |> List.map (fun t -> c * t)
    PathMoments.outputFourth net scaled = Rational.pow c 4 * PathMoments.outputFourth net x

[<Fact>]
let ``sampled kernels have the exact mean within eight standard errors`` () =
    let net = { Widths = [ 2; 3 ]; Law = Normal }

    let mean =
        HeSample.mean net 20000 (Seed.ofInt 5) (fun sample ->
            HeSample.ntk sample [| 1.0; 1.0 |] [| 1.0; 1.0 |])

    Golden.close (8.0 * 4.0 / sqrt 20000.0) 0.0 4.0 mean

[<Fact>]
let ``a net without hidden layers is a plain linear map`` () =
    let net = { Widths = [ 5 ]; Law = Normal }
    Assert.Equal(Rational.ratio 2 5, PathMoments.jacobianSecond net)
    Assert.Equal(Rational.ratio 12 25, PathMoments.jacobianFourth net)
