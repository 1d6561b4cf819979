module NtkTheory.Core.Tests.Dynamics.HardMarginTests

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Reference
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

let private norm (x: float[]) = sqrt (Array.sumBy (fun v -> v * v) x)

[<Property>]
let ``either the duality gap or the certificate closes the case`` (seed: int, n: byte, d: byte, bias: bool) =
    let points, labels = cloud seed (2 + int n % 20) (1 + int d % 8)

    match HardMargin.solve bias points labels with
    | Ok s ->
        let squared = norm s.Weights ** 2.0
        // rounding of w to doubles costs u |w| |x| of a functional margin, |x| below 10, and doubles what it costs of
        // the objective
        let relative = 1e-14 * (1.0 + norm s.Weights)
        let slack = Array.map2 (fun a m -> a * (m - 1.0)) s.Multipliers s.FunctionalMargins

        Array.forall (fun m -> m >= 1.0) s.FunctionalMargins
        && Array.forall (fun a -> a >= 0.0) s.Multipliers
        && s.Gap <= relative * squared
        && Array.forall (fun v -> abs v <= relative * squared) slack
    | Error c ->
        let signedSum =
            points.TransposeThisAndMultiply(Vector<float>.Build.DenseOfArray(Array.map2 (*) c.Weights labels))

        // weights are rounded once, and points are shorter than 10
        Array.forall (fun u -> u >= 0.0) c.Weights
        && abs (Array.sum c.Weights - (if bias then 2.0 else 1.0)) < 1e-14
        && signedSum.L2Norm() < 1e-13
        && c.Residual < 1e-13

[<Property>]
let ``separators are those of the best support`` (seed: int, n: byte, d: byte, bias: bool) =
    let points, labels = cloud seed (1 + int n % 7) (1 + int d % 3)
    let both = Array.contains 1.0 labels && Array.contains -1.0 labels

    match
        HardMargin.solve bias points labels, Separators.maximalMargin bias (points.ToRowArrays()) labels
    with
    | Ok found, Some(w, b) when norm w < 1e3 && (both || not bias) ->
        // elimination loses as many digits as the support is ill-conditioned: pivots are above 1e-9
        Array.forall2 (fun x y -> abs (x - y) <= 1e-6 * norm w) w found.Weights
        && abs (b - found.Bias) <= 1e-6 * (1.0 + abs b)
    | Error _, None -> true
    | Ok found, _ -> norm found.Weights >= 1e3 || (bias && not both)
    | Error certificate, Some(w, _) -> certificate.Residual * norm w > 0.5

/// A cloud that a random hyperplane leaves a gap of 1 in, the labels being the sides.
let private separated seed n d =
    let points: Matrix<float> =
        Draw.normalMatrix (Seed.split "points" (Seed.ofInt seed)) n d

    let teacher =
        Vector<float>.Build.DenseOfArray(Draw.normals (Seed.split "teacher" (Seed.ofInt seed)) d).Normalize
            2.0

    let sides: Vector<float> =
        (points * teacher).Map(fun s -> if s >= 0.2 then 1.0 else -1.0)

    points + (sides.Multiply 0.5).OuterProduct teacher, sides.ToArray()

/// Equal to the rounding of doubles at margins of at least a hundredth of the points: w is rounded once, and laws
/// round the points once more.
let private agree (expected: Separator) (found: Separator) =
    let size = norm expected.Weights

    Array.forall2 (fun x y -> abs (x - y) <= 1e-12 * size) expected.Weights found.Weights
    && abs (expected.Bias - found.Bias) <= 1e-11 * (1.0 + size)

[<Property(MaxTest = 40)>]
let ``scale, order, signs and copies of points change a separator as they should``
    (seed: int, n: byte, d: byte, bias: bool)
    =
    let points, labels = separated seed (4 + int n % 12) (1 + int d % 5)

    let solve points labels = HardMargin.solve bias points labels

    match solve points labels with
    | Error _ -> not bias
    | Ok found when System.Double.IsInfinity found.Margin -> true
    | Ok found ->
        let scaled = solve (points.Multiply 3.0) labels |> separator

        let order =
            Array.init labels.Length (fun i -> (i * 7 + 3) % labels.Length)
            |> Array.distinct

        let order = Array.append order ([| 0 .. labels.Length - 1 |] |> Array.except order)

        let reordered =
            solve
                (matrix (order |> Array.map (fun i -> points.Row(i).ToArray())))
                (order |> Array.map (Array.get labels))
            |> separator

        let flipped = solve points (labels |> Array.map (~-)) |> separator
        let twice = solve (points.Stack points) (Array.append labels labels) |> separator

        agree found {
            scaled with
                Weights = scaled.Weights |> Array.map ((*) 3.0)
        }
        && agree found reordered
        && agree found twice
        && agree found {
            flipped with
                Weights = flipped.Weights |> Array.map (~-)
                Bias = -flipped.Bias
        }

[<Property(MaxTest = 40)>]
let ``points beyond the margin change nothing, and with a bias neither does a translation``
    (seed: int, n: byte, d: byte)
    =
    let points, labels = separated seed (4 + int n % 12) (1 + int d % 5)

    match HardMargin.withBias points labels with
    | Ok found when System.Double.IsFinite found.Margin ->
        let w = Vector<float>.Build.DenseOfArray found.Weights

        // every point once more, moved by a whole margin away from the boundary
        let away: Matrix<float> =
            points
            + (Vector<float>.Build.DenseOfArray labels).Multiply(found.Margin * found.Margin).OuterProduct w

        let more =
            HardMargin.withBias (points.Stack away) (Array.append labels labels)
            |> separator

        let shift = Vector<float>.Build.Dense(points.ColumnCount, fun j -> 1.0 + float j)

        let moved =
            HardMargin.withBias (points.MapIndexed(fun _ j x -> x + shift[j])) labels
            |> separator

        agree found more
        && agree found {
            moved with
                Bias = moved.Bias + w.DotProduct shift
        }
    | _ -> true

[<Fact>]
let ``margins far below the points are met to the rounding of the bias`` () =
    // hulls at distance 2^-26 from each other and about 1 from the origin, by hand: w = (0, 2^27), b = -2^27 - 1
    let gap = 2.0 ** -26.0

    let points =
        matrix [| [| 0.0; 1.0 + gap |]; [| 3.0; 1.0 + gap |]; [| 1.0; 1.0 |]; [| 2.0; 1.0 |] |]

    let found = HardMargin.withBias points [| 1.0; 1.0; -1.0; -1.0 |] |> separator
    // doubles near b are 2^-25 apart, and w is scaled up until margins that are off by that are 1
    let rounding = 2.0 ** -25.0
    Golden.close 1e-14 0.0 0.0 found.Weights[0]
    Golden.close 0.0 (2.0 * rounding) (2.0 / gap) found.Weights[1]
    Golden.close 0.0 (2.0 * rounding) (-2.0 / gap - 1.0) found.Bias
    Assert.InRange(found.Gap * 2.0 * found.Margin ** 2.0, 0.0, 4.0 * rounding)

[<Theory; InlineData(1e-200); InlineData(1e200)>]
let ``points of any magnitude`` size =
    let points = matrix [| [| size; 0.0 |]; [| -size; size |] |]
    let found = HardMargin.withBias points [| 1.0; -1.0 |] |> separator
    // w = 2 (x_1 - x_2)/|x_1 - x_2|^2 = (4, -2)/(5 size), b = 1 - w.x_1
    Golden.close 0.0 1e-15 (0.8 / size) found.Weights[0]
    Golden.close 0.0 1e-15 (-0.4 / size) found.Weights[1]
    Golden.close 0.0 1e-15 0.2 found.Bias
    Golden.close 0.0 1e-15 (size * sqrt 1.25) found.Margin

[<Fact>]
let ``one point, two points and labels that are no signs`` () =
    let one =
        HardMargin.throughOrigin (matrix [| [| 3.0; 4.0 |] |]) [| -1.0 |] |> separator

    Golden.close 1e-16 0.0 0.0 (norm (Array.map2 (-) one.Weights [| -0.12; -0.16 |]))
    Golden.close 0.0 1e-15 5.0 one.Margin

    let two =
        HardMargin.withBias (matrix [| [| 1.0 |]; [| 3.0 |] |]) [| -1.0; 1.0 |]
        |> separator

    Assert.Equal<float[]>([| 1.0 |], two.Weights)
    Assert.Equal(-2.0, two.Bias)

    for labels in [ [| 0.0; 1.0 |]; [| 1.0; nan |]; [| 1.0 |] ] do
        Assert.Throws<System.ArgumentException>(fun () ->
            HardMargin.withBias (matrix [| [| 1.0 |]; [| 3.0 |] |]) labels |> ignore)
        |> ignore

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
        // zero, and the bound on its rounding
        Assert.InRange(certificate.Residual, 0.0, 1e-28)
        Assert.Equal<float[]>([| 1.0; 1.0; 0.0 |], certificate.Weights)
