module NtkTheory.Core.Tests.Dynamics.HardMarginTests

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private matrix (rows: float[][]) =
    Matrix<float>.Build.DenseOfRowArrays rows

let private separator result =
    match result with
    | Ok separator -> separator
    | Error certificate -> failwith $"not separable: %A{certificate}"

/// In cases 5 and 6 more points lie on the margin than fix w and b, so there are many dual solutions; w, b
/// and the sum of the multipliers are unique.
let private dualIsUnique id =
    id <> "margin/kkt#5" && id <> "margin/kkt#6"

[<Theory>]
[<InlineData("margin/kkt#2")>]
[<InlineData("margin/kkt#3")>]
[<InlineData("margin/kkt#4")>]
[<InlineData("margin/kkt#5")>]
[<InlineData("margin/kkt#6")>]
let ``separator meets the golden values`` id =
    let case = Golden.case "dynamics" id
    let points = Golden.get "X" case.Inputs |> Golden.rows |> matrix
    let labels = Golden.get "y" case.Inputs |> Golden.vector
    let bias = (Golden.get "bias" case.Inputs).GetBoolean()
    let found = HardMargin.solve bias points labels |> separator

    let number name =
        Golden.get name case.Outputs |> Golden.number

    let vector name =
        Golden.get name case.Outputs |> Golden.vector

    let same = Array.iter2 (Golden.close 1e-13 1e-12)
    same (vector "w") found.Weights
    Golden.close 1e-13 1e-12 (number "b") found.Bias
    same (vector "functional_margins") found.FunctionalMargins
    Golden.close 1e-13 1e-12 (number "geometric_margin") found.Margin
    Golden.close 1e-13 1e-12 (number "sum_a") (Array.sum found.Multipliers)

    if dualIsUnique id then
        same (vector "a") found.Multipliers

let private cloud seed n d =
    let seed = Seed.ofInt seed
    let points = Draw.normalMatrix (Seed.split "points" seed) n d
    points, Draw.signs (Seed.split "labels" seed) n

[<Property>]
let ``either the duality gap or the certificate closes the case`` (seed: int, n: byte, d: byte, bias: bool) =
    let points, labels = cloud seed (2 + int n % 20) (1 + int d % 8)

    match HardMargin.solve bias points labels with
    | Ok s ->
        let squared = s.Weights |> Array.sumBy (fun w -> w * w)
        // rounding of the nearest point is relative to the points, of norm below 10, and so is amplified
        // by 10/margin once in the point and once in the gap
        let relative = max 1e-10 (1e-13 * squared)
        let slack = Array.map2 (fun a m -> a * (m - 1.0)) s.Multipliers s.FunctionalMargins

        Array.forall (fun m -> m >= 1.0) s.FunctionalMargins
        && Array.forall (fun a -> a >= 0.0) s.Multipliers
        && s.Gap <= relative * squared
        && Array.forall (fun v -> abs v <= relative * squared) slack
    | Error c ->
        let signedSum =
            points.TransposeThisAndMultiply(Vector<float>.Build.DenseOfArray(Array.map2 (*) c.Weights labels))

        Array.forall (fun u -> u >= 0.0) c.Weights
        && abs (Array.sum c.Weights - (if bias then 2.0 else 1.0)) < 1e-9
        && signedSum.L2Norm() < 1e-9

[<Fact>]
let ``one class needs no separator and a zero point has none through the origin`` () =
    let points = matrix [| [| 1.0; 2.0 |]; [| -3.0; 1.0 |] |]
    let alone = HardMargin.withBias points [| 1.0; 1.0 |] |> separator
    Assert.Equal<float[]>([| 0.0; 0.0 |], alone.Weights)
    Assert.Equal(1.0, alone.Bias)
    Assert.Equal(infinity, alone.Margin)

    let zero =
        HardMargin.throughOrigin (matrix [| [| 1.0; 2.0 |]; [| 0.0; 0.0 |] |]) [| 1.0; 1.0 |]

    Assert.True(Result.isError zero)

[<Fact>]
let ``a point with both labels is not separable and its certificate names it`` () =
    let points = matrix [| [| 1.0; 2.0 |]; [| 1.0; 2.0 |]; [| 4.0; 0.0 |] |]

    match HardMargin.withBias points [| 1.0; -1.0; 1.0 |] with
    | Ok found -> Assert.Fail $"%A{found}"
    | Error certificate ->
        Assert.Equal(0.0, certificate.Residual)
        Assert.Equal<float[]>([| 1.0; 1.0; 0.0 |], certificate.Weights)
