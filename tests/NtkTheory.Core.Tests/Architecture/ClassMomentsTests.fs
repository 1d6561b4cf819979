module NtkTheory.Core.Tests.Architecture.ClassMomentsTests

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Testing
open Xunit

let private vector (values: float list) : Vector<float> =
    Vector<float>.Build.DenseOfEnumerable values

/// The golden file's example: whole softmax weights and Jacobians from formulas with 0-based indices.
let private example =
    let classes, examples, d = 3, 2, 4

    let prediction c i : Vector<float> =
        let v =
            vector [ for k in 0 .. classes - 1 -> float ((3 * i + 5 * c + 7 * k + i * k) % 6 + 1) ]

        v.Divide(v.Sum())

    let jacobian c i : Matrix<float> =
        Matrix<float>
            .Build.Dense(
                classes,
                d,
                fun k j -> float ((2 * i + 3 * c + 5 * k + 7 * j + i * c * j + k * j) % 5 - 2)
            )

    let table cell =
        Array.init classes (fun c -> Array.init examples (cell c))

    table jacobian, table prediction

let private close expected (m: Matrix<float>) =
    Golden.close 0.0 1e-13 (Golden.number expected) (m.Trace())

[<Fact>]
let ``the decomposition of G has its golden traces`` () =
    let case = Golden.case "architecture" "classifiers/G-decomposition"
    let jacobians, predictions = example
    let g = Softmax.labelGradients jacobians predictions
    let parts = GradientMoments.decompose Weighted g
    let output name = Golden.get name case.Outputs
    close (output "trace_G") (Softmax.gaussNewton jacobians predictions)
    close (output "trace_G") (GradientMoments.assembled parts)
    close (output "trace_class") parts.Class
    close (output "trace_cross") parts.Cross
    close (output "trace_within") parts.Within
    close (output "trace_c=c'") parts.Correct

    close
        (output "trace_sum_with_plain_averages")
        (GradientMoments.assembled (GradientMoments.decompose Plain g))

    let trueLabels = [
        for c in 0..2 do
            for i in 0..1 -> 1.0 / 6.0, (g.Gradients |> Array.item c |> Array.item c |> Array.item i)
    ]

    close (output "trace_empirical_fisher_true_labels") (ClassMoments.weightedSum 4 trueLabels)

    let whole = Golden.rows (output "G")
    let computed = Softmax.gaussNewton jacobians predictions
    Assert.True((computed - Matrix<float>.Build.DenseOfRowArrays whole).FrobeniusNorm() < 1e-13)

[<Fact>]
let ``plain averages have their golden counterexample`` () =
    let case = Golden.case "architecture" "classifiers/G-decomposition-plain-averages"

    let j: Matrix<float> =
        Matrix<float>.Build.DenseOfRowArrays([| [| 1.0 |]; [| 0.0 |] |])

    let p a = vector [ a; 1.0 - a ]
    let jacobians = Array.create 2 (Array.create 2 j)
    let predictions = [| [| p 0.5; p 0.75 |]; [| p 0.5; p 0.5 |] |]
    let g = Softmax.labelGradients jacobians predictions
    close (Golden.get "G" case.Outputs) (Softmax.gaussNewton jacobians predictions)

    close
        (Golden.get "sum_weighted" case.Outputs)
        (GradientMoments.assembled (GradientMoments.decompose Weighted g))

    close
        (Golden.get "sum_plain" case.Outputs)
        (GradientMoments.assembled (GradientMoments.decompose Plain g))

[<Fact>]
let ``the feature moment has its golden parts`` () =
    let case = Golden.case "architecture" "classifiers/H-decomposition"
    let output name = Golden.get name case.Outputs
    let unequal = [ [ vector [ 1.0 ]; vector [ 3.0 ] ]; [ vector [ 5.0 ] ] ]
    let equal = [ [ vector [ 1.0 ]; vector [ 3.0 ] ]; [ vector [ 5.0 ]; vector [ 9.0 ] ] ]
    close (output "unequal_sizes_H") (ClassMoments.total unequal)

    close
        (output "unequal_sizes_H")
        (ClassMoments.between ClassMoments.BySize unequal + ClassMoments.within unequal)

    close
        (output "unequal_sizes_H_class_plus_within")
        (ClassMoments.between ClassMoments.Equal unequal + ClassMoments.within unequal)

    close (output "equal_sizes_H") (ClassMoments.total equal)
    close (output "equal_sizes_H_class") (ClassMoments.between ClassMoments.Equal equal)
    close (output "equal_sizes_H_within") (ClassMoments.within equal)

[<Fact>]
let ``centered simplex vertices have their golden cosines`` () =
    let case = Golden.case "architecture" "classifiers/neural-collapse-etf"
    let expected = Golden.vector (Golden.get "cosine_centered_means" case.Outputs)

    for count, cosine in Array.zip [| 2; 3; 4; 10 |] expected do
        let classes =
            (NeuralCollapse.simplexVertices count).EnumerateRows()
            |> Seq.map List.singleton
            |> List.ofSeq

        let cosines = NeuralCollapse.cosines classes
        Golden.close 0.0 1e-13 cosine cosines[0, 1]

[<Fact>]
let ``collapsed features have no variability and are classified by either rule`` () =
    let classes = [
        for c in 0..2 -> [ for _ in 1..4 -> vector [ for k in 0..2 -> if k = c then 2.0 else 0.5 ] ]
    ]

    Golden.close 1e-12 0.0 0.0 (NeuralCollapse.variability classes)

    for c in 0..2 do
        let h = classes[c].Head
        Assert.Equal(c, NeuralCollapse.nearestMean classes h)
        Assert.Equal(c, NeuralCollapse.largestProduct classes h)

[<Property>]
let ``the covariance splits for classes of equal size`` (values: (int16 * int16 * int16 * int16) list) =
    match values |> List.truncate 5 with
    | [] -> true
    | values ->
        let classes = [
            for a, b, c, d in values -> [ vector [ float a; float b ]; vector [ float c; float d ] ]
        ]

        let sum =
            NeuralCollapse.betweenCovariance classes
            + NeuralCollapse.withinCovariance classes

        let total = NeuralCollapse.totalCovariance classes
        (sum - total).FrobeniusNorm() <= 1e-10 * (1.0 + total.FrobeniusNorm())

[<Fact>]
let ``a single class has no spread between classes`` () =
    let classes = [ [ vector [ 1.0; 2.0 ]; vector [ 3.0; 4.0 ] ] ]
    Golden.close 1e-15 0.0 0.0 ((NeuralCollapse.betweenCovariance classes).FrobeniusNorm())
