module NtkTheory.Core.Tests.Numerics.RowBasisTests

open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private dot (x: float[]) y =
    Array.fold2 (fun sum a b -> sum + a * b) 0.0 x y

let private rows seed count dimension =
    Array.init count (fun i -> Draw.normals (Seed.at i (Seed.ofInt seed)) dimension)

let private combine (factors: float[]) (rows: float[][]) dimension =
    Array.init dimension (fun j ->
        Array.fold2 (fun sum f (row: float[]) -> sum + f * row[j]) 0.0 factors rows)

/// Each step takes a multiple of a unit vector out with two roundings a coordinate, each no larger than the row, and
/// adds the multiple to the coordinates; the check's own sum has as many.
let private reproduces (x: float[][]) (basis: RowBasis) =
    let allowed row =
        Estimate.gamma (8 * (x.Length + 2)) * sqrt (dot row row)

    Array.forall2
        (fun (row: float[]) l ->
            combine l basis.Basis row.Length
            |> Array.forall2 (fun a b -> abs (a - b) <= allowed row) row)
        x
        basis.Coordinates

/// Orthonormal to the rounding of inner products, each vector having been orthogonalized twice.
let private isOrthonormal (basis: RowBasis) =
    let allowed =
        Estimate.gamma (10 * (basis.Basis.Length + (Array.head basis.Basis).Length))

    Array.allPairs (Array.indexed basis.Basis) (Array.indexed basis.Basis)
    |> Array.forall (fun ((i, p), (j, q)) -> abs (dot p q - (if i = j then 1.0 else 0.0)) <= allowed)

let private isLowerTriangular (basis: RowBasis) =
    basis.Pivots
    |> Array.mapi (fun k row -> basis.Coordinates[row] |> Array.skip (k + 1) |> Array.forall ((=) 0.0))
    |> Array.forall id

[<Property>]
let ``rows are combinations of orthonormal ones`` (seed: int, count: byte, dimension: byte) =
    let x = rows seed (1 + int count % 12) (1 + int dimension % 40)
    let basis = RowBasis.ofRows x

    basis.Basis.Length = min x.Length x[0].Length
    && reproduces x basis
    && isOrthonormal basis
    && isLowerTriangular basis

[<Property>]
let ``rows that depend on others are found`` (seed: int, count: byte, more: byte) =
    let x = rows seed (1 + int count % 6) 10
    let weights = rows (seed + 1) (int more % 5) x.Length

    let dependent =
        weights
        |> Array.map (fun w -> combine w x 10)
        |> Array.append [| Array.zeroCreate 10 |]

    let basis = RowBasis.ofRows (Array.append dependent x)
    basis.Basis.Length = x.Length && isOrthonormal basis

[<Fact>]
let ``nearly parallel rows give orthonormal vectors`` () =
    let noise = rows 3 20 50
    let x = noise |> Array.map (Array.map2 (fun common n -> common + 1e-9 * n) noise[0])
    let basis = RowBasis.ofRows x
    Assert.Equal(20, basis.Basis.Length)
    Assert.True(isOrthonormal basis)

[<Fact>]
let ``a row counts in its own unit`` () =
    let x = [| [| 1.0; 0.0 |]; [| 1e-100; 1e-100 |] |]
    Assert.Equal(2, (RowBasis.ofRows x).Basis.Length)

[<Fact>]
let ``no row has an empty basis and one row its direction`` () =
    Assert.Empty (RowBasis.ofRows [||]).Basis
    Assert.Empty (RowBasis.ofRows [| [| 0.0; 0.0 |] |]).Basis
    let one = RowBasis.ofRows [| [| 3.0; 4.0 |] |]
    Assert.Equal<float[]>([| 0.6; 0.8 |], one.Basis[0])
    Assert.Equal<float[]>([| 5.0 |], one.Coordinates[0])
