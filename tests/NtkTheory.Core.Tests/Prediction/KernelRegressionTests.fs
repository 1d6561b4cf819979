module NtkTheory.Core.Tests.Prediction.KernelRegressionTests

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Models
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private points seed count dimension =
    Draw.sphere (Seed.ofInt seed) count dimension

let private targets seed count columns =
    Draw.normalMatrix (Seed.split "targets" (Seed.ofInt seed)) count columns

let private matrix rows columns (entries: float seq) : Matrix<float> =
    Matrix<float>.Build.Dense(rows, columns, Array.ofSeq entries)

let private assertNear tolerance (expected: Matrix<float>) (actual: Matrix<float>) =
    Assert.Equal(expected.RowCount, actual.RowCount)
    Assert.Equal(expected.ColumnCount, actual.ColumnCount)
    let difference: Matrix<float> = expected - actual

    let worst =
        difference.Enumerate() |> Seq.fold (fun most value -> max most (abs value)) 0.0

    Assert.True(worst <= tolerance, $"differs by %g{worst}")

/// The prediction at point i by a fit of all the others, solved anew.
let private refit ridge (gram: Matrix<float>) (targets: Matrix<float>) i =
    let others = [|
        for j in 0 .. gram.RowCount - 1 do
            if j <> i then
                j
    |]

    let pick (rows: int[]) (columns: int[]) : Matrix<float> =
        Matrix<float>.Build.Dense(rows.Length, columns.Length, fun a b -> gram[rows[a], columns[b]])

    let inner = pick others others
    let wanted: Matrix<float> = targets.MapIndexed(fun _ _ v -> v)
    let kept = Matrix<float>.Build.DenseOfRowVectors(others |> Array.map wanted.Row)

    let ridged: Matrix<float> =
        inner + Matrix<float>.Build.DenseIdentity(others.Length).Multiply(ridge: float)

    (pick [| i |] others * ridged.Solve kept).Row 0

[<Theory>]
[<InlineData(0.0)>]
[<InlineData(1e-3)>]
[<InlineData(1.0)>]
let ``leaving out in closed form is n refits`` (ridge: float) =
    let gram = GramMatrix.tangent (points 3 40 5)
    let y = targets 3 40 2
    let fit = KernelRegression.fit ridge (KernelSpectrum.ofGram gram) y

    let refits =
        Matrix<float>.Build.DenseOfRowVectors [ for i in 0..39 -> refit ridge gram y i ]

    assertNear 1e-9 refits (KernelRegression.leaveOneOut fit)

[<Property(MaxTest = 30)>]
let ``a ridge solves its normal equations`` (seed: int) =
    let gram = GramMatrix.tangent (points seed 12 4)
    let y = targets seed 12 3
    let fit = KernelRegression.fit 0.1 (KernelSpectrum.ofGram gram) y
    let back: Matrix<float> = gram * fit.Coefficients + fit.Coefficients.Multiply 0.1
    assertNear 1e-12 y back
    assertNear 1e-12 (KernelRegression.predict gram fit) (KernelRegression.fitted fit)

[<Fact>]
let ``without a ridge repeated points share the mean of their targets`` () =
    let x = matrix 3 2 [ 1.0; 1.0; 0.0; 0.0; 0.0; 1.0 ]
    let y = matrix 3 1 [ 1.0; 3.0; -1.0 ]
    let fit = KernelRegression.fit 0.0 (KernelSpectrum.ofGram (GramMatrix.tangent x)) y
    assertNear 1e-12 (matrix 3 1 [ 2.0; 2.0; -1.0 ]) (KernelRegression.fitted fit)
    Assert.False(KernelRegression.isInvertible fit)
    Assert.Equal(infinity, KernelRegression.leaveOneOutError fit)

    Assert.Throws<System.ArgumentException>(fun () -> KernelRegression.leaveOneOut fit |> ignore)
    |> ignore

[<Fact>]
let ``the best ridge has the least error of the grid`` () =
    let spectrum = KernelSpectrum.ofGram (GramMatrix.tangent (points 5 30 4))
    let y = targets 5 30 1
    let grid = KernelRegression.ridges spectrum
    let best = KernelRegression.withBestRidge grid spectrum y
    let error = KernelRegression.leaveOneOutError best

    for ridge in grid do
        Assert.True(
            KernelRegression.leaveOneOutError (KernelRegression.fit ridge spectrum y)
            >= error
        )

[<Fact>]
let ``one point is predicted by nothing when left out`` () =
    let fit =
        KernelRegression.fit 0.5 (KernelSpectrum.ofGram (matrix 1 1 [ 2.0 ])) (matrix 1 1 [ 5.0 ])

    assertNear 1e-14 (matrix 1 1 [ 4.0 ]) (KernelRegression.fitted fit)
    assertNear 1e-14 (matrix 1 1 [ 0.0 ]) (KernelRegression.leaveOneOut fit)

[<Fact>]
let ``no point at all`` () =
    let spectrum = KernelSpectrum.ofGram (Matrix<float>.Build.Dense(0, 0))
    Assert.Equal(0.0, KernelSpectrum.largest spectrum)
    Assert.Equal(0.0, KernelSpectrum.effectiveRank spectrum)

[<Fact>]
let ``ridges below zero are refused`` () =
    let spectrum = KernelSpectrum.ofGram (matrix 1 1 [ 1.0 ])

    Assert.Throws<System.ArgumentException>(fun () ->
        KernelRegression.fit -1.0 spectrum (matrix 1 1 [ 1.0 ]) |> ignore)
    |> ignore

[<Fact>]
let ``effective rank of equal eigenvalues is their number`` () =
    let spectrum = KernelSpectrum.ofGram (Matrix<float>.Build.DenseIdentity 7)
    Assert.Equal(7.0, KernelSpectrum.effectiveRank spectrum, 12)
    Assert.Equal(3.5, KernelSpectrum.effectiveDimension 1.0 spectrum, 12)

[<Fact>]
let ``classes come back from their targets`` () =
    let labels = [| 2; 0; 1; 2 |]
    Assert.Equal<int[]>(labels, OneHot.decode (OneHot.encode 3 labels))
    Assert.Equal(0.75, OneHot.accuracy labels [| 2; 0; 1; 1 |])

[<Fact>]
let ``the posterior is the one of the joint normal law`` () =
    let all = GramMatrix.tangent (points 9 11 4)
    let known = all.SubMatrix(0, 8, 0, 8)
    let cross = all.SubMatrix(8, 3, 0, 8)
    let y = targets 9 8 1
    let noise = 0.2
    let fit = GaussianProcess.fit noise (KernelSpectrum.ofGram known) y

    let posterior =
        GaussianProcess.posterior cross [| for i in 8..10 -> all[i, i] |] fit

    let inverse =
        (known + Matrix<float>.Build.DenseIdentity(8).Multiply noise).Inverse()

    let covariance = all.SubMatrix(8, 3, 8, 3) - cross * inverse * cross.Transpose()
    assertNear 1e-12 (cross * inverse * y) posterior.Mean
    assertNear 1e-12 (matrix 3 1 (covariance.Diagonal())) (matrix 3 1 posterior.Variance)

    let expected =
        -0.5 * (y.TransposeThisAndMultiply(inverse * y))[0, 0]
        + 0.5 * log (inverse.Determinant())
        - 4.0 * log System.Math.Tau

    Assert.Equal(expected, GaussianProcess.logEvidence fit, 10)

[<Fact>]
let ``known points have no variance without noise`` () =
    let gram = GramMatrix.tangent (points 4 6 3)
    let fit = GaussianProcess.fit 0.0 (KernelSpectrum.ofGram gram) (targets 4 6 1)
    let posterior = GaussianProcess.posterior gram (gram.Diagonal().ToArray()) fit
    assertNear 1e-12 (Matrix<float>.Build.Dense(6, 1)) (matrix 6 1 posterior.Variance)
