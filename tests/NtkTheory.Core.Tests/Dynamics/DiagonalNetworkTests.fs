module NtkTheory.Core.Tests.Dynamics.DiagonalNetworkTests

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Reference
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private matrix (rows: float[][]) =
    Matrix<float>.Build.DenseOfRowArrays rows

let private interpolant result =
    match result with
    | Ok found -> found
    | Error(reason: Inconsistency) -> failwith $"inconsistent: %A{reason.Combination}"

let private network alpha start (labels: float[]) rows = {
    Inputs = matrix rows
    Labels = labels
    Start = start
    Alpha = alpha
}

let private ofCase (case: Golden.Case) alpha =
    let vector name =
        Golden.get name case.Inputs |> Golden.vector

    network alpha (vector "theta0") (vector "y") (Golden.get "X" case.Inputs |> Golden.rows)

[<Fact>]
let ``q and its derivative meet the golden values`` () =
    let case = Golden.case "dynamics" "implicit-bias/q-function#1"
    let points = Golden.get "z" case.Inputs |> Golden.vector

    Array.iter2
        (Golden.close 0.0 1e-14)
        (Golden.get "q" case.Outputs |> Golden.vector)
        (Array.map DiagonalNetwork.q points)

    Array.iter2
        (Golden.close 0.0 1e-14)
        (Golden.get "dq" case.Outputs |> Golden.vector)
        (Array.map DiagonalNetwork.derivativeOfQ points)

[<Fact>]
let ``minimizer meets the golden values`` () =
    for number in [ 2; 3; 4; 5; 7; 8; 9; 10; 11; 13; 14; 16 ] do
        let case = Golden.case "dynamics" $"implicit-bias/q-alpha#{number}"

        let found =
            ofCase case (Golden.get "alpha" case.Inputs |> Golden.number)
            |> DiagonalNetwork.minimizer
            |> interpolant

        Array.iter2 (Golden.close 0.0 1e-12) (Golden.get "beta" case.Outputs |> Golden.vector) found.Beta
        Array.iter2 (Golden.close 0.0 1e-12) (Golden.get "nu" case.Outputs |> Golden.vector) found.Dual
        Golden.close 0.0 1e-12 (Golden.get "Q" case.Outputs |> Golden.number) found.Potential

[<Fact>]
let ``excess of the l1 norm meets the golden values`` () =
    for id in [ "implicit-bias/l1-minimiser#1"; "implicit-bias/l1-minimiser#2" ] do
        let case = Golden.case "dynamics" id
        let least = Golden.get "l1_norm" case.Outputs |> Golden.number
        let alphas = Golden.get "alpha" case.Inputs |> Golden.vector
        let excesses = Golden.get "l1_excess" case.Outputs |> Golden.vector

        for alpha, excess in Array.zip alphas excesses do
            let found = ofCase case alpha |> DiagonalNetwork.minimizer |> interpolant
            Golden.close 1e-14 1e-9 excess (Array.sumBy abs found.Beta - least)

[<Fact>]
let ``minimizer takes duplicate rows and reports inconsistent labels`` () =
    let rows = [| [| 1.0; 2.0; 0.5 |]; [| 1.0; 2.0; 0.5 |]; [| 0.0; 1.0; -1.0 |] |]
    let start = [| 1.0; 1.0; 2.0 |]

    let found =
        network 0.01 start [| 1.0; 1.0; 0.5 |] rows
        |> DiagonalNetwork.minimizer
        |> interpolant

    let once =
        network 0.01 start [| 1.0; 0.5 |] [| rows[0]; rows[2] |]
        |> DiagonalNetwork.minimizer
        |> interpolant

    Array.iter2 (Golden.close 1e-13 1e-12) once.Beta found.Beta

    match network 0.01 start [| 1.0; 2.0; 0.5 |] rows |> DiagonalNetwork.minimizer with
    | Ok found -> Assert.Fail $"%A{found}"
    | Error reason ->
        let image =
            (matrix rows).TransposeThisAndMultiply(Vector<float>.Build.DenseOfArray reason.Combination)

        Golden.close 1e-13 0.0 0.0 (image.L2Norm())

        Golden.close
            1e-13
            0.0
            1.0
            (Array.fold2 (fun s n y -> s + n * y) 0.0 reason.Combination [| 1.0; 2.0; 0.5 |])

[<Fact>]
let ``an inconsistency names rows whose combination vanishes`` () =
    let seed = Seed.ofInt 8
    let inputs: Matrix<float> = Draw.normalMatrix seed 5 8
    let last = inputs.Row 1 - inputs.Row(3).Multiply 2.0
    let inputs = inputs.InsertRow(5, last)
    let labels = [| 1.0; 2.0; 3.0; 4.0; 5.0; 6.0 |]

    match
        DiagonalNetwork.minimizer {
            Inputs = inputs
            Labels = labels
            Start = Array.create 8 1.0
            Alpha = 1e-3
        }
    with
    | Ok found -> Assert.Fail $"%A{found}"
    | Error reason ->
        let n = Vector<float>.Build.DenseOfArray reason.Combination
        Golden.close 1e-14 0.0 0.0 (inputs.TransposeThisAndMultiply(n).L2Norm())
        Golden.close 1e-14 0.0 1.0 (n.DotProduct(Vector<float>.Build.DenseOfArray labels))

[<Fact>]
let ``coordinates that start at zero stay there and zero labels need no motion`` () =
    let still =
        network 0.5 [| 1.0; 0.0 |] [| 1.0 |] [| [| 1.0; 2.0 |] |]
        |> DiagonalNetwork.minimizer
        |> interpolant

    Array.iter2 (Golden.close 1e-15 1e-15) [| 1.0; 0.0 |] still.Beta

    let calm =
        network 0.5 [| 1.0; 1.0 |] [| 0.0 |] [| [| 1.0; 2.0 |] |]
        |> DiagonalNetwork.minimizer
        |> interpolant

    Assert.Equal<float[]>([| 0.0; 0.0 |], calm.Beta)

    Assert.True(
        network 0.5 [| 0.0; 0.0 |] [| 1.0 |] [| [| 1.0; 2.0 |] |]
        |> DiagonalNetwork.minimizer
        |> Result.isError
    )

/// A function, as MathNet maps large matrices in parallel: in a value, threads would wait for the file's initializer.
let private problems () =
    let seed = Seed.ofInt 5
    let inputs: Matrix<float> = Draw.normalMatrix (Seed.split "inputs" seed) 50 200
    let sparse = Array.init 200 (fun i -> if i < 4 then float (i + 1) else 0.0)

    let start = Draw.uniformsBetween 0.5 2.0 (Seed.split "start" seed) 200
    let labels = Draw.normals (Seed.split "labels" seed) 50
    let vector (x: float[]) = Vector<float>.Build.DenseOfArray x
    let whole = inputs.Map(fun x -> round x)

    // rows that differ by 1e-8 of what they have in common
    let correlated: Matrix<float> =
        inputs.MapIndexed(fun _ j x -> inputs[0, j] + 1e-8 * x)

    [
        "independent", inputs, labels, start
        "sparse solution", inputs, (inputs * vector sparse).ToArray(), start
        "whole numbers", whole, (whole * vector sparse).ToArray(), start
        "correlated", correlated, (correlated * vector start).ToArray(), start
        "each row twice",
        inputs.MapIndexed(fun n j _ -> inputs[n / 2, j]),
        Array.init 50 (fun n -> labels[n / 2]),
        start
        "zeros in the start", inputs, labels, start |> Array.mapi (fun i t -> if i % 3 = 0 then 0.0 else t)
        "a start of seven magnitudes",
        inputs,
        labels,
        start |> Array.mapi (fun i t -> t * 10.0 ** float (i % 7 - 3))
    ]

[<Theory>]
[<InlineData(1e-6)>]
[<InlineData(1e-4)>]
[<InlineData(1e-2)>]
[<InlineData(1.0)>]
[<InlineData(1e2)>]
[<InlineData(1e4)>]
[<InlineData(1e6)>]
let ``fifty by two hundred interpolates to rounding at every scale of start`` alpha =
    for name, inputs, labels, start in problems () do
        let found =
            {
                Inputs = inputs
                Labels = labels
                Start = start
                Alpha = alpha
            }
            |> DiagonalNetwork.minimizer
            |> interpolant

        Assert.True(found.Residual < 1e-12, $"{name}: residual {found.Residual}")
        Assert.True(abs found.Gap < 1e-12 * found.Potential, $"{name}: gap {found.Gap}")

[<Property(MaxTest = 40)>]
let ``minimizer is that of cyclic ascent`` (seed: int, count: byte, size: byte) =
    let seed = Seed.ofInt seed
    let count = 1 + int count % 2
    let inputs: Matrix<float> = Draw.normalMatrix (Seed.split "inputs" seed) count 6

    let problem = {
        Inputs = inputs
        Labels = Draw.uniformsBetween -1.0 1.0 (Seed.split "labels" seed) count
        Start = Draw.uniformsBetween 0.5 2.0 (Seed.split "start" seed) 6
        Alpha = 0.1 * float (1 + int size % 20)
    }

    let naive =
        Interpolants.minimizer 3000 (inputs.ToRowArrays()) problem.Labels (DiagonalNetwork.scales problem)

    let found = DiagonalNetwork.minimizer problem |> interpolant
    // bisection ends at 2^-99 of the bracket; two rows at an angle of cosine 0.99 converge like 0.98^sweeps
    Array.forall2 (fun a b -> abs (a - b) < 1e-9) naive found.Beta

[<Property>]
let ``potential of the minimizer lies below that of another interpolant`` (seed: int) =
    let seed = Seed.ofInt seed
    let inputs: Matrix<float> = Draw.normalMatrix (Seed.split "inputs" seed) 2 5
    let other = Draw.normals (Seed.split "other" seed) 5
    let labels = (inputs * Vector<float>.Build.DenseOfArray other).ToArray()

    let problem = {
        Inputs = inputs
        Labels = labels
        Start = Draw.uniformsBetween 0.2 2.0 (Seed.split "start" seed) 5
        Alpha = exp (Draw.uniformAt 0L seed * 8.0 - 6.0)
    }

    let found = DiagonalNetwork.minimizer problem |> interpolant
    let scales = DiagonalNetwork.scales problem

    found.Residual < 1e-10
    && found.Potential <= DiagonalNetwork.potential scales other * (1.0 + 1e-10)
