/// Entropy numbers, stable widths and Lipschitz extension: oracles, laws, small and degenerate cases.
module NtkTheory.Core.Tests.Dynamics.EntropyLawsTests

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Reference
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private refuses (act: unit -> obj) =
    Assert.Throws<ArgumentException>(fun () -> act () |> ignore) |> ignore

let private points (bytes: sbyte list) =
    bytes |> List.truncate 6 |> List.map (fun b -> float b / 8.0)

[<Property(MaxTest = 60, Replay = "17,19")>]
let ``entropy numbers of a few reals are those of all partitions`` (bytes: sbyte list, n: byte) =
    let points, bits = points bytes, int n % 3

    let expected =
        if points.IsEmpty then
            0.0
        else
            Coverings.finiteLine points (1 <<< bits)

    Assert.Equal(expected, EntropyNumbers.finiteLine (Array.ofList points) bits)

[<Property(MaxTest = 60, Replay = "17,19")>]
let ``entropy numbers of boxes are those of all grids`` (a: byte, b: byte, c: byte, n: byte) =
    let sides = [ a; b; c ] |> List.map (fun s -> float s / 16.0)
    let bits = int n % 7
    Golden.close 0.0 1e-15 (Coverings.box sides (1 <<< bits)) (EntropyNumbers.box (Array.ofList sides) bits)

[<Property(MaxTest = 60, Replay = "17,19")>]
let ``integer roots are found by counting up`` (n: byte, d: byte) =
    let n, d = int n % 15, 1 + int d % 5
    bigint (Coverings.integerRoot n d) = EntropyNumbers.integerRoot n d

/// All sums of a point of each.
let private sums (a: float list) (b: float list) =
    List.allPairs a b |> List.map (fun (p, q) -> p + q)

[<Property(MaxTest = 60, Replay = "17,19")>]
let ``entropy numbers add up over sums of sets`` (a: sbyte list, b: sbyte list, m: byte, n: byte) =
    let a, b = points a |> List.truncate 4, points b |> List.truncate 4
    let m, n = int m % 3, int n % 3

    let eps (set: float list) bits =
        EntropyNumbers.finiteLine (Array.ofList set) bits

    eps (sums a b) (m + n) <= eps a m + eps b n

[<Property(MaxTest = 60, Replay = "17,19")>]
let ``entropy numbers fall with the bits and grow with the set`` (bytes: sbyte list, n: byte) =
    let points, bits = bytes |> List.map float |> Array.ofList, int n % 4
    let eps set bits = EntropyNumbers.finiteLine set bits

    eps points (bits + 1) <= eps points bits
    && eps (Array.truncate 3 points) bits <= eps points bits

[<Property(MaxTest = 60, Replay = "17,19")>]
let ``packings bound coverings from both sides`` (bytes: sbyte list, n: byte) =
    // 2^n + 1 points further apart than 2 eps cannot be covered; a maximal packing at eps covers at eps
    let points, bits = bytes |> List.map float |> List.distinct |> List.sort, int n % 4
    let eps = EntropyNumbers.finiteLine (Array.ofList points) bits

    let packing distance =
        (points, [])
        ||> List.foldBack (fun p kept ->
            match kept with
            | q :: _ when abs (q - p) <= distance -> kept
            | _ -> p :: kept)
        |> List.length

    let balls = 1 <<< bits

    // the line is packed greedily from one end, which is best
    packing (2.0 * eps) <= balls
    && (eps = 0.0 || packing (2.0 * eps * (1.0 - 1e-12)) > balls)

[<Property(MaxTest = 60, Replay = "17,19")>]
let ``bounds of ellipsoids enclose their cube and each other`` (d: byte, n: byte, decay: byte) =
    let axes =
        Array.init (1 + int d % 20) (fun i -> float (i + 1) ** -(float decay / 100.0))

    let bits = int n % 40

    let lower, upper =
        EntropyNumbers.ellipsoidLower axes bits, EntropyNumbers.ellipsoidUpper axes bits
    // the cube around the ellipsoid in the maximum norm, turned into the Euclidean norm
    let outer = sqrt (float axes.Length) * EntropyNumbers.box axes bits
    lower <= upper * (1.0 + 1e-12) && lower <= outer * (1.0 + 1e-12)

[<Fact>]
let ``points, empty sets and no bits`` () =
    Assert.Equal(0.0, EntropyNumbers.cube 0 3)
    Assert.Equal(1.0, EntropyNumbers.cube 2 0)
    Assert.Equal(0.0, EntropyNumbers.interval 0.0 5)
    Assert.Equal(0.0, EntropyNumbers.box [||] 2)
    Assert.Equal(0.0, EntropyNumbers.box [| 0.0; 0.0 |] 2)
    Assert.Equal(2.0, EntropyNumbers.box [| 2.0; 0.0 |] 0)
    Assert.Equal(0.0, EntropyNumbers.finiteLine [||] 1)
    Assert.Equal(0.0, EntropyNumbers.finiteLine [| 3.0 |] 0)
    Assert.Equal(1.0, EntropyNumbers.finiteLine [| 3.0; 5.0 |] 0)
    Assert.Equal(0.0, EntropyNumbers.finiteLine [| 3.0; 5.0 |] 60)
    Assert.Equal(0.0, EntropyNumbers.ellipsoidLower [||] 1)
    Assert.Equal(0.0, EntropyNumbers.ellipsoidUpper [||] 1)
    Assert.Equal(2.0, EntropyNumbers.ellipsoidUpper [| 2.0; 0.0 |] 0)
    Assert.Equal(0.0, StableWidths.ellipsoid [||] 0)
    Assert.Equal(1, JohnsonLindenstrauss.dimension 1 0.5)
    Assert.Equal(0.0, JohnsonLindenstrauss.leastShrinkageOfCross 2)

[<Fact>]
let ``negative bits and shrinkages are refused`` () =
    refuses (fun () -> EntropyNumbers.cube 2 -1)
    refuses (fun () -> EntropyNumbers.interval 1.0 -1)
    refuses (fun () -> EntropyNumbers.box [| 1.0 |] -1)
    refuses (fun () -> EntropyNumbers.finiteLine [| 1.0 |] -1)
    refuses (fun () -> EntropyNumbers.lipschitz -1)
    refuses (fun () -> EntropyNumbers.ellipsoidLower [| 1.0 |] -1)
    refuses (fun () -> EntropyNumbers.integerRoot 3 0)
    refuses (fun () -> StableWidths.ellipsoid [| 1.0 |] -1)
    refuses (fun () -> JohnsonLindenstrauss.dimension 10 0.0)
    refuses (fun () -> JohnsonLindenstrauss.dimension 0 0.5)
    refuses (fun () -> JohnsonLindenstrauss.leastShrinkageOfCross 1)

let private planar (bytes: (sbyte * sbyte * byte) list) =
    bytes
    |> List.truncate 5
    |> List.map (fun (a, b, r) -> (float a / 32.0, float b / 32.0), float r / 64.0)

[<Property(MaxTest = 15, Replay = "17,19")>]
let ``the best point of an extension is that of a search``
    (first: sbyte * sbyte * byte, rest: (sbyte * sbyte * byte) list)
    =
    let images, distances = planar (first :: rest) |> List.unzip

    let vectors =
        images |> List.map (fun (a, b) -> Vector<float>.Build.DenseOfArray [| a; b |])

    let found = Kirszbraun.extend 1.0 (Array.ofList vectors) (Array.ofList distances)
    let searched = Extensions.least images (distances |> List.map (fun r -> r * r))
    // two nested searches of 50 thirds over a length of 10 end within rounding of the function, 1e-14, or the root of it
    Golden.close 1e-7 1e-7 searched found.Value
    Golden.close 1e-9 1e-9 found.Value found.DualValue

[<Property(MaxTest = 40, Replay = "17,19")>]
let ``maps between planes extend with their own constant`` (seed: int, count: byte) =
    let count = 1 + int count % 6
    let seed = Seed.ofInt seed

    let at name i =
        Draw.normals (Seed.split name seed |> Seed.at i) 2
        |> Vector<float>.Build.DenseOfArray

    let sources, images = Array.init count (at "source"), Array.init count (at "image")
    let target = at "target" 0

    let constant =
        seq {
            for i in 0 .. count - 1 do
                for j in 0 .. i - 1 -> (images[i] - images[j]).L2Norm() / (sources[i] - sources[j]).L2Norm()
        }
        |> Seq.fold max 0.0

    let found =
        Kirszbraun.extend constant images (sources |> Array.map (fun s -> (s - target).L2Norm()))
    // rounding of squares of the size of the images and of constant times distances
    let size = images |> Array.sumBy (fun f -> f.DotProduct f)
    found.Value <= 1e-9 * (1.0 + size + constant * constant)

[<Fact>]
let ``one image, coincident images and none`` () =
    let f = Vector<float>.Build.DenseOfArray [| 1.0; 2.0 |]
    let alone = Kirszbraun.extend 1.0 [| f |] [| 3.0 |]
    Assert.Equal<float[]>(f.ToArray(), alone.Image.ToArray())
    Assert.Equal(-9.0, alone.Value)
    let same = Kirszbraun.extend 1.0 [| f; f |] [| 3.0; 1.0 |]
    Golden.close 1e-13 0.0 -1.0 same.Value
    refuses (fun () -> Kirszbraun.extend 1.0 [||] [||])
    refuses (fun () -> Kirszbraun.extend 1.0 [| f |] [| 1.0; 2.0 |])
