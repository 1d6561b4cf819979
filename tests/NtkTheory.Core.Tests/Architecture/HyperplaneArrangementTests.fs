module NtkTheory.Core.Tests.Architecture.HyperplaneArrangementTests

open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Reference
open NtkTheory.Testing
open Xunit

let private plane (coefficients: int list) = {
    Normal = coefficients |> List.take (coefficients.Length - 1) |> List.map Rational.ofInt
    Offset = Rational.ofInt (List.last coefficients)
}

[<Fact>]
let ``general position reaches the golden counts`` () =
    let case = Golden.case "architecture" "regions/zaslavsky"
    let shapes = Golden.rows (Golden.get "(n1,n0)" case.Inputs)
    let counts = Golden.vector (Golden.get "cells_general_position" case.Outputs)

    for shape, count in Array.zip shapes counts do
        let n, d = int shape[0], int shape[1]
        Assert.Equal(bigint count, HyperplaneArrangement.zaslavsky n d)
        Assert.Equal(bigint count, HyperplaneArrangement.cells (HyperplaneArrangement.momentCurve n d))

[<Fact>]
let ``concurrent and parallel lines have the golden counts`` () =
    let case = Golden.case "architecture" "regions/zaslavsky-degenerate"
    let counts = Golden.vector (Golden.get "cells" case.Outputs)

    let arrangements = [
        [ [ 1; 0; 0 ]; [ 0; 1; 0 ]; [ 1; 1; 0 ] ]
        [ [ 1; 0; 0 ]; [ 1; 0; 1 ]; [ 0; 1; 0 ] ]
        [ [ 1; 0; 0 ]; [ 0; 1; 0 ]; [ 1; 1; -1 ] ]
    ]

    for lines, count in Seq.zip arrangements counts do
        Assert.Equal(bigint count, HyperplaneArrangement.cells (List.map plane lines))

[<Property(MaxTest = 50)>]
let ``points never see more cells than are counted`` (lines: (sbyte * sbyte * sbyte) list) =
    let lines =
        lines
        |> List.truncate 5
        |> List.map (fun (a, b, c) -> int a % 5, int b % 5, int c % 5)

    let exact =
        lines
        |> List.map (fun (a, b, c) -> plane [ a; b; c ])
        |> HyperplaneArrangement.cells

    let real = lines |> List.map (fun (a, b, c) -> float a, float b, float c)

    let grid = [
        for i in -20 .. 20 do
            for j in -20 .. 20 -> 0.617 * float i, 0.593 * float j
    ]

    bigint (Lines.cellsSeen real grid) <= exact

[<Property>]
let ``one more hyperplane never lowers the count`` (lines: (sbyte * sbyte * sbyte) list) =
    let planes =
        lines
        |> List.truncate 7
        |> List.map (fun (a, b, c) -> plane [ int a % 4; int b % 4; int c % 4 ])

    List.isEmpty planes
    || HyperplaneArrangement.cells (List.tail planes)
       <= HyperplaneArrangement.cells planes

[<Fact>]
let ``empty and impossible equations cut nothing`` () =
    Assert.Equal(1I, HyperplaneArrangement.cells [])
    Assert.Equal(1I, HyperplaneArrangement.cells [ plane [ 0; 0; 3 ]; plane [ 0; 0; 0 ] ])
    Assert.Equal(2I, HyperplaneArrangement.cells [ plane [ 1; 2 ]; plane [ 2; 4 ] ])
