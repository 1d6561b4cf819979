module NtkTheory.Core.Tests.Numerics.CholeskyTests

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private random seed rows columns : Matrix<float> =
    Draw.normalMatrix (Seed.ofInt seed) rows columns

/// X X^T + I for n x n normal X.
let private definite seed n : Matrix<float> =
    Product.gram Execution.sequential (random seed n n)
    + Matrix<float>.Build.DenseIdentity n

let private lower (factor: MatrixView) : Matrix<float> =
    Matrix<float>
        .Build
        .Dense(factor.Rows, factor.Rows, fun i j -> if j > i then 0.0 else factor.Data[i * factor.Rows + j])

let private executions = [
    for lanes in Lanes.all do
        for workers in [ 1; 2 ] do
            {
                Execution.workers workers with
                    Lanes = lanes
            }
]

[<Theory; InlineData(1); InlineData(2); InlineData(31); InlineData(32); InlineData(33); InlineData(150)>]
let ``the factor's product is the matrix within the proved bound`` n =
    let a = definite n n
    let factor = Cholesky.factor Execution.sequential a |> Option.get
    let l = lower factor
    // |E| <= gamma_k |L| |L|^T, and the check's own product another gamma
    let bound =
        Estimate.gamma (Cholesky.roundings n + n + 2)
        * (l.PointwiseAbs() * l.PointwiseAbs().Transpose())

    let error: Matrix<float> = (a - l * l.Transpose()).PointwiseAbs()
    Assert.True((bound - error).Enumerate() |> Seq.forall (fun slack -> slack >= 0.0))

[<Theory; InlineData(2); InlineData(70); InlineData(150); InlineData(301)>]
let ``neither width nor workers change a bit of factor and solution`` n =
    let a = definite n n
    let b = Draw.normals (Seed.ofInt 1) n
    let factor = Cholesky.factor Execution.sequential a |> Option.get

    let solution =
        Cholesky.solve
            {
                Execution.sequential with
                    Lanes = One
            }
            factor
            b

    for execution in executions do
        let other = Cholesky.factor execution a |> Option.get
        Assert.Equal(lower factor, lower other)
        Assert.Equal<float[]>(solution, Cholesky.solve execution other b)
        Assert.Equal<float[]>(solution, Cholesky.solveOnce execution a b |> Option.get)

[<Property(MaxTest = 30)>]
let ``a solution satisfies the system`` (seed: int) =
    let n = 1 + Draw.below 60 0L (Seed.ofInt seed)
    let a = definite seed n
    let b = Draw.normals (Seed.ofInt seed) n

    let x =
        Cholesky.solve Execution.sequential (Cholesky.factor Execution.sequential a |> Option.get) b

    let x = Vector<float>.Build.DenseOfArray x
    let residual = (a * x - Vector<float>.Build.DenseOfArray b).L2Norm()
    // backward error: a few gamma_n of ||A|| ||x||
    residual <= 10.0 * Estimate.gamma (3 * n + 100) * a.FrobeniusNorm() * x.L2Norm()

[<Fact>]
let ``a matrix that is not positive definite has no factor`` () =
    let indefinite: Matrix<float> =
        definite 3 40 - 200.0 * Matrix<float>.Build.DenseIdentity 40

    Assert.True((Cholesky.factor Execution.sequential indefinite).IsNone)
    Assert.True((Cholesky.solveOnce Execution.sequential indefinite (Array.zeroCreate 40)).IsNone)
    Assert.True((Cholesky.factor Execution.sequential (Matrix<float>.Build.Dense(1, 1, nan))).IsNone)
    Assert.True((Cholesky.factor Execution.sequential (Matrix<float>.Build.Dense(2, 2))).IsNone)

[<Theory; InlineData(5, 3); InlineData(70, 40); InlineData(64, 100)>]
let ``the triangular system is solved on the right`` unknowns rows =
    let l = Cholesky.factor Execution.sequential (definite 4 unknowns) |> Option.get
    let b = Draw.normals (Seed.ofInt 2) (rows * unknowns)
    let x = MatrixView.rowMajor rows unknowns (Array.copy b)
    TriangularSolve.rightTransposed Execution.sequential l x

    let rowMajor (data: float[]) : Matrix<float> =
        Matrix<float>.Build.DenseOfRowMajor(rows, unknowns, data)

    let back: Matrix<float> = rowMajor x.Data * (lower l).Transpose()
    let scale = (rowMajor x.Data).FrobeniusNorm() * (lower l).FrobeniusNorm()
    Assert.InRange((back - rowMajor b).FrobeniusNorm(), 0.0, Estimate.gamma (3 * unknowns + 100) * scale)
