module NtkTheory.Core.Tests.Numerics.DoubleDoubleTests

open System.Numerics
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

/// A double times 2^200 as a whole number: exact for magnitudes between 2^-147 and 2^800.
let private units (x: float) = BigInteger(System.Math.ScaleB(x, 200))

let private exact (x: DoubleDouble) = units x.High + units x.Low

let private scale = BigInteger.Pow(BigInteger 2, 200)

/// |a - b| / |b| for numbers in units of 2^-200.
let private relative (a: BigInteger) (b: BigInteger) =
    if b.IsZero then
        float (abs a)
    else
        exp (BigInteger.Log(abs (a - b) + BigInteger.One) - BigInteger.Log(abs b))

let private u = Estimate.unitRoundoff

/// A number of size about 1 with two parts.
let private random seed (index: int64) =
    let part = Draw.uniformAt index (Seed.split "low" seed)
    DoubleDouble.Sum(Draw.uniformAt index seed * 4.0 - 2.0, (part - 0.5) * 1e-16)

[<Property>]
let ``operations keep their bounds`` (seed: int) =
    let seed = Seed.ofInt seed
    let x, y = random seed 0L, random seed 1L
    let a, b = exact x, exact y
    let root = exact (DoubleDouble.Sqrt(x * x))

    relative (exact (x + y)) (a + b) <= 4.0 * u * u
    && relative (exact (x - y)) (a - b) <= 4.0 * u * u
    && relative (exact (x * y)) (a * b / scale) <= 5.0 * u * u
    && relative (exact (x / y)) (a * scale / b) <= 16.0 * u * u
    && relative root (abs a) <= 16.0 * u * u

[<Property>]
let ``inner products keep their bound whatever cancels`` (seed: int, count: byte) =
    let seed = Seed.ofInt seed
    let count = int count

    let draw name =
        Array.init count (fun i -> random (Seed.split name seed) (int64 i))

    let x, y = draw "x", draw "y"

    let size =
        Array.fold2 (fun sum (a: DoubleDouble) (b: DoubleDouble) -> sum + abs (a.High * b.High)) 0.0 x y

    let sum =
        Array.fold2 (fun sum a b -> sum + exact a * exact b) BigInteger.Zero x y / scale

    let error = abs (exact (DoubleDouble.dot x y) - sum)
    float error / 2.0 ** 200.0 <= DoubleDouble.dotError count * size

[<Fact>]
let ``what cancels to a single digit is kept`` () =
    let x = DoubleDouble.ofFloats [| 1e16; 1.0; -1e16 |]
    let y = DoubleDouble.ofFloats [| 1e16; 3.0; 1e16 |]
    Assert.Equal(3.0, (DoubleDouble.dot x y).Value)
    let third = DoubleDouble.Of 1.0 / DoubleDouble.Of 3.0
    let rest = third * DoubleDouble.Of 3.0 - DoubleDouble.Of 1.0
    Assert.InRange(abs rest.Value, 0.0, 20.0 * u * u)
    Assert.Equal(0.0, (DoubleDouble.Sqrt(DoubleDouble.Of -1.0)).Value)

[<Fact>]
let ``empty, single and double vectors`` () =
    let of' = DoubleDouble.ofFloats
    Assert.Equal(0.0, (DoubleDouble.dot [||] [||]).Value)
    Assert.Equal(6.0, (DoubleDouble.dot (of' [| 2.0 |]) (of' [| 3.0 |])).Value)

    let sum =
        DoubleDouble.combine 2 (of' [| 2.0; -1.0 |]) [| of' [| 1.0; 2.0 |]; of' [| 5.0; 0.5 |] |]

    Assert.Equal<float[]>([| -3.0; 3.5 |], DoubleDouble.toFloats sum)
