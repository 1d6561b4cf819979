module NtkTheory.Core.Tests.Numerics.GemmTests

open System
open System.Threading
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics
open NtkTheory.Reference
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private random name rows columns =
    Draw.normals (Seed.ofInt 7 |> Seed.split name) (rows * columns)

let private rowsOf columns (values: float[]) =
    if columns = 0 then
        [||]
    else
        Array.chunkBySize columns values

let private product execution rows inner columns (a: float[]) (b: float[]) =
    let c = Array.zeroCreate (rows * columns)

    Gemm.accumulate
        execution
        1.0
        (MatrixView.rowMajor rows inner a)
        (MatrixView.rowMajor inner columns b)
        (MatrixView.rowMajor rows columns c)

    c

let private norm (values: float seq) =
    values |> Seq.sumBy (fun x -> x * x) |> sqrt

/// Every entry of ours lies within twice the stated radius of the naive sum (whose own error is another one).
let private assertNaive execution rows inner columns =
    let a = random "a" rows inner
    let b = random "b" inner columns
    let ours = product execution rows inner columns a b
    let rowsA = rowsOf inner a
    let rowsB = rowsOf columns b
    let naive = Matrices.multiply rowsA rowsB

    for i in 0 .. rows - 1 do
        for j in 0 .. columns - 1 do
            let magnitudes = norm rowsA[i] * norm (rowsB |> Seq.map (Array.get >> (|>) j))

            let radius =
                Product.radius inner (norm rowsA[i]) (norm [ for row in rowsB -> row[j] ])

            let difference = abs (ours[i * columns + j] - naive[i][j])
            Assert.True(difference <= radius + Estimate.gamma inner * magnitudes, $"{difference} at {i}, {j}")

let sizes: TheoryData<int, int, int> =
    let data = TheoryData<int, int, int>()

    for m, k, n in
        [
            1, 1, 1
            2, 1, 2
            1, 2, 2
            7, 5, 3
            8, 16, 16
            9, 17, 33
            97, 321, 18
            200, 33, 15
        ] do
        data.Add(m, k, n)

    data

[<Theory; MemberData(nameof sizes)>]
let ``every width agrees with the naive product within its radius`` rows inner columns =
    for lanes in Lanes.all do
        assertNaive
            {
                Execution.sequential with
                    Lanes = lanes
            }
            rows
            inner
            columns

[<Theory; MemberData(nameof sizes)>]
let ``neither width nor workers change a bit`` rows inner columns =
    let a = random "a" rows inner
    let b = random "b" inner columns
    let expected = product Execution.sequential rows inner columns a b

    for lanes in Lanes.all do
        for workers in [ 1; 2 ] do
            let execution = {
                Execution.workers workers with
                    Lanes = lanes
            }

            Assert.Equal<float[]>(expected, product execution rows inner columns a b)

[<Fact>]
let ``an empty side gives an empty or a zero matrix`` () =
    Assert.Empty(product Execution.sequential 0 3 4 [||] (random "b" 3 4))
    Assert.Equal<float[]>([| 0.0; 0.0 |], product Execution.sequential 1 0 2 [||] [||])

[<Property>]
let ``MathNet matrices multiply as MathNet does`` (seed: int) =
    let seed = Seed.ofInt seed
    let size index = 1 + Draw.below 20 index seed
    let a = Draw.normalMatrix (Seed.at 1 seed) (size 0L) (size 1L)
    let b = Draw.normalMatrix (Seed.at 2 seed) (size 1L) (size 2L)
    let radius = Product.radius a.ColumnCount (a.FrobeniusNorm()) (b.FrobeniusNorm())
    let ours = Product.multiply (Execution.workers 2) a b
    let turned = Product.multiplyTranspose Execution.sequential a (b.Transpose())

    ours.Equals turned
    && (ours - a * b).InfinityNorm() <= 2.0 * float b.ColumnCount * radius

[<Theory; InlineData(1, 3); InlineData(2, 1); InlineData(17, 5); InlineData(130, 40); InlineData(300, 7)>]
let ``a Gram matrix is the symmetric half of the product, bit for bit`` rows columns =
    let x = Draw.normalMatrix (Seed.ofInt 3) rows columns
    let whole = Product.multiplyTranspose Execution.sequential x x

    for lanes in Lanes.all do
        for workers in [ 1; 2 ] do
            let execution = {
                Execution.workers workers with
                    Lanes = lanes
            }

            Assert.Equal<Matrix<float>>(whole, Product.gram execution x)

[<Fact>]
let ``a block of a matrix is multiplied in place`` () =
    let values = random "whole" 6 6
    let view = MatrixView.rowMajor 6 6 values
    let result = Array.zeroCreate 36

    Gemm.accumulate
        Execution.sequential
        -2.0
        (MatrixView.block 1 0 2 3 view)
        (MatrixView.block 3 2 3 2 view)
        (MatrixView.block 4 4 2 2 (MatrixView.rowMajor 6 6 result))

    let entry i j =
        -2.0
        * Seq.sum (seq { for k in 0..2 -> values[(1 + i) * 6 + k] * values[(3 + k) * 6 + 2 + j] })

    for i in 0..1 do
        for j in 0..1 do
            Assert.Equal(entry i j, result[(4 + i) * 6 + 4 + j], 13)

    Assert.Equal(4, result |> Array.filter ((<>) 0.0) |> Array.length)

[<Fact>]
let ``sizes that do not fit are refused`` () =
    let view rows columns =
        MatrixView.rowMajor rows columns (Array.zeroCreate (rows * columns))

    Assert.Throws<ArgumentException>(fun () ->
        Gemm.accumulate Execution.sequential 1.0 (view 2 3) (view 2 3) (view 2 3))

[<Fact>]
let ``a cancelled product stops`` () =
    let cancelled = {
        Execution.sequential with
            Cancellation = CancellationToken true
    }

    Assert.Throws<OperationCanceledException>(fun () ->
        product cancelled 4 4 4 (random "a" 4 4) (random "b" 4 4) |> ignore)

[<Fact>]
let ``assigning overwrites what was there`` () =
    for size in [ 1; 9; 40; 330 ] do
        let a = random "a" size size
        let view = MatrixView.rowMajor size size
        let kept = Array.create (size * size) nan
        Gemm.assign Execution.sequential 1.0 (view a) (view a) (view kept)
        Assert.Equal<float[]>(product Execution.sequential size size size a a, kept)
        let gram = Array.create (size * size) nan
        Gemm.assignGram Execution.sequential 1.0 (view a) (view gram)
        Gemm.mirror Execution.sequential (view gram)
        let expected = Array.zeroCreate (size * size)
        Gemm.accumulateGram Execution.sequential 1.0 (view a) (view expected)
        Gemm.mirror Execution.sequential (view expected)
        Assert.Equal<float[]>(expected, gram)

[<Fact>]
let ``factors may be spread out in both directions`` () =
    let rows, inner, columns = 19, 7, 35
    let a, b = random "a" rows inner, random "b" inner columns

    let spread m n (values: float[]) =
        let apart = Array.create (6 * m * n) nan

        let view = {
            MatrixView.rowMajor m n apart with
                RowStride = 3 * 2 * n
                ColumnStride = 3
        }

        for i in 0 .. m - 1 do
            for j in 0 .. n - 1 do
                apart[i * view.RowStride + j * view.ColumnStride] <- values[i * n + j]

        view

    let c = Array.zeroCreate (rows * columns)

    Gemm.assign
        Execution.sequential
        1.0
        (spread rows inner a)
        (spread inner columns b)
        (MatrixView.rowMajor rows columns c)

    Assert.Equal<float[]>(product Execution.sequential rows inner columns a b, c)
